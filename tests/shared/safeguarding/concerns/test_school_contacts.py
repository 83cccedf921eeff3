"""Being in touch with a mentee's school without there being a concern."""

from datetime import timedelta

import pytest

from shared.audit.items import Waiting
from shared.conversations.acquaintances import companions_of
from shared.platform.errors import Invalid, NotFound
from shared.safeguarding.concerns.history import person_history
from shared.safeguarding.concerns.school_contacts import InTouch, in_touch_with_school, record_in_touch
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person, also_in

LATER = MONDAY + timedelta(hours=1)
RANG = InTouch("Ms Adeyemi, head of year", "She is off sick until Thursday.", "telephone", "2026-11-23T09:15")


@pytest.fixture
def pair(tables: None) -> TwoWhoWrite:
    return a_pair()


@pytest.fixture
def coordinator(pair: TwoWhoWrite) -> Someone:
    return a_person("coordinator", pair.programme)


def records(by: Someone, pair: TwoWhoWrite, given: InTouch = RANG, *, about: str = "") -> None:
    record_in_touch(
        by.viewer,
        pair.programme_id,
        about or pair.mentee.person_id,
        given,
        companions=companions_of,
        key="form-1",
        now=LATER,
    )


def test_it_is_kept_once_with_whom_how_and_when(pair: TwoWhoWrite, coordinator: Someone) -> None:
    for _ in range(2):
        records(coordinator, pair)

    (line,) = in_touch_with_school(pair.programme_id, pair.mentee.person_id)
    assert (line.whom, line.how, line.words) == (RANG.whom, "By telephone", RANG.words)
    assert (line.at.hour, line.at.minute, line.by_name) == (9, 15, coordinator.name)


def test_it_is_in_the_audit_record_without_its_words(pair: TwoWhoWrite, coordinator: Someone) -> None:
    records(coordinator, pair)

    (record,) = [one for one in Waiting.scan() if isinstance(one, Waiting)]
    assert (record.what, record.on) == ("recorded_action", f"person:{pair.mentee.person_id}")
    assert "sick" not in str(record.attribute_values)
    assert {pair.mentee.person_id, pair.mentor.person_id} <= set(record.hidden_from)


def test_it_makes_no_concern(pair: TwoWhoWrite, coordinator: Someone) -> None:
    records(coordinator, pair)

    history = person_history(
        coordinator.viewer, pair.programme_id, pair.mentee.person_id, companions=companions_of, now=LATER
    )
    assert history.concerns == ()


def test_whoever_writes_with_them_or_reads_no_concerns_cannot(pair: TwoWhoWrite) -> None:
    also_in(pair.programme, pair.mentor, role="coordinator")

    for one in (pair.mentor, pair.mentee, a_person("administrator", pair.programme)):
        with pytest.raises(NotFound):
            records(one, pair)


def test_only_a_mentee_has_a_school(pair: TwoWhoWrite, coordinator: Someone) -> None:
    with pytest.raises(NotFound):
        records(coordinator, pair, about=pair.mentor.person_id)


def test_everything_that_is_missing_is_said_at_once(pair: TwoWhoWrite, coordinator: Someone) -> None:
    with pytest.raises(Invalid) as refused:
        records(coordinator, pair, InTouch("", "", "pigeon", "2030-01-01T09:00"))

    assert {one.field for one in refused.value.all} == {"whom", "words", "how", "happened"}
