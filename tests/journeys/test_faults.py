"""The journey of a worry while AWS is unwell: throttled, in error, not reached, not heard and too late, in
the tables, the mail service and the bucket. Whoever sees an error sends the same form again, and in the end
all that anybody was told is so, once.

SEED chooses which calls fail (`SEED=7 pytest tests/journeys/test_faults.py`).
"""

import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from infra.local.stack import LocalStack, Ports
from infra.package import architecture_here, build
from shared.platform.clock import LONDON, now, order
from tests.journeys.faulty_wire import FAULTS, SERVICES, FaultyWire
from tests.journeys.plain_browser import Page, PlainBrowser, fetched
from tests.journeys.waiting import until

SEED = int(os.environ.get("SEED", "2026"))
PORTS = Ports.free()
PATIENCE = 150.0
"""Seconds for what goes on behind the pages: a lease of thirty seconds may have to run out, twice."""
A_MINUTE = 6.0
"""Seconds that a minute lasts here: after so many the sweep runs."""

CLEAN = (
    "I went to the open day at the yard, and liked the welding.",
    "Thank you for the book list. I have begun with the one about tunnels.",
)
ANSWER = "Thank you for telling me about the welding. I learned it in my first year at work."
WORRY = "I don't see the point in being here any more"
REPORTED = "He keeps asking which bus I take home, and waits there."
CALL = "She is with Amina now and rings her mother."
REFERRAL = "They take the referral and see the family tomorrow."
NEXT_STEP = "Ring the duty desk: did they see her?"
CAME_OF_IT = "They did. A social worker sees her each week."
LETTER = ("letter-of-the-school.txt", b"What Helen Adeyemi wrote to us on the same evening.\n")
PRIVATE = ("being here", "Amina", "Yusuf", "suicide", "bus")

T = TypeVar("T")
Stored = dict[str, Any]


@pytest.fixture(scope="module")
def wire() -> Iterator[FaultyWire]:
    with FaultyWire(Ports.free().stack, PORTS.stack, SEED) as made:
        yield made


@pytest.fixture(scope="module")
def stack(wire: FaultyWire) -> Iterator[LocalStack]:
    """Signpost as it ships, with the wire between its functions and AWS; all is well while it is set up."""
    package = build(architecture_here())
    with (
        tempfile.TemporaryDirectory(prefix="signpost-faults-") as state,
        LocalStack(package, Path(state), PORTS, functions_call=wire.url) as running,
    ):
        running.fill()
        yield running


class Behind:
    """What goes on behind the pages: the tables as they are, and the sweep, whose minutes are short here."""

    def __init__(self, stack: LocalStack) -> None:
        self._stack = stack
        self._tables = stack.client("dynamodb")
        self._functions = stack.client("lambda")
        names = [one["FunctionName"] for one in self._functions.list_functions()["Functions"]]
        [self._sweep] = [name for name in names if "sweep" in name.lower()]
        self._swept = time.monotonic()

    def stored(self, table: str, kind: str) -> list[Stored]:
        pages = self._tables.get_paginator("scan").paginate(
            TableName=self._stack.output(f"{table}Table"),
            ConsistentRead=True,
            FilterExpression="kind = :kind",
            ExpressionAttributeValues={":kind": {"S": kind}},
        )
        return [plain(item) for page in pages for item in page["Items"]]

    def until(self, condition: Callable[[], T | None], what: str) -> T:
        """What `condition` gives as soon as it gives something, while the sweep runs each minute."""

        def looked() -> T | None:
            if time.monotonic() - self._swept > A_MINUTE:
                self._swept = time.monotonic()
                self._functions.invoke(FunctionName=self._sweep, InvocationType="Event", Payload=b"{}")
            return condition()

        return until(looked, what, patience=PATIENCE)

    def message(self, text: str) -> Stored:
        [found] = [one for one in self.stored("Conversations", "message") if one["text"] == text]
        return found

    def message_in(self, text: str, state: str) -> Stored | None:
        found = self.message(text)
        assert found["state"] in ("pending", state), f"{text!r} is {found['state']}"
        return found if found["state"] == state else None

    def concern(self, words: str) -> Stored | None:
        """The one that says so; there is never more than one."""
        found = [one for one in self.stored("Safeguarding", "concern") if words in one["words"]]
        assert len(found) <= 1, "one worry became two concerns"
        return found[0] if found else None

    def lines(self, concern: Stored) -> list[Stored]:
        return [one for one in self.stored("Safeguarding", "entry") if one["pk"] == concern["pk"]]

    def told(self, concern: Stored) -> set[str]:
        """The addresses at which the mail service has taken an alert about it."""
        return {
            one["address"]
            for one in self.stored("Outbox", "notice")
            if one["template"] == "concern_alert"
            and one.get("reference") == concern["reference"]
            and one["state"] in ("accepted", "delivered")
        }

    def let_time_pass_for(self, concern: Stored) -> None:
        """The clock moved on: its time to be answered is over."""
        self._tables.update_item(
            TableName=self._stack.output("SafeguardingTable"),
            Key={"pk": {"S": concern["pk"]}, "sk": {"S": concern["sk"]}},
            UpdateExpression="SET due_at = :over",
            ConditionExpression="attribute_exists(due_at)",
            ExpressionAttributeValues={":over": {"S": order(now() - timedelta(seconds=1))}},
        )

    def files_of(self, concern: Stored) -> list[bytes]:
        """The newest version of each file in the bucket that belongs to a concern."""
        s3 = self._stack.client("s3")
        [bucket] = [one["Name"] for one in s3.list_buckets()["Buckets"] if "concern" in one["Name"].lower()]
        found = s3.list_objects_v2(Bucket=bucket, Prefix=f"concerns/{concern['concern_id']}/")
        keys = [one["Key"] for one in found.get("Contents", ())]
        return [s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys]

    def is_at_rest(self) -> bool:
        """Whether nothing waits to be checked, sent as an alert, or linked into the audit record."""
        waiting = [one for one in self.stored("Conversations", "message") if one["state"] == "pending"]
        notices = self.stored("Outbox", "notice")
        unsent = [one for one in notices if one["state"] in ("queued", "sending") and one["lane"] == "alert"]
        return not (waiting or unsent or self.stored("Safeguarding", "audit_waiting"))


