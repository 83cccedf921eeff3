"""Making pairs of suggestions: one at a time, or all in the background."""

from contextlib import suppress
from datetime import datetime

from shared.conversations.pairing import pair_up
from shared.conversations.room import active_pairs
from shared.people.items import Membership
from shared.people.permissions import Viewer
from shared.platform.clock import order
from shared.platform.errors import Conflict, Refused, SignpostError
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, conditional
from shared.policies import Policy

from ..items import MATCHINGS_DUE, Suggestion, suggested_listing
from ..reading import party_of
from ..rules import Apart, Party, kept_apart_by, rules_between
from ..runs import ANOTHER, MEANWHILE, decided, require_latest, require_open, to_decide
from .starting import STANDS_STILL_AFTER

TRIES = 4


def accept(viewer: Viewer, programme_id: str, cohort_id: str, suggestion_id: str, *, now: datetime) -> str:
    """Brings the two of a suggestion together, with every check made anew, and gives the pair's id. Accepted
    twice, they are brought together once.

    Raises NotFound, Conflict, and what `pair_up` raises, which is kept with the suggestion.
    """
    _, item = to_decide(viewer, programme_id, cohort_id, suggestion_id)
    if item.state == "accepted" and item.pair_id:
        return item.pair_id
    require_open(item)
    return bring_together(viewer, item, now=now)


def bring_together(viewer: Viewer, item: Suggestion, *, now: datetime) -> str:
    """The pair of a suggestion that is open. Raises what `pair_up` raises, and what the rules of matching say
    against the two by now, which is kept with it."""

    def also_ask(mentor: Membership, mentee: Membership, policy: Policy) -> None:
        _require_free(item, now)
        _require_fit(party_of(mentor), party_of(mentee), policy)

    try:
        pair_id = pair_up(
            viewer,
            item.programme_id,
            mentor_id=item.mentor_id,
            mentee_id=item.mentee_id,
            cohort_id=item.cohort_id or "",
            key=derived_id("suggestion", item.suggestion_id, item.mentor_id),
            now=now,
            also_ask=also_ask,
        )
    except SignpostError as error:
        _note_problem(item, error.sentence)
        error.field = ""  # nobody fills anything in here
        raise
    _mark_accepted(viewer, item, pair_id, now)
    return pair_id


def _require_free(item: Suggestion, now: datetime) -> None:
    """Raises Refused for a mentee who has got another mentor since: who is suggested was free."""
    pairs = active_pairs([item.mentee_id], item.programme_id, now=now)
    others = [one.mentor_name for one in pairs if one.mentor_id not in (item.mentor_id, item.mentee_id)]
    if others:
        raise Refused(f"{item.mentee_name} has a conversation with {others[0]} by now.", code="has_a_mentor")


def _require_fit(mentor: Party, mentee: Party, policy: Policy) -> None:
    """Raises Refused with every rule that is against these two. Whether they are together, or are kept apart
    by staff, `pair_up` asks."""
    rules = rules_between(mentor, mentee, policy, Apart())
    if rules:
        sentences = " ".join(kept_apart_by(one, mentor, mentee, policy) for one in rules)
        raise Refused(sentences, code="does_not_fit")


def _mark_accepted(viewer: Viewer, item: Suggestion, pair_id: str, now: datetime) -> None:
    """Says so on the suggestion, whatever somebody made of it in the same moment: the two are together."""
    changes = [
        *decided(viewer, "accepted", now),
        Suggestion.pair_id.set(pair_id),
        Suggestion.mentor_id.set(item.mentor_id),
        Suggestion.mentor_name.set(item.mentor_name),
        Suggestion.listing.set(suggested_listing(item.run_id, item.mentor_id)),
    ]
    for _ in range(TRIES):
        with suppress(Lost), conditional():
            item.update(changes)
            return
        item.refresh(consistent_read=True)
    raise Conflict(MEANWHILE, code="meanwhile")


def _note_problem(item: Suggestion, sentence: str) -> None:
    # Lost means that somebody decided on it at the same moment.
    with suppress(Lost), conditional():
        item.update([Suggestion.problem.set(sentence)])


def accept_all(viewer: Viewer, programme_id: str, cohort_id: str, run_id: str, *, now: datetime) -> None:
    """Has every suggestion of a run accepted that is open, in the background, as quickly as the programme's
    policy lets invitations out. Asked twice, it is done once. Raises NotFound, Conflict."""
    run = require_latest(viewer, programme_id, cohort_id, run_id)
    if run.state in ("queued", "accepting"):
        return
    if run.state != "done":
        raise Conflict(ANOTHER, code="under_way")
    run.state, run.accept_by, run.accept_from = "queued", viewer.person_id, now
    run.place = run.tried = run.accepted = run.refused = run.progress = 0
    run.doing, run.problem = "Introduces everybody", None
    run.due, run.due_at = MATCHINGS_DUE, order(now + STANDS_STILL_AFTER)
    try:
        with conditional():
            run.save()
    except Lost:
        raise Conflict(MEANWHILE, code="meanwhile") from None
