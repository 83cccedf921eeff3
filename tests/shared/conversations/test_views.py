"""What each sees of a conversation, and no more."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from pydantic import TypeAdapter
from pynamodb.exceptions import PutError

from shared.audit.items import Waiting
from shared.conversations.checking import check_message
from shared.conversations.cursors import cursor_of
from shared.conversations.items import Message
from shared.conversations.views import PAGE, ConversationView, Letter, conversation, returned_message
from shared.people.permissions import Viewer
from shared.platform.errors import Invalid, NotFound
from shared.platform.tables import SafeguardingItem
from tests.builders.clock import MONDAY
from tests.builders.conversations import CLEAN, WITH_A_NUMBER, WORRIED, TwoWhoWrite, a_message, a_pair
from tests.builders.people import a_person
from tests.builders.programmes import a_programme
from tests.faults import answering, calls

from .builders import TheFilter

pytestmark = pytest.mark.usefixtures("tables")
STATES = ("pending", "held", "returned", "declined", "withdrawn", "delivered")


def delivered(pair: TwoWhoWrite, text: str, *, by: str = "mentee", minutes: int = 0) -> Message:
    return a_message(pair, text, by=by, state="delivered", now=MONDAY + timedelta(minutes=minutes))


def texts(view: ConversationView) -> list[str]:
    return [letter.text for letter in view.letters]


def only(view: ConversationView) -> Letter:
    [letter] = view.letters
    return letter


# Who sees what


@pytest.mark.parametrize("state", [one for one in STATES if one != "delivered"])
def test_a_message_that_was_not_delivered_is_never_shown_to_its_reader(state: str) -> None:
    pair = a_pair()
    a_message(pair, WITH_A_NUMBER, by="mentor", state=state, severity="high")

    view = conversation(pair.mentee.viewer, pair.pair_id, now=MONDAY)

    assert view.letters == ()
    assert view.help_now == ()


def test_a_delivered_message_tells_its_reader_name_text_and_time_and_nothing_else() -> None:
    pair = a_pair()
    message = a_message(
        pair,
        by="mentor",
        state="delivered",
        round=3,
        severity="high",
        lane="safeguarding",
        reason="Please leave the place out.",
        claimed_by="coordinator-1",
        claimed_by_name="Priya Nair",
        findings=[{"category": "phone"}],
        delivered_at=MONDAY + timedelta(hours=5),
    )

    letter = only(conversation(pair.mentee.viewer, pair.pair_id, now=MONDAY))

    assert letter == Letter(
        id=message.message_id,
        name="Callum",
        sender_role="mentor",
        own=False,
        text=CLEAN,
        at=MONDAY + timedelta(hours=5),
    )


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("pending", "Being checked"),
        ("delivered", "Sent"),
        ("held", "A person will read this first"),
        ("returned", "Please change one thing"),
        ("declined", "Not sent"),
        ("withdrawn", "Taken back"),
    ],
)
def test_the_writer_is_always_told_in_words_what_happens(state: str, words: str) -> None:
    pair = a_pair()
    a_message(pair, by="mentee", state=state)

    letter = only(conversation(pair.mentee.viewer, pair.pair_id, now=MONDAY))

    assert (letter.text, letter.status, letter.own) == (CLEAN, words, True)


def test_the_writer_of_a_held_message_is_told_when_somebody_usually_reads_it() -> None:
    pair = a_pair()
    a_message(pair, by="mentee", state="held")

    note = only(conversation(pair.mentee.viewer, pair.pair_id, now=MONDAY)).note

    assert pair.programme.policy.reply_promise in note


def test_the_writer_of_a_returned_message_reads_the_reason_and_may_change_it() -> None:
    pair = a_pair()
    a_message(pair, state="returned", reason="Please take the phone number out.", round=2)

    letter = only(conversation(pair.mentee.viewer, pair.pair_id, now=MONDAY))

    assert letter.note == "Please take the phone number out."
    assert (letter.may_change, letter.may_withdraw, letter.round) == (True, True, 2)


def test_no_participant_is_given_what_staff_know_of_a_message() -> None:
    pair = a_pair()
    a_message(
        pair,
        WORRIED,
        state="held",
        severity="immediate",
        lane="safeguarding",
        concern_id="concern-1",
        claimed_by="lead-1",
        claimed_by_name="Morag Sinclair",
        findings=[{"category": "suicide", "rule": "suicide.3", "severity": "immediate"}],
    )

    for someone in (pair.mentee, pair.mentor):
        view = conversation(someone.viewer, pair.pair_id, now=MONDAY)
        sent = TypeAdapter(ConversationView).dump_json(view).decode()
        for secret in ("suicide", "immediate", "safeguarding", "concern-1", "Sinclair", "Yusuf", "Reid", "@"):
            assert secret not in sent


def test_staff_see_every_message_with_its_state_and_full_names() -> None:
    pair = a_pair()
    for minutes, state in enumerate(STATES):
        a_message(pair, f"This one is {state}.", state=state, now=MONDAY + timedelta(minutes=minutes))

    view = conversation(a_person("coordinator", pair.programme).viewer, pair.pair_id, now=MONDAY)

    assert [letter.state for letter in view.letters] == list(STATES)
    assert (view.title, view.may_write) == ("Amina Yusuf and Callum Reid", False)
    assert not any(letter.may_change or letter.may_withdraw for letter in view.letters)


def test_staff_who_mentor_see_their_own_conversation_as_a_mentor_does() -> None:
    from tests.builders.people import also_in

    pair = a_pair()
    also_in(pair.programme, pair.mentor, role="coordinator")
    viewer = Viewer(
        pair.mentor.person_id,
        "Callum",
        "Reid",
        pair.mentor.viewer.memberships + a_person("coordinator", pair.programme).viewer.memberships,
    )
    a_message(pair, WORRIED, by="mentee", state="held", lane="safeguarding")

    assert conversation(viewer, pair.pair_id, now=MONDAY).letters == ()


def test_a_conversation_does_not_exist_for_anybody_else() -> None:
    pair = a_pair()
    elsewhere = a_programme("Another Programme")
    strangers = [
        a_person("administrator", pair.programme).viewer,
        a_person("mentee", pair.programme, first_name="Isla", surname="Munro").viewer,
        a_person("coordinator", elsewhere, first_name="Elin", surname="Frost").viewer,
        Viewer(pair.mentee.person_id, "Amina", "Yusuf", ()),
    ]

    for viewer in strangers:
        with pytest.raises(NotFound):
            conversation(viewer, pair.pair_id, now=MONDAY)


# A worry


def test_who_writes_of_a_worry_sees_at_once_where_help_is_to_be_had() -> None:
    pair = a_pair()
    message = a_message(pair, WORRIED)
    check_message(pair.pair_id, message.message_id, checker=TheFilter(), now=MONDAY)

    view = conversation(pair.mentee.viewer, pair.pair_id, now=MONDAY)

    assert [place.name for place in view.help_now] == ["Emergency services", "Somebody to listen"]
    assert only(view).status == "A person will read this first"
    assert only(view).may_change is False
    assert conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY).help_now == ()


def test_a_phone_number_is_no_worry() -> None:
    pair = a_pair()
    message = a_message(pair, WITH_A_NUMBER)
    check_message(pair.pair_id, message.message_id, checker=TheFilter(), now=MONDAY)

    assert conversation(pair.mentee.viewer, pair.pair_id, now=MONDAY).help_now == ()


# The order, and the pages


def test_a_conversation_is_read_from_the_oldest_to_the_newest() -> None:
    pair = a_pair()
    for minutes, (by, text) in enumerate(
        [("mentor", "Hello Amina."), ("mentee", "Hello Callum."), ("mentor", "Good.")]
    ):
        delivered(pair, text, by=by, minutes=minutes)

    assert texts(conversation(pair.mentee.viewer, pair.pair_id, now=MONDAY)) == [
        "Hello Amina.",
        "Hello Callum.",
        "Good.",
    ]


def test_what_was_held_becomes_the_newest_and_only_its_writer_knows_when_it_was_written() -> None:
    pair = a_pair()
    message = a_message(pair, "Held for a while.", by="mentee")
    delivered(pair, "Written later.", by="mentor", minutes=30)
    late = MONDAY + timedelta(hours=2)
    check_message(pair.pair_id, message.message_id, checker=TheFilter(), now=late)

    to_reader = conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY).letters[-1]
    to_writer = conversation(pair.mentee.viewer, pair.pair_id, now=MONDAY).letters[-1]

    assert (to_reader.text, to_reader.at, to_reader.written_at) == ("Held for a while.", late, None)
    assert (to_writer.text, to_writer.at, to_writer.written_at) == ("Held for a while.", late, MONDAY)


def test_a_long_history_is_read_page_by_page_with_nothing_missing_or_twice() -> None:
    pair = a_pair()
    for minutes in range(70):
        delivered(pair, f"Letter {minutes}", by=("mentee", "mentor")[minutes % 2], minutes=minutes)
    pages = [conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY)]
    while pages[-1].older:
        pages.append(conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY, before=pages[-1].older))

    assert [len(page.letters) for page in pages] == [PAGE, PAGE, 10]
    assert [text for page in reversed(pages) for text in texts(page)] == [f"Letter {n}" for n in range(70)]
    assert [page.is_newest for page in pages] == [True, False, False]


def test_the_pages_tell_their_reader_nothing_of_what_is_held() -> None:
    pair = a_pair()
    for minutes in range(70):
        delivered(pair, f"Letter {minutes}", by="mentee", minutes=minutes)
    before = [asdict(conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY))]
    before.append(
        asdict(conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY, before=before[0]["older"]))
    )
    for minutes in (5, 15, 35, 39, 40, 41, 55, 69):
        a_message(
            pair, "Held.", by="mentee", state="held", now=MONDAY + timedelta(minutes=minutes, seconds=30)
        )

    after = [asdict(conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY))]
    after.append(asdict(conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY, before=after[0]["older"])))

    assert after == before


def test_a_page_costs_its_pair_what_the_two_have_shown_and_one_query() -> None:
    pair = a_pair()
    for minutes in range(70):
        delivered(pair, f"Letter {minutes}", minutes=minutes)
    first = conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY)

    for before in (None, first.older):
        with calls() as made:
            conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY, before=before)
        assert [call.operation for call in made] == ["GetItem", "Query", "BatchGetItem"]


def test_staff_reading_a_conversation_is_recorded_before_it_is_shown() -> None:
    pair = a_pair()
    delivered(pair, "Hello Amina.")
    morag = a_person("safeguarding_lead", pair.programme)

    with calls() as made:
        conversation(morag.viewer, pair.pair_id, now=MONDAY)

    assert [call.operation for call in made] == ["GetItem", "PutItem", "Query", "BatchGetItem"]
    [kept] = [one for one in SafeguardingItem.scan() if isinstance(one, Waiting)]
    assert (kept.what, kept.on, kept.by_name) == ("read_conversation", f"pair:{pair.pair_id}", morag.name)
    assert set(kept.hidden_from) == {pair.mentor.person_id, pair.mentee.person_id}


def test_what_cannot_be_recorded_is_not_shown_to_staff_while_the_two_read_on() -> None:
    pair = a_pair()
    delivered(pair, "Hello Amina.")
    morag = a_person("safeguarding_lead", pair.programme)

    with answering("PutItem", "InternalServerError"):
        with pytest.raises(PutError):
            conversation(morag.viewer, pair.pair_id, now=MONDAY)
        assert conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY).letters


def test_a_link_to_older_messages_that_was_altered_is_refused() -> None:
    pair = a_pair()
    message = delivered(pair, CLEAN)
    good = cursor_of(pair.pair_id, message.thread_at or "", message.message_id)
    of_another = cursor_of("another-pair", message.thread_at or "", message.message_id)

    for altered in (
        good[:-3],
        f"{good[:10]}A{good[11:]}",
        of_another,
        "x",
        "é",
        "bnVsbA",
        "W10",
        "=" * 9,
        "[" * 999,
    ):
        with pytest.raises(Invalid) as refusal:
            conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY, before=altered)
        assert refusal.value.field == "before"


def test_nothing_can_be_written_in_a_conversation_that_has_ended() -> None:
    pair = a_pair(status="ended")

    view = conversation(pair.mentor.viewer, pair.pair_id, now=MONDAY)

    assert (view.may_write, view.has_ended) == (False, True)


# A returned message


def test_its_writer_sees_a_returned_message_with_what_is_asked() -> None:
    pair = a_pair()
    message = a_message(pair, WITH_A_NUMBER, state="returned", reason="Please take the number out.", round=2)

    view = returned_message(pair.mentee.viewer, pair.pair_id, message.message_id)

    assert (view.text, view.reason, view.round) == (WITH_A_NUMBER, "Please take the number out.", 2)
    assert (view.may_change, view.other_name) == (True, "Callum")


def test_nobody_else_can_open_a_message_to_change_it() -> None:
    pair = a_pair()
    message = a_message(pair, state="returned")

    for viewer in (pair.mentor.viewer, a_person("coordinator", pair.programme).viewer):
        with pytest.raises(NotFound):
            returned_message(viewer, pair.pair_id, message.message_id)
