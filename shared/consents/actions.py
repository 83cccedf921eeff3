"""Answering for oneself and for one's child, taking back, and asking a parent or carer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pynamodb.transactions import TransactWrite

from shared.audit.actions import record
from shared.audit.rules import What
from shared.conversations.acquaintances import pairs_of
from shared.conversations.items import Pair, pair_key
from shared.notices.actions import queue
from shared.notices.rules import NewNotice
from shared.people.items import Membership, membership_key
from shared.people.participation import stops_writing
from shared.people.permissions import STAFF, Role, Viewer, may_manage_people, own_role, require
from shared.people.rules import (
    problem_with_address,
    problem_with_name,
    tidy_address,
    tidy_name,
)
from shared.people.views import staff_of
from shared.platform import tokens
from shared.platform.clock import order
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.platform.ids import derived_id, fingerprint, matches
from shared.platform.tables import Lost, find, is_new, transaction
from shared.policies.people import Purpose, Side
from shared.programmes.actions import RunningProgramme, load_programme
from shared.programmes.rules import day_of

from .items import (
    Consent,
    ConsentLink,
    ConsentRecord,
    consent_key,
    consent_link_key,
    consent_record_key,
)
from .rules import (
    Answer,
    Changed,
    asked_of,
    changes,
    for_parents,
    in_force,
    problem_with_birthday,
)

TRIES = 4
MOST_TOLD = 30
"""E-mails to staff about one withdrawal: all of it fits into one transaction of 100 items."""
SEND_AGAIN_AFTER = timedelta(minutes=1)
MEANWHILE = "Somebody else changed this at the same moment. Please look at it again."
NOTED = "Your date of birth is noted already. If it is wrong, please ask your coordinator to put it right."
ASKED = "Your parent or carer has been asked already. If the address is wrong, please tell your coordinator."
NOT_A_PARENTS = (
    "This is the address of the mentee or of somebody on the staff. Please enter the parent’s or carer’s own."
)
OWN_ADDRESS = "This is your own address. Please enter your parent’s or carer’s."
UNKNOWN_LINK = (
    "We do not know this link. Please open it from the e-mail again; if you were sent more than one, use the "
    "newest."
)
LINK_USED = (
    "This link has been answered already, so it can only be used to take consent back. If you did not answer "
    "it, or want to say yes again, please ask the people who run the programme for a new link."
)
LINK_OLD = (
    "This link is too old to answer by, or a newer one was sent. You can still take consent back here. To "
    "say yes, please use the newest e-mail, or ask the people who run the programme to send it again."
)


@dataclass(frozen=True)
class Said:
    """What somebody filled in for themselves."""

    answers: Mapping[str, Answer]
    born_on: date | None = None
    parent_name: str = ""
    parent_address: str = ""


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

    def in_force(self, now: datetime) -> dict[str, str]:
        """What holds for each purpose that was answered."""
        own, parents = self.consent.own or {}, self.consent.parents or {}
        return in_force(self.purposes, own, parents, side=self.side, born_on=self.born_on, today=day_of(now))


def standing_of(person_id: str, programme_id: str, role: Role) -> Standing:
    """Three GetItems. Raises NotFound for somebody who is no mentee or mentor there."""
    member = find(Membership, *membership_key(person_id, programme_id, role))
    if member is None:
        raise NotFound
    found = find(Consent, *consent_key(person_id, programme_id))
    fresh = Consent(*consent_key(person_id, programme_id), person_id=person_id, programme_id=programme_id)
    return Standing(load_programme(programme_id), member, found or fresh, found is not None)


def answer_for_oneself(viewer: Viewer, programme_id: str, said: Said, *, now: datetime) -> None:
    """Stores the viewer's answers; a withdrawal counts from this moment. Sent again, nothing changes.

    Where a parent or carer is to be asked and is known, they are sent their link. Raises NotFound, and
    Invalid with every field that needs another look.
    """
    role = own_role(viewer, programme_id)
    for _ in range(TRIES):
        standing = standing_of(viewer.person_id, programme_id, role)
        changed = changes(standing.purposes, standing.consent.own or {}, said.answers)
        _take_particulars(standing, said, now)
        consent = standing.consent
        consent.own = _with(consent.own, changed, now)
        try:
            with transaction() as write:
                _ask_parent_if_due(write, standing, now)
                _store(write, standing, changed, by="self", by_name=viewer.name, now=now)
            return
        except Lost:
            continue
    raise Conflict(MEANWHILE)


def answer_for_child(token: str, *, answers: Mapping[str, Answer], name: str, now: datetime) -> None:
    """Stores the answers of a parent or carer, who holds the link `token`.

    Taking back is possible by every link at any time. Saying yes is possible once, by the newest link, while
    it is usable. Sent again, nothing changes. Raises NotFound for a link that is not ours, Invalid without a
    name, Conflict when the link can no longer be used to say yes.
    """
    for _ in range(TRIES):
        link = known_link(token)
        standing = standing_of(link.person_id, link.programme_id, Role.MENTEE)
        asked = standing.for_parents(now)
        changed = changes(asked, standing.consent.parents or {}, answers)
        if not changed:
            return
        if any(one.answer == "yes" for one in changed) and (problem := why_no_yes(link, standing, now)):
            raise Conflict(problem, code="link_used")
        by_name = _name(name)
        standing.consent.parents = _with(standing.consent.parents, changed, now)
        link.used = True
        try:
            with transaction() as write:
                write.save(link)
                _store(write, standing, changed, by="parent", by_name=by_name, now=now)
            return
        except Lost:
            continue
    raise Conflict(MEANWHILE)


def send_parents_link(
    viewer: Viewer, programme_id: str, person_id: str, *, name: str, address: str, now: datetime
) -> None:
    """Sends a mentee's parent or carer a new link; those before it are void for saying yes.

    Raises NotFound for those who do not look after people there, Invalid, and Conflict when there is nothing
    to ask a parent yet, or the last link has only just been sent.
    """
    require(may_manage_people(viewer, programme_id))
    name, address = _parent(name, address)
    for _ in range(TRIES):
        standing = standing_of(person_id, programme_id, Role.MENTEE)
        if not standing.for_parents(now):
            first_name = standing.member.first_name
            raise Conflict(f"There is nothing to ask a parent or carer yet: {first_name} answers first.")
        sent_at = standing.consent.link_sent_at
        if sent_at and now < sent_at + SEND_AGAIN_AFTER:
            raise Conflict("A link was sent less than a minute ago. Please give it time to arrive.")
        _require_a_parents(standing.member, address)
        standing.consent.parent_name, standing.consent.parent_address = name, address
        try:
            with transaction() as write:
                _add_link(write, standing, now)
                _save(write, standing)
                _record(write, viewer, standing, "asked_parent", now)
            return
        except Lost:
            continue
    raise Conflict(MEANWHILE)


def correct_birthday(
    viewer: Viewer, programme_id: str, person_id: str, *, born_on: date | None, now: datetime
) -> None:
    """Puts a mentee's date of birth right; what is in force follows it at once. Raises NotFound for those who
    do not look after people there, Invalid for what can be nobody's."""
    require(may_manage_people(viewer, programme_id) and viewer.person_id != person_id)
    if born_on is None:
        raise Invalid("Enter the date of birth.", field="born_on")
    if problem := problem_with_birthday(born_on, day_of(now)):
        raise Invalid(problem, field="born_on")
    for _ in range(TRIES):
        standing = standing_of(person_id, programme_id, Role.MENTEE)
        if standing.consent.born_on == born_on.isoformat():
            return
        standing.consent.born_on = born_on.isoformat()
        try:
            with transaction() as write:
                _store(write, standing, (), by="self", by_name="", now=now)
                _record(write, viewer, standing, "changed_birthday", now)
            return
        except Lost:
            continue
    raise Conflict(MEANWHILE)


