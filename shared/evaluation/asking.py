"""Asking: each morning's look at whose forms' time has come, and who waits to be reminded."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pynamodb.expressions.update import Action

from shared.conversations.items import Pair, pairs_listing
from shared.people.asked import EVERYBODY, Asked, stored_asked
from shared.people.items import Membership, forms_due, membership_key, roll
from shared.people.permissions import PARTICIPANTS
from shared.platform.clock import order
from shared.platform.tables import Lost, conditional, find, transaction
from shared.policies import Policy
from shared.programmes.actions import cohorts_of, load_programme
from shared.programmes.rules import day_of

from .counting import Place, count_asked
from .rules import Open, asked_anew, next_reminder
from .standing import may_be_asked, open_for

TRIES = 4
PAGE = 50
"""People on a page of those who wait to be reminded."""


def wait_until(
    member: Membership, asked: Sequence[Asked], after_days: Sequence[int], now: datetime
) -> list[Action]:
    """What puts somebody among those who wait, by when they are reminded next, or takes them from there."""
    reminder = next_reminder(asked, after_days, now)
    if reminder is None:
        return [Membership.due.remove(), Membership.due_at.remove()] if member.due else []
    return [Membership.due.set(forms_due(member.programme_id)), Membership.due_at.set(order(reminder))]


# ── Each morning ───────────────────────────────────────────────────────────


def ask(programme_id: str, *, now: datetime) -> int:
    """Notes of everybody in a programme which forms they are asked by now, and gives of how many that
    changed. Harmless to repeat. Each of the programme's lists is read once, page by page; nothing is written
    of whom nothing has changed. Raises NotFound or ValueError without a policy."""
    policy = load_programme(programme_id).policy
    open_now = _open_now(programme_id, policy, day_of(now))
    return sum(
        _ask_one(member, open_now.get((member.person_id, member.role), ()), policy, now)
        for member in _participants(programme_id)
        if member.forms or (member.person_id, member.role) in open_now
    )


def _open_now(programme_id: str, policy: Policy, today: date) -> dict[tuple[str, str], list[Open]]:
    """By person and role, what the time of it is, on the pages of all their conversations. Who goes on in
    the same cohort with somebody else is not asked yet how it went."""
    found: dict[tuple[str, str], list[Open]] = defaultdict(list)
    ended: list[tuple[str, str, Open]] = []
    goes_on: set[tuple[str, str, str]] = set()
    if not policy.evaluation.forms:
        return found
    cohorts = {one.cohort_id: one for one in cohorts_of(programme_id)}
    for pair in Pair.by_listing.query(pairs_listing(programme_id)):
        if not isinstance(pair, Pair):
            continue
        sides = open_for(pair, policy, cohorts.get(pair.cohort_id or ""), today)
        for side, person_id in (("mentor", pair.mentor_id), ("mentee", pair.mentee_id)):
            if pair.status == "active":
                goes_on.add((person_id, side, pair.cohort_id or EVERYBODY))
                if sides[side]:
                    found[person_id, side] += sides[side]
            else:
                ended += [(person_id, side, one) for one in sides[side]]
    for person_id, side, one in ended:
        if (person_id, side, one.cohort_id) not in goes_on:
            found[person_id, side].append(one)
    return found


def _participants(programme_id: str) -> Iterator[Membership]:
    for role in sorted(PARTICIPANTS):
        for one in Membership.by_listing.query(roll(programme_id, role)):
            if isinstance(one, Membership) and one.status == "active":
                yield one


def _ask_one(listed: Membership, open_now: Sequence[Open], policy: Policy, now: datetime) -> bool:
    """Whether anything changed."""
    member: Membership | None = listed
    for _ in range(TRIES):
        if member is None:
            return False
        wants = may_be_asked(member, policy, day_of(now))
        before = member.asked
        asked = asked_anew(before, open_now if wants else (), now)
        if asked == list(before):
            return False
        try:
            with transaction() as write:
                reminders = wait_until(member, asked, policy.evaluation.remind_after_days, now)
                write.update(member, [Membership.forms.set(stored_asked(asked)), *reminders])
                for one in asked:
                    if one not in before and one.asked_at == now:  # and not one that waits again
                        count_asked(write, Place(member.programme_id, one.cohort_id), one.form_id)
            return True
        except Lost:  # they answered, or the list was behind
            key = membership_key(listed.person_id, listed.programme_id, listed.role)
            member = find(Membership, *key)
    return False


# ── Who waits to be reminded ───────────────────────────────────────────────


@dataclass(frozen=True)
class WaitingForms:
    """Somebody for whose answers forms wait, and who is to be reminded now."""

    person_id: str
    programme_id: str
    programme_name: str
    role: str
    first_name: str
    address: str
    pair_ids: tuple[str, ...]
    """The conversations on whose pages they are answered, each once: `/pairs/<pair_id>/forms`."""
    forms: int
    """How many wait."""
    reminded_at: datetime
    """When they were to be reminded: with the person, what the reminder follows from."""


def forms_waiting(programme_id: str, *, now: datetime, limit: int = PAGE) -> list[WaitingForms]:
    """Those who are to be reminded by now, those who have waited longest first: one Query of one page of an
    index. Say `note_reminded` of each; then the next page is the next of them."""
    found = Membership.by_due.query(
        forms_due(programme_id), Membership.due_at <= order(now), limit=limit, page_size=limit
    )
    return [_waiting(one) for one in found if isinstance(one, Membership)]


def _waiting(member: Membership) -> WaitingForms:
    waiting = [one for one in member.asked if one.waits]
    return WaitingForms(
        person_id=member.person_id,
        programme_id=member.programme_id,
        programme_name=member.programme_name,
        role=member.role,
        first_name=member.first_name,
        address=member.address,
        pair_ids=tuple(dict.fromkeys(one.pair_id for one in waiting)),
        forms=len(waiting) if member.status == "active" else 0,
        reminded_at=datetime.fromisoformat(str(member.due_at)),
    )


def note_reminded(one: WaitingForms, after_days: Sequence[int], *, now: datetime) -> bool:
    """Puts somebody off until their next reminder, or for good after the last. False where somebody has done
    so already; then nothing is to be sent. `after_days` are the policy's. Also for those with no `forms`, who
    are not written to."""
    member = find(Membership, *membership_key(one.person_id, one.programme_id, one.role))
    if member is None or member.due_at != order(one.reminded_at):
        return False
    actions = wait_until(member, member.asked, after_days, now)
    try:
        with conditional():
            member.update(actions)
    except Lost:
        return False
    return True
