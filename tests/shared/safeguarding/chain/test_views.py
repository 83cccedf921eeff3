"""Who would be told of a concern, and when."""

import pytest

from shared.people.actions import set_days_away
from shared.platform.errors import Invalid, NotFound
from shared.policies.presets import load_preset
from shared.programmes.actions import RunningProgramme
from shared.safeguarding.chain.checking import NO_POLICY
from shared.safeguarding.chain.views import ChainView, SeverityPreview, chain_page
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.builders.programmes import a_programme, with_a_broken_policy

pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture
def programme(tables: None) -> RunningProgramme:
    return a_programme(policy=load_preset("national-stem"))


@pytest.fixture
def people(programme: RunningProgramme) -> dict[str, Someone]:
    roles = ("safeguarding_lead", "deputy", "coordinator", "regional_manager", "administrator")
    return {role: a_person(role, programme) for role in roles}


def look(programme: RunningProgramme, someone: Someone, at: str = "") -> ChainView:
    return chain_page(someone.viewer, programme.programme_id, at=at, now=MONDAY)


def steps(preview: SeverityPreview) -> list[tuple[str, str, str]]:
    """When, whom, and until when, as they would be said."""
    return [
        (
            f"{one.at:%a %H:%M}",
            ", ".join(who.name.split()[0] for who in one.told),
            f"{one.until:%a %H:%M}",
        )
        for one in preview.steps
    ]


def test_a_friday_night_step_by_step(programme: RunningProgramme, people: dict[str, Someone]) -> None:
    view = look(programme, people["deputy"], "2026-11-27T23:00")

    immediate, _, medium, _ = view.previews
    assert not view.is_working
    assert steps(immediate) == [
        ("Fri 23:00", "Morag, Isla", "Fri 23:15"),
        ("Fri 23:15", "Morag, Isla, Ruth", "Fri 23:30"),
        ("Fri 23:30", "Morag, Isla, Priya, Ruth, Owen", "Fri 23:45"),
    ]
    assert steps(medium)[:2] == [
        ("Fri 23:00", "Morag, Isla", "Mon 13:00"),
        ("Mon 13:00", "Morag, Isla, Priya", "Mon 17:00"),
    ]
    assert [one.repeats for one in immediate.steps] == [False, False, True]
    assert view.faults == ()


def test_a_moment_is_by_the_clock_of_the_united_kingdom(
    programme: RunningProgramme, people: dict[str, Someone]
) -> None:
    view = look(programme, people["deputy"], "2027-07-05T09:00")

    assert view.is_working
    assert f"{view.moment:%H:%M}" == "08:00"
    assert view.moment_typed == "2027-07-05T09:00"


def test_whoever_is_away_at_that_moment_is_passed_over(
    programme: RunningProgramme, people: dict[str, Someone]
) -> None:
    morag = people["safeguarding_lead"]
    set_days_away(
        morag.viewer,
        programme.programme_id,
        morag.person_id,
        first_day="2026-11-24",
        last_day="2026-11-24",
        stand_in=people["regional_manager"].person_id,
        now=MONDAY,
    )

    today, tomorrow = (look(programme, morag, at).previews[1] for at in ("", "2026-11-24T10:00"))
    assert steps(today)[0][1] == "Morag"
    assert steps(tomorrow)[0][1] == "Ruth"


def test_faults_are_shown_and_the_chain_of_last_resort_where_there_is_no_policy(
    programme: RunningProgramme, people: dict[str, Someone]
) -> None:
    with_a_broken_policy(programme)

    view = look(programme, people["administrator"])

    assert view.faults == (NO_POLICY,)
    assert steps(view.previews[3])[0] == ("Mon 09:00", "Morag", "Mon 09:15")
    assert view.may_change


def test_a_gap_is_shown_to_all_staff_and_to_nobody_else(programme: RunningProgramme) -> None:
    mentor = a_person("mentor", programme)
    priya = a_person("coordinator", programme)

    view = look(programme, priya)

    assert view.faults[0] == "Step 1 has nobody: nobody on the staff is safeguarding lead."
    assert not view.may_change
    with pytest.raises(NotFound):
        look(programme, mentor)


@pytest.mark.parametrize("at", ["soon", "2026-13-01T10:00", "9999-12-31T23:59", "0001-01-01T00:00"])
def test_a_moment_that_is_none_is_refused(
    programme: RunningProgramme, people: dict[str, Someone], at: str
) -> None:
    with pytest.raises(Invalid):
        look(programme, people["deputy"], at)
