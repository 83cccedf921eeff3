"""Looking for matches in the background, and introducing everybody."""

from datetime import datetime, timedelta

import pytest

from shared.matching.actions import accept_all, decline, lock, run_matching, start_run, wake_matchings
from shared.matching.actions.introducing import NOT_ANY_MORE
from shared.matching.actions.running import MOST_WAKINGS
from shared.matching.items import MATCHINGS_DUE, MatchingRun, Suggestion, Unmatched, matching_pk
from shared.matching.suggested import suggestions, unmatched
from shared.people.items import Membership, membership_key
from shared.platform.errors import Conflict, NotFound
from shared.platform.tables import ConversationsItem
from tests.builders.clock import MONDAY
from tests.builders.conversations import a_pair
from tests.builders.programmes import with_a_broken_policy

from .builders import Cohort, a_matching_policy, knowing, people, plainly, wishing

pytestmark = pytest.mark.usefixtures("tables")
LATER = MONDAY + timedelta(hours=1)
SLOWLY = {"usable_days": 14, "remind_after_days": [], "most_each_minute": 2}


def goes_on(cohort: Cohort, *, now: datetime = LATER) -> MatchingRun:
    run_matching(*cohort.at, cohort.latest().run_id, solver=plainly, clock=lambda: now)
    return cohort.latest()


def has_all_accepted(cohort: Cohort, *, now: datetime = LATER) -> None:
    accept_all(cohort.coordinator.viewer, *cohort.at, cohort.latest().run_id, now=now)


def due() -> list[MatchingRun]:
    return [one for one in ConversationsItem.by_due.query(MATCHINGS_DUE) if isinstance(one, MatchingRun)]


# ── What it writes down ────────────────────────────────────────────────────


def test_a_suggestion_says_why() -> None:
    cohort = people()
    mentor = cohort.joins("mentor", wishing("Music", "Sport"))
    cohort.joins("mentee", wishing("Music", "Health", mentors=(mentor.person_id,)))

    cohort.run()

    found = cohort.of("Amina Yusuf")
    assert found.why == ["Amina asked for Callum.", "Both chose Music."]
    assert found.score == 667


def test_who_is_left_learns_which_rule_stands_in_the_way() -> None:
    cohort = people()
    cohort.joins("mentee")
    cohort.joins("mentor", wishing(most=0))
    cohort.joins("mentor", status="suspended")

    run = cohort.run()

    assert (run.suggested, run.unmatched_mentees, run.unmatched_mentors) == (0, 1, 2)
    assert cohort.left()["Callum Reid"] == "Callum wants no mentee at the moment."
    assert cohort.left()["Grace Osei"] == "Grace is suspended at the moment."


def test_mentees_who_have_a_conversation_are_not_matched_again() -> None:
    cohort = people(2, 2)
    a_pair(cohort.programme, mentor=cohort.mentors[0], mentee=cohort.mentees[0])

    run = cohort.run()

    assert cohort.couples() == {("Grace Osei", "Beth Lowe")}
    assert (run.mentees, cohort.left()) == (1, {})


def test_of_older_runs_no_names_are_kept_and_what_is_locked_lives_on() -> None:
    cohort = people(2, 3)

    first = cohort.run()
    lock(cohort.coordinator.viewer, *cohort.at, cohort.of("Amina Yusuf").suggestion_id, now=MONDAY)
    second, third = cohort.run(key="form-2"), cohort.run(key="form-3")

    pk = matching_pk(*cohort.at)
    kept = {one.run_id for kind in (Suggestion, Unmatched) for one in kind.query(pk)}
    assert first.run_id not in kept
    assert kept == {second.run_id, third.run_id}
    assert cohort.of("Amina Yusuf").state == "locked"


def test_names_that_somebody_wrote_are_shown_to_who_decides() -> None:
    cohort = people(1)
    cohort.joins("mentee", wishing(knows=knowing("Mrs Carter")))

    cohort.run()

    (note,) = cohort.of("Amina Yusuf").notes
    assert "“Mrs Carter”" in note


def test_a_run_whose_policy_cannot_be_read_says_so() -> None:
    cohort = people(1, 1)
    start_run(cohort.coordinator.viewer, *cohort.at, key="form-1", now=MONDAY)
    with_a_broken_policy(cohort.programme)

    run = goes_on(cohort)

    assert run.state == "failed"
    assert "settings of this programme can’t be read" in str(run.problem)
    assert due() == []


def test_a_run_that_stands_still_is_given_up_after_twenty_minutes() -> None:
    cohort = people(1, 1)
    start_run(cohort.coordinator.viewer, *cohort.at, key="form-1", now=MONDAY)

    assert wake_matchings(MONDAY + timedelta(minutes=19)) == 0
    assert wake_matchings(MONDAY + timedelta(minutes=21)) == 1

    run = cohort.latest()
    assert run.state == "failed"
    assert "standstill" in str(run.problem)
    assert cohort.run(key="form-2", now=LATER).state == "done"


# ── What staff see ─────────────────────────────────────────────────────────


