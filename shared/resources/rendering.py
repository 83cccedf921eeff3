"""From Markdown to what a page shows. What is not plain writing stays text: no HTML, no pictures, no links
but to the sites that the policy names."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from .rules import may_lead_to

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

DEEPEST_HEADING = 4
OTHER_SITE = "noreferrer"


def to_html(text: str, *, link_hosts: Sequence[str]) -> str:
    """The text as HTML that is safe to show. A link to another site than these keeps its words only."""
    tokens = _markdown().parse(text)
    _place_headings([one for one in tokens if one.type in ("heading_open", "heading_close")])
    for token in tokens:
        if token.children:
            token.children = _checked(token.children, link_hosts)
    made: str = _markdown().renderer.render(tokens, _markdown().options, {})
    return made


def links_of(text: str) -> list[str]:
    """Where the text leads."""
    tokens = _markdown().parse(text)
    inside = (child for token in tokens for child in token.children or ())
    return [str(child.attrGet("href") or "") for child in inside if child.type == "link_open"]


def _place_headings(headings: Sequence["Token"]) -> None:
    """Below the page's own title, which is its only heading of the first level, and none skipped."""
    highest = min((int(one.tag[1]) for one in headings), default=1)
    above = 1
    for one in headings:
        if one.type == "heading_open":
            above = min(int(one.tag[1]) - highest + 2, above + 1, DEEPEST_HEADING)
        one.tag = f"h{above}"


def _checked(children: Sequence["Token"], link_hosts: Sequence[str]) -> list["Token"]:
    kept: list[Token] = []
    passes = True
    for child in children:
        if child.type == "link_open":
            passes = may_lead_to(str(child.attrGet("href") or ""), link_hosts)
            child.attrSet("rel", OTHER_SITE)
            child.attrs.pop("title", None)
        if passes or child.type not in ("link_open", "link_close"):
            kept.append(child)
    return kept


@cache
def _markdown() -> "MarkdownIt":
    # Imported here, as few pages show a piece: a cold start would pay for it each time.
    from markdown_it import MarkdownIt

    options: Any = {"html": False, "linkify": False, "typographer": False, "maxNesting": 20}
    return MarkdownIt("commonmark", options).disable(["image", "html_block", "html_inline", "code"])
