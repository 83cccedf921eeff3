"""What staff read, decide and change is recorded with it, and only when it is done."""

from typing import Any

import pytest

from shared.audit.items import Waiting
from shared.audit.linking import link_waiting
from shared.conversations.acquaintances import acquaintances, companions_of
from shared.conversations.concerns import raise_about_message
from shared.conversations.pairing import pair_up
from shared.conversations.views import conversation
from shared.filtering import check
from shared.lab.results import backtest_page
from shared.moderation.actions import decline, deliver
from shared.moderation.rules_at_work import outcomes_as_lines
from shared.moderation.views import held_message
from shared.people.actions import import_people, invite, reinstate, suspend, withdraw
from shared.platform.errors import Conflict, NotFound
from shared.safeguarding.concerns.lists import look_through, look_through_closed
from shared.safeguarding.raising.by_hand import ByHand, Raised, raise_by_hand
from shared.safeguarding.raising.reporting import Worry, report_worry
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_message, a_pair
from tests.builders.people import Someone, a_person
from tests.shared.lab.builders import REASON, TREEHOUSE, adopts, drafts_a_rule, tried
from tests.shared.moderation.builders import TAKE_OUT_THE_NUMBER, a_held_message
from tests.shared.people.builders import a_programme as a_bare_programme
from tests.shared.people.builders import an_administrator as a_first_administrator
from tests.shared.people.builders import invited, join
from tests.shared.people.fakes import FakeAccounts

from .builders import links, waiting


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair()


@pytest.fixture
def morag(pair: TwoWhoWrite) -> Someone:
    return a_person("safeguarding_lead", pair.programme)


@pytest.fixture
def owen(pair: TwoWhoWrite) -> Someone:
    return a_person("administrator", pair.programme)


def recorded(by: Someone) -> list[tuple[Any, ...]]:
    """What waits to be linked of somebody's deeds."""
    found = sorted((one for one in waiting() if one.by_id == by.person_id), key=lambda one: one.on)
    assert all(one.by_name == by.name for one in found)
    return [(one.what, one.on, one.why) for one in found]


def of_the_two(record: Waiting, pair: TwoWhoWrite) -> bool:
    return set(record.hidden_from) == {pair.mentor.person_id, pair.mentee.person_id}


def test_reading_a_conversation_and_what_is_held_in_it(pair: TwoWhoWrite, morag: Someone) -> None:
    held = a_held_message(pair)

    conversation(morag.viewer, pair.pair_id, now=MONDAY)
    held_message(morag.viewer, pair.pair_id, held.message_id, now=MONDAY)

    assert recorded(morag) == [
        ("read_held_message", f"message:{pair.pair_id}/{held.message_id}", None),
        ("read_conversation", f"pair:{pair.pair_id}", None),
    ]
    assert all(of_the_two(one, pair) for one in waiting())


def test_the_two_who_write_are_not_watched(pair: TwoWhoWrite) -> None:
    for someone in (pair.mentor, pair.mentee):
        conversation(someone.viewer, pair.pair_id, now=MONDAY)

    assert waiting() == []


def test_a_decision_with_its_reason(pair: TwoWhoWrite, morag: Someone) -> None:
    one, other = a_held_message(pair), a_held_message(pair, "Or ring my mum on 07700 900123.")

    deliver(morag.viewer, pair.pair_id, one.message_id, wording=1, now=MONDAY)
    decline(morag.viewer, pair.pair_id, other.message_id, reason=TAKE_OUT_THE_NUMBER, wording=1, now=MONDAY)

    assert sorted(recorded(morag)) == sorted(
        [
            ("decided_on_message", f"message:{pair.pair_id}/{one.message_id}", "Delivered"),
            (
                "decided_on_message",
                f"message:{pair.pair_id}/{other.message_id}",
                f"Declined: {TAKE_OUT_THE_NUMBER}",
            ),
        ]
    )
    assert all(of_the_two(record, pair) for record in waiting())


def test_a_decision_that_was_refused_leaves_no_record(pair: TwoWhoWrite, morag: Someone) -> None:
    held = a_held_message(pair)

    with pytest.raises(Conflict):
        deliver(morag.viewer, pair.pair_id, held.message_id, wording=2, now=MONDAY)

    assert waiting() == []


def test_what_one_may_not_see_leaves_no_record(pair: TwoWhoWrite, owen: Someone) -> None:
    held = a_held_message(pair)

    with pytest.raises(NotFound):
        conversation(owen.viewer, pair.pair_id, now=MONDAY)
    with pytest.raises(NotFound):
        held_message(owen.viewer, pair.pair_id, held.message_id, now=MONDAY)

    assert waiting() == []


def test_raising_a_concern_by_hand_or_about_a_message(pair: TwoWhoWrite, morag: Someone) -> None:
    by_hand = raises(morag, pair)
    message = a_message(pair, state="delivered")
    about_it = raise_about_message(
        morag.viewer,
        pair.pair_id,
        message.message_id,
        about="mentee",
        category="wellbeing",
        severity="low",
        reason="She sounds flat.",
        key="form-2",
        now=MONDAY,
    )

    raised = {f"concern:{one.concern_id}" for one in (by_hand, about_it)}
    assert set(recorded(morag)) == {("raised_concern", on, None) for on in raised}
    assert all(of_the_two(one, pair) for one in waiting())


def raises(someone: Someone, pair: TwoWhoWrite) -> Raised:
    told = ByHand(
        words="Her mother rang and asked for somebody to call back.",
        severity="high",
        category="neglect",
        how="telephone",
        about_id=pair.mentee.person_id,
    )
    return raise_by_hand(
        someone.viewer, pair.programme_id, told, companions=companions_of, key="form-1", now=MONDAY
    )


