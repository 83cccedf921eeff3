"""How messages pass in each of the programmes: one test for each line of docs/programmes.md about it.

What people do goes through the routes, and what follows through the stream functions and the sweep, with a
clock that the test turns.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest

from functions.web.access import session_cookie
from shared.audit.items import Waiting
from shared.conversations.passing_on import opens_at
from shared.filtering import RulesBroken, Verdict
from shared.people.actions.sessions import start_session
from shared.platform.clock import now
from shared.platform.tables import SafeguardingItem
from shared.policies.presets import load_preset
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, WORRIED, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme
from tests.functions.web.browser import Browser
from tests.functions.web.signed_in import program_of
from tests.streams.world import World

pytestmark = pytest.mark.usefixtures("tables")

FRIDAY_AT_17_01 = datetime(2026, 11, 20, 17, 1, tzinfo=UTC)
MONDAY_AT_9 = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BEFORE_A_HOLIDAY = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
"""The Friday before St Andrew's Day, which is kept on Monday 30 November 2026."""


def a_world(preset: str) -> World:
    return World(policy=load_preset(preset))


def posts(world: World, text: str, *, by: Someone) -> str:
    """Writes a message by the route; its id."""
    world.keys_used += 1
    answer = program_of(by).post(
        f"/pairs/{world.pair.pair_id}/messages", {"text": text, "key": f"form-{world.keys_used}"}
    )
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def read_by(world: World, reader: Someone) -> dict[str, str]:
    """The texts that somebody finds in the conversation, and their states."""
    answer = program_of(reader).get(f"/pairs/{world.pair.pair_id}")
    return {letter["text"]: letter["state"] for letter in answer.json["letters"]}


def decides(world: World, message_id: str, decision: str, *, reason: str = "") -> None:
    place = f"/moderation/{world.pair.pair_id}/{message_id}"
    answer = program_of(world.coordinator).post(
        f"{place}/decide", {"decision": decision, "reason": reason, "wording": 1}
    )
    assert answer.status in (200, 201), answer.text


def settles(world: World) -> None:
    """Everything that the streams bring, and one run of the sweep."""
    world.driver.settle()
    world.sweep()
    world.driver.settle()


def in_the_next_hours(world: World) -> None:
    """Settles when the programme's hours begin next, after what was decided by a route: at this moment."""
    world.now = opens_at(world.pair.programme.policy, now()) + timedelta(minutes=1)
    settles(world)


# ── Read before it is passed on ────────────────────────────────────────────


@pytest.mark.parametrize("preset", ["university-outreach", "national-stem", "college-pilot"])
def test_st_2_either_side_may_write_at_any_time_and_neither_waits_for_the_other(preset: str) -> None:
    world = a_world(preset)
    world.now = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)  # on a Sunday night

    posts(world, CLEAN, by=world.pair.mentee)
    posts(world, "I was up late too. How did the mock exam go?", by=world.pair.mentor)
    settles(world)

    assert set(read_by(world, world.pair.mentor).values()) == {"delivered"}
    assert len(read_by(world, world.pair.mentee)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Have a look at https://www.example.org/physics before Thursday.",
        "You can find me at callum.reid@example.org most days.",
        WITH_A_NUMBER,
        "Here is my essay, I have attached it as essay-final.docx.",
        WORRIED,
        "I have been so stressed and anxious about the exams.",
    ],
)
def test_st_3_every_message_is_filtered_and_stops_at_a_stop_condition(text: str) -> None:
    world = a_world("national-stem")

    posts(world, text, by=world.pair.mentee)
    assert read_by(world, world.pair.mentor) == {}
    settles(world)

    assert read_by(world, world.pair.mentee) == {text: "held"}
    assert read_by(world, world.pair.mentor) == {}


def test_st_4_a_flagged_message_is_read_amended_filtered_again_and_only_then_sent_on() -> None:
    world = a_world("national-stem")
    message_id = posts(world, WITH_A_NUMBER, by=world.pair.mentor)
    settles(world)
    decides(world, message_id, "ask_to_change", reason="Please leave the number out.")
    place = f"/pairs/{world.pair.pair_id}/messages/{message_id}"

    still_a_number = "Fine. Then ring me at work, on 0141 496 0123, before five."
    program_of(world.pair.mentor).post(place, {"text": still_a_number, "round": 1})
    settles(world)
    assert read_by(world, world.pair.mentee) == {}
    assert world.message(message_id).state == "held"

    answer = program_of(world.coordinator).post(
        f"/moderation/{world.pair.pair_id}/{message_id}/decide",
        {"decision": "ask_to_change", "reason": "The other number, too, please.", "wording": 2},
    )
    assert answer.status == 200, answer.text
    program_of(world.pair.mentor).post(place, {"text": CLEAN, "round": 2})
    settles(world)
    assert read_by(world, world.pair.mentee) == {CLEAN: "delivered"}


