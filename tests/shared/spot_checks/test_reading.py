"""Answering a spot check: once, in full, and with what the filter missed brought to somebody."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.audit.items import Waiting
from shared.conversations.actions import withdraw_message
from shared.conversations.outcomes import outcomes_of
from shared.conversations.steps import load_message
from shared.conversations.views import conversation
from shared.moderation.actions import ask_to_change, decline, deliver
from shared.moderation.queue import queue
from shared.platform.errors import Conflict, Invalid
from shared.platform.tables import SafeguardingItem
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.concerns.lists import open_concerns
from shared.safeguarding.items import Concern
from shared.spot_checks.check_views import conversation_check, decision_check
from shared.spot_checks.drawing import draw_week
from shared.spot_checks.items import SpotCheck
from shared.spot_checks.reading import Reading, answer_conversation, answer_decision
from shared.spot_checks.views import spot_checks
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone
from tests.outbox import written
from tests.shared.moderation.builders import a_checked_message, a_held_message, worded_anew
from tests.shared.spot_checks.builders import NEXT_WEEK, a_conversation, delivers, open_checks, the_check_of

FINE = Reading(appropriate=True, boundaries="kept", praise="She asks how it went, every time.")
AT_MINE = "Come round to mine on Saturday, I will show you the bench."
LATER = MONDAY + timedelta(hours=2)


@pytest.fixture
def pair(programme: RunningProgramme) -> TwoWhoWrite:
    return a_conversation(programme, text=AT_MINE)


@pytest.fixture
def check(programme: RunningProgramme, pair: TwoWhoWrite) -> SpotCheck:
    return the_check_of(programme.programme_id)


def missed(message_id: str, category: str, severity: str = "high") -> Reading:
    return Reading(
        appropriate=False,
        boundaries="crossed",
        missed_id=message_id,
        missed_category=category,
        missed_severity=severity,
        concern_about="mentor",
        concern_category="grooming",
        concern_severity="high",
        note="They are arranging to meet at somebody’s home.",
    )


def crossed(**changes: Any) -> Reading:
    """Boundaries are crossed, in no message that could be named."""
    said = "He asks her to keep their talks to themselves, a little more each week."
    concern = {"concern_about": "mentor", "concern_category": "grooming", "concern_severity": "high"}
    return Reading(**({"appropriate": False, "boundaries": "crossed", "note": said, **concern} | changes))


def concerns() -> list[Concern]:
    return [one for one in SafeguardingItem.scan() if isinstance(one, Concern)]


def alerted() -> list[str]:
    found = written("concern_alert")
    return sorted(one.address for one in found)


def test_a_conversation_that_was_read_counts_once_for_its_cohort(
    programme: RunningProgramme, check: SpotCheck, priya: Someone
) -> None:
    answer_conversation(priya.viewer, check.check_id, FINE, now=LATER)
    answer_conversation(priya.viewer, check.check_id, FINE, now=LATER)

    page = spot_checks(priya.viewer, programme.programme_id, state="done")
    assert [(row.read, row.pairs) for row in page.coverage] == [(1, 1)]
    assert [row.done_by_name for row in page.checks] == ["Priya Nair"]
    assert spot_checks(priya.viewer, programme.programme_id).checks == ()


def test_a_missed_meeting_is_taken_back_from_its_reader_until_somebody_decides(
    programme: RunningProgramme, pair: TwoWhoWrite, check: SpotCheck, priya: Someone, morag: Someone
) -> None:
    (letter,) = conversation_check(priya.viewer, check.check_id, now=LATER).letters
    assert letter.text == AT_MINE
    reading = missed(letter.id, "meet_in_person")

    answer_conversation(priya.viewer, check.check_id, reading, now=LATER)

    assert conversation(pair.mentor.viewer, pair.pair_id, now=LATER).letters == ()
    (held,) = queue(morag.viewer, programme.programme_id, now=LATER).messages
    assert (held.message_id, held.severity) == (letter.id, "high")
    reason = "Please meet on Signpost only."
    decline(morag.viewer, pair.pair_id, letter.id, reason=reason, wording=1, now=LATER + timedelta(hours=1))
    assert load_message(pair.pair_id, letter.id).state == "declined"


@pytest.fixture
def held_again(programme: RunningProgramme, priya: Someone) -> tuple[TwoWhoWrite, str]:
    """A mentor's message that was delivered as the application does it, and that Priya asks to look at."""
    two = a_pair(programme)
    message = a_checked_message(two, AT_MINE, by="mentor")
    assert message.state == "delivered"
    check = the_check_of(programme.programme_id, now=MONDAY + timedelta(hours=1))
    reading = replace(missed(message.message_id, "meet_in_person"), boundaries="unsure", concern_about="")
    answer_conversation(priya.viewer, check.check_id, reading, now=LATER)
    return two, message.message_id


