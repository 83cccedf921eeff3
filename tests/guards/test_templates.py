"""Every page's template is there, is sound, and belongs to somebody."""

import re
from pathlib import Path

import pytest

import app  # noqa: F401 - registers every route
from functions.web.routing import BY_HANDLER
from functions.web.templating import HERE, environment

TEMPLATES = sorted(str(path.relative_to(HERE / "templates")) for path in (HERE / "templates").rglob("*.html"))
MENTIONED = re.compile(r"""['"]([\w/]+\.html)['"]""")


def mentioned_in(files: list[Path]) -> set[str]:
    return {name for path in files for name in MENTIONED.findall(path.read_text())}


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_is_sound(template: str) -> None:
    environment().get_template(template)


def test_every_page_has_its_template_and_every_template_its_page() -> None:
    wanted = {
        route.page
        for route in BY_HANDLER.values()
        if route.handler.__module__.startswith("functions.") and route.page
    }
    mentioned = mentioned_in([*HERE.glob("*.py"), *(HERE / "templates").rglob("*.html")])

    assert wanted <= set(TEMPLATES)
    assert set(TEMPLATES) <= wanted | mentioned


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_template_asks_anybody_else_for_anything(template: str) -> None:
    """No third-party request, no inline style or script: the policy would refuse them, and so do we."""
    text = (HERE / "templates" / template).read_text()

    assert not re.search(r"""(src|srcset|action)=["']https?:""", text)
    assert not re.search(r"<style|\sstyle=|\son(?!ce=)\w+=|<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_template_counts_on_a_field_that_another_form_of_its_page_does_not_have(template: str) -> None:
    """What was typed holds the fields of the form that was sent: a page with several forms shows them all."""
    text = (HERE / "templates" / template).read_text()

    assert not re.search(r"\btyped\.(?!get\(|items\()\w", text)