def test_suggestions_are_shown_fifty_at_a_time() -> None:
    cohort = people(policy=a_matching_policy(mentees_per_mentor=50))
    for number in range(2):
        cohort.joins("mentor", name=f"Mentor{number} Reid")
    for number in range(52):
        cohort.joins("mentee", name=f"Mentee{number:02} Yusuf")
    cohort.run()
    viewer = cohort.coordinator.viewer

    first = suggestions(viewer, *cohort.at)
    second = suggestions(viewer, *cohort.at, after=first.next)

    assert (len(first.rows), len(second.rows), second.next) == (50, 2, "")
    assert [one.mentee_name for one in second.rows] == ["Mentee50 Yusuf", "Mentee51 Yusuf"]
    with pytest.raises(NotFound):
        suggestions(viewer, *cohort.at, after="the last")
    with pytest.raises(NotFound):
        suggestions(cohort.mentees[0].viewer, *cohort.at)


def test_mentees_without_a_mentor_are_listed_before_mentors() -> None:
    cohort = people(0, 1)
    cohort.joins("mentor", wishing(most=0))
    cohort.run()

    page = unmatched(cohort.coordinator.viewer, *cohort.at)

    assert [(one.role, one.rule) for one in page.rows] == [("mentee", "nobody"), ("mentor", "room")]
    assert page.run is not None
    assert page.run.unmatched_mentees == 1


def test_before_the_first_run_there_is_nothing_to_see() -> None:
    cohort = people(1, 1)

    assert suggestions(cohort.coordinator.viewer, *cohort.at).run is None
    assert unmatched(cohort.coordinator.viewer, *cohort.at).rows == ()


# ── Introducing everybody ──────────────────────────────────────────────────


def test_all_that_are_open_are_accepted_and_the_declined_are_not() -> None:
    cohort = people(3, 3)
    cohort.run()
    viewer = cohort.coordinator.viewer
    lock(viewer, *cohort.at, cohort.of("Amina Yusuf").suggestion_id, now=MONDAY)
    decline(viewer, *cohort.at, cohort.of("Beth Lowe").suggestion_id, now=MONDAY)

    has_all_accepted(cohort)
    run = goes_on(cohort)

    assert (run.state, run.accepted, run.refused) == ("done", 2, 0)
    assert {mentee for _, mentee in cohort.couples("accepted")} == {"Amina Yusuf", "Chidi Obi"}


def test_one_that_no_longer_holds_says_why_and_stays() -> None:
    cohort = people(2, 2)
    cohort.run()
    gone = next(one for one in cohort.mentors if one.name == cohort.of("Beth Lowe").mentor_name)
    member = Membership.get(*membership_key(gone.person_id, cohort.at[0], "mentor"))
    member.update([Membership.status.set("suspended")])

    has_all_accepted(cohort)
    run = goes_on(cohort)

    assert (run.state, run.accepted, run.refused) == ("done", 1, 1)
    left = cohort.of("Beth Lowe")
    assert left.state == "suggested"
    assert f"{gone.first_name} is suspended" in str(left.problem)


def test_they_are_introduced_no_quicker_than_invitations_go_out() -> None:
    policy = a_matching_policy().model_copy(
        update={"invitations": a_matching_policy().invitations.model_copy(update=SLOWLY)}
    )
    cohort = people(3, 3, policy=policy)
    cohort.run()
    has_all_accepted(cohort)

    assert (goes_on(cohort).state, len(cohort.couples("accepted"))) == ("accepting", 2)
    assert wake_matchings(LATER + timedelta(seconds=30)) == 0
    assert cohort.latest().state == "accepting"

    wake_matchings(LATER + timedelta(seconds=61))
    assert cohort.latest().state == "queued"
    run = goes_on(cohort, now=LATER + timedelta(seconds=61))
    assert (run.state, run.accepted) == ("done", 3)


def test_nothing_else_is_decided_while_everybody_is_introduced() -> None:
    cohort = people(1, 1)
    cohort.run()
    has_all_accepted(cohort)
    has_all_accepted(cohort)

    with pytest.raises(Conflict):
        lock(cohort.coordinator.viewer, *cohort.at, cohort.of("Amina Yusuf").suggestion_id, now=LATER)
    with pytest.raises(Conflict):
        start_run(cohort.coordinator.viewer, *cohort.at, key="form-2", now=LATER)


def test_nobody_is_introduced_for_who_may_not_pair_any_more() -> None:
    cohort = people(1, 1)
    cohort.run()
    has_all_accepted(cohort)
    member = Membership.get(*membership_key(cohort.coordinator.person_id, cohort.at[0], "coordinator"))
    member.update([Membership.status.set("suspended")])

    run = goes_on(cohort)

    assert (run.state, run.problem) == ("done", NOT_ANY_MORE)
    assert cohort.couples("accepted") == set()


def test_introducing_stops_when_the_time_is_over_and_wakes_itself() -> None:
    cohort = people(2, 2)
    cohort.run()
    has_all_accepted(cohort)

    run_matching(*cohort.at, cohort.latest().run_id, solver=plainly, clock=lambda: LATER, enough=lambda: True)

    assert (cohort.latest().state, len(cohort.couples("accepted"))) == ("queued", 1)
    assert goes_on(cohort).accepted == 2


def test_introducing_that_is_woken_in_vain_is_given_up() -> None:
    cohort = people(1, 1)
    cohort.run()
    has_all_accepted(cohort)
    run = cohort.latest()
    run.update([MatchingRun.state.set("accepting"), MatchingRun.wakings.set(MOST_WAKINGS)])

    assert wake_matchings(LATER + timedelta(hours=1)) == 1
    assert (cohort.latest().state, due()) == ("done", [])
