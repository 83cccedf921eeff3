"""The links by which parents and carers answer."""

from datetime import datetime, timedelta

from pynamodb.transactions import TransactWrite

from shared.notices.actions import queue
from shared.notices.rules import NewNotice
from shared.people.items import Address, Membership, address_key, membership_key
from shared.people.permissions import Role
from shared.platform import tokens
from shared.platform.errors import NotFound
from shared.platform.ids import derived_id, fingerprint, matches
from shared.platform.tables import find, is_new

from .items import ConsentLink, consent_link_key
from .standing import Standing

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
NOT_A_PARENTS = (
    "This is the address of somebody who takes part in the programme or works for it. Please enter the "
    "parent’s or carer’s own."
)


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


def is_void(link: ConsentLink, standing: Standing) -> bool:
    """Whether a newer link was sent, and nobody answered by this one while it could be: it may have gone to a
    wrong address. Whoever holds it learns nothing of anybody, and can still take consent back."""
    return not link.used and link.link_id != standing.consent.link_id


def is_somebody_elses(member: Membership, address: str) -> bool:
    """Whether by this address somebody of the programme would answer in the parent's place: the mentee
    themselves, another, a mentor or one of the staff. A GetItem and a BatchGetItem."""
    holder = find(Address, *address_key(fingerprint(address)))
    if holder is None:
        return address == member.address
    keys = [membership_key(holder.person_id, member.programme_id, role) for role in sorted(Role)]
    return any(isinstance(one, Membership) for one in Membership.batch_get(keys))


def ask_parent_if_due(write: TransactWrite, standing: Standing, now: datetime) -> None:
    """The first link goes by itself, as soon as there is something to ask and somebody to ask."""
    consent = standing.consent
    unanswered = [one for one in standing.for_parents(now) if one.id not in (consent.parents or {})]
    if unanswered and consent.parent_address and not consent.link_id:
        add_link(write, standing, now)


def add_link(write: TransactWrite, standing: Standing, now: datetime) -> None:
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
