"""The frame, the parts, the stylesheet and the script that every page stands on."""

import re
from pathlib import Path

import pytest

from shared.platform.errors import Invalid

from . import gallery
from .gallery import MINA, OLIVIA, WEB, page, part

CSS = (WEB / "static" / "signpost.css").read_text()
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))

TEXT_ON = {
    "paper": ["ink", "quiet", "brand", "brand-deep", "immediate", "high", "medium", "low"],
    "card": ["ink", "quiet", "brand", "brand-deep", "immediate", "high", "medium", "low"],
    "own": ["ink", "quiet", "brand", "brand-deep", "high", "low"],
    "brand-soft": ["ink", "quiet", "brand", "brand-deep", "immediate", "high", "medium", "low"],
    "low-soft": ["ink"],
    "high-soft": ["ink"],
    "immediate-soft": ["ink"],
    "brand": ["on-brand"],
    "brand-deep": ["on-brand"],
    "immediate": ["on-immediate"],
    "low": ["card"],
    "focus": ["on-focus"],
    "ink": ["paper"],
    "quiet": ["paper"],
    "mark": ["on-mark"],
    "mark-worry": ["on-mark"],
}
EDGES_ON = {
    "paper": ["quiet", "brand", "immediate"],
    "card": ["quiet", "brand", "immediate", "low"],
    "brand-soft": ["brand"],
    "low-soft": ["low"],
    "high-soft": ["high"],
    "immediate-soft": ["immediate"],
    "mark": ["medium"],
    "mark-worry": ["immediate"],
}


def tokens(scheme: str) -> dict[str, str]:
    """The colours of :root, and over them those of the dark scheme."""
    light, dark = re.findall(r":root \{(.*?)\n\s*\}", CSS, re.DOTALL)[:2]
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark))
    return found


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_every_ground_it_stands_on(scheme: str) -> None:
    colours = tokens(scheme)
    weak = {
        f"{text} on {ground}": round(contrast(colours[text], colours[ground]), 2)
        for ground, texts in TEXT_ON.items()
        for text in texts
        if contrast(colours[text], colours[ground]) < 4.5
    }
    assert not weak


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_edges_and_shapes_can_be_told_from_their_ground(scheme: str) -> None:
    colours = tokens(scheme)
    weak = {
        f"{edge} on {ground}": round(contrast(colours[edge], colours[ground]), 2)
        for ground, edges in EDGES_ON.items()
        for edge in edges
        if contrast(colours[edge], colours[ground]) < 3
    }
    assert not weak


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_double_focus_ring_shows_on_every_ground(scheme: str) -> None:
    colours = tokens(scheme)
    for ground in ("paper", "card", "own", "brand-soft", "low-soft", "high-soft"):
        assert max(contrast(colours[one], colours[ground]) for one in ("focus", "ink")) >= 3, ground


def test_the_stylesheet_and_the_script_ask_nobody_else_for_anything() -> None:
    script = (WEB / "static" / "signpost.js").read_text()
    assert not re.findall(r"url\(|@import|https?:", CSS)
    assert not re.findall(r"https?:|import\(|eval\(|innerHTML =", script)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_a_template_keeps_to_the_pages_policy(template: Path) -> None:
    text = template.read_text()
    assert not re.findall(r"\sstyle\s*=|<style|\son[a-z]+\s*=\s*[\"']|javascript:|src=[\"']data:", text)
    assert not re.findall(r"<script(?![^>]*\ssrc=)", text)


TAKE_NO_TOKEN_OF_THE_PAGE = {
    "errors/fault.html": "sends again what was sent, with the token that was in it",
    "nudges/stop.html": "is open to whoever holds the link of the e-mail, and mail programs have no session",
    "people/import.html": "goes to the bucket, which is not to learn it",
}


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB / "templates")))
def test_every_form_that_posts_carries_the_token(template: Path) -> None:
    if str(template.relative_to(WEB / "templates")) in TAKE_NO_TOKEN_OF_THE_PAGE:
        return
    for form in re.findall(r"<form\b.*?</form>", template.read_text(), re.DOTALL):
        if 'method="post"' in form:
            assert 'name="csrf"' in form or "csrf_field()" in form, form


def test_a_field_keeps_what_was_typed_and_says_what_is_wrong_beside_it() -> None:
    errors = [Invalid("Enter an e-mail address, like sam@example.org.", field="email")]
    html = part("{{ forms.field('email', 'E-mail')}}", typed={"email": 'sam"at'}, errors=errors)
    assert 'value="sam&#34;at"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="f-email-error"' in html
    assert "like sam@example.org." in html