def known_link(token: str) -> ConsentLink:
    """The link that a parent or carer holds. Raises NotFound."""
    found = tokens.parts(token)
    link = find(ConsentLink, *consent_link_key(found[0])) if found else None
    if found is None or link is None or not matches(found[1], link.secret_fingerprint):
        raise NotFound(UNKNOWN_LINK)
    return link


def why_no_yes(link: ConsentLink, standing: Standing, now: datetime) -> str:
    """Why nobody can say yes by this link any more, in a sentence; empty while they can."""
    if link.used:
        return LINK_USED
    if link.link_id != standing.consent.link_id or now >= link.usable_until:
        return LINK_OLD
    return ""


# ── The pieces ─────────────────────────────────────────────────────────────


def _take_particulars(standing: Standing, said: Said, now: datetime) -> None:
    """Notes a birthday, and a parent's or carer's name and address, where they are given and asked for.
    Raises Invalid, with every field that needs another look."""
    problems = []
    if said.born_on and (problem := problem_with_birthday(said.born_on, day_of(now))):
        problems.append(Invalid(problem, field="born_on"))
    if said.parent_name or said.parent_address:
        name, address = tidy_name(said.parent_name), tidy_address(said.parent_address)
        if problem := problem_with_name(name, "name"):
            problems.append(Invalid(problem, field="parent_name"))
        if problem := problem_with_address(address):
            problems.append(Invalid(problem, field="parent_address"))
        if address == standing.member.address:
            problems.append(Invalid(OWN_ADDRESS, field="parent_address"))
        standing.consent.parent_name, standing.consent.parent_address = name, address
    if said.born_on and standing.consent.born_on not in (None, said.born_on.isoformat()):
        problems.append(Invalid(NOTED, field="born_on", code="noted"))
    if said.parent_address and standing.consent.link_id:
        problems.append(Invalid(ASKED, field="parent_address", code="asked"))
    if problems:
        raise Invalid(problems[0].sentence, field=problems[0].field, more=tuple(problems[1:]))
    if said.born_on:
        standing.consent.born_on = said.born_on.isoformat()


