"""Places in cohorts of those who were invited: a mentee has one from their invitation on, in one cohort only,
until it expires or is withdrawn."""

from collections import Counter
from collections.abc import Sequence

from pynamodb.transactions import TransactWrite

from shared.platform.errors import Conflict
from shared.programmes.cohorts import cohort_of, free_places, give_place_back, take_place
from shared.programmes.items import Cohort

from ..invitation_items import Invitation
from ..permissions import Role


def has_place(invitation: Invitation | None, cohort: Cohort | None) -> bool:
    """Whether somebody has a place in this very cohort."""
    if invitation is None or cohort is None:
        return False
    return invitation.has_place and invitation.cohort_id == cohort.cohort_id


def move_places(
    write: TransactWrite, earlier: Sequence[Invitation | None], *, role: Role, to: Cohort | None
) -> None:
    """Adds to a running transaction that the people who were invited so far by `earlier`, None for somebody
    new, have a place in the cohort `to` and in no other. It is Lost where there is no room for them."""
    if role != Role.MENTEE:
        to = None
    needed = sum(not has_place(one, to) for one in earlier)
    if to is not None and needed:
        take_place(write, to, mentees=needed)
    give_back(write, [one for one in earlier if one is not None and not has_place(one, to)])


def give_back(write: TransactWrite, invitations: Sequence[Invitation]) -> None:
    """Adds to a running transaction that these no longer have a place, where they have one."""
    held = Counter((one.programme_id, one.cohort_id or "") for one in invitations if one.has_place)
    for (programme_id, cohort_id), mentees in held.items():
        cohort = cohort_of(programme_id, cohort_id)
        if cohort is not None:
            give_place_back(write, cohort, mentees=mentees)


def require_room(cohort: Cohort | None) -> None:
    """Raises Conflict when the cohort, as it is now, has no place left."""
    if cohort is None:
        return
    cohort.refresh(consistent_read=True)
    if free_places(cohort) == 0:
        raise Conflict(full(cohort), field="cohort_id", code="full")


def full(cohort: Cohort) -> str:
    """That a cohort has no place left, and what can be done."""
    return (
        f"{cohort.name} is full: it has {_in_words(int(cohort.capacity or 0))}, and each is taken by "
        "somebody who has joined or was invited. Choose another cohort, or withdraw an invitation first."
    )


def is_over_now(cohort: Cohort) -> str:
    """That a cohort has ended, and what can be done."""
    return f"{cohort.name} is over. Please choose another cohort, and invite them anew."


def _in_words(places: int) -> str:
    return "1 place" if places == 1 else f"{places} places"
