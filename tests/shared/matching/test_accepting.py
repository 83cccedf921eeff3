"""What accepting a suggestion asks anew, of the two as they are by then."""

from typing import Any

import pytest

from shared.conversations.items import Pair
from shared.conversations.pairing import pair_up
from shared.matching.actions import accept
from shared.people.items import Membership, membership_key
from shared.people.wishes import Wishes, stored_wishes
from shared.platform.errors import Refused
from shared.policies import Policy
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, a_person
from tests.racing import just_before_it_writes

from .builders import SECTORS, Cohort, a_matching_policy, people, wishing
from .test_rules import two_strands

pytestmark = pytest.mark.usefixtures("tables")


def by_now(someone: Someone, **facts: Any) -> None:
    """What is known of them since the matches were found."""
    member = Membership.get(*membership_key(someone.person_id, someone.programme_id, someone.role))
    member.update([getattr(Membership, name).set(value) for name, value in facts.items()])


def wish(*sectors: str) -> dict[str, Any]:
    return {"wishes": stored_wishes(wishing(*sectors) if sectors else Wishes())}


def who_must_share_a_sector() -> Policy:
    sector = {"id": "sector", "mentee_words": "Which fields?", "mentor_words": "Yours?", "choices": SECTORS}
    return a_matching_policy(preferences=[sector | {"must": True}])


def suggested(policy: Policy | None = None, mentors: int = 1) -> tuple[Cohort, Someone, Someone]:
    """A programme in which a mentor and a mentee are suggested to each other."""
    cohort = people(mentors, 1, policy=policy)
    cohort.run()
    found = cohort.of("Amina Yusuf")
    mentor = next(one for one in cohort.mentors if one.person_id == found.mentor_id)
    return cohort, mentor, cohort.mentees[0]


def is_refused(cohort: Cohort, sentence: str) -> None:
    found = cohort.of("Amina Yusuf")
    with pytest.raises(Refused, match=sentence):
        accept(cohort.coordinator.viewer, *cohort.at, found.suggestion_id, now=MONDAY)
    kept = cohort.of("Amina Yusuf")
    assert (kept.state, sentence in (kept.problem or "")) == ("suggested", True)


def pairs() -> list[str]:
    return [one.mentor_name for one in Pair.scan() if isinstance(one, Pair)]


def test_two_who_came_to_one_school_since() -> None:
    cohort, mentor, mentee = suggested()
    for someone in (mentor, mentee):
        by_now(someone, school="Hillhead High School")

    is_refused(cohort, "Amina and Callum are at the same school")
    assert pairs() == []


def test_two_who_chose_otherwise_since_where_they_must_share_something() -> None:
    cohort, mentor, mentee = suggested(who_must_share_a_sector())
    by_now(mentor, **wish("Health"))
    by_now(mentee, **wish("Music"))

    is_refused(cohort, "chose nothing alike under “Which fields")
    assert pairs() == []


def test_a_mentor_who_is_for_another_group_since() -> None:
    cohort, mentor, mentee = suggested(two_strands())
    by_now(mentee, answers={"year": "Year 9"})
    by_now(mentor, answers={"for_whom": "Older"})

    is_refused(cohort, "another group")
    assert pairs() == []


def test_of_two_who_give_a_mentee_a_mentor_at_once_one_wins() -> None:
    cohort, mentor, mentee = suggested(mentors=2)
    (other,) = [one for one in cohort.mentors if one.person_id != mentor.person_id]
    elin = a_person("coordinator", cohort.programme, first_name="Elin", surname="Frost")

    def by_hand() -> None:
        pair_up(
            elin.viewer,
            cohort.at[0],
            mentor_id=other.person_id,
            mentee_id=mentee.person_id,
            cohort_id="",
            key="by hand",
            now=MONDAY,
        )

    with just_before_it_writes(by_hand):
        is_refused(cohort, f"Amina Yusuf has a conversation with {other.name} by now")
    assert pairs() == [other.name]
