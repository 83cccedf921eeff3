"""Whether a concern stands against anything more passing is known of whom it is about and of where it came
from, however it comes to be or changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from shared.conversations.acquaintances import acquaintances, companions_of
from shared.conversations.concerns import raise_about_message
from shared.platform.tables import Lost, transaction
from shared.safeguarding.actions import raise_once
from shared.safeguarding.against import is_anything_against, require_nothing_against
from shared.safeguarding.chain.climbing import escalate
from shared.safeguarding.concerns.answering import acknowledge
from shared.safeguarding.concerns.closing import Closing, agree, close, reopen, send_back
from shared.safeguarding.concerns.keeping_from import keep_from
from shared.safeguarding.raising.by_hand import ByHand, raise_by_hand
from shared.safeguarding.raising.reporting import Worry, report_worry
from shared.safeguarding.rules import NewConcern
from tests.builders.clock import MONDAY
from tests.builders.conversations import WORRIED, TwoWhoWrite, a_message, a_pair
from tests.builders.people import Someone, a_person
from tests.faults import calls
from tests.shared.conversations.builders import TheFilter, check
from tests.shared.safeguarding.builders import CLOSING, a_new_concern

pytestmark = pytest.mark.usefixtures("tables")

SOON = MONDAY + timedelta(minutes=4)
LATER = MONDAY + timedelta(hours=2)
WELL_FOUNDED = replace(CLOSING, outcome="well_founded")


@pytest.fixture
def pair() -> TwoWhoWrite:
    return a_pair()


@pytest.fixture
def lead(pair: TwoWhoWrite) -> Someone:
    return a_person("safeguarding_lead", pair.programme)


@pytest.fixture
def deputy(pair: TwoWhoWrite) -> Someone:
    return a_person("deputy", pair.programme)


def against(pair: TwoWhoWrite, *, but: str = "") -> set[str]:
    """Of the conversation, the mentor and the mentee: against which something stands."""
    of = {
        "conversation": pair.pair_id,
        "mentor": pair.mentor.person_id,
        "mentee": pair.mentee.person_id,
    }
    return {name for name, one in of.items() if is_anything_against(pair.programme_id, [one], but=but)}


def a_worry(
    pair: TwoWhoWrite, severity: str = "medium", *, about_id: str = "", cause: str = "1"
) -> NewConcern:
    new = a_new_concern(severity, cause=("worry", cause), about_id=about_id, programme_id=pair.programme_id)
    return replace(new, pair_id=pair.pair_id)


def raised(pair: TwoWhoWrite, severity: str = "medium", *, about_id: str = "", cause: str = "1") -> str:
    return raise_once(a_worry(pair, severity, about_id=about_id, cause=cause), now=MONDAY)


def in_hand(pair: TwoWhoWrite, lead: Someone, severity: str = "medium") -> str:
    """About the mentee."""
    concern_id = raised(pair, severity, about_id=pair.mentee.person_id)
    acknowledge(lead.viewer, concern_id, now=SOON)
    return concern_id


def closes(someone: Someone, concern_id: str, closing: Closing = CLOSING) -> None:
    close(someone.viewer, concern_id, closing, key="form-1", now=LATER)


# How it comes to be


def test_what_came_from_a_conversation_about_nobody_known_stands_against_it_alone(pair: TwoWhoWrite) -> None:
    raised(pair)

    assert against(pair) == {"conversation"}


def test_what_is_about_one_of_the_two_stands_against_them_wherever_it_came_from(pair: TwoWhoWrite) -> None:
    raise_once(replace(a_worry(pair, about_id=pair.mentor.person_id), pair_id=""), now=MONDAY)

    assert against(pair) == {"mentor"}


def test_what_comes_from_another_conversation_stands_against_nobody_here(pair: TwoWhoWrite) -> None:
    iain = a_person("mentor", pair.programme, first_name="Iain", surname="Grant")
    lewis = a_person("mentee", pair.programme, first_name="Lewis", surname="Grant")
    other = a_pair(pair.programme, mentor=iain, mentee=lewis)
    raised(other, about_id=lewis.person_id)

    assert against(other) == {"conversation", "mentee"}
    assert against(pair) == set()


def test_the_same_cause_again_is_one_concern(pair: TwoWhoWrite) -> None:
    concern_id = raised(pair)

    assert raised(pair) == concern_id
    assert against(pair, but=concern_id) == set()


def by_the_filter(pair: TwoWhoWrite, lead: Someone) -> None:
    check(a_message(pair, WORRIED), TheFilter(worry=WORRIED), now=MONDAY)


def by_staff_who_read_it(pair: TwoWhoWrite, lead: Someone) -> None:
    message_id = a_message(pair, state="delivered").message_id
    said = {"category": "grooming", "severity": "medium", "reason": "He asks where she lives."}
    raise_about_message(lead.viewer, pair.pair_id, message_id, about="mentee", **said, key="1", now=MONDAY)


def by_hand(pair: TwoWhoWrite, lead: Someone) -> None:
    given = ByHand("Her aunt rang.", "medium", "neglect", "telephone", about_id=pair.mentee.person_id)
    raise_by_hand(lead.viewer, pair.programme_id, given, companions=companions_of, key="1", now=MONDAY)


def by_the_mentee(about: str, pair: TwoWhoWrite, lead: Someone) -> None:
    viewer = pair.mentee.viewer
    worry = Worry("He keeps asking which bus I take.", "soon", about or pair.pair_id, pair.pair_id)
    report_worry(viewer, worry, acquaintances=acquaintances(viewer), key="1", now=MONDAY)


@pytest.mark.parametrize(
    ("comes_to_be", "stands_against"),
    [
        (by_the_filter, {"conversation", "mentee"}),
        (by_staff_who_read_it, {"conversation", "mentee"}),
        (by_hand, {"mentee"}),
        (partial(by_the_mentee, ""), {"conversation", "mentor"}),
        (partial(by_the_mentee, "me"), {"conversation", "mentee"}),
        (partial(by_the_mentee, "someone"), {"conversation"}),
        (partial(by_the_mentee, "staff"), {"conversation"}),
    ],
)
def test_whoever_raises_it_and_whomever_it_is_about(
    pair: TwoWhoWrite,
    lead: Someone,
    comes_to_be: Callable[[TwoWhoWrite, Someone], None],
    stands_against: set[str],
) -> None:
    comes_to_be(pair, lead)

    assert against(pair) == stands_against


# How it changes


@pytest.mark.parametrize("outcome", ["well_founded", "partly_founded", "unclear"])
def test_what_was_closed_as_anything_but_groundless_stands(
    pair: TwoWhoWrite, lead: Someone, outcome: str
) -> None:
    closes(lead, in_hand(pair, lead), replace(CLOSING, outcome=outcome))

    assert against(pair) == {"conversation", "mentee"}


def test_what_was_groundless_stands_until_it_is_closed_and_again_once_it_is_open_again(
    pair: TwoWhoWrite, lead: Someone
) -> None:
    concern_id = in_hand(pair, lead)
    assert against(pair) == {"conversation", "mentee"}

    closes(lead, concern_id)
    assert against(pair) == set()

    reopen(lead.viewer, concern_id, reason="Her school rang again.", key="form-2", now=LATER)
    assert against(pair) == {"conversation", "mentee"}


def test_another_outcome_the_second_time_counts(pair: TwoWhoWrite, lead: Someone) -> None:
    concern_id = in_hand(pair, lead)
    closes(lead, concern_id, WELL_FOUNDED)
    reopen(lead.viewer, concern_id, reason="It was somebody else.", key="form-2", now=LATER)

    again = LATER + timedelta(hours=1)
    close(lead.viewer, concern_id, CLOSING, key="form-3", now=again)

    assert against(pair) == set()


def test_what_is_severe_stands_until_a_second_reader_agrees(
    pair: TwoWhoWrite, lead: Someone, deputy: Someone
) -> None:
    concern_id = in_hand(pair, lead, "high")

    closes(lead, concern_id)
    assert against(pair) == {"conversation", "mentee"}

    send_back(deputy.viewer, concern_id, reason="Please ask her school.", key="form-2", now=LATER)
    assert against(pair) == {"conversation", "mentee"}

    close(lead.viewer, concern_id, CLOSING, key="form-3", now=LATER + timedelta(hours=1))
    agree(deputy.viewer, concern_id, now=LATER + timedelta(hours=2))
    assert against(pair) == set()


def test_while_nobody_answers_it_stands(pair: TwoWhoWrite, lead: Someone, deputy: Someone) -> None:
    concern_id = raised(pair)

    escalate(concern_id, now=MONDAY + timedelta(days=2))

    assert against(pair) == {"conversation"}


def test_one_that_is_groundless_takes_nothing_from_another(pair: TwoWhoWrite, lead: Someone) -> None:
    other = raised(pair, about_id=pair.mentee.person_id, cause="2")

    closes(lead, in_hand(pair, lead))

    assert against(pair) == {"conversation", "mentee"}
    assert against(pair, but=other) == set()


def test_once_it_is_known_whom_it_is_about_it_stands_against_them_too(
    pair: TwoWhoWrite, lead: Someone, deputy: Someone
) -> None:
    concern_id = raised(pair)
    why = "It is Morag whom she means."
    keep_from(deputy.viewer, concern_id, whom=lead.person_id, is_about=True, reason=why, key="1", now=LATER)

    assert against(pair) == {"conversation"}
    assert is_anything_against(pair.programme_id, [lead.person_id])


# Asking


@pytest.mark.parametrize("number", [0, 1, 40])
def test_asking_costs_one_request_however_many_there_are(pair: TwoWhoWrite, number: int) -> None:
    for n in range(number):
        raised(pair, about_id=pair.mentee.person_id, cause=str(n))
    of = (pair.pair_id, pair.mentor.person_id, pair.mentee.person_id)

    with calls() as made:
        found = is_anything_against(pair.programme_id, of)

    assert found is bool(number)
    assert [one.operation for one in made] == ["BatchGetItem"]


@pytest.mark.parametrize(
    ("causes", "but", "passes"),
    [
        ((), "", True),
        ((), "1", True),
        (("1",), "", False),
        (("1",), "1", True),
        (("1", "2"), "1", False),
        (("2",), "1", False),
    ],
)
def test_a_writing_that_needs_that_nothing_stands_against_it_is_lost_where_something_does(
    pair: TwoWhoWrite, causes: tuple[str, ...], but: str, passes: bool
) -> None:
    for cause in causes:
        raised(pair, cause=cause)
    but_id = a_worry(pair, cause=but).concern_id if but else ""

    try:
        with transaction() as write:
            require_nothing_against(write, pair.programme_id, [pair.pair_id], but=but_id)
    except Lost:
        assert not passes
    else:
        assert passes