def plain(item: dict[str, Any]) -> Stored:
    """An item as DynamoDB holds it, without its types; JSON stays text."""
    return {name: next(iter(value.values())) for name, value in item.items()}


class Everybody:
    """Those who are signed in, each with a browser."""

    def __init__(self, stack: LocalStack) -> None:
        self.tried_again: Counter[str] = Counter()
        self._stack = stack
        self._passwords = {one.username: one.password for one in stack.people()}

    def arrives(self, username: str) -> PlainBrowser:
        someone = PlainBrowser(self._stack.ports.site, self.tried_again)
        page = someone.send(
            someone.open("/sign-in"), "/sign-in", username=username, password=self._passwords[username]
        )
        assert "Sign out" in page.words
        return someone


def conversation_of(someone: PlainBrowser) -> Page:
    return someone.open(someone.open("/").link(r"/pairs/[0-9a-z]+"))


def writes(someone: PlainBrowser, text: str) -> Page:
    """Sends a message, and is shown it."""
    page = someone.send(conversation_of(someone), "/messages", text=text)
    assert text in page.words.replace("’", "'"), "they were not shown what they had sent"
    return page


def act(someone: PlainBrowser, concern: str, **fields: str) -> None:
    page = someone.send(someone.open(f"{concern}/actions"), "/actions", **fields)
    assert fields["words"] in page.words