def _with(answers: Mapping[str, Any] | None, changed: Sequence[Changed], now: datetime) -> dict[str, Any]:
    news: dict[str, Any] = {
        one.purpose.id: {"answer": one.answer, "wording": one.purpose.version, "at": order(now)}
        for one in changed
    }
    return {**(answers or {}), **news}


def _store(
    write: TransactWrite,
    standing: Standing,
    changed: Sequence[Changed],
    *,
    by: str,
    by_name: str,
    now: datetime,
) -> None:
    """Adds where the consents stand, each new answer, what is in force, and who is told that a yes was taken
    back."""
    _save(write, standing)
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
    leave = standing.in_force(now)
    # With the version of the membership: whoever reckons or pairs at this moment must look again.
    write.update(standing.member, actions=[Membership.leave.set(leave)])
    withdrawn = [one.purpose for one in changed if one.is_withdrawal]
    if withdrawn:
        _tell_staff(write, standing, now)
    if any(stops_writing(one) for one in withdrawn):
        _tell_the_others(write, standing, now)


def _save(write: TransactWrite, standing: Standing) -> None:
    write.save(standing.consent, condition=None if standing.is_stored else is_new(Consent))


def _tell_staff(write: TransactWrite, standing: Standing, now: datetime) -> None:
    """The coordinators are told that something was taken back: not what, and not why."""
    member = standing.member
    cause = (member.person_id, order(now))
    for one in staff_of(member.programme_id, {Role.COORDINATOR})[:MOST_TOLD]:
        write_to = NewNotice(
            "consent_withdrawn",
            cause=cause,
            address=one.address,
            first_name=one.first_name,
            path=f"/programmes/{member.programme_id}/people/{member.person_id}/consents",
            person_id=one.person_id,
            programme_id=member.programme_id,
            programme_name=member.programme_name,
        )
        queue(write, write_to, now=now)


