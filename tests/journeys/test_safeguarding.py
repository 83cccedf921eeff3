"""A worry that nobody answers at first: up the chain, to the lead, to a school and a service, to its end, and
into a record that shows when somebody has touched it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from infra.local.stack import LocalStack
from shared.platform.clock import LONDON, now, order
from tests.journeys.conftest import Inbox, Someone
from tests.journeys.waiting import until

WORRY = "I don't see the point in being here any more"
PRIVATE = ("being here", "Amina", "Yusuf", "suicide")
LEAD, DEPUTY, MANAGER = "morag@example.org", "bronwen@example.org", "grace@example.org"
BY_THE_SWEEP = 150.0
"""Seconds: it runs each minute."""


class Tables:
    """What somebody with access to the tables themselves could do, past Signpost."""

    def __init__(self, stack: LocalStack) -> None:
        self._dynamodb = stack.client("dynamodb")
        self._name = stack.output("SafeguardingTable")

    def let_time_pass_for(self, concern_id: str) -> None:
        """The clock moved on: its time to be answered is over, as far as the concern can tell."""
        over = order(now() - timedelta(seconds=1))
        self._dynamodb.update_item(
            TableName=self._name,
            Key={"pk": {"S": f"CONCERN#{concern_id}"}, "sk": {"S": "CONCERN"}},
            UpdateExpression="SET due_at = :over",
            ConditionExpression="attribute_exists(due_at)",
            ExpressionAttributeValues={":over": {"S": over}},
        )

    def links(self, programme_id: str) -> list[dict[str, Any]]:
        """The audit record's, as they are stored."""
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :links)",
            ExpressionAttributeValues={":pk": {"S": f"AUDIT#{programme_id}"}, ":links": {"S": "LINK#"}},
        )
        return [item for page in pages for item in page["Items"]]

    @contextmanager
    def one_byte_changed(self, link: dict[str, Any]) -> Iterator[None]:
        """The first letter of who did it, for as long as this lasts."""
        name = link["by_name"]["S"]
        changed = chr(ord(name[0]) ^ 1) + name[1:]
        self._dynamodb.put_item(TableName=self._name, Item={**link, "by_name": {"S": changed}})
        try:
            yield
        finally:
            self._dynamodb.put_item(TableName=self._name, Item=link)


@pytest.fixture
def tables(stack: LocalStack) -> Tables:
    return Tables(stack)


def arrive(
    someone: Callable[..., Someone], username: str, path: str = "/", *, wide: bool = True
) -> tuple[Someone, Page]:
    """Somebody signs in and opens a page."""
    one = someone(wide=wide)
    one.sign_in(username)
    return one, one.open(path)


def tell_the_deputy_at_once(page: Page) -> None:
    """The lead has the same people told in working hours as out of them, so that this journey is one at any
    hour: lead and deputy, then the manager."""
    page.get_by_role("link", name="Concerns", exact=True).click()
    page.get_by_role("link", name="Who is told, and when").click()
    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_role("group", name="Step 1", exact=True).get_by_label("Deputies").check()
    page.get_by_role("group", name="Step 2", exact=True).get_by_label("Regional managers").check()
    page.get_by_label("Why is this changed?").fill("Bronwen and I agreed to hear of every worry together.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Who is told of concerns")).to_be_visible()


def write_the_worry(page: Page) -> None:
    """Help is there at once, on the page on which it was written."""
    page.get_by_role("link", name="Callum").click()
    conversation = page.url.partition("#")[0]
    page.get_by_label("Write to").fill(WORRY)
    page.get_by_role("button", name="Send to").click()
    expect(page.get_by_text("You don’t have to wait for an answer")).to_be_visible()
    expect(page.get_by_text("Childline").first).to_be_visible()
    expect(page.get_by_text("Signpost is not an emergency service").first).to_be_visible()
    assert page.url.partition("#")[0] == conversation


def _tomorrow() -> str:
    return (now().astimezone(LONDON).date() + timedelta(days=1)).isoformat()


def record(
    page: Page, act: str, *, whom: str, how: str, words: str, reference: str = "", step: str = ""
) -> None:
    """On the concern's page: what was done, with whom, and what is to be done next."""
    page.get_by_role("link", name="Record what was done").click()
    page.get_by_label(act).check()
    page.get_by_label("With whom?").fill(whom)
    page.get_by_label("How?").select_option(label=how)
    page.get_by_label("What was said, or agreed").fill(words)
    page.get_by_label("Their reference").fill(reference)
    if step:
        page.get_by_label("Next step").fill(step)
        page.get_by_label("By which day?").fill(_tomorrow())
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text(words)).to_be_visible()