def test_what_anybody_was_told_is_so_once_however_unwell_aws_is(wire: FaultyWire, stack: LocalStack) -> None:
    everybody, behind = Everybody(stack), Behind(stack)
    mentee, mentor = everybody.arrives("amina"), everybody.arrives("callum")
    lead, deputy = everybody.arrives("morag"), everybody.arrives("bronwen")
    wire.fails = True

    # Letters, and a worry: help beside it at once, held, and kept from its reader.
    for text in CLEAN:
        writes(mentee, text)
    page = writes(mentee, WORRY)
    assert "You don’t have to wait for an answer" in page.words
    assert "Childline" in page.words
    writes(mentor, ANSWER)
    page = mentee.send(
        mentee.open("/worry"), "/worry", words=REPORTED, urgency="now", about="someone", programme_id=""
    )
    assert "C-" in page.words, "whoever reports a worry is given its reference"
    behind.until(lambda: behind.message_in(WORRY, "held"), "the worry to be held")
    for text in (*CLEAN, ANSWER):
        behind.until(lambda text=text: behind.message_in(text, "delivered"), f"delivery of {text!r}")
    assert WORRY not in conversation_of(mentor).words.replace("’", "'")

    # Somebody is told, nobody answers, and the next are told.
    worry = behind.until(lambda: behind.concern(WORRY), "a concern")
    first = behind.until(lambda: behind.told(worry), "the first alert")
    behind.let_time_pass_for(worry)
    behind.until(lambda: behind.told(worry) - first, "an alert to the next")

    # The lead answers, rings the school, refers, keeps the school's letter, and asks for it to be closed.
    place = f"/concerns/{worry['concern_id']}"
    page = lead.send(lead.open(place), "/acknowledge")
    assert "You are dealing with this" in page.words
    act(lead, place, act="contacted_school", whom="Helen Adeyemi", how="telephone", words=CALL)
    tomorrow = (now().astimezone(LONDON).date() + timedelta(days=1)).isoformat()
    act(
        lead,
        place,
        act="contacted_services",
        whom="Duty desk",
        how="telephone",
        words=REFERRAL,
        reference="MASH-20417",
        next_step=NEXT_STEP,
        next_step_on=tomorrow,
    )
    page = lead.send(lead.open(f"{place}/files"), "/files", file=LETTER, note="By e-mail, at six.")
    address = lead.open(page.link(f"{place}/files/[0-9a-z]+")).location
    assert until(lambda: fetched(address), "the file") == LETTER[1]
    step = lead.open(lead.open(place).link(f"{place}/steps/[0-9a-z]+/done"))
    assert CAME_OF_IT in lead.send(step, "/done", words=CAME_OF_IT).words
    page = lead.send(
        lead.open(f"{place}/close"),
        "/close",
        summary="She saw no point in being here. She was not alone that night.",
        action_taken="Her school and children’s services know; her mother is with her.",
        decision="Children’s services go on with it.",
        outcome="well_founded",
        reasons="She is safe, and a social worker sees her.",
    )
    assert "waits for one of your colleagues" in page.words
    page = deputy.send(deputy.open(place), "/close/agree")
    assert "Closed" in page.words

    # Enough has failed. What waits is worked off, and then all of it is so.
    wire.fails = False
    behind.until(behind.is_at_rest, "everything to come to rest")
    every_service_failed_in_every_way(wire)
    assert everybody.tried_again["POST"], "nobody ever saw an error, so nothing was shown of sending again"
    messages_are_there_once(behind, conversation_of(mentor))
    concerns_are_as_they_were_said_to_be(behind, worry)
    nobody_was_told_more_than_they_may_know(stack)
    the_record_is_whole(everybody.arrives("owen"), behind, worry)


def every_service_failed_in_every_way(wire: FaultyWire) -> None:
    dealt = wire.chance.dealt
    assert [(service, fault) for service in SERVICES for fault in FAULTS if not dealt[service, fault]] == []


def messages_are_there_once(behind: Behind, shown: Page) -> None:
    steps = Counter((one["message_id"], one["what"]) for one in behind.stored("Conversations", "step"))
    for text in (*CLEAN, WORRY, ANSWER):
        message = behind.message(text)
        assert steps[message["message_id"], "written"] == 1
        assert steps[message["message_id"], "held" if text == WORRY else "delivered"] == 1
    for text in CLEAN:
        assert shown.words.count(text) == 1
    assert WORRY not in shown.words.replace("’", "'")


def concerns_are_as_they_were_said_to_be(behind: Behind, worry: Stored) -> None:
    lines = behind.lines(worry)
    notes = Counter(one.get("note") for one in lines)
    assert [notes[words] for words in (CALL, REFERRAL, CAME_OF_IT, "By e-mail, at six.")] == [1, 1, 1, 1]
    done = Counter(one["what"] for one in lines)
    once = ("raised", "acknowledged", "file", "step_done", "closing", "agreed")
    assert {what: done[what] for what in once} == dict.fromkeys(once, 1)
    closed, reported = behind.concern(WORRY), behind.concern(REPORTED)
    assert closed is not None
    assert reported is not None
    assert (closed["state"], reported["state"]) == ("closed", "open")
    assert reported["due"], "what nobody has answered goes on climbing"
    assert behind.told(reported)
    assert behind.files_of(worry) == [LETTER[1]]
    [step] = [one for one in behind.stored("Safeguarding", "next_step") if one["words"] == NEXT_STEP]
    assert step["done_at"]


def nobody_was_told_more_than_they_may_know(stack: LocalStack) -> None:
    for mail in stack.mails():
        if "concern" in mail.subject:
            assert not [word for word in PRIVATE if word in mail.subject + mail.text + mail.html]


def the_record_is_whole(administrator: PlainBrowser, behind: Behind, worry: Stored) -> None:
    deeds = Counter(
        one["what"]
        for one in behind.stored("Safeguarding", "audit_link")
        if one["on"] == f"concern:{worry['concern_id']}"
    )
    once = ("acknowledged_concern", "closed_concern", "second_read_concern")
    assert [deeds[what] for what in once] == [1, 1, 1]
    assert deeds["recorded_action"] == 4, "a call, a referral, a file, and what came of the next step"
    place = f"/programmes/{worry['programme_id']}/audit"
    page = administrator.send(administrator.open(place), "/audit/check")
    while "The record is whole" not in page.words:
        assert "Go on checking" in page.words
        page = administrator.send(page, "/audit/check")
