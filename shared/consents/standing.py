"""Where one person's consents stand in a programme, and how new answers are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.audit.rules import What
from shared.meetings.calling_off import stop_meetings, stop_the_rest
from shared.people.items import Membership, membership_key
from shared.people.leave import Leave
from shared.people.participation import stops_writing
from shared.people.permissions import Role, Viewer
from shared.platform.clock import order
from shared.platform.errors import NotFound
from shared.platform.tables import find, is_new
from shared.policies.people import Purpose, Side
from shared.programmes.actions import RunningProgramme, load_programme
from shared.programmes.rules import day_of

from .items import Consent, ConsentRecord, consent_key, consent_record_key
from .rules import Changed, answers_in, asked_of, for_parents
from .telling import active_pairs_of, tell_staff, tell_the_others

TRIES = 4


@dataclass(frozen=True)
class Standing:
    """One person's consents in one programme, with what they are asked."""

    programme: RunningProgramme
    member: Membership
    consent: Consent
    is_stored: bool

    @property
    def side(self) -> Side:
        return "mentee" if self.member.role == Role.MENTEE else "mentor"

    @property
    def purposes(self) -> list[Purpose]:
        return asked_of(self.programme.policy.consents.purposes, self.side)

    @property
    def born_on(self) -> date | None:
        return date.fromisoformat(self.consent.born_on) if self.consent.born_on else None

    def for_parents(self, now: datetime) -> list[Purpose]:
        """What a parent or carer is asked at present."""
        own = self.consent.own or {}
        return for_parents(self.purposes, own, side=self.side, born_on=self.born_on, today=day_of(now))

    @property
    def leave(self) -> Leave:
        """What was said, as far as what is in force hangs on it."""
        consent = self.consent
        return Leave(answers_in(consent.own or {}), answers_in(consent.parents or {}), self.born_on)

    def in_force(self, now: datetime) -> dict[str, str]:
        """What holds for each purpose that was answered."""
        return self.leave.in_force(self.purposes, self.side, day_of(now))


def standing_of(person_id: str, programme_id: str, role: Role) -> Standing:
    """Three GetItems. Raises NotFound for somebody who is no mentee or mentor there."""
    member = find(Membership, *membership_key(person_id, programme_id, role))
    if member is None:
        raise NotFound
    found = find(Consent, *consent_key(person_id, programme_id))
    fresh = Consent(*consent_key(person_id, programme_id), person_id=person_id, programme_id=programme_id)
    return Standing(load_programme(programme_id), member, found or fresh, found is not None)


def with_answers(
    answers: Mapping[str, Any] | None, changed: Sequence[Changed], now: datetime
) -> dict[str, Any]:
    news: dict[str, Any] = {
        one.purpose.id: {"answer": one.answer, "wording": one.purpose.version, "at": order(now)}
        for one in changed
    }
    return {**(answers or {}), **news}


def store(
    write: TransactWrite,
    standing: Standing,
    changed: Sequence[Changed],
    *,
    by: str,
    by_name: str,
    now: datetime,
) -> None:
    """Adds to a running transaction where the consents stand, each new answer, and who is told that a yes was
    taken back."""
    save_consent(write, standing)
    consent = standing.consent
    for one in changed:
        record = ConsentRecord(
            *consent_record_key(consent.person_id, consent.programme_id, now, by, one.purpose.id),
            programme_id=consent.programme_id,
            purpose=one.purpose.id,
            title=one.purpose.title,
            wording=one.purpose.version,
            words=one.purpose.words if by == "self" else one.purpose.parent_words,
            answer=one.answer,
            by=by,
            by_name=by_name,
            at=now,
        )
        write.save(record, condition=is_new(ConsentRecord))
    # With the version of the membership: whoever reckons or pairs at this moment must look again.
    write.update(standing.member, actions=[Membership.leave.set(standing.leave.as_stored())])
    withdrawn = [one.purpose for one in changed if one.is_withdrawal]
    if withdrawn:
        tell_staff(write, standing.member, now)
    if any(stops_writing(one) for one in withdrawn):
        tell_the_others(write, standing.member, now)
    if stops_meetings(changed):
        stop_meetings(write, active_pairs_of(standing.member), standing.side, now=now)


def stops_meetings(changed: Sequence[Changed]) -> bool:
    """Whether something is answered with no without which there is no meeting."""
    return any(
        one.answer == "no" and (one.purpose.needed_for == "first_meeting" or stops_writing(one.purpose))
        for one in changed
    )


def end_what_is_left(standing: Standing, changed: Sequence[Changed], now: datetime) -> None:
    """After the answers are kept: ends what was proposed at that very moment, or was too much for one
    transaction. No link of theirs opens meanwhile."""
    if stops_meetings(changed):
        stop_the_rest(active_pairs_of(standing.member), standing.side, now=now)


def save_consent(write: TransactWrite, standing: Standing) -> None:
    write.save(standing.consent, condition=None if standing.is_stored else is_new(Consent))


def record_about(write: TransactWrite, viewer: Viewer, standing: Standing, what: What, now: datetime) -> None:
    member = standing.member
    record(
        write,
        member.programme_id,
        what,
        f"person:{member.person_id}",
        by_id=viewer.person_id,
        by_name=viewer.name,
        now=now,
    )