def close(page: Page) -> None:
    page.get_by_role("link", name="Close it").click()
    page.get_by_label("Summary").fill(
        "Amina wrote that she saw no point in being here. She was not alone tonight."
    )
    page.get_by_label("Action taken").fill("Her school and children’s services know; her mother is with her.")
    page.get_by_label("Decision").fill("Children’s services go on with it.")
    page.get_by_label("Well founded", exact=True).check()
    page.get_by_label("Reasons").fill("She is safe, a social worker sees her, and the school has a plan.")
    page.get_by_role("button", name="Ask for a second reader").click()
    expect(page.get_by_text("waits for one of your colleagues")).to_be_visible()


def check_the_record(page: Page, verdict: str) -> None:
    """On the audit page; a long record is checked in several goes, by itself."""
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text(verdict)).to_be_visible()


def test_a_worry_climbs_until_it_is_answered_and_leaves_a_record_that_nobody_can_touch_unseen(
    someone: Callable[..., Someone], inbox: Inbox, tables: Tables
) -> None:
    lead, page = arrive(someone, "morag")
    tell_the_deputy_at_once(page)

    # Written, held, and help beside it.
    mentee, letters = arrive(someone, "amina", wide=False)
    mentor, theirs = arrive(someone, "callum", wide=False)
    theirs.get_by_role("link", name="Amina").click()
    write_the_worry(letters)
    mentee.sees("A person will read this first")
    mentor.does_not_see(WORRY)

    # Lead and deputy are told; neither answers; the manager is.
    alert = inbox.letter_to(LEAD, "concern")
    inbox.letter_to(DEPUTY, "concern")
    assert not [mail for mail in inbox.new() if MANAGER in mail.to]
    concern = inbox.link(alert)
    tables.let_time_pass_for(concern.rpartition("/")[2])
    until(
        lambda: [mail for mail in inbox.new() if MANAGER in mail.to and "concern" in mail.subject],
        "the manager's alert",
        patience=BY_THE_SWEEP,
    )
    for mail in [one for one in inbox.new() if "concern" in one.subject]:
        assert not [word for word in PRIVATE if word in mail.subject + mail.text + mail.html]

    # The lead answers, telephones, refers, and does what was to be done next.
    page = lead.open(concern)
    expect(page.get_by_text("Nobody had answered, so the next were told").first).to_be_visible()
    page.get_by_role("button", name="I am dealing with this").click()
    expect(page.get_by_text("You are dealing with this")).to_be_visible()
    record(
        page,
        "Contacted the school or college",
        whom="Helen Adeyemi, designated safeguarding lead",
        how="By telephone",
        words="She is with Amina now and rings her mother.",
    )
    record(
        page,
        "Contacted children’s services (MASH)",
        whom="Duty desk, Northfield Council",
        how="By telephone",
        words="They take the referral and see the family tomorrow.",
        reference="MASH-20417",
        step="Ring the duty desk: did they see her?",
    )
    expect(page.get_by_text("MASH-20417").first).to_be_visible()
    page.get_by_role("link", name="Mark it as done").filter(has_text="Ring the duty desk").click()
    page.get_by_label("What came of it").fill("They did. A social worker sees her each week.")
    page.get_by_role("button", name="Mark it as done").click()
    assert Axe().run(page).response["violations"] == []
    close(page)

    # Somebody else reads it and agrees.
    deputy, second = arrive(someone, "bronwen", inbox.link(inbox.letter_to(DEPUTY, "closed")))
    second.get_by_role("button", name="I agree: close it").click()
    expect(second.get_by_role("heading", name="Closed")).to_be_visible()
    expect(second.get_by_role("link", name="Open it again")).to_be_visible()

    # Nobody has touched the record; then somebody does, past Signpost.
    administrator, record_page = arrive(someone, "owen")
    record_page.get_by_role("link", name="People", exact=True).first.click()
    record_page.get_by_role("link", name="Audit record").click()
    programme_id = record_page.url.partition("/programmes/")[2].partition("/")[0]
    until(
        lambda: any(link["what"]["S"] == "second_read_concern" for link in tables.links(programme_id)),
        "the closing in the record",
    )
    check_the_record(record_page, "The record is whole")
    touched = tables.links(programme_id)[-3]
    with tables.one_byte_changed(touched):
        check_the_record(record_page, "The record is broken")
        number = int(touched["seq"]["N"])
        expect(
            record_page.get_by_text(
                f"Record {number:,} is the first that is wrong: it is not what was written"
            )
        ).to_be_visible()
    check_the_record(record_page, "The record is whole")

    for one in (lead, deputy, mentee, mentor, administrator):
        assert one.problems == []
