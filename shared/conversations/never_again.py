"""Couples who are never to be brought together (again), whoever or whatever would pair them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.people.permissions import Viewer
from shared.platform.clock import order
from shared.platform.tables import ConversationsItem, MomentAttribute, find


class NeverAgain(ConversationsItem, discriminator="never_again"):
    """That a mentor and a mentee are kept apart: pk `NEVER#<programme_id>`, sk `<mentor_id>#<mentee_id>`. In
    `listing` as `NEVER#<programme_id>#<mentee_id>`, by when it was said.

    Nothing says so to either of the two. It stays when it is taken back, as something that was.
    """

    programme_id = UnicodeAttribute()
    mentor_id = UnicodeAttribute()
    mentee_id = UnicodeAttribute()
    mentor_name = UnicodeAttribute()
    mentee_name = UnicodeAttribute()
    reason = UnicodeAttribute()
    """For staff only."""
    said_by = UnicodeAttribute()
    said_by_name = UnicodeAttribute()
    said_at = MomentAttribute()
    ended_by = UnicodeAttribute(null=True)
    """Who took it back. The two can be matched again from then on."""
    ended_at = MomentAttribute(null=True)


@dataclass(frozen=True)
class Named:
    """One of the two, by id and full name."""

    person_id: str
    name: str


def never_again_key(programme_id: str, mentor_id: str, mentee_id: str) -> tuple[str, str]:
    return f"NEVER#{programme_id}", f"{mentor_id}#{mentee_id}"


def never_listing(programme_id: str, mentee_id: str) -> str:
    return f"NEVER#{programme_id}#{mentee_id}"


def keep_apart(
    write: TransactWrite,
    programme_id: str,
    *,
    mentor: Named,
    mentee: Named,
    reason: str,
    by: Viewer,
    now: datetime,
) -> None:
    """Adds to a running transaction that these two are never brought together: one GetItem. Said again, the
    latest stands. The caller has made sure that `by` may say so."""
    key = never_again_key(programme_id, mentor.person_id, mentee.person_id)
    item = find(NeverAgain, *key) or NeverAgain(*key)
    item.programme_id, item.reason = programme_id, reason
    item.mentor_id, item.mentor_name = mentor.person_id, mentor.name
    item.mentee_id, item.mentee_name = mentee.person_id, mentee.name
    item.said_by, item.said_by_name, item.said_at = by.person_id, by.name, now
    item.ended_by = item.ended_at = None
    item.listing, item.listing_order = never_listing(programme_id, mentee.person_id), order(now)
    write.save(item)
    _record(write, item, by, now, reason)


def may_meet_again(write: TransactWrite, item: NeverAgain, *, by: Viewer, now: datetime) -> None:
    """Adds to a running transaction that the two of a loaded item may be brought together after all."""
    write.update(item, [NeverAgain.ended_by.set(by.name), NeverAgain.ended_at.set(now)])
    _record(write, item, by, now, "")


def _record(write: TransactWrite, item: NeverAgain, by: Viewer, now: datetime, why: str) -> None:
    record(
        write,
        item.programme_id,
        "changed_match",
        f"person:{item.mentee_id}",
        by_id=by.person_id,
        by_name=by.name,
        why=why,
        hidden_from=(item.mentor_id, item.mentee_id),
        now=now,
    )


def find_apart(programme_id: str, mentor_id: str, mentee_id: str) -> NeverAgain | None:
    """That the two are kept apart, or None: one GetItem."""
    item = find(NeverAgain, *never_again_key(programme_id, mentor_id, mentee_id))
    return item if item is not None and item.ended_at is None else None


def not_apart() -> Condition:
    """The condition of whatever brings two together."""
    meets: Condition = NeverAgain.pk.does_not_exist() | NeverAgain.ended_at.exists()
    return meets


def are_kept_apart(programme_id: str, mentor_id: str, mentee_id: str) -> bool:
    """Whether staff said that these two are never to be brought together: one GetItem."""
    return find_apart(programme_id, mentor_id, mentee_id) is not None


def kept_apart(programme_id: str) -> Iterator[NeverAgain]:
    """Every couple of the programme that is kept apart, a page of the table at a time."""
    return _in_force(programme_id)


def _in_force(programme_id: str, mentor_id: str = "") -> Iterator[NeverAgain]:
    pk, _ = never_again_key(programme_id, "", "")
    within = NeverAgain.sk.startswith(f"{mentor_id}#") if mentor_id else None
    found = NeverAgain.query(pk, within, consistent_read=True)
    return (one for one in found if isinstance(one, NeverAgain) and one.ended_at is None)


def kept_from(programme_id: str, person_id: str, *, is_mentor: bool) -> list[NeverAgain]:
    """With whom somebody is never brought together: one Query."""
    if is_mentor:
        return list(_in_force(programme_id, person_id))
    listed = NeverAgain.by_listing.query(never_listing(programme_id, person_id))
    theirs = [item for item in listed if isinstance(item, NeverAgain)]
    return [item for item in theirs if item.ended_at is None]