def test_bt_3_every_message_is_read_and_passed_on_by_the_coordinator() -> None:
    world = a_world("brokered")
    world.now = MONDAY_AT_9
    message_id = posts(world, CLEAN, by=world.pair.mentee)
    settles(world)
    assert read_by(world, world.pair.mentor) == {}
    assert (world.message(message_id).state, world.message(message_id).findings) == ("held", [])
    queue = program_of(world.coordinator).get(f"/programmes/{world.pair.programme_id}/moderation")
    assert [one["message_id"] for one in queue.json["messages"]] == [message_id]

    decides(world, message_id, "deliver")
    in_the_next_hours(world)

    assert read_by(world, world.pair.mentor) == {CLEAN: "delivered"}


@pytest.mark.parametrize(
    ("written_at", "passed_on_at"),
    [
        (FRIDAY_AT_17_01, MONDAY_AT_9),
        (BEFORE_A_HOLIDAY, datetime(2026, 12, 1, 9, 0, tzinfo=UTC)),
        (datetime(2026, 7, 3, 17, 1, tzinfo=UTC), datetime(2026, 7, 6, 8, 0, tzinfo=UTC)),
    ],
)
def test_bt_4_messages_are_taken_at_any_time_and_passed_on_in_the_hours_only(
    written_at: datetime, passed_on_at: datetime
) -> None:
    policy = load_preset("brokered")
    filtered = policy.model_copy(
        update={"moderation": policy.moderation.model_copy(update={"mode": "filtered"})}
    )
    world = World(policy=filtered)
    world.now = written_at
    posts(world, CLEAN, by=world.pair.mentor)
    settles(world)
    assert read_by(world, world.pair.mentor) == {CLEAN: "scheduled"}

    world.now = passed_on_at - timedelta(minutes=2)
    settles(world)
    assert read_by(world, world.pair.mentee) == {}

    settles(world)
    assert read_by(world, world.pair.mentee) == {CLEAN: "delivered"}


def test_bt_4_alerts_never_wait_for_the_hours() -> None:
    world = a_world("brokered")
    world.now = FRIDAY_AT_17_01

    posts(world, WORRIED, by=world.pair.mentee)
    settles(world)

    told = [one for one in world.mailer.sent if one.address == world.lead.address]
    assert told


@pytest.mark.parametrize("arrived_by", ["telephone", "text", "email"])
def test_bt_5_what_reached_the_coordinator_otherwise_is_entered_and_marked(arrived_by: str) -> None:
    world = a_world("brokered")
    answer = program_of(world.coordinator).post(
        f"/pairs/{world.pair.pair_id}/on-behalf",
        {"arrived_by": arrived_by, "text": CLEAN, "key": "her-call"},
    )
    assert answer.status == 201, answer.text
    world.now = MONDAY_AT_9
    settles(world)
    decides(world, answer.json["message_id"], "deliver")
    in_the_next_hours(world)

    [letter] = program_of(world.pair.mentor).get(f"/pairs/{world.pair.pair_id}").json["letters"]
    assert (letter["name"], letter["text"]) == (world.pair.mentee.first_name, CLEAN)
    assert letter["via"] in {"telephone", "text message", "e-mail"}


@pytest.mark.parametrize("by", ["mentee", "mentor"])
@pytest.mark.parametrize(
    "text",
    [WITH_A_NUMBER, "My email is amina dot yusuf at example dot org.", "Add me on snap, I'm aminay07."],
)
def test_bt_11_no_contact_details_pass_in_either_direction(text: str, by: str) -> None:
    world = a_world("brokered")
    writer, reader = world.pair.mentee, world.pair.mentor
    if by == "mentor":
        writer, reader = reader, writer

    message_id = posts(world, text, by=writer)
    settles(world)

    assert read_by(world, reader) == {}
    assert world.message(message_id).findings
    page = program_of(reader).get(f"/pairs/{world.pair.pair_id}").text
    assert writer.address not in page
    assert writer.surname not in page


# ── Everywhere ─────────────────────────────────────────────────────────────


