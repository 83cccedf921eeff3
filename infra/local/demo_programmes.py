"""The demonstration's other programmes: of each preset one, with a cohort and the people to look round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from infra.local.demo_endings import come_to_the_end
from infra.local.demo_matching import agree_to_take_part, find_matches, say_what_would_suit
from infra.local.demo_meetings import meet_online
from infra.local.demo_people import Person, invite_to, join, join_too, viewer_in
from infra.local.demo_vetting import show_what_is_asked
from shared.cohorts.planning import Written, new_cohort
from shared.people.actions import make_programme
from shared.people.permissions import Viewer
from shared.platform.clock import now
from shared.programmes.rules import day_of

ANSWERS = {"mentee": {"age": "16", "year_group": "Year 11"}, "mentor": {"works_in_stem": "yes"}}
"""What the preset of the first programme asks about somebody before they are invited."""
FIONA = Person("Fiona", "Mackie", "coordinator")
SIAN = Person("Sian", "Howells", "safeguarding_lead")


@dataclass(frozen=True)
class Small:
    """A programme with one mentor and one mentee, who as a rule are not matched yet."""

    preset: str
    name: str
    cohort: str
    mentor: Person
    mentee: Person
    answers: Mapping[str, Mapping[str, str]]
    """By role, what the preset asks about somebody before they are invited."""
    not_agreed: Person | None = None
    """A further mentee, who has not agreed to anything yet. Matches are looked for where there is one."""
    meets: bool = False
    """Whether the two are brought together all the same, and meet online."""
    ends: bool = False
    """Whether they are, and have come to the end."""


OTHERS = (
    Small(
        "university-outreach",
        "Next Step to University",
        "Entry scheme 2026",
        Person("Elin", "Pritchard", "mentor"),
        Person("Zainab", "Malik", "mentee"),
        {
            "mentee": {"year_group": "Year 13", "entry_scheme": "yes"},
            "mentor": {"current_student": "yes"},
        },
        not_agreed=Person("Chloe", "Byrne", "mentee"),
    ),
    Small(
        "college-pilot",
        "Back to College",
        "Pilot",
        Person("Tomasz", "Nowak", "mentor"),
        Person("Sharon", "Bell", "mentee"),
        {
            "mentee": {"course": "Access to higher education", "years_out": "4", "aims_higher": "yes"},
            "mentor": {"higher_course": "yes"},
        },
        ends=True,
    ),
    Small(
        "virtual-sessions",
        "Northfield Futures",
        "Winter",
        Person("Adaeze", "Obi", "mentor"),
        Person("Luke", "Fraser", "mentee"),
        {"mentee": {"age": "21"}, "mentor": {"has_experience": "yes"}},
        meets=True,
    ),
    Small(
        "brokered",
        "Northfield Bridge",
        "School year 2026",
        Person("Alasdair", "Munro", "mentor"),
        Person("Skye", "Drummond", "mentee"),
        {"mentee": {"year_group": "S4"}, "mentor": {"adult": "yes"}},
    ),
)


def answers_asked(programme_name: str) -> Mapping[str, Mapping[str, str]]:
    """By role, answers to what a programme of the demonstration asks about somebody, with which they are
    invited."""
    return next((one.answers for one in OTHERS if one.name == programme_name), ANSWERS)


def make_the_others(owen_session: str, first_id: str, *, start: datetime) -> list[Person]:
    """Makes them in the organisation of the programme `first_id`, and gives who can sign in besides. One
    coordinator and one safeguarding lead are on the staff of all of them."""
    made = [(small, _make(viewer_in(owen_session), first_id, small, start)) for small in OTHERS]
    owen = viewer_in(owen_session)
    cohorts = [_invite_all(owen, programme_id, small, start) for small, programme_id in made]
    fiona, _ = _join_all((FIONA, SIAN), [small for small, _ in made])
    for (small, programme_id), cohort_id in zip(made, cohorts, strict=True):
        _, mentor = join(small.mentor, small.preset, small.name)
        _, mentee = join(small.mentee, small.preset, small.name)
        show_what_is_asked(fiona, programme_id, mentor, now=start)
        say_what_would_suit(mentor, mentee, programme_id, now=start)
        if small.not_agreed is not None:
            join(small.not_agreed, small.preset, small.name)
            for viewer in (mentor, mentee):
                agree_to_take_part(viewer, programme_id, now=start)
            find_matches(fiona, programme_id, cohort_id, now=now())
        if small.meets:
            meet_online(fiona, programme_id, cohort_id, mentor, mentee, now=now())
        if small.ends:
            come_to_the_end(fiona, programme_id, cohort_id, mentor, mentee, now=now())
    return [FIONA, SIAN, *(one for small in OTHERS for one in (small.mentor, *_mentees(small)))]


def _mentees(small: Small) -> list[Person]:
    return [small.mentee, *([small.not_agreed] if small.not_agreed is not None else [])]


def _make(owen: Viewer, first_id: str, small: Small, start: datetime) -> str:
    return make_programme(owen, first_id, preset=small.preset, name=small.name, key=small.name, now=start)


def _invite_all(owen: Viewer, programme_id: str, small: Small, start: datetime) -> str:
    """Everybody of a programme is invited to its cohort, whose id it gives."""
    first_day = day_of(start).isoformat()
    cohort = Written(name=small.cohort, starts_on=first_day)
    cohort_id = new_cohort(owen, programme_id, cohort, key=small.name, now=start)
    for person in (FIONA, SIAN, small.mentor, *_mentees(small)):
        invite_to(programme_id, owen, person, cohort_id, small.answers)
    return cohort_id


def _join_all(people: Sequence[Person], programmes: Sequence[Small]) -> list[Viewer]:
    """Each makes an account by the first invitation, and joins with it by the others."""
    first, *others = programmes
    found = []
    for person in people:
        session, viewer = join(person, first.preset, first.name)
        for other in others:
            viewer = join_too(session, person, other.preset, other.name)
        found.append(viewer)
    return found
