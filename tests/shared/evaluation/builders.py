"""People who are asked how it goes, and what they answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from shared.conversations.items import Pair
from shared.conversations.steps import load_pair
from shared.evaluation.answering import answer_form
from shared.evaluation.counting import Place, count_answers
from shared.evaluation.items import Words, words_key, words_listing
from shared.evaluation.publishing import publish
from shared.evaluation.rules import version_of
from shared.evaluation.views import form_page
from shared.people.items import Membership, membership_key
from shared.platform.clock import now
from shared.platform.ids import drawn_id
from shared.platform.tables import transaction
from shared.policies import Policy
from shared.programmes.actions import RunningProgramme, create_cohort, load_programme
from shared.programmes.items import Programme, programme_key
from tests.builders.conversations import TwoWhoWrite, a_pair
from tests.builders.people import Someone, a_person
from tests.builders.policies import a_policy
from tests.builders.programmes import a_programme

TODAY = now()
SURE = {
    "id": "sure",
    "words": "How sure are you about what comes next?",
    "low": "Not sure",
    "high": "Very sure",
}
RECOMMEND = {
    "id": "recommend",
    "words": "Would you tell a friend to take part?",
    "kind": "choice",
    "choices": ["Yes", "Perhaps", "No"],
}
CHANGE = {"id": "change", "words": "What should we do differently?", "kind": "text"}
SUGGESTION = "More time at the beginning would help, and a list of what one might ask."


def a_form(form_id: str, when: str, *questions: dict[str, Any], side: str = "mentee") -> dict[str, Any]:
    return {
        "id": form_id,
        "title": {"start": "Where you are now", "middle": "Half way", "end": "How it went"}[when],
        "asked_of": side,
        "when": when,
        "questions": list(questions),
    }


def asking(*forms: dict[str, Any], **changes: Any) -> Policy:
    """A policy that asks these forms; one at the start and one at the end without any."""
    usual = (a_form("beginning", "start", SURE, CHANGE), a_form("finish", "end", SURE, RECOMMEND, CHANGE))
    return a_policy(evaluation={"forms": list(forms or usual), **changes.pop("evaluation", {})}, **changes)


def a_running_cohort(programme: RunningProgramme, *, weeks: int = 10, days_left: int = 70) -> str:
    """A cohort that ends in so many days."""
    last = TODAY + timedelta(days=days_left)
    return create_cohort(
        programme.programme_id,
        "Autumn",
        starts_on=(last - timedelta(weeks=weeks)).date(),
        ends_on=last.date(),
        now=TODAY,
    )


def a_pair_in(
    programme: RunningProgramme,
    cohort_id: str = "",
    *,
    begun: datetime = TODAY,
    mentor: Someone | None = None,
    number: int = 0,
    **more: Any,
) -> TwoWhoWrite:
    """Two of a cohort who agreed on that day. `number` tells their names from those of others."""
    suffix = f" the {number}." if number else ""
    mentee = a_person(
        "mentee",
        programme,
        surname=f"Yusuf{suffix}",
        address=f"mentee-{number}@example.org",
        username=f"mentee-{number}",
    )
    pair = a_pair(programme, mentor=mentor, mentee=mentee, now=begun, **more)
    if cohort_id:
        in_cohort(pair, cohort_id)
    return pair


def in_cohort(pair: TwoWhoWrite, cohort_id: str) -> None:
    load_pair(pair.pair_id).update([Pair.cohort_id.set(cohort_id)])


def at_the_start(policy: Policy | None = None) -> TwoWhoWrite:
    """Two who agreed today, in a cohort of ten weeks that begins."""
    programme = a_programme(policy=policy or asking())
    return a_pair_in(programme, a_running_cohort(programme))


def at_the_end(policy: Policy | None = None) -> TwoWhoWrite:
    """Two who have written for ten weeks and have three days left."""
    programme = a_programme(policy=policy or asking())
    return a_pair_in(programme, a_running_cohort(programme, days_left=3), begun=TODAY - timedelta(weeks=10))


def several(programme: RunningProgramme, people: int, cohort_id: str = "") -> list[TwoWhoWrite]:
    """So many mentees, each with a conversation with one mentor, begun today."""
    mentor = a_person("mentor", programme)
    return [a_pair_in(programme, cohort_id, mentor=mentor, number=one) for one in range(1, people + 1)]


def answers(
    pair: TwoWhoWrite, form_id: str = "beginning", *, by: str = "mentee", at: datetime = TODAY, **given: str
) -> bool:
    """One of the two answers a form as it is asked at present."""
    viewer = (pair.mentor if by == "mentor" else pair.mentee).viewer
    version = form_page(viewer, pair.pair_id, form_id, now=at).version
    return answer_form(
        viewer, pair.pair_id, form_id, given=given, version=version, key=f"form-{form_id}", now=at
    )


def all_answer(pairs: Sequence[TwoWhoWrite], question: str, said: Mapping[str, int], **more: str) -> None:
    """Of these, so many give each of the answers."""
    each = [answer for answer, people in said.items() for _ in range(people)]
    for pair, answer in zip(pairs, each, strict=True):
        answers(pair, **{question: answer}, **more)


def hands_in(
    place: Place,
    policy: Policy,
    form_id: str,
    *,
    pair_id: str = "",
    wrote: Mapping[str, str] | None = None,
    at: datetime = TODAY,
    **said: str,
) -> str:
    """Somebody whom nobody asks for more answers a form; gives their conversation. `wrote`: to which
    questions what. Counted as it is for everybody, at a fraction of the cost."""
    [form] = [one for one in policy.evaluation.forms if one.id == form_id]
    pair_id, words = pair_id or drawn_id(), wrote or {}
    given = {one.id: words.get(one.id, said.get(one.id, "")) for one in form.questions}
    with transaction() as write:
        count_answers(write, place, form, given, is_asked=True, fewest=policy.evaluation.fewest_shown, now=at)
        for question_id, text in words.items():
            words_id = drawn_id()
            one = Words(
                *words_key(pair_id, words_id),
                mentor_id="their mentor",
                mentee_id="they themselves",
                text=text,
                listing=words_listing(*place, form.id, version_of(form), question_id),
                listing_order=words_id,
            )
            write.save(one)
    return pair_id


def comes_in(programme: RunningProgramme, *, at: datetime = TODAY) -> int:
    """The morning's publishing of results: how many copies."""
    return publish(programme.programme_id, now=at).copies


def membership(someone: Someone) -> Membership:
    return Membership.get(*membership_key(someone.person_id, someone.programme_id, someone.role))


def changed_policy(programme: RunningProgramme, **changes: Any) -> None:
    """Changes parts of a programme's policy in its place."""
    item = Programme.get(*programme_key(programme.programme_id))
    policy = load_programme(programme.programme_id).policy.model_dump(mode="json") | changes
    item.update([Programme.policy.set(policy)])
