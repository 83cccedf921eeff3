"""Looking for people in a long list."""

from datetime import timedelta
from typing import Any

import pytest

from shared.people.items import Membership, membership_key, roll, roll_order
from shared.people.permissions import Viewer
from shared.people.roll_views import LOOKED_AT, MOST_QUERIES, PeopleView, Wanted, people_of
from shared.platform.errors import NotFound
from shared.programmes.actions import RunningProgramme
from tests.builders.clock import MONDAY
from tests.builders.people import a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_cohort, a_programme

from .counting import requests_made

pytestmark = pytest.mark.usefixtures("tables")
VETTING = {"checks": [{"id": "dbs", "name": "Enhanced DBS"}], "remind_days_before": [30]}


@pytest.fixture
def programme() -> RunningProgramme:
    return a_programme(policy=a_policy(vetting=VETTING))


@pytest.fixture
def priya(programme: RunningProgramme) -> Viewer:
    return a_person("coordinator", programme).viewer


def a_member(programme: RunningProgramme, name: str, role: str = "mentee", **facts: Any) -> None:
    first_name, surname = name.split(" ", 1)
    a_person(role, programme, first_name=first_name, surname=surname, **facts)


def many(programme: RunningProgramme, how_many: int, first_name: str = "Rory") -> None:
    """Mentees called Boyd."""
    programme_id = programme.programme_id
    with Membership.batch_write() as batch:
        for number in range(how_many):
            person_id, surname = f"person{number:05}", f"Boyd{number:05}"
            batch.save(
                Membership(
                    *membership_key(person_id, programme_id, "mentee"),
                    person_id=person_id,
                    programme_id=programme_id,
                    programme_name=programme.name,
                    role="mentee",
                    first_name=first_name,
                    surname=surname,
                    address=f"rory{number}@example.org",
                    agreed_version=1,
                    agreed_at=MONDAY,
                    listing=roll(programme_id, "mentee"),
                    listing_order=roll_order(surname, first_name, "mentee", person_id),
                )
            )


def look(
    viewer: Viewer, programme: RunningProgramme, find: str = "", *, show: Any = "mentee", **wanted: Any
) -> list[str]:
    view = people_of(viewer, programme.programme_id, show, wanted=Wanted(find, **wanted), now=MONDAY)
    return [f"{row.first_name} {row.surname}" for row in view.people]


def every_page(viewer: Viewer, programme: RunningProgramme, find: str) -> list[PeopleView]:
    views, after = [], ""
    while after or not views:
        views.append(
            people_of(viewer, programme.programme_id, "mentee", wanted=Wanted(find), after=after, now=MONDAY)
        )
        after = views[-1].next
    return views


@pytest.mark.parametrize(
    ("find", "found"),
    [
        ("yus", ["Amina Yusuf"]),
        ("YUSUF", ["Amina Yusuf"]),
        ("a", ["Rosa Adair", "Amina Yusuf"]),
        ("amina", ["Amina Yusuf"]),
        ("Amina Yus", ["Amina Yusuf"]),
        ("van der", ["Jan van der Meer"]),
        ("jan van", ["Jan van der Meer"]),
        ("Łu", ["Łukasz Nowak"]),
        ("łuk", ["Łukasz Nowak"]),
        ("محمد", ["محمد علي"]),
        ("usuf", []),
        ("#", []),
    ],
)
def test_the_beginning_of_a_surname_or_first_name_finds_somebody(
    find: str, found: list[str], programme: RunningProgramme, priya: Viewer
) -> None:
    for name in ("Amina Yusuf", "Rosa Adair", "Jan van der Meer", "Łukasz Nowak"):
        a_member(programme, name)
    a_person("mentee", programme, first_name="محمد", surname="علي", username="m.ali", address="m@example.org")

    assert look(priya, programme, find) == found


