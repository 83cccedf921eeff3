"""What becomes of conversations whose cohort ended long ago: the coordinators are told a month ahead, and
then what was written is removed: every wording and every file of it, and whatever else the two had there.

What safeguarding has to keep stays: the whole of a conversation, where a concern came from it, or is or was
about one of the two. That the two wrote with each other stays too, without a word of what: from whom a
concern is kept hangs on it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from shared.audit.actions import record
from shared.notices.actions import enqueue
from shared.notices.rules import NewNotice
from shared.people.views import who_looks_after
from shared.platform.tables import ConversationsItem, Lost, conditional, find, stored_items, transaction
from shared.programmes.actions import RunningProgramme, cohorts_of, load_programme
from shared.programmes.items import Cohort
from shared.programmes.rules import Removal, day_of, kept_until, removal_of, spoken
from shared.safeguarding.concerns.lists import Touched, touched_by_concerns
from shared.safeguarding.papers.files import FileStore

from .attachments import remove_file
from .items import (
    MESSAGE_PREFIX,
    Couple,
    Message,
    Pair,
    PairOfPerson,
    couple_key,
    pair_key,
    pair_of_person_key,
    pairs_of_cohort,
)

MOST_PAIRS = 100
"""Conversations of a programme that are removed in one morning. The next goes on."""
AT_ONCE = 90
"""Items in one transaction."""
BY_ITSELF = "Signpost"


@dataclass(frozen=True)
class Looked:
    """What a morning came to."""

    announced: int
    """Cohorts of which the coordinators were told."""
    removed: int
    """Conversations."""
    kept: int
    """Conversations that stay because of a concern."""


def look_after_retention(programme_id: str, *, store: FileStore, now: datetime) -> Looked:
    """Announces what is to be removed, and removes what was announced a month ago. Harmless to repeat; what
    was not done whole is gone on with. Raises NotFound or ValueError without a policy."""
    programme = load_programme(programme_id)
    months = programme.policy.retention_months
    announced = removed = kept = 0
    touched: Touched | None = None
    for cohort in cohorts_of(programme_id):
        removal = _removal(cohort, months, day_of(now))
        if removal.step == "announce" and removal.on is not None:
            announced += _announce(programme, cohort, removal.on, now)
        elif removal.step == "forget":
            _note(cohort, None)
        elif removal.step == "remove":
            touched = touched or touched_by_concerns(programme_id)
            for pair in _still_there(cohort):
                if removed == MOST_PAIRS:
                    break
                holds = touched.has(pair.pair_id, pair.mentor_id, pair.mentee_id)
                gone = not holds and _remove(pair, cohort, store, now)
                removed, kept = removed + gone, kept + (not gone)
    return Looked(announced, removed, kept)


def _removal(cohort: Cohort, months: int, today: date) -> Removal:
    if cohort.ends_on is None:
        return Removal("nothing")
    announced = date.fromisoformat(cohort.removal_on) if cohort.removal_on else None
    return removal_of(kept_until(date.fromisoformat(cohort.ends_on), months), announced, today)


# ── Saying so a month ahead ────────────────────────────────────────────────


def _announce(programme: RunningProgramme, cohort: Cohort, on: date, now: datetime) -> bool:
    if not _note(cohort, on):
        return False
    for member in who_looks_after(cohort.programme_id):
        notice = NewNotice.to(
            member,
            "removed_soon",
            cause=(cohort.cohort_id, on.isoformat()),
            path=f"/programmes/{cohort.programme_id}/cohorts/{cohort.cohort_id}",
            programme_id=cohort.programme_id,
            programme_name=programme.name,
        )
        enqueue(notice, now=now)
    return True


def _note(cohort: Cohort, on: date | None) -> bool:
    """False when somebody changed the cohort at this moment: the next morning looks again."""
    said = Cohort.removal_on.set(on.isoformat()) if on else Cohort.removal_on.remove()
    try:
        with conditional():
            cohort.update([said])
    except Lost:
        return False
    return True


# ── Removing ───────────────────────────────────────────────────────────────


def _still_there(cohort: Cohort) -> Iterator[Pair]:
    found = Pair.by_group.query(
        pairs_of_cohort(cohort.programme_id, cohort.cohort_id),
        filter_condition=Pair.removed_at.does_not_exist(),
    )
    return (one for one in found if isinstance(one, Pair))


def _remove(pair: Pair, cohort: Cohort, store: FileStore, now: datetime) -> bool:
    """Removes all that stands in a conversation but that there was one. False, and nothing is touched, where
    a concern came of something in it."""
    pk, itself = pair_key(pair.pair_id)
    found = [one for one in stored_items(ConversationsItem, pk) if one["sk"]["S"] != itself]
    if any("S" in one.get("concern_id", {}) for one in found):
        return False
    for message in Message.query(pk, Message.sk.startswith(MESSAGE_PREFIX), consistent_read=True):
        if isinstance(message, Message):
            remove_file(message, store)
    # Backwards, so that the messages go after their steps: while one is there, so is what says that it had a
    # file.
    _delete(pk, [one["sk"]["S"] for one in reversed(found)])
    _close(pair, cohort, now)
    return True


def _delete(pk: str, sks: Iterable[str]) -> None:
    left = iter(sks)
    while some := list(islice(left, AT_ONCE)):
        with transaction() as write:
            for sk in some:
                write.delete(ConversationsItem(pk, sk), add_version_condition=False)


def _close(pair: Pair, cohort: Cohort, now: datetime) -> None:
    """Nothing can be written in it any more, even if the cohort should go on; the two can be brought together
    anew."""
    couple = find(Couple, *couple_key(pair.programme_id, pair.mentor_id, pair.mentee_id))
    with transaction() as write:
        write.update(pair, [Pair.status.set("ended"), Pair.removed_at.set(now), Pair.agreed.remove()])
        if couple is not None and couple.pair_id == pair.pair_id:
            write.delete(couple)
        for person_id in pair.ids:
            write.update(
                PairOfPerson(*pair_of_person_key(person_id, pair.pair_id)),
                [PairOfPerson.held.remove(), PairOfPerson.returned.remove()],
                condition=PairOfPerson.pk.exists(),
                add_version_condition=False,
            )
        record(
            write,
            pair.programme_id,
            "removed_conversation",
            f"pair:{pair.pair_id}",
            by_id="signpost",
            by_name=BY_ITSELF,
            now=now,
            why=f"{cohort.name} ended on {spoken(date.fromisoformat(str(cohort.ends_on)))}",
        )
