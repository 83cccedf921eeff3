"""Inviting the good rows of a list, so many in a minute as the policy says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pynamodb.transactions import TransactWrite

from shared.platform.clock import order
from shared.platform.tables import Lost, conditional, transaction
from shared.programmes.actions import RunningProgramme, load_programme
from shared.programmes.cohorts import cohort_of, free_places
from shared.programmes.items import Cohort
from shared.programmes.rules import is_over

from ..import_items import Import, ImportLeft, left_key
from ..invitation_items import Invitation
from ..permissions import PARTICIPANTS, Role
from ..rules import Row, standing
from ._checking_lists import STANDS_STILL_AFTER
from ._pieces import PEOPLE_IN_PIECE, invitations_so_far, people_of_piece
from ._places import full, has_place, is_over_now, move_places
from ._writing_invitations import add_invitation, in_other_part, other_part

TRIES = 4
"""How often one step is tried when somebody invites the same people, or to the same cohort, meanwhile."""
MINUTE = timedelta(minutes=1)
INVITED = "This person has been invited already. You can send the invitation again from the list."
JOINED = "This person has joined already."


@dataclass(frozen=True)
class _Step:
    """What is done with some of a piece's people."""

    people: Sequence[Row]
    earlier: Mapping[tuple[str, str], Invitation]
    cohort: Cohort | None
    refused: Mapping[int, str]
    """By line, why somebody is not invited."""

    @property
    def invited(self) -> list[Row]:
        return [one for one in self.people if one.line not in self.refused]


def invite_list(item: Import, *, clock: Callable[[], datetime], enough: Callable[[], bool]) -> None:
    """Goes on inviting, from the person where it stopped, as many as may be by now. Raises Lost when another
    run is at it."""
    programme = load_programme(item.programme_id)
    each_minute = programme.policy.invitations.most_each_minute
    while int(item.tried) < int(item.good):
        now = clock()
        if item.minute_at is None or now >= item.minute_at + MINUTE:
            item.minute_at, item.in_minute = now, 0
        room = each_minute - int(item.in_minute)
        if room <= 0:
            _wait(item, item.minute_at + MINUTE)
            return
        is_last_step = enough()
        _invite_some(item, programme, room, now, stops=is_last_step)
        if is_last_step:
            return
    item.state, item.done_at = "done", clock()
    item.due, item.due_at = None, None
    with conditional():
        item.save()


def _wait(item: Import, until: datetime) -> None:
    """The sweep wakes it in the minute in which it may go on."""
    item.state, item.due_at, item.wakings = "running", order(until), 0
    with conditional():
        item.save()


def _invite_some(item: Import, programme: RunningProgramme, room: int, now: datetime, *, stops: bool) -> None:
    """The next people of a piece, in one transaction with how far it came."""
    people = people_of_piece(item.import_id, int(item.piece))
    turn = people[int(item.offset) :][: min(room, PEOPLE_IN_PIECE)]
    here = (item.piece, item.offset)
    for _ in range(TRIES):
        step = _decide(item, turn, now)
        number, offset = int(item.piece), int(item.offset)
        ends = offset + len(turn) >= len(people)
        item.piece, item.offset = (number + 1, 0) if ends else (number, offset + len(turn))
        item.tried = int(item.tried) + len(turn)
        item.in_minute = int(item.in_minute) + len(turn)
        item.invited = int(item.invited) + len(step.invited)
        item.left = int(item.left) + len(step.refused)
        item.state, item.wakings = "queued" if stops else "running", 0
        item.due_at = order(now + STANDS_STILL_AFTER)
        try:
            with transaction() as write:
                write.save(item)
                before = [step.earlier.get((item.role, one.address)) for one in step.invited]
                move_places(write, before, role=Role(item.role), to=step.cohort)
                for person in step.invited:
                    _add_one(write, item, programme, person, step, now)
                if step.refused:
                    _add_left(write, item, step, number, offset)
        except Lost:
            item.refresh(consistent_read=True)
            if (item.piece, item.offset) != here:
                raise
            continue
        return
    raise Lost


def _add_one(
    write: TransactWrite, item: Import, programme: RunningProgramme, person: Row, step: _Step, now: datetime
) -> None:
    add_invitation(
        write,
        programme,
        Role(item.role),
        person,
        earlier=step.earlier.get((item.role, person.address)),
        by=item.invited_by,
        cohort=step.cohort,
        import_id=item.import_id,
        with_place=False,
        now=now,
    )


def _decide(item: Import, people: Sequence[Row], now: datetime) -> _Step:
    """Who can be invited as things are now: the list was checked a while ago."""
    role = Role(item.role)
    cohort = cohort_of(item.programme_id, item.cohort_id or "")
    earlier = invitations_so_far(item.programme_id, people, consistent=True)
    free = free_places(cohort) if cohort is not None and role == Role.MENTEE else None
    over = is_over_now(cohort) if cohort is not None and is_over(cohort.ends_on, now) else ""
    refused: dict[int, str] = {}
    for person in people:
        before = earlier.get((role, person.address))
        reason = _why_not(before, earlier.get((other_part(role), person.address)), role, now) or over
        needs = not reason and free is not None and not has_place(before, cohort)
        if needs and free == 0 and cohort is not None:
            reason = full(cohort)
        elif needs and free is not None:
            free -= 1
        if reason:
            refused[person.line] = reason
    return _Step(people, earlier, cohort, refused)


def _why_not(before: Invitation | None, other: Invitation | None, role: Role, now: datetime) -> str:
    if before is not None:
        match standing(before.state, before.usable_until, now):
            case "accepted":
                return JOINED
            case "open":
                return INVITED
    return in_other_part(other, now) if role in PARTICIPANTS else ""


def _add_left(write: TransactWrite, item: Import, step: _Step, piece: int, offset: int) -> None:
    people: list[dict[str, Any]] = [
        {
            "line": one.line,
            "cells": [one.first_name, one.surname, one.address, one.school, *one.answers.values()],
            "problems": [["", step.refused[one.line]]],
        }
        for one in step.people
        if one.line in step.refused
    ]
    key = left_key(item.import_id, "invite", piece, offset)
    write.save(ImportLeft(*key, people=people, expires_at=item.expires_at))
