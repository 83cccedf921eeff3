"""The weekly e-mail: to each for whom something waits, once it is time, one e-mail of all of it.

Whether it still holds is asked anew just before; what does not is noted no longer, so that the next look
brings it again if it is due then. That the e-mail is queued, that nothing waits any more, what is noted and
that the staff can see it is one transaction, and the e-mail's id hangs on when it was to go out: it is sent
once. What is too much for one transaction goes on waiting: it is neither told nor forgotten.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pynamodb.expressions.update import Action

from shared.conversations.items import Pair, pair_key
from shared.conversations.programme_rules import programme_or_none
from shared.conversations.resting import taking_part_in
from shared.conversations.watching import WEEKLY, Watch, silent_listing, watch_key
from shared.notices.actions import queue
from shared.notices.rules import Addressee, NewNotice
from shared.notices.things import Thing
from shared.platform.clock import order
from shared.platform.tables import Lost, conditional, transaction
from shared.programmes.actions import RunningProgramme

from .items import REMINDERS_DUE, Reminders
from .noting import note_asked_after, note_nudged
from .rules import AT_LEAST_BETWEEN, not_quiet
from .sides import side_of
from .sources import still_due
from .waiting import new_stop_link, who_is_told

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 300
"""People whom one run writes to. The next run is a minute away."""
MOST_PAIRS = 40
"""Pairs that one e-mail tells of, each noted for the staff: with the e-mail, all fits into one transaction of
100 items. The others are told of in the next."""
MOST_HELD_BACK = 15
"""Pairs of one e-mail of which something is noted no longer: the rest of that transaction. The others have
their turn in the next run."""
COUNTED = 100
"""So many silent pairs are counted; of more it is said that there are so many."""
A_WEEK = timedelta(days=7)
TRIED_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Sent:
    """What a run came to."""

    sent: int = 0
    failed: int = 0


@dataclass
class _Found:
    """What somebody is to be reminded of, of what waited."""

    of_pairs: dict[str, tuple[Pair, list[Thing]]] = field(default_factory=dict)
    held_back: dict[str, set[str]] = field(default_factory=dict)
    """By pair, what waited and does not hold at this moment: each as in `Watch.noted`."""
    silent: dict[str, int] = field(default_factory=dict)
    """How many pairs, by programme."""
    programmes: list[RunningProgramme] = field(default_factory=list)
    addressees: list[Addressee] = field(default_factory=list)
    """The one person, as each of these knows them."""
    left: set[str] = field(default_factory=set)
    """What goes on waiting, as in `Reminders.waiting`."""

    @property
    def to(self) -> Addressee:
        return self.addressees[0]

    @property
    def things(self) -> Counter[Thing]:
        found: Counter[Thing] = Counter(thing for _, things in self.of_pairs.values() for thing in things)
        found.update({"silent": sum(self.silent.values())} if self.silent else {})
        return found

    def leave_what_is_too_much(self) -> None:
        """Keeps what fits into one transaction, and leaves the rest waiting."""
        for pair_id in list(self.of_pairs)[MOST_PAIRS:]:
            _, things = self.of_pairs.pop(pair_id)
            self.left |= {f"{one}#{pair_id}" for one in things}
        for pair_id in list(self.held_back)[MOST_HELD_BACK:]:
            noted = self.held_back.pop(pair_id)
            self.left |= {f"{one.partition('#')[0]}#{pair_id}" for one in noted}


def send_digests(clock: Callable[[], datetime], *, enough: Callable[[], bool] = lambda: False) -> Sent:
    """Queues the weekly e-mails that are due, the longest due first, until `enough` says that the time is
    over. One that fails holds up no other. Harmless to repeat."""
    sent = failed = 0
    due = Reminders.by_due.query(REMINDERS_DUE, Reminders.due_at <= order(clock()), limit=MOST_AT_ONCE)
    for one in [one for one in due if isinstance(one, Reminders)]:
        if enough():
            break
        now = clock()
        try:
            sent += _send(one, now)
        except Lost:
            continue  # another run was quicker, or more waits since: the next run looks again
        except Exception as error:
            logger.error("a weekly e-mail could not be written", extra={"error": type(error).__name__})
            failed += 1
            with suppress(Exception):
                _put_off(one, now + TRIED_AGAIN)
    return Sent(sent, failed)


def _send(reminders: Reminders, now: datetime) -> bool:
    if reminders.sent_at is not None and now < reminders.sent_at + AT_LEAST_BETWEEN:
        _put_off(reminders, reminders.sent_at + A_WEEK)
        return False
    found = _still_due(reminders, now)
    at = max((not_quiet(one.policy.nudges, now) for one in found.programmes), default=now)
    if at > now:
        _put_off(reminders, at)
        return False
    found.leave_what_is_too_much()
    done = _waits_no_longer(reminders, found.left)
    goes_out = bool(found.things) and reminders.stopped_at is None
    watches = list(_noted_no_longer(found.held_back))
    with transaction() as write:
        if goes_out:
            link = new_stop_link(reminders)
            queue(write, _digest(reminders, found, link.path), now=now)
            done += [Reminders.sent_at.set(now), Reminders.links.set(link.links)]
        write.update(reminders, done)
        for watch, noted in watches:
            write.update(watch, [Watch.noted.set(noted)])
        for pair, things in found.of_pairs.values():
            if goes_out:
                note_nudged(write, pair, reminders.person_id, things, now=now)
            if "asked_after" in things:
                note_asked_after(write, pair, now=now)
    return goes_out


def _waits_no_longer(reminders: Reminders, left: set[str]) -> list[Action]:
    """All but what is `left`. That stays due: the next run goes on with it at once where no e-mail went out,
    and puts it off for a week where one did."""
    if left:
        return [Reminders.waiting.delete(set(reminders.waiting or ()) - left)]
    return [Reminders.waiting.remove(), Reminders.due.remove(), Reminders.due_at.remove()]


def _noted_no_longer(held_back: Mapping[str, set[str]]) -> Iterator[tuple[Watch, dict[str, str]]]:
    """The watches of these pairs, each with what stays noted: a BatchGetItem where there are any."""
    keys = [watch_key(pair_id, WEEKLY) for pair_id in held_back]
    for watch in Watch.batch_get(keys, consistent_read=True) if keys else ():
        noted = {
            key: cause for key, cause in (watch.noted or {}).items() if key not in held_back[watch.pair_id]
        }
        if noted != (watch.noted or {}):
            yield watch, noted


def _put_off(reminders: Reminders, until: datetime) -> None:
    with conditional():
        reminders.update([Reminders.due_at.set(order(until))])


def _still_due(reminders: Reminders, now: datetime) -> _Found:
    """What waited and holds at this moment: a BatchGetItem for the conversations, another for whether they
    rest, and some for each answer that is awaited."""
    waiting = [one.partition("#") for one in sorted(reminders.waiting or ())]
    found = _Found()
    pair_ids = sorted({of for what, _, of in waiting if what != "silent"})
    pairs = (
        list(Pair.batch_get([pair_key(one) for one in pair_ids], consistent_read=True)) if pair_ids else []
    )
    together = taking_part_in(pairs, now=now)
    for pair in pairs:
        wanted = [what for what, _, of in waiting if of == pair.pair_id]
        side = side_of(pair, reminders.person_id)
        things = still_due(pair, together[pair.pair_id], side, wanted, now) if side else []
        if side and (held_back := {f"{one}#{side}" for one in wanted if one not in things}):
            found.held_back[pair.pair_id] = held_back
        if things:
            found.of_pairs[pair.pair_id] = (pair, things)
            found.programmes += [one for one in [together[pair.pair_id].programme] if one]
            is_mentor = reminders.person_id == pair.mentor_id
            found.addressees.append(pair.mentor if is_mentor else pair.mentee)
    for what, _, programme_id in waiting:
        if what == "silent":
            _add_silent(found, programme_id, reminders.person_id)
    return found


def _add_silent(found: _Found, programme_id: str, person_id: str) -> None:
    """Two Queries: whether they still look after the programme, and how many pairs are silent there."""
    member = next((one for one in who_is_told(programme_id) if one.person_id == person_id), None)
    programme = programme_or_none(programme_id)
    count = Watch.by_listing.count(silent_listing(programme_id), limit=COUNTED)
    if member is not None and programme is not None and count:
        found.silent[programme_id] = count
        found.programmes.append(programme)
        found.addressees.append(member)


def _digest(reminders: Reminders, found: _Found, stop_path: str) -> NewNotice:
    return NewNotice(
        "weekly_digest",
        cause=("digest", reminders.person_id, str(reminders.due_at)),
        address=found.to.address,
        first_name=found.to.first_name,
        path=_leads_to(found),
        person_id=reminders.person_id,
        programme_name=_programme_name(found),
        things=found.things,
        stop_path=stop_path,
    )


def _leads_to(found: _Found) -> str:
    """To the one page that it is about, or the first page, which says what waits."""
    pages: Sequence[str] = [
        *(f"/pairs/{pair_id}" for pair_id in found.of_pairs),
        *(f"/programmes/{programme_id}/nudges" for programme_id in found.silent),
    ]
    return pages[0] if len(pages) == 1 else "/"


def _programme_name(found: _Found) -> str:
    """Empty where it is about several."""
    names = {one.name for one in found.programmes}
    return names.pop() if len(names) == 1 else ""
