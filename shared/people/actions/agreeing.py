"""Agreeing to the ground rules, and again whenever they are worded anew."""

from datetime import datetime

from pynamodb.transactions import TransactWrite

from shared.platform.errors import Invalid, NotFound
from shared.platform.tables import Lost, find, is_new, transaction
from shared.programmes.actions import load_programme
from shared.programmes.explaining import Explained, explained
from shared.programmes.rules_version import forget, rules_version

from ..items import Agreement, Membership, agreement_key, membership_key
from ..permissions import PARTICIPANTS, Member, Viewer, require

READ_AGAIN = "The ground rules have changed since you opened this page. Please read them once more."
NOT_TICKED = "Please agree to the ground rules, or report a worry if something in them is not right."


def to_agree(viewer: Viewer, *, now: datetime) -> tuple[Member, ...]:
    """The parts that the viewer takes in programmes whose ground rules they have yet to agree to.

    At most one GetItem a minute for each programme in this process. Whoever takes part in a programme whose
    policy cannot be read is not asked: nothing of theirs is delivered meanwhile.
    """
    return tuple(
        one
        for one in viewer.memberships
        if one.role in PARTICIPANTS
        and one.agreed_version is not None
        and one.agreed_version < rules_version(one.programme_id, now=now)
    )


def rules_to_agree(viewer: Viewer, *, now: datetime) -> tuple[tuple[str, Explained], ...]:
    """The programme_ids and what there is to read: a GetItem for each programme."""
    found = []
    for part in to_agree(viewer, now=now):
        programme = load_programme(part.programme_id)
        found.append((part.programme_id, explained(programme, part.role, now=now)))
    return tuple(found)


def agree(viewer: Viewer, programme_id: str, *, agreed_version: int, now: datetime) -> None:
    """Stores that the viewer agrees to the ground rules of this version, and when. Done twice, it is done
    once.

    `agreed_version` is 0 for a box that was not ticked. Raises NotFound for a programme in which the viewer
    takes no part, and Invalid when the rules have changed since they were read.
    """
    parts = [
        one for one in viewer.memberships if one.programme_id == programme_id and one.role in PARTICIPANTS
    ]
    require(bool(parts))
    version = load_programme(programme_id).policy.ground_rules.version
    forget(programme_id)
    if agreed_version != version:
        raise Invalid(READ_AGAIN if agreed_version else NOT_TICKED, field="agreed", code="not_agreed")
    for part in parts:
        _agree(viewer.person_id, part, version, now)


def _agree(person_id: str, part: Member, version: int, now: datetime) -> None:
    item = find(Membership, *membership_key(person_id, part.programme_id, part.role))
    if item is None:
        raise NotFound
    if int(item.agreed_version) >= version:
        return
    item.first_agreed_at = item.joined_at
    item.agreed_version, item.agreed_at = version, now
    try:
        with transaction() as write:
            write.save(item)
            note_agreement(write, person_id, part.programme_id, part.role, version, now)
    except Lost:
        _agree(person_id, part, version, now)  # something else of theirs changed at the same moment


def note_agreement(
    write: TransactWrite, person_id: str, programme_id: str, role: str, version: int, now: datetime
) -> None:
    """Adds to a running transaction that somebody agreed to a version, which is kept when they agree to the
    next."""
    write.save(
        Agreement(
            *agreement_key(person_id, programme_id, role, version),
            person_id=person_id,
            programme_id=programme_id,
            role=role,
            rules_version=version,
            at=now,
        ),
        condition=is_new(Agreement),
    )
