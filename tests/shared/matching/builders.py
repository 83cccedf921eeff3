"""Programmes with people to be matched, and a plain way of matching them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.matching.actions import run_matching, start_run
from shared.matching.items import (
    MatchingRun,
    Suggestion,
    Unmatched,
    matching_pk,
    suggestions_prefix,
    unmatched_prefix,
)
from shared.matching.rules import Found, Party, Problem, Solution, Told, hindrance_of, room_of, rules_between
from shared.matching.runs import latest_run
from shared.matching.wishes import score
from shared.people.participation import Facts
from shared.people.wishes import Known, Wishes, stored_wishes
from shared.platform.clock import order
from shared.platform.tables import transaction
from shared.policies import Policy
from shared.programmes.actions import RunningProgramme
from shared.programmes.cohorts import cohort_of, enter
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_cohort, a_programme

SECTORS = ["Health", "Music", "Sport"]
MENTEES = ("Amina Yusuf", "Beth Lowe", "Chidi Obi", "Dafydd Rees", "Ewa Nowak", "Farid Aziz")
MENTORS = ("Callum Reid", "Grace Osei", "Hana Sato", "Ivan Petrov", "Jo Blake", "Kit Marsh")


def a_matching_policy(**changes: Any) -> Policy:
    """Everybody is asked for sectors that interest them; a mentor has one mentee."""
    matching: dict[str, Any] = {
        "preferences": [
            {
                "id": "sector",
                "mentee_words": "Which fields interest you?",
                "mentor_words": "Which fields do you work in?",
                "choices": SECTORS,
                "weight": 8,
            }
        ],
        "mentees_per_mentor": 1,
        "own_choice_weight": 4,
    }
    return a_policy(matching=matching | changes)


def wishing(*sectors: str, **more: Any) -> Wishes:
    return Wishes(preferences={"sector": sectors} if sectors else {}, **more)


def knowing(*names: str) -> tuple[Known, ...]:
    return tuple(Known(name, "family", "Amina Yusuf", order(MONDAY)) for name in names)


def a_party(person_id: str, *sectors: str, name: str = "", pairs: int = 0, **more: Any) -> Party:
    """Somebody to be matched, in no table."""
    first_name, surname = (name or f"Sam {person_id.title()}").split()
    wishes = {one: more.pop(one) for one in ("mentors", "most", "knows") if one in more}
    facts = more.pop("facts", Facts(first_name, "active"))
    return Party(
        person_id, first_name, surname, facts, wishes=wishing(*sectors, **wishes), pairs=pairs, **more
    )


def plainly(problem: Problem, *, told: Told) -> Solution:
    """The first mentor who fits, one mentee after another."""
    told(50, "Looks for matches")
    room = [room_of(one, problem.policy) for one in problem.mentors]
    couples: list[Found] = []
    for number, mentee in enumerate(problem.mentees):
        if hindrance_of("mentee", mentee, problem.policy, problem.today):
            continue
        for place, mentor in enumerate(problem.mentors):
            alone = hindrance_of("mentor", mentor, problem.policy, problem.today)
            if not alone and room[place] and not rules_between(mentor, mentee, problem.policy, problem.apart):
                room[place] -= 1
                couples.append(Found(place, number, score(mentor, mentee, problem.policy)))
                break
    return Solution(couples, {})


@dataclass
class Cohort:
    """A programme, its coordinator, and people in one cohort of it, who can be matched."""

    programme: RunningProgramme
    coordinator: Someone
    cohort_id: str = ""
    mentors: list[Someone] = field(default_factory=list)
    mentees: list[Someone] = field(default_factory=list)

    @property
    def at(self) -> tuple[str, str]:
        return self.programme.programme_id, self.cohort_id

    def joins(self, role: str, wishes: Wishes | None = None, *, name: str = "", **facts: Any) -> Someone:
        """One person more."""
        ours = self.mentors if role == "mentor" else self.mentees
        names = MENTORS if role == "mentor" else MENTEES
        first_name, surname = (name or names[len(ours)]).split()
        someone = a_person(
            role,
            self.programme,
            first_name=first_name,
            surname=surname,
            wishes=stored_wishes(wishes or Wishes()),
            **facts,
        )
        ours.append(someone)
        cohort = cohort_of(*self.at)
        if cohort is not None:
            with transaction() as write:
                enter(
                    write,
                    cohort,
                    person_id=someone.person_id,
                    role=role,
                    first_name=first_name,
                    surname=surname,
                    now=MONDAY,
                )
        return someone

    def run(self, *, key: str = "form-1", now: datetime = MONDAY, solver: Any = plainly) -> MatchingRun:
        """Asks for matches and has them found."""
        run_id = start_run(self.coordinator.viewer, *self.at, key=key, now=now)
        run_matching(*self.at, run_id, solver=solver, clock=lambda: now)
        return self.latest()

    def latest(self) -> MatchingRun:
        run = latest_run(*self.at)
        assert run is not None
        return run

    def suggested(self, *states: str) -> list[Suggestion]:
        prefix = suggestions_prefix(self.latest().run_id)
        found = Suggestion.query(matching_pk(*self.at), Suggestion.sk.startswith(prefix))
        return [one for one in found if not states or one.state in states]

    def couples(self, *states: str) -> set[tuple[str, str]]:
        """Mentor and mentee by name."""
        return {(one.mentor_name, one.mentee_name) for one in self.suggested(*states)}

    def of(self, mentee: str) -> Suggestion:
        return next(one for one in self.suggested() if one.mentee_name == mentee)

    def left(self) -> dict[str, str]:
        """Who has nobody, and why."""
        prefix = unmatched_prefix(self.latest().run_id)
        found = Unmatched.query(matching_pk(*self.at), Unmatched.sk.startswith(prefix))
        return {one.name: one.sentence for one in found}


def people(
    mentors: int = 0, mentees: int = 0, *, policy: Policy | None = None, cohort: bool = False
) -> Cohort:
    """A programme with so many who said nothing of what they would like."""
    programme = a_programme(policy=policy or a_matching_policy())
    made = Cohort(programme, a_person("coordinator", programme))
    made.cohort_id = a_cohort(programme) if cohort else ""
    for _ in range(mentors):
        made.joins("mentor")
    for _ in range(mentees):
        made.joins("mentee")
    return made


def a_suggestion(
    programme: RunningProgramme, cohort_id: str, *, now: datetime = MONDAY
) -> tuple[str, Someone]:
    """The id of a suggestion of the newest run in a cohort, and the coordinator who asked for it."""
    coordinator = a_person("coordinator", programme, first_name="Elspeth", surname="Grieve")
    made = Cohort(programme, coordinator, cohort_id)
    made.joins("mentor", name="Hana Sato")
    made.joins("mentee", name="Ewa Nowak")
    made.run(now=now)
    return made.of("Ewa Nowak").suggestion_id, coordinator