def test_a_password_is_never_sent_back_to_the_page() -> None:
    html = part(
        "{{ forms.field('password', 'Password', type='password') }}", typed={"password": "three wet dogs"}
    )
    assert "three wet dogs" not in html


def test_what_was_chosen_is_still_chosen_after_an_error() -> None:
    typed = {"role": "mentor", "why": "other", "agreed": "yes"}
    html = part(
        "{{ forms.select('role', 'Role', [('mentee', 'Mentee'), ('mentor', 'Mentor')]) }}"
        "{{ forms.radios('why', 'Why', [('harm', 'Harm'), ('other', 'Other')]) }}"
        "{{ forms.checkbox('agreed', 'I agree') }}",
        typed=typed,
    )
    assert '<option value="mentor" selected>' in html
    assert 'value="other" checked' in html
    assert 'value="yes" checked' in html
    assert 'value="harm" checked' not in html


def test_a_form_shown_again_carries_the_same_key_so_that_it_is_still_one_message() -> None:
    html = part("{% call forms.form('/send', once=True) %}{% endcall %}", typed={"key": "the-first-key"})
    assert 'name="key" value="the-first-key"' in html


def test_markup_in_a_message_stays_text() -> None:
    html = part(
        "{{ cards.message_letter(name, at, text) }}{{ cards.marked(segments) }}",
        name="<b>Priya</b>",
        at=gallery.at("2026-11-20T10:00"),
        text="<script>alert(1)</script>",
        segments=[{"text": "<i>", "mark": None}, {"text": "<u>", "mark": "link"}],
    )
    assert "<script>" not in html
    assert "<b>" not in html
    assert "<i>" not in html
    assert "<u>" not in html


@pytest.mark.parametrize("level", ["immediate", "high", "medium", "low"])
def test_how_urgent_something_is_has_a_word_and_a_shape_besides_its_colour(level: str) -> None:
    html = part("{{ cards.severity(level) }}", level=level)
    assert level.capitalize() in html
    assert "<svg" in html


def nav(html: str) -> list[str]:
    links = re.findall(r'<li[^>]*><a href="[^"]*"[^>]*>([^<]*)</a>', html.split("<main")[0])
    return [words.strip() for words in links]


def test_a_mentee_finds_the_way_to_report_a_worry_on_every_page() -> None:
    assert nav(page()) == ["Home", "Library", "How this works", "Report a worry"]


def test_staff_find_what_waits_in_the_programme_they_are_looking_at() -> None:
    html = page(me=MINA, request_path="/programmes/p2/people")
    assert nav(html)[:5] == ["Home", "Programme", "Waiting to be read", "Concerns", "Conversations"]
    assert 'href="/programmes/p2/concerns"' in html
    assert re.search(r'href="/programmes/p2/people" aria-current="page"', html)


@pytest.mark.parametrize(
    "path",
    [
        "/programmes/p2/concerns",
        "/programmes/p2/concerns/closed",
        "/programmes/p2/chain",
        "/programmes/p2/chain/away",
        "/programmes/p2/people/amina/concerns",
        "/programmes/p2/people/amina/school",
        "/concerns/c1/close",
        "/concerns/c1/referral",
    ],
)
def test_every_page_about_concerns_is_marked_as_one_and_as_nothing_else(path: str) -> None:
    html = page(me=MINA, request_path=path, view={"programme_id": "p2"})

    links = html.split("<main")[0].split('class="nav-switch"')[0]
    assert re.findall(r'<a [^>]*aria-current="[^"]*"[^>]*>([^<]*)</a>', links) == ["Concerns"]


def test_an_administrator_is_shown_no_way_to_what_others_wrote() -> None:
    html = page(me=OLIVIA)
    assert nav(html) == ["Home", "Programme", "Conversations", "People", "Filter", "Policy"]
    assert re.search(r'href="/programmes/\w+/filter/draft"', html)


def test_somebody_signed_out_is_offered_help_and_signing_in_and_no_sign_out() -> None:
    html = page("errors/refusal.html", None, view=Invalid("No."), status_code=404)
    assert "Get help now" in html
    assert nav(html) == ["How this works", "Sign in"]
    assert "Sign out" not in html


def test_a_page_with_errors_says_so_first() -> None:
    html = page(errors=gallery.ERRORS)
    assert "<title>Error: " in html
    assert html.index("data-errors") < html.index("<h1")
    assert '<a href="#f-first_name">Enter their first name.</a>' in html