def test_a_missed_message_that_was_harmless_is_delivered_again(
    held_again: tuple[TwoWhoWrite, str], morag: Someone
) -> None:
    two, message_id = held_again
    assert conversation(two.mentee.viewer, two.pair_id, now=LATER).letters == ()

    deliver(morag.viewer, two.pair_id, message_id, wording=1, now=LATER + timedelta(hours=1))

    (letter,) = conversation(two.mentee.viewer, two.pair_id, now=LATER).letters
    assert letter.text == AT_MINE
    mails = written("new_message")
    assert [one.address for one in mails] == [two.mentee.address] * 2


def test_what_somebody_asks_to_look_at_again_its_writer_cannot_take_back(
    programme: RunningProgramme, held_again: tuple[TwoWhoWrite, str], morag: Someone
) -> None:
    two, message_id = held_again
    (letter,) = conversation(two.mentor.viewer, two.pair_id, now=LATER).letters
    assert (letter.status, letter.may_withdraw) == ("A person is looking at this again", False)

    with pytest.raises(Conflict, match="looking at it again"):
        withdraw_message(two.mentor.viewer, two.pair_id, message_id, now=LATER + timedelta(hours=1))

    (waiting,) = queue(morag.viewer, programme.programme_id, now=LATER).messages
    assert waiting.message_id == message_id


def test_what_its_writer_was_asked_to_change_after_delivery_they_can_take_back(
    held_again: tuple[TwoWhoWrite, str], morag: Someone
) -> None:
    two, message_id = held_again
    reason = "Please meet on Signpost only."
    later = LATER + timedelta(hours=1)
    ask_to_change(morag.viewer, two.pair_id, message_id, reason=reason, wording=1, now=later)

    withdraw_message(two.mentor.viewer, two.pair_id, message_id, now=later)

    assert load_message(two.pair_id, message_id).state == "withdrawn"


def test_moderators_are_told_of_what_is_held_again(
    held_again: tuple[TwoWhoWrite, str], priya: Someone
) -> None:
    mails = written("held_for_you")

    assert [one.address for one in mails] == [priya.address]


def test_a_missed_worry_becomes_a_concern_with_its_alert(
    programme: RunningProgramme, check: SpotCheck, priya: Someone, morag: Someone
) -> None:
    (letter,) = conversation_check(priya.viewer, check.check_id, now=LATER).letters

    answer_conversation(priya.viewer, check.check_id, missed(letter.id, "grooming"), now=LATER)

    (concern,) = open_concerns(morag.viewer, programme.programme_id).concerns
    assert (concern.category, concern.severity) == ("grooming", "high")
    assert alerted() == [morag.address]


def test_a_conversation_in_which_boundaries_are_crossed_reaches_somebody(
    check: SpotCheck, pair: TwoWhoWrite, priya: Someone, morag: Someone
) -> None:
    answer_conversation(priya.viewer, check.check_id, crossed(), now=LATER)

    (concern,) = concerns()
    assert (concern.about_id, concern.about_name) == (pair.mentor.person_id, pair.mentor.name)
    assert concern.words.startswith("He asks her to keep their talks")
    assert {pair.mentor.person_id, pair.mentee.person_id} <= set(concern.hidden_from)
    assert alerted() == [morag.address]
    page = conversation_check(priya.viewer, check.check_id, now=LATER)
    assert page.concern_id == concern.concern_id


@pytest.mark.parametrize(
    "reading",
    [
        crossed(),
        crossed(appropriate=True),
        crossed(boundaries="unsure"),
        crossed(missed_id="m", missed_category="phone", missed_severity="low"),
    ],
)
def test_what_is_not_as_it_should_be_is_not_put_away_without_a_concern(
    check: SpotCheck, priya: Someone, reading: Reading
) -> None:
    silent = replace(reading, concern_about="", concern_category="", concern_severity="")

    with pytest.raises(Invalid, match="has to hear of this") as refused:
        answer_conversation(priya.viewer, check.check_id, silent, now=LATER)

    assert [one.field for one in refused.value.all] == [
        "concern_about",
        "concern_category",
        "concern_severity",
    ]


def test_what_is_held_again_for_not_being_appropriate_needs_no_concern_as_well(
    check: SpotCheck, priya: Someone
) -> None:
    (letter,) = conversation_check(priya.viewer, check.check_id, now=LATER).letters
    reading = Reading(
        appropriate=False,
        boundaries="kept",
        missed_id=letter.id,
        missed_category="profanity",
        missed_severity="low",
        note="It could be said more kindly.",
    )

    answer_conversation(priya.viewer, check.check_id, reading, now=LATER)

    assert concerns() == []


def test_a_second_worry_in_a_message_reported_before_is_a_concern_of_its_own(
    programme: RunningProgramme, pair: TwoWhoWrite, check: SpotCheck, priya: Someone, morag: Someone
) -> None:
    (letter,) = conversation_check(priya.viewer, check.check_id, now=LATER).letters
    answer_conversation(priya.viewer, check.check_id, missed(letter.id, "grooming"), now=LATER)
    delivers(pair, now=NEXT_WEEK)
    draw_week(programme.programme_id, now=NEXT_WEEK + timedelta(hours=1))
    (again,) = open_checks(programme.programme_id)
    worse = missed(letter.id, "suicide", "immediate")

    answer_conversation(morag.viewer, again.check_id, worse, now=NEXT_WEEK + timedelta(hours=2))

    assert sorted(one.category for one in concerns()) == ["grooming", "suicide"]