def test_raising_a_concern_as_one_is_suspended(pair: TwoWhoWrite, morag: Someone, owen: Someone) -> None:
    suspend(owen.viewer, pair.programme_id, morag.person_id, now=MONDAY)

    by_hand = raises(morag, pair)

    assert recorded(morag) == [("raised_concern", f"concern:{by_hand.concern_id}", None)]


def test_looking_through_the_concerns_once_in_ten_minutes(pair: TwoWhoWrite, morag: Someone) -> None:
    look_through(morag.viewer, pair.programme_id, now=MONDAY)
    look_through(morag.viewer, pair.programme_id, severity="high", now=MONDAY)
    look_through_closed(morag.viewer, pair.programme_id, now=MONDAY)

    assert recorded(morag) == [("looked_through_concerns", f"concerns:{pair.programme_id}", None)]


def test_a_worry_that_a_mentee_reports_is_nobodys_deed(pair: TwoWhoWrite) -> None:
    viewer = pair.mentee.viewer
    worry = Worry("He keeps asking which bus I take home.", "soon")

    report_worry(
        viewer,
        worry,
        acquaintances=acquaintances(viewer),
        companions=companions_of,
        key="form-1",
        now=MONDAY,
    )

    assert waiting() == []


def test_suspending_and_reinstating(pair: TwoWhoWrite, owen: Someone) -> None:
    person = f"person:{pair.mentor.person_id}"

    suspend(owen.viewer, pair.programme_id, pair.mentor.person_id, now=MONDAY)
    suspend(owen.viewer, pair.programme_id, pair.mentor.person_id, now=MONDAY)
    link_waiting(pair.programme_id)
    reinstate(owen.viewer, pair.programme_id, pair.mentor.person_id, now=MONDAY)

    assert [(one.on, one.why) for one in links(pair.programme_id)] == [(person, "Suspended")]
    assert recorded(owen) == [("changed_standing", person, "Reinstated")]


def test_inviting_to_the_staff_and_thinking_better_of_it(pair: TwoWhoWrite, owen: Someone) -> None:
    isla = {"first_name": "Isla", "surname": "Grant", "address": "isla.grant@example.org"}
    invitation = invite(owen.viewer, pair.programme_id, role="deputy", **isla, now=MONDAY)
    link_waiting(pair.programme_id)
    withdraw(owen.viewer, pair.programme_id, invitation.invitation_id, now=MONDAY)
    ruth = "Ruth, Adeyemi, ruth.adeyemi@example.org"
    asked = import_people(
        owen.viewer, pair.programme_id, role="regional_manager", text=ruth, key="form-1", now=MONDAY
    )

    on = f"invitation:{invitation.invitation_id}"
    assert [(one.on, one.why) for one in links(pair.programme_id)] == [(on, "Invited as deputy")]
    assert recorded(owen) == [
        ("changed_role", f"import:{asked.import_id}", "Invited 1 as regional manager"),
        ("changed_role", on, "Took back the invitation as deputy"),
    ]


def test_inviting_a_mentee_changes_nobodys_powers(pair: TwoWhoWrite, owen: Someone) -> None:
    bilal = {"first_name": "Bilal", "surname": "Khan", "address": "bilal.khan@example.org"}

    invite(owen.viewer, pair.programme_id, role="mentee", **bilal, now=MONDAY)

    assert waiting() == []


def test_joining_the_staff(tables: None) -> None:
    accounts = FakeAccounts()
    programme_id = a_bare_programme()
    owner = a_first_administrator(programme_id, accounts=accounts)
    isla = join(invited(owner, programme_id, role="deputy"), "isla.m", accounts=accounts)

    [joined] = [one for one in waiting() if one.by_id == isla.person_id]
    assert (joined.what, joined.on, joined.why) == (
        "changed_role",
        f"person:{isla.person_id}",
        "Joined as deputy",
    )


def test_a_new_policy_with_its_reason(pair: TwoWhoWrite, owen: Someone) -> None:
    drafts_a_rule(owen)

    version = adopts(owen)

    assert recorded(owen) == [("changed_policy", f"policy:{version}", REASON)]


def test_pairing(pair: TwoWhoWrite, owen: Someone) -> None:
    bilal = a_person("mentee", pair.programme, first_name="Bilal", surname="Khan")

    pair_id = pair_up(
        owen.viewer,
        pair.programme_id,
        mentor_id=pair.mentor.person_id,
        mentee_id=bilal.person_id,
        cohort_id="",
        key="form-1",
        now=MONDAY,
    )

    assert recorded(owen) == [("paired", f"pair:{pair_id}", None)]


def test_messages_read_in_a_trial_by_those_who_may_read_them(
    pair: TwoWhoWrite, morag: Someone, owen: Someone
) -> None:
    a_message(pair, TREEHOUSE, state="delivered")
    drafts_a_rule(morag)
    backtest_id = tried(morag).backtest_id

    for someone in (morag, owen):
        backtest_page(someone.viewer, pair.programme_id, backtest_id, checker=check, now=MONDAY)

    assert recorded(morag) == [("read_trial", f"trial:{backtest_id}", None)]
    assert recorded(owen) == []


def test_an_export(pair: TwoWhoWrite, morag: Someone) -> None:
    outcomes_as_lines(morag.viewer, pair.programme_id, now=MONDAY)

    assert recorded(morag) == [("exported", f"outcomes:{pair.programme_id}", None)]
