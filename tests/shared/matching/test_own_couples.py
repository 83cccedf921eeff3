"""Staff who are themselves a mentor or a mentee: of their own matches they neither read nor decide."""

import pytest

from shared.audit.items import Waiting
from shared.conversations.never_again import are_kept_apart
from shared.matching.actions import accept, change_mentor, decline, lock, never_again, unlock
from shared.matching.board import board, suggestion_page
from shared.matching.declared import wishes_of
from shared.people.permissions import Member, Role, Viewer
from shared.platform.errors import NotFound, Refused
from tests.builders.clock import MONDAY
from tests.builders.people import Someone, also_in

from .builders import Cohort, people

pytestmark = pytest.mark.usefixtures("tables")


def on_the_staff(cohort: Cohort, mentor: Someone) -> Viewer:
    """The mentor, who is a coordinator of the programme too."""
    also_in(cohort.programme, mentor, role="coordinator")
    programme = cohort.programme
    roles = (Role.MENTOR, Role.COORDINATOR)
    memberships = tuple(Member(programme.programme_id, programme.name, role) for role in roles)
    return Viewer(mentor.person_id, mentor.first_name, mentor.surname, memberships)


def matched(mentors: int = 1) -> tuple[Cohort, Viewer, tuple[str, str, str]]:
    """People with a suggestion, its mentor as one of the staff, and where it is."""
    cohort = people(mentors, 1)
    cohort.run()
    found = cohort.of("Amina Yusuf")
    mentor = next(one for one in cohort.mentors if one.person_id == found.mentor_id)
    return cohort, on_the_staff(cohort, mentor), (*cohort.at, found.suggestion_id)


def test_nobody_decides_on_a_suggestion_of_themselves() -> None:
    cohort, mentor, where = matched(mentors=2)
    other = next(one for one in cohort.mentors if one.person_id != mentor.person_id)

    for decides in (lock, unlock, decline, accept):
        with pytest.raises(NotFound):
            decides(mentor, *where, now=MONDAY)
    with pytest.raises(NotFound):
        never_again(mentor, *where, reason="I would rather have somebody else.", now=MONDAY)
    with pytest.raises(NotFound):
        change_mentor(mentor, *where, mentor_id=other.person_id, now=MONDAY)

    assert cohort.of("Amina Yusuf").state == "suggested"


def test_nobody_gives_a_mentee_to_themselves() -> None:
    cohort = people(2, 1)
    cohort.run()
    found = cohort.of("Amina Yusuf")
    other = next(one for one in cohort.mentors if one.person_id != found.mentor_id)
    viewer = on_the_staff(cohort, other)

    page = suggestion_page(viewer, *cohort.at, found.suggestion_id, now=MONDAY)
    with pytest.raises(Refused, match="another coordinator"):
        change_mentor(viewer, *cohort.at, found.suggestion_id, mentor_id=other.person_id, now=MONDAY)

    assert page.candidates == ()
    assert cohort.of("Amina Yusuf").mentor_id == found.mentor_id


def test_a_suggestion_of_themselves_is_not_shown_to_them() -> None:
    cohort, mentor, where = matched()

    assert board(mentor, *cohort.at).suggested == ()
    assert len(board(cohort.coordinator.viewer, *cohort.at).suggested) == 1
    with pytest.raises(NotFound):
        suggestion_page(mentor, *where, now=MONDAY)


def test_why_nobody_was_found_for_them_is_not_shown_to_them() -> None:
    cohort = people(2, 1)
    cohort.run()
    (spare,) = [one for one in cohort.mentors if one.person_id != cohort.of("Amina Yusuf").mentor_id]

    assert board(on_the_staff(cohort, spare), *cohort.at, show="left").left == ()
    assert [one.person_id for one in board(cohort.coordinator.viewer, *cohort.at, show="left").left] == [
        spare.person_id
    ]


def test_why_they_are_kept_apart_is_neither_shown_to_them_nor_in_their_record() -> None:
    cohort, mentor, where = matched()
    mentee = cohort.mentees[0]
    never_again(cohort.coordinator.viewer, *where, reason="Amina says he frightens her.", now=MONDAY)
    assert are_kept_apart(cohort.at[0], mentor.person_id, mentee.person_id)

    for person_id, role in ((mentor.person_id, Role.MENTOR), (mentee.person_id, Role.MENTEE)):
        assert wishes_of(mentor, cohort.at[0], person_id, role, now=MONDAY).apart == ()
        (seen,) = wishes_of(cohort.coordinator.viewer, cohort.at[0], person_id, role, now=MONDAY).apart
        assert seen.reason == "Amina says he frightens her."
    (kept,) = [one for one in Waiting.scan() if isinstance(one, Waiting) and one.what == "changed_match"]
    assert set(kept.hidden_from or ()) == {mentor.person_id, mentee.person_id}
