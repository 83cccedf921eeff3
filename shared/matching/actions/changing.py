"""Giving the mentee of a suggestion another mentor by hand."""

from datetime import datetime

from shared.conversations.never_again import are_kept_apart
from shared.conversations.pairing import ONESELF, are_together
from shared.conversations.room import active_mentees, most_mentees
from shared.people.items import Membership, membership_key
from shared.people.permissions import Role, Viewer
from shared.platform.errors import Conflict, Invalid, Refused
from shared.platform.tables import Lost, find, transaction
from shared.policies import Policy
from shared.programmes.actions import load_programme
from shared.programmes.rules import day_of

from ..items import Suggestion, suggested_listing
from ..reading import party_of
from ..rules import Apart, Party, hindrance_of, kept_apart_by, rules_between
from ..runs import MEANWHILE, decided, require_open, to_decide
from ..wishes import notes, score, why


def change_mentor(
    viewer: Viewer,
    programme_id: str,
    cohort_id: str,
    suggestion_id: str,
    *,
    mentor_id: str,
    now: datetime,
) -> None:
    """Gives the mentee of a suggestion another mentor, and locks it. Where that leaves the mentor no room for
    another suggestion of theirs, the one that fits worst is taken apart.

    Raises NotFound, Conflict, Invalid for somebody who is no mentor of the programme, and Refused with every
    rule that is against it.
    """
    _, item = to_decide(viewer, programme_id, cohort_id, suggestion_id)
    require_open(item)
    if mentor_id == viewer.person_id:
        raise Refused(ONESELF, field="mentor_id", code="oneself")
    if mentor_id == item.mentor_id:
        return
    policy = load_programme(programme_id).policy
    mentor = _party(mentor_id, programme_id, Role.MENTOR)
    mentee = _party(item.mentee_id, programme_id, Role.MENTEE)
    _require_fit(programme_id, mentor, mentee, policy, now)
    gives_way = _gives_way(programme_id, item, mentor, policy, now)
    changes = decided(viewer, "locked", now)
    changes += [
        Suggestion.mentor_id.set(mentor.person_id),
        Suggestion.mentor_name.set(mentor.name),
        Suggestion.score.set(score(mentor, mentee, policy)),
        Suggestion.why.set([f"{viewer.name} chose this mentor.", *why(mentor, mentee, policy)]),
        Suggestion.notes.set(notes(mentor, mentee)),
        Suggestion.listing.set(suggested_listing(item.run_id, mentor.person_id)),
    ]
    try:
        with transaction() as write:
            write.update(item, changes)
            if gives_way is not None:
                write.update(gives_way, decided(viewer, "taken_apart", now))
    except Lost:
        raise Conflict(MEANWHILE, code="meanwhile") from None


def _party(person_id: str, programme_id: str, role: Role) -> Party:
    member = find(Membership, *membership_key(person_id, programme_id, role)) if person_id else None
    if member is None:
        raise Invalid(f"Please choose a {role} of this programme.", field=f"{role}_id")
    return party_of(member)


def _require_fit(programme_id: str, mentor: Party, mentee: Party, policy: Policy, now: datetime) -> None:
    """Raises Refused with every rule that is against these two, whoever else is suggested for them."""
    couple = (mentor.person_id, mentee.person_id)
    apart = Apart(
        together=frozenset({couple} if are_together(programme_id, *couple) else ()),
        never_again=frozenset({couple} if are_kept_apart(programme_id, *couple) else ()),
    )
    alone = [
        hindrance_of("mentor", mentor, policy, day_of(now)),
        hindrance_of("mentee", mentee, policy, day_of(now)),
    ]
    sentences = [one.sentence for one in alone if one is not None]
    sentences += [
        kept_apart_by(rule, mentor, mentee, policy) for rule in rules_between(mentor, mentee, policy, apart)
    ]
    if sentences:
        raise Refused(" ".join(sentences), field="mentor_id", code="does_not_fit")


def _gives_way(
    programme_id: str, item: Suggestion, mentor: Party, policy: Policy, now: datetime
) -> Suggestion | None:
    """Which suggestion of the mentor's must be taken apart so that they have room for this one, if any.
    Raises Refused where there is none that may be."""
    most = most_mentees(policy, mentor.wishes)
    room = most - active_mentees(mentor.person_id, programme_id, now=now)
    theirs = [
        one
        for one in Suggestion.by_listing.query(suggested_listing(item.run_id, mentor.person_id))
        if isinstance(one, Suggestion) and one.state in ("suggested", "locked")
    ]
    if len(theirs) < room:
        return None
    movable = [one for one in theirs if one.state == "suggested"]
    if room <= 0 or not movable:
        raise Refused(
            f"{mentor.first_name} has no room for another mentee: what is locked or begun fills it.",
            field="mentor_id",
            code="no_room",
        )
    return min(movable, key=lambda one: (one.score, one.suggestion_id))