def test_a_whole_address_finds_whose_it_is_in_their_own_list_alone(
    programme: RunningProgramme, priya: Viewer
) -> None:
    a_member(programme, "Amina Yusuf")
    a_member(a_programme("Another"), "Jamie Kerr")

    assert look(priya, programme, " Amina.Yusuf@Example.org ") == ["Amina Yusuf"]
    assert look(priya, programme, "amina.yusuf@example.org", show="mentor") == []
    assert look(priya, programme, "amina.yusuf@example.com") == []
    assert look(priya, programme, "jamie.kerr@example.org") == []
    assert look(priya, programme, "priya.nair@example.org", show="staff") == ["Priya Nair"]


def test_cohort_account_and_what_was_shown_choose_together(
    programme: RunningProgramme, priya: Viewer
) -> None:
    autumn = a_cohort(programme)
    day = (MONDAY - timedelta(days=1)).date().isoformat()
    a_member(programme, "Callum Reid", "mentor", cohort_id=autumn)
    a_member(programme, "Hannah Osei", "mentor", cohort_id=autumn, vetted_until=day)
    a_member(programme, "Tom Baker", "mentor", vetted_until="2026-12-01", status="suspended")
    a_member(programme, "Una Clark", "mentor", vetted_until=None)

    def mentors(find: str = "", **wanted: Any) -> list[str]:
        return look(priya, programme, find, show="mentor", **wanted)

    assert mentors(cohort_id=autumn) == ["Hannah Osei", "Callum Reid"]
    assert mentors(cohort_id=autumn, vetting="cleared") == ["Callum Reid"]
    assert mentors(vetting="ended") == ["Hannah Osei"]
    assert mentors(vetting="ends_soon") == ["Tom Baker"]
    assert mentors(vetting="due") == ["Tom Baker", "Hannah Osei"]
    assert mentors(vetting="not_cleared") == ["Una Clark"]
    assert mentors(status="suspended") == ["Tom Baker"]
    assert mentors("ca", cohort_id=autumn, status="active") == ["Callum Reid"]
    assert mentors(cohort_id="no-such-cohort") == []


def test_the_rows_say_how_each_stands(programme: RunningProgramme, priya: Viewer) -> None:
    a_member(programme, "Callum Reid", "mentor", vetted_until="2026-12-01", cohort_id=a_cohort(programme))

    [row] = people_of(priya, programme.programme_id, "mentor", now=MONDAY).people

    assert (row.vetting, row.cohort_name) == ("ends_soon", "Autumn 2026")


def test_a_search_comes_in_pages_and_misses_nobody(programme: RunningProgramme, priya: Viewer) -> None:
    many(programme, 103)
    a_member(programme, "Boyd Adair")

    pages = every_page(priya, programme, "boyd")

    seen = [row.person_id for view in pages for row in view.people]
    assert len(seen) == len(set(seen)) == 104
    assert [len(view.people) for view in pages] == [50, 50, 4]
    assert not any("boyd" in view.next.lower() for view in pages)


def test_a_first_name_among_very_many_is_found_by_looking_further(
    programme: RunningProgramme, priya: Viewer
) -> None:
    many(programme, LOOKED_AT * MOST_QUERIES + 200)
    a_member(programme, "Amina Zeller")

    with requests_made() as made:
        first, second = every_page(priya, programme, "amina")

    assert (first.people, first.is_cut_short) == ((), True)
    assert ([row.surname for row in second.people], second.is_cut_short) == (["Zeller"], False)
    assert len(made) <= 2 * (MOST_QUERIES + 3)


def test_a_page_costs_the_same_however_many_there_are(programme: RunningProgramme, priya: Viewer) -> None:
    def costs() -> list[int]:
        spent = []
        for find in ("", "yusuf"):
            with requests_made() as made:
                look(priya, programme, find)
            spent.append(len(made))
        return spent

    a_member(programme, "Amina Yusuf")
    with_few = costs()
    many(programme, LOOKED_AT - 2)

    assert costs() == with_few == [2, 3]


@pytest.mark.parametrize("after", ["mentee.nobody", "nonsense", "~mentee.nobody", "~nonsense"])
def test_a_search_that_goes_on_after_nobody_is_not_there(
    after: str, programme: RunningProgramme, priya: Viewer
) -> None:
    with pytest.raises(NotFound):
        people_of(priya, programme.programme_id, "mentee", wanted=Wanted("a"), after=after, now=MONDAY)
