"""What e-mails say, when they are tried again, and what a receipt means."""

import re
from dataclasses import fields
from datetime import timedelta
from html.parser import HTMLParser
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.notices.rules import (
    LANES,
    MUST_ARRIVE,
    SUBJECTS,
    TRIES,
    Receipt,
    Template,
    Values,
    after_receipt,
    is_given_up,
    link_to,
    render,
    stands_out,
    wait_before,
)
from shared.notices.things import THINGS, Thing

EVERY_TEMPLATE = get_args(Template)
LINK = "https://signpost.example.org/concerns/01jd3ya7?from=mail&x=1"
VALUES = Values(
    first_name="Amina", link=LINK, programme_name="Career Ladders & Friends", reference="C-7K3M9Q"
)


class Reader(HTMLParser):
    """Reads a page as a person does: its words, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "background"}]

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] != ["title"]:
            self.words += data.split()


def words(text: str) -> list[str]:
    return text.replace(":\n", "\n").split()


@pytest.mark.parametrize("template", EVERY_TEMPLATE)
class TestEveryEMail:
    def test_greets_by_first_name_and_holds_its_link(self, template: Template) -> None:
        written = render(template, VALUES)

        assert written.text.startswith("Hello Amina,\n")
        assert written.text.count(LINK) == 1
        assert set(Reader(written.html).links) == {LINK}

    def test_says_what_to_do_when_it_was_not_expected(self, template: Template) -> None:
        last_paragraph = render(template, VALUES).text.split("\n\n")[-2]

        assert "? Then " in last_paragraph

    def test_says_the_same_in_plain_text_and_html(self, template: Template) -> None:
        written = render(template, VALUES)

        assert Reader(written.html).words == words(written.text)

    def test_has_a_subject_that_is_one_short_line(self, template: Template) -> None:
        subject = render(template, VALUES).subject

        assert subject == subject.strip()
        assert "\n" not in subject
        assert 0 < len(subject) <= 70

    def test_fetches_nothing_from_anywhere(self, template: Template) -> None:
        html = render(template, VALUES).html

        assert not {"img", "link", "script", "iframe", "video"} & set(Reader(html).tags)
        assert "url(" not in html
        assert "@import" not in html

    def test_reads_well_without_a_programme(self, template: Template) -> None:
        written = render(template, Values(first_name="Amina", link=LINK))

        assert not re.search(r"\bNone\b|  | ,|in \.", written.text)

    def test_fits_the_width_of_a_plain_text_reader(self, template: Template) -> None:
        lines = render(template, VALUES).text.splitlines()

        assert max(len(line) for line in lines if LINK not in line) <= 100


@pytest.mark.parametrize("template", ["invitation", "invitation_reminder"])
def test_whoever_is_invited_is_not_taken_for_a_young_person(template: Template) -> None:
    """Some programmes are for adults."""
    assert "young" not in render(template, VALUES).text


def test_every_e_mail_has_a_lane_and_a_subject() -> None:
    assert set(LANES) == set(SUBJECTS) == set(EVERY_TEMPLATE)


def test_an_e_mail_can_say_nothing_but_a_first_name_a_programme_a_reference_numbers_and_links() -> None:
    assert {one.name for one in fields(Values)} == {
        "first_name",
        "link",
        "programme_name",
        "reference",
        "how_many",
        "things",
        "stop_link",
    }


def test_an_alert_s_subject_says_its_reference_and_nothing_else_of_the_concern() -> None:
    written = render("concern_alert", VALUES)

    assert written.subject == "Please look: concern C-7K3M9Q"
    assert "Amina" not in written.subject


def test_markup_in_a_name_is_shown_and_not_obeyed() -> None:
    tricky = Values(first_name="<img src=//evil.example>", link=LINK, programme_name="<b>Ladders</b>")

    html = render("new_message", tricky).html

    assert "<img" not in html
    assert "&lt;img src=//evil.example&gt;" in html
    assert "<b>" not in html


def test_a_line_break_in_a_name_adds_neither_a_header_nor_a_line() -> None:
    plain = render("invitation", VALUES)

    written = render(
        "invitation",
        Values(
            first_name="Amina\r\nBcc: everybody@example.org",
            link=LINK,
            programme_name="Career Ladders\u2028& Friends\n\nClick https://evil.example",
        ),
    )

    assert "\n" not in written.subject
    assert "\r" not in written.subject
    assert written.text.count("\n") == plain.text.count("\n")
    assert "\nBcc" not in written.text


@given(name=st.text(), programme=st.text(), reference=st.text())
def test_whatever_a_name_holds_the_e_mail_can_be_sent(name: str, programme: str, reference: str) -> None:
    written = render("invitation", Values(name, LINK, programme, reference))

    for part in (written.subject, written.text, written.html):
        part.encode()  # no half of a character is left
    assert not re.search(r"[\x00-\x1f\x7f\x85\u2028\u2029\u202a-\u202e]", written.subject)
    assert Reader(written.html).links == [LINK]


def test_a_link_cannot_lead_to_another_host() -> None:
    assert (
        link_to("https://signpost.example.org/api", "/pairs/1") == "https://signpost.example.org/api/pairs/1"
    )
    for path in ("@evil.example/", ".evil.example", "https://evil.example"):
        with pytest.raises(ValueError, match="slash"):
            link_to("https://signpost.example.org", path)


def test_waits_double_up_to_the_longest_of_the_lane() -> None:
    alerts = [wait_before("concern_alert", tries).total_seconds() for tries in (1, 2, 3, 4, 5, 5000)]
    others = [wait_before("new_message", tries).total_seconds() for tries in (1, 2, 3, 9, 5000)]

    assert alerts == [5, 10, 20, 40, 60, 60]
    assert others == [60, 120, 240, 4 * 3600, 4 * 3600]


@given(tries=st.integers(1, 10_000))
def test_an_alert_never_waits_longer_than_another_e_mail(tries: int) -> None:
    assert wait_before("concern_alert", tries) <= wait_before("new_message", tries)


def test_the_bulk_lane_outlasts_a_bad_day_of_the_mail_service() -> None:
    assert sum((wait_before("invitation", n) for n in range(1, TRIES)), timedelta()) > timedelta(hours=16)


@given(tries=st.integers(0, 100_000))
def test_an_alert_is_never_given_up(tries: int) -> None:
    assert not is_given_up("concern_alert", tries)


def test_other_e_mails_are_given_up_in_the_end() -> None:
    assert not is_given_up("new_message", TRIES - 1)
    assert is_given_up("new_message", TRIES)
    assert is_given_up("password_link", TRIES)


def test_a_delivery_that_is_told_after_the_bounce_changes_nothing() -> None:
    assert after_receipt("bounced", "delivered") == ""


def test_an_answering_machine_s_reply_does_not_undo_a_delivery() -> None:
    assert after_receipt("delivered", "bounced_for_now") == ""


def test_a_receipt_may_overtake_our_own_note_of_acceptance() -> None:
    for state in ("queued", "sending", "accepted"):
        assert after_receipt(state, "delivered") == "delivered"
        assert after_receipt(state, "bounced") == "bounced"


@given(receipts=st.lists(st.sampled_from(get_args(Receipt)), max_size=12))
def test_receipts_in_any_order_come_to_rest(receipts: list[Receipt]) -> None:
    state = "accepted"
    for receipt in receipts:
        state = after_receipt(state, receipt) or state
    settled = state
    for receipt in receipts:
        assert after_receipt(settled, receipt) in ("", "bounced", "complained")
        settled = after_receipt(settled, receipt) or settled
    for receipt in receipts:
        assert after_receipt(settled, receipt) == ""


def test_only_an_alert_that_will_not_be_read_stands_out() -> None:
    assert {template for template in EVERY_TEMPLATE if stands_out(template, "bounced")} == MUST_ARRIVE
    assert stands_out("concern_alert", "failed")
    assert not stands_out("concern_alert", "accepted")


def test_a_weekly_e_mail_says_what_waits_and_how_much_of_it() -> None:
    stop = "https://signpost.example.org/reminders/0f.secret"
    values = Values(first_name="Amina", link=LINK, things={"diary": 1, "unanswered": 2}, stop_link=stop)

    written = render("weekly_digest", values)

    first = "2 people have written to you and would like to hear back."
    second = "This would be a good time to write a few lines in your diary."
    assert written.text.index(first) < written.text.index(second)
    assert Reader(written.html).words == words(written.text)
    assert set(Reader(written.html).links) == {LINK, stop}
    assert written.stop_link == stop


def test_everything_that_may_wait_has_its_sentences() -> None:
    assert set(THINGS) == set(get_args(Thing))
    assert all("{" not in one and "{how_many}" in several for one, several in THINGS.values())