@pytest.mark.parametrize(("category", "has_concern"), [("phone", False), ("self_harm", True)])
def test_what_was_missed_counts_as_the_filters_miss(
    programme: RunningProgramme, check: SpotCheck, priya: Someone, category: str, has_concern: bool
) -> None:
    (letter,) = conversation_check(priya.viewer, check.check_id, now=LATER).letters

    answer_conversation(priya.viewer, check.check_id, missed(letter.id, category), now=LATER)

    (row,) = spot_checks(priya.viewer, programme.programme_id).coverage
    assert row.missed == 1
    (outcome,) = outcomes_of(programme.programme_id, limit=10)
    assert (outcome.decision, outcome.categories, outcome.has_concern) == ("missed", [category], has_concern)


def test_a_message_that_is_no_longer_there_is_not_reported_unseen(
    pair: TwoWhoWrite, check: SpotCheck, priya: Someone
) -> None:
    with pytest.raises(Invalid, match="one of the messages"):
        answer_conversation(priya.viewer, check.check_id, missed("another", "phone"), now=LATER)
    held = a_held_message(pair)
    with pytest.raises(Conflict, match="changed or taken out"):
        answer_conversation(priya.viewer, check.check_id, missed(held.message_id, "phone"), now=LATER)


def test_every_question_that_is_wrong_is_named(check: SpotCheck, priya: Someone) -> None:
    reading = Reading(appropriate=False, boundaries="kept", missed_id="x", missed_category="tea")

    with pytest.raises(Invalid) as refused:
        answer_conversation(priya.viewer, check.check_id, reading, now=LATER)

    assert {one.field for one in refused.value.all} == {"missed_category", "missed_severity", "note"}


def test_two_who_read_the_same_hear_of_each_other(check: SpotCheck, priya: Someone, morag: Someone) -> None:
    answer_conversation(priya.viewer, check.check_id, FINE, now=LATER)

    with pytest.raises(Conflict, match="Priya Nair has already answered"):
        answer_conversation(morag.viewer, check.check_id, FINE, now=LATER)


def test_reading_and_answering_are_in_the_audit_record(
    programme: RunningProgramme, check: SpotCheck, priya: Someone
) -> None:
    conversation_check(priya.viewer, check.check_id, now=LATER)
    answer_conversation(priya.viewer, check.check_id, FINE, now=LATER)

    found = Waiting.query(f"AUDIT_WAITING#{programme.programme_id}")
    assert {(one.what, one.by_name) for one in found} == {
        ("read_conversation", "Priya Nair"),
        ("spot_checked", "Priya Nair"),
    }


# A moderator's decision, made again


@pytest.fixture
def decision(programme: RunningProgramme, priya: Someone) -> SpotCheck:
    two = a_pair(programme)
    held = a_held_message(two)
    deliver(priya.viewer, two.pair_id, held.message_id, wording=1, now=LATER)
    draw_week(programme.programme_id, now=NEXT_WEEK)
    return next(one for one in open_checks(programme.programme_id) if one.of == "decisions")


def test_the_second_reader_sees_the_message_and_not_the_decision(decision: SpotCheck, morag: Someone) -> None:
    page = decision_check(morag.viewer, decision.check_id, now=NEXT_WEEK)

    assert "07700 900123" in "".join(segment.text for segment in page.words)
    assert (page.decision, page.agreed) == ("", None)


def test_agreement_is_counted(programme: RunningProgramme, decision: SpotCheck, morag: Someone) -> None:
    with pytest.raises(Invalid, match="a sentence about what you saw"):
        answer_decision(morag.viewer, decision.check_id, would="returned", note="", now=NEXT_WEEK)
    answer_decision(
        morag.viewer, decision.check_id, would="returned", note="There is a number in it.", now=NEXT_WEEK
    )

    page = decision_check(morag.viewer, decision.check_id, now=NEXT_WEEK)
    assert (page.decision, page.agreed) == ("delivered", False)
    agreement = spot_checks(morag.viewer, programme.programme_id).agreement
    assert (agreement.read, agreement.agreed) == (1, 0)


def test_the_wording_that_was_decided_on_is_shown_though_it_was_changed_since(
    programme: RunningProgramme, priya: Someone, morag: Someone
) -> None:
    two = a_pair(programme)
    held = a_held_message(two)
    ask_to_change(
        priya.viewer, two.pair_id, held.message_id, reason="No numbers, please.", wording=1, now=LATER
    )
    worded_anew(two, held, "It would be easier to talk here after school.", now=LATER)
    draw_week(programme.programme_id, now=NEXT_WEEK)
    check = next(one for one in open_checks(programme.programme_id) if one.of == "decisions")

    page = decision_check(morag.viewer, check.check_id, now=NEXT_WEEK)

    assert "07700 900123" in "".join(segment.text for segment in page.words)
    assert "phone number" in page.found
