"""What a piece's Markdown becomes: plain writing, and nothing that does anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.resources.rendering import links_of, to_html

GOV = ["www.gov.uk"]
HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[here](javascript:alert(1))",
    "[here](JaVaScRiPt:alert(1))",
    "[here](data:text/html;base64,PHNjcmlwdD4=)",
    "[here](vbscript:x)",
    "[here](//evil.example.org)",
    "[here](http://www.gov.uk)",
    "[here](https://www.gov.uk@evil.example.org/)",
    "[here](https://www.gov.uk.evil.example.org/)",
    "[here](https://www.gov.uk:8443/)",
    "[here](https://[::1)",
    "[here](/account)",
    "[here](mailto:somebody@example.org)",
    "<https://evil.example.org>",
    "[here][1]\n\n[1]: https://evil.example.org",
    "![a picture](https://www.gov.uk/picture.png)",
    '[here](https://evil.example.org "onmouseover=alert(1)")',
    "<svg/onload=alert(1)>",
    "<a href='https://evil.example.org'>here</a>",
    "<!-- --><style>body{display:none}</style>",
]


def leads_nowhere_else(html: str) -> bool:
    return "<a" not in html.replace('<a href="https://www.gov.uk', "")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_does_something_is_shown_as_text(text: str) -> None:
    html = to_html(text, link_hosts=GOV)

    for tag in ("<script", "<img", "<style", "<svg", "<iframe"):
        assert tag not in html
    assert leads_nowhere_else(html), html


@given(st.text(alphabet="<>[]()!\"'`*_#-:/ahrefscipt.jvg\n &;=", max_size=80))
def test_whatever_is_written_no_tag_comes_through(text: str) -> None:
    html = to_html(text, link_hosts=GOV)

    allowed = (
        "p",
        "em",
        "strong",
        "code",
        "pre",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "li",
        "hr",
        "br",
        "blockquote",
    )
    for piece in html.split("<")[1:]:
        name = piece.lstrip("/").split(">")[0].split(" ")[0]
        assert name in allowed, html


def test_a_link_to_a_site_of_the_policy_tells_that_site_nothing() -> None:
    html = to_html("See [GOV.UK](https://www.gov.uk/student-finance).", link_hosts=GOV)

    assert html == '<p>See <a href="https://www.gov.uk/student-finance" rel="noreferrer">GOV.UK</a>.</p>\n'


def test_a_link_to_another_site_keeps_its_words() -> None:
    assert to_html("See [UCAS](https://www.ucas.com).", link_hosts=GOV) == "<p>See UCAS.</p>\n"


def test_where_the_policy_names_no_site_any_will_do() -> None:
    assert 'href="https://www.ucas.com"' in to_html("[UCAS](https://www.ucas.com)", link_hosts=[])


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# One\n\n## Two\n\n# Three", ["h2", "h3", "h2"]),
        ("## One\n\n## Two", ["h2", "h2"]),
        ("# One\n\n#### Four\n\n##### Five", ["h2", "h3", "h4"]),
    ],
)
def test_headings_stand_below_the_title_and_none_is_skipped(text: str, levels: list[str]) -> None:
    html = to_html(text, link_hosts=GOV)

    assert [part[:2] for part in html.split("<") if part.startswith("h")] == levels


def test_where_a_text_leads_is_known_before_it_is_kept() -> None:
    text = "[one](https://www.gov.uk) and <https://www.ucas.com> and [none](javascript:alert(1))"

    assert links_of(text) == ["https://www.gov.uk", "https://www.ucas.com"]
