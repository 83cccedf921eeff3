"""Which other mentors the mentee of a suggestion could have, best first, with the reason for each who may
not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from shared.conversations.items import Couple, couple_key
from shared.conversations.never_again import NeverAgain, never_again_key
from shared.conversations.room import active_mentees_of
from shared.people.items import Membership, membership_key
from shared.people.permissions import Role, Viewer
from shared.people.roll_views import Wanted, people_of
from shared.platform.tables import ConversationsItem, DirectoryItem
from shared.policies import Policy
from shared.programmes.actions import running
from shared.programmes.items import Programme, programme_key
from shared.programmes.rules import day_of

from .items import Declined, MatchingRun, Suggestion, declined_key, suggested_listing
from .reading import party_of
from .rules import Apart, Party, hindrance_of, kept_apart_by, room_of, rules_between
from .suggested import spare_mentors
from .wishes import score, why

MOST_FOUND = 10
"""Mentors of whom it is said whether they may be the other."""


@dataclass(frozen=True)
class Candidate:
    """A mentor whom the mentee could have instead."""

    person_id: str
    name: str
    may_be: bool
    score: int
    """How much of the mentee's wishes would come true, in percent."""
    says: tuple[str, ...]
    """Why they fit; or why they may not."""


def candidates_for(
    viewer: Viewer, run: MatchingRun, item: Suggestion, *, looked_for: str, now: datetime
) -> tuple[Candidate, ...]:
    """Those of a name that is looked for; without one, those who have nobody yet in this run. The viewer is
    not among them.

    One or two Queries find them; two BatchGetItems say what is known of them; and for each of at most
    MOST_FOUND who fit, a Query for their conversations and one for what is suggested for them.
    """
    if looked_for:
        wanted = Wanted(find=looked_for, status="active")
        page = people_of(viewer, item.programme_id, "mentor", wanted=wanted, now=now)
        found = [one.person_id for one in page.people][:MOST_FOUND]
    else:
        found = spare_mentors(run)
    ids = [one for one in found if one not in (item.mentor_id, viewer.person_id)]
    if not ids:
        return ()
    policy, mentee, mentors = _people(item, ids)
    if policy is None or mentee is None:
        return ()
    apart = _apart(item, ids)
    mentors.sort(key=lambda one: (-score(one, mentee, policy), one.name.casefold(), one.person_id))
    chosen = mentors[:MOST_FOUND]
    counts = active_mentees_of([one.person_id for one in chosen], item.programme_id, now=now)
    judged = [
        _judged(replace(one, pairs=counts[one.person_id]), mentee, policy, apart, item, day_of(now))
        for one in chosen
    ]
    return tuple(sorted(judged, key=lambda one: not one.may_be))


def _people(item: Suggestion, ids: Sequence[str]) -> tuple[Policy | None, Party | None, list[Party]]:
    keys = [
        programme_key(item.programme_id),
        membership_key(item.mentee_id, item.programme_id, Role.MENTEE),
        *(membership_key(one, item.programme_id, Role.MENTOR) for one in ids),
    ]
    found = list(DirectoryItem.batch_get(keys))
    programme = next((one for one in found if isinstance(one, Programme)), None)
    members = [one for one in found if isinstance(one, Membership)]
    mentee = next((party_of(one) for one in members if one.role == Role.MENTEE), None)
    policy = running(programme).policy if programme is not None else None
    return policy, mentee, [party_of(one) for one in members if one.role == Role.MENTOR]


def _apart(item: Suggestion, ids: Sequence[str]) -> Apart:
    """What is known of the mentee with each of these mentors."""
    programme_id, cohort_id, mentee_id = item.programme_id, item.cohort_id or "", item.mentee_id
    couples: dict[tuple[str, str], tuple[str, str]] = {}
    for one in ids:
        for key in (
            couple_key(programme_id, one, mentee_id),
            never_again_key(programme_id, one, mentee_id),
            declined_key(programme_id, cohort_id, one, mentee_id),
        ):
            couples[key] = (one, mentee_id)
    found = list(ConversationsItem.batch_get(list(couples)))
    return Apart(
        together=frozenset(
            couples[one.pk, one.sk] for one in found if isinstance(one, Couple) and one.ended_at is None
        ),
        never_again=frozenset(
            couples[one.pk, one.sk] for one in found if isinstance(one, NeverAgain) and one.ended_at is None
        ),
        declined=frozenset(couples[one.pk, one.sk] for one in found if isinstance(one, Declined)),
    )


def _judged(
    mentor: Party, mentee: Party, policy: Policy, apart: Apart, item: Suggestion, today: date
) -> Candidate:
    alone = hindrance_of("mentor", mentor, policy, today)
    against = [alone.sentence] if alone is not None else []
    rules = rules_between(mentor, mentee, policy, apart)
    against += [kept_apart_by(rule, mentor, mentee, policy) for rule in rules]
    says = tuple(against) or (*_of_theirs(mentor, policy, item), *why(mentor, mentee, policy))
    percent = (score(mentor, mentee, policy) + 5) // 10
    return Candidate(mentor.person_id, mentor.name, not against, percent, says)


def _of_theirs(mentor: Party, policy: Policy, item: Suggestion) -> list[str]:
    """Whose suggestion would be taken apart, if they have room for no more than what is suggested."""
    listed = Suggestion.by_listing.query(suggested_listing(item.run_id, mentor.person_id))
    theirs = [one for one in listed if isinstance(one, Suggestion) and one.state in ("suggested", "locked")]
    if len(theirs) < room_of(mentor, policy):
        return []
    others = " and ".join(one.mentee_name for one in theirs)
    return [f"{mentor.first_name} is suggested for {others}. What fits worst of it would be taken apart."]