def test_all_1_while_the_filter_is_broken_messages_wait_and_nobody_reads_them() -> None:
    def broken(*_: object, **__: object) -> Verdict:
        raise RulesBroken("The rules cannot be read.")

    world = World(policy=load_preset("national-stem"), checker=broken)
    message_id = posts(world, CLEAN, by=world.pair.mentor)
    assert read_by(world, world.pair.mentee) == {}

    settles(world)

    assert read_by(world, world.pair.mentee) == {}
    assert world.message(message_id).state == "held"


def test_all_1_while_no_stream_brings_it_to_the_filter_a_message_waits() -> None:
    world = a_world("national-stem")

    posts(world, CLEAN, by=world.pair.mentor)

    assert read_by(world, world.pair.mentee) == {}
    assert read_by(world, world.pair.mentor) == {CLEAN: "pending"}


def test_all_3_no_e_mail_carries_a_message_a_surname_or_a_reason() -> None:
    world = a_world("national-stem")
    texts = [CLEAN, WITH_A_NUMBER, WORRIED]
    ids = [posts(world, text, by=world.pair.mentee) for text in texts]
    settles(world)
    decides(world, ids[1], "ask_to_change", reason="Please leave the number out.")
    world.now += timedelta(hours=30)  # nobody answers, and what is held is late
    settles(world)
    settles(world)

    assert {one.written.subject for one in world.mailer.sent}
    for mail in world.mailer.sent:
        said = f"{mail.written.subject} {mail.written.text} {mail.written.html}"
        for secret in (*texts, "07700", "want to die", "leave the number out", "self_harm", "suicide"):
            assert secret not in said
        for someone in (world.pair.mentee, world.pair.mentor):
            assert someone.surname not in said
        assert re.search(r"https://[^\s]+", said)


@pytest.mark.parametrize("preset", ["national-stem", "brokered"])
def test_all_4_an_unread_queue_is_escalated_and_never_let_pass(preset: str) -> None:
    world = a_world(preset)
    message_id = posts(world, WITH_A_NUMBER, by=world.pair.mentor)
    settles(world)

    for _ in range(6):
        world.now += timedelta(days=2)
        settles(world)

    assert world.message(message_id).state == "held"
    assert read_by(world, world.pair.mentee) == {}
    told = {one.address for one in world.mailer.sent}
    assert {world.coordinator.address, world.lead.address} <= told


def test_all_5_every_view_and_decision_of_the_staff_is_in_the_audit_record() -> None:
    world = a_world("national-stem")
    message_id = posts(world, WITH_A_NUMBER, by=world.pair.mentor)
    settles(world)
    program = program_of(world.coordinator)
    program.get(f"/pairs/{world.pair.pair_id}")
    program.get(f"/moderation/{world.pair.pair_id}/{message_id}")
    decides(world, message_id, "decline", reason="Contact details are kept to oneself here.")

    made = {one.what for one in SafeguardingItem.scan() if isinstance(one, Waiting)}

    assert {"read_conversation", "read_held_message", "decided_on_message"} <= made


# ── Meetings face to face ──────────────────────────────────────────────────


def test_nu_7_an_attempt_to_arrange_a_meeting_is_held() -> None:
    world = a_world("university-outreach")

    message_id = posts(world, "Shall we meet in the library café on Saturday at two?", by=world.pair.mentor)
    settles(world)

    assert world.message(message_id).state == "held"
    assert read_by(world, world.pair.mentee) == {}


def test_all_2_a_worry_is_never_returned_and_its_writer_sees_help_at_once() -> None:
    world = a_world("national-stem")
    message_id = posts(world, WORRIED, by=world.pair.mentee)
    browser = Browser()
    browser.cookies[session_cookie()] = start_session(world.pair.mentee.person_id, now=now())

    page = browser.get(f"/pairs/{world.pair.pair_id}")
    assert "Childline" in page.words
    assert "not an emergency service" in page.words

    settles(world)
    refused = program_of(world.coordinator).post(
        f"/moderation/{world.pair.pair_id}/{message_id}/decide",
        {"decision": "ask_to_change", "reason": "Please leave that out.", "wording": 1},
    )
    assert refused.status == 409
    assert world.message(message_id).state == "held"


def test_nu_4_and_st_5_nobody_of_another_programme_sees_a_conversation() -> None:
    world = a_world("national-stem")
    other = a_programme("Somewhere Else", policy=load_preset("university-outreach"))
    elsewhere = a_pair(
        other,
        mentor=a_person("mentor", other, first_name="Hannah", surname="Osei"),
        mentee=a_person("mentee", other, first_name="Jamie", surname="Kerr"),
    )

    assert program_of(world.coordinator).get(f"/pairs/{elsewhere.pair_id}").status == 404
    assert program_of(world.lead).get(f"/pairs/{world.pair.pair_id}").status == 200