def _tell_the_others(write: TransactWrite, standing: Standing, now: datetime) -> None:
    """The other of each conversation is told that it may rest, and nothing more."""
    member = standing.member
    cause = (member.person_id, order(now))
    for pair in _active_pairs(member)[:MOST_TOLD]:
        is_mentee = pair.mentee_id == member.person_id
        other = NewNotice(
            "conversation_rests",
            cause=(pair.pair_id, *cause),
            address=pair.mentor_address if is_mentee else pair.mentee_address,
            first_name=pair.mentor_first_name if is_mentee else pair.mentee_first_name,
            path=f"/pairs/{pair.pair_id}",
            person_id=pair.mentor_id if is_mentee else pair.mentee_id,
            programme_id=member.programme_id,
            programme_name=member.programme_name,
        )
        queue(write, other, now=now)


def _active_pairs(member: Membership) -> list[Pair]:
    keys = [pair_key(pair_id) for pair_id in sorted(pairs_of(member.person_id))]
    found = [pair for pair in Pair.batch_get(keys) if isinstance(pair, Pair)] if keys else []
    return [one for one in found if one.programme_id == member.programme_id and one.status == "active"]


def _ask_parent_if_due(write: TransactWrite, standing: Standing, now: datetime) -> None:
    """The first link goes by itself, as soon as there is something to ask and somebody to ask."""
    consent = standing.consent
    unanswered = [one for one in standing.for_parents(now) if one.id not in (consent.parents or {})]
    if unanswered and consent.parent_address and not consent.link_id:
        _add_link(write, standing, now)


def _add_link(write: TransactWrite, standing: Standing, now: datetime) -> None:
    """Makes the new link, and queues the e-mail that carries it. Call it before the consent is saved, or in
    the same transaction: it is changed in memory."""
    consent, programme = standing.consent, standing.programme
    sending = int(consent.link_sendings) + 1
    link_id = derived_id("consent_link", consent.person_id, consent.programme_id, str(sending))
    token, secret = tokens.make(link_id)
    link = ConsentLink(
        *consent_link_key(link_id),
        link_id=link_id,
        person_id=consent.person_id,
        programme_id=consent.programme_id,
        secret_fingerprint=fingerprint(secret),
        usable_until=now + timedelta(days=programme.policy.consents.link_days),
    )
    write.save(link, condition=is_new(ConsentLink))
    consent.link_id, consent.link_sendings, consent.link_sent_at = link_id, sending, now
    notice = NewNotice(
        "parent_asked",
        cause=(link_id,),
        address=consent.parent_address or "",
        first_name=consent.parent_name or "",
        path=f"/consent/{token}",
        programme_id=programme.programme_id,
        programme_name=programme.name,
    )
    queue(write, notice, now=now)


def _require_a_parents(member: Membership, address: str) -> None:
    """Raises Invalid for an address by which somebody else would answer in the parent's place."""
    others = {one.address for one in staff_of(member.programme_id, STAFF)} | {member.address}
    if address in others:
        raise Invalid(NOT_A_PARENTS, field="address")


def _record(write: TransactWrite, viewer: Viewer, standing: Standing, what: What, now: datetime) -> None:
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


def _parent(name: str, address: str) -> tuple[str, str]:
    name, address = tidy_name(name), tidy_address(address)
    problems = [
        Invalid(problem, field=field)
        for field, problem in (
            ("name", problem_with_name(name, "name")),
            ("address", problem_with_address(address)),
        )
        if problem
    ]
    if problems:
        raise Invalid(problems[0].sentence, field=problems[0].field, more=tuple(problems[1:]))
    return name, address


def _name(name: str) -> str:
    name = tidy_name(name)
    if problem := problem_with_name(name, "name"):
        raise Invalid(problem, field="name")
    return name
