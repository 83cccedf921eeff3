"""What was written is removed when its time is over, announced, recorded, and never what belongs to a
concern."""

from datetime import date, datetime, timedelta

import pytest

from shared.audit.items import Waiting
from shared.conversations.items import Couple, Pair, couple_key, pair_key
from shared.conversations.retention import Looked, look_after_retention
from shared.conversations.views import conversation
from shared.platform.clock import LONDON
from shared.platform.tables import ConversationsItem, SafeguardingItem, find
from shared.programmes.actions import create_cohort
from shared.programmes.cohorts import cohort_of
from shared.programmes.rules import Removal, removal_of
from tests.builders.clock import MONDAY
from tests.builders.conversations import TwoWhoWrite, a_message, a_pair, put_in_cohort
from tests.builders.people import a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme
from tests.builders.safeguarding import a_concern
from tests.outbox import notices

pytestmark = pytest.mark.usefixtures("tables")
KEPT = date(2027, 12, 31)
"""A cohort that ends with the year, and a policy that keeps conversations for twelve months."""


class Files:
    """A bucket in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.removed: list[str] = []

    def keep(self, key: str, content: bytes) -> None:
        self.kept[key] = content

    def link(self, key: str, *, name: str) -> str:
        return f"https://files.example.org/{key}?name={name}"

    def remove(self, key: str) -> None:
        self.kept.pop(key, None)
        self.removed.append(key)


def at(day: date) -> datetime:
    """Early in that morning."""
    return datetime(day.year, day.month, day.day, 6, tzinfo=LONDON)


class Ours:
    """A cohort that ends with the year, and two who write in it."""

    def __init__(self) -> None:
        self.programme = a_programme(policy=a_policy(retention_months=12))
        self.priya = a_person("coordinator", self.programme)
        self.cohort_id = create_cohort(
            self.programme.programme_id,
            "Autumn",
            starts_on=MONDAY.date(),
            ends_on=date(2026, 12, 31),
            now=MONDAY,
        )
        self.pair = a_pair(self.programme)
        put_in_cohort(self.pair, self.cohort_id)
        self.files = Files()

    def morning(self, day: date) -> Looked:
        return look_after_retention(self.programme.programme_id, store=self.files, now=at(day))

    def mornings(self, first: date, last: date) -> dict[date, Looked]:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return {day: looked for day in days if (looked := self.morning(day)) != Looked(0, 0, 0)}


def written_in(pair: TwoWhoWrite) -> list[ConversationsItem]:
    items = ConversationsItem.query(pair_key(pair.pair_id)[0])
    return [one for one in items if not isinstance(one, Pair)]


def test_the_coordinators_are_told_a_month_ahead_and_then_it_is_removed_once() -> None:
    ours = Ours()
    a_message(ours.pair, state="delivered", file_name="essay.png", file_print="f" * 64)
    a_message(ours.pair, state="returned")

    done = ours.mornings(KEPT - timedelta(days=40), KEPT + timedelta(days=3))

    assert done == {
        KEPT - timedelta(days=30): Looked(announced=1, removed=0, kept=0),
        KEPT + timedelta(days=1): Looked(announced=0, removed=1, kept=0),
    }
    [mail] = notices("removed_soon")
    assert mail.address == ours.priya.address
    assert mail.path == f"/programmes/{ours.programme.programme_id}/cohorts/{ours.cohort_id}"
    assert written_in(ours.pair) == []
    [file] = ours.files.removed
    assert file.startswith(f"messages/{ours.pair.pair_id}/")


def test_that_it_was_removed_is_recorded_said_and_nothing_can_be_written_any_more() -> None:
    ours = Ours()
    a_message(ours.pair, state="delivered")
    ours.mornings(KEPT - timedelta(days=30), KEPT - timedelta(days=29))
    ours.morning(KEPT + timedelta(days=1))

    seen = conversation(ours.pair.mentee.viewer, ours.pair.pair_id, now=at(KEPT + timedelta(days=2)))
    assert (seen.was_removed, seen.letters, seen.may_write) == (True, (), False)
    [made] = [one for one in SafeguardingItem.scan() if isinstance(one, Waiting)]
    assert (made.what, made.on) == ("removed_conversation", f"pair:{ours.pair.pair_id}")
    assert made.why == "Autumn ended on 31 December 2026"
    two = (ours.pair.mentor.person_id, ours.pair.mentee.person_id)
    assert find(Couple, *couple_key(ours.programme.programme_id, *two)) is None


@pytest.mark.parametrize("state", ["open", "closed"])
def test_a_conversation_with_somebody_whom_a_concern_is_about_stays_whole(state: str) -> None:
    ours = Ours()
    a_message(ours.pair, state="delivered")
    other = a_pair(
        ours.programme,
        mentor=a_person("mentor", ours.programme, first_name="Hannah", surname="Osei"),
        mentee=ours.pair.mentee,
    )
    a_message(other, state="delivered")
    put_in_cohort(other, ours.cohort_id)
    a_concern(other, state=state)

    ours.morning(KEPT - timedelta(days=30))

    assert ours.morning(KEPT + timedelta(days=1)) == Looked(0, removed=0, kept=2)
    assert written_in(ours.pair)
    assert written_in(other)


def test_a_later_last_day_keeps_it_and_it_is_announced_anew() -> None:
    ours = Ours()
    a_message(ours.pair, state="delivered")
    ours.morning(KEPT - timedelta(days=30))
    cohort = cohort_of(ours.programme.programme_id, ours.cohort_id)
    assert cohort is not None
    cohort.ends_on = "2027-03-31"
    cohort.save()

    done = ours.mornings(KEPT - timedelta(days=29), date(2028, 4, 1))

    assert list(done) == [date(2028, 3, 1), date(2028, 4, 1)]
    assert len(notices("removed_soon")) == 2


def test_fewer_months_in_the_policy_remove_nothing_unannounced() -> None:
    long_ago, today = date(2026, 1, 31), date(2026, 11, 23)

    announced = removal_of(long_ago, None, today)

    assert announced == Removal("announce", date(2026, 12, 23))
    assert removal_of(long_ago, announced.on, date(2026, 12, 23)).step == "nothing"
    assert removal_of(long_ago, announced.on, date(2026, 12, 24)).step == "remove"


def test_a_cohort_without_an_end_is_never_removed() -> None:
    ours = Ours()
    cohort = cohort_of(ours.programme.programme_id, ours.cohort_id)
    assert cohort is not None
    cohort.ends_on = None
    cohort.save()

    assert ours.morning(date(2046, 1, 1)) == Looked(0, 0, 0)
