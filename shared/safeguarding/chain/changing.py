"""Changing who is told of concerns, and when: a new version of the programme's policy."""

from datetime import datetime

from shared.people.permissions import Viewer, may_change_chain, require
from shared.platform.errors import Conflict, Invalid, NotFound
from shared.platform.tables import Lost, find, transaction
from shared.policies import Policy
from shared.programmes.actions import running
from shared.programmes.items import Programme, programme_key
from shared.programmes.policies import Author, add_policy

from ..rules import read_words
from .checking import faults_in, keep_check
from .form import WrittenChain, read_chain
from .staffing import Staffing, staffing

LONGEST_REASON = 1_000
CHANGED = (
    "Somebody has changed the programme’s settings since you opened this page. Nothing of yours is saved "
    "yet: please look at what is in force now, and send your change again."
)
NO_DIFFERENCE = "This is what is in force already, so there is nothing to save."
UNREADABLE = (
    "The programme’s settings cannot be read, so they cannot be changed here. Those who run the site can "
    "mend them. Until then concerns climb by a simple chain of last resort."
)


def change_chain(
    viewer: Viewer, programme_id: str, written: WrittenChain, *, version: int, reason: str, now: datetime
) -> int:
    """Puts a chain and working hours in force, and gives the new version of the policy. Concerns that are
    climbing go by it from their next step on.

    `version` is that of the policy which the viewer saw. Raises NotFound, Invalid with everything that is to
    be put right, and Conflict when the policy has changed or would not.
    """
    require(may_change_chain(viewer, programme_id))
    if not reason.strip():
        raise Invalid("Please say why this is changed.", field="reason", code="empty")
    reason = read_words(reason, field="reason", most=LONGEST_REASON)
    programme, policy = _load(programme_id)
    staff = staffing(programme_id)
    changed = _changed(policy, written, staff)
    if version != int(programme.policy_version):
        raise Conflict(CHANGED, code="settings_changed")
    if changed == policy:
        raise Conflict(NO_DIFFERENCE, code="no_difference")
    made = _save(viewer, programme, changed, reason, now)
    keep_check(programme_id, faults_in(changed, staff, now=now), now=now)
    return made


def _load(programme_id: str) -> tuple[Programme, Policy]:
    programme = find(Programme, *programme_key(programme_id))
    if programme is None:
        raise NotFound
    try:
        return programme, running(programme).policy
    except (ValueError, TypeError):
        raise Conflict(UNREADABLE, code="unreadable") from None


def _changed(policy: Policy, written: WrittenChain, staff: Staffing) -> Policy:
    roles: dict[str, set[str]] = {}
    for one in staff.able:
        roles.setdefault(one.role, set()).add(one.person_id)
    escalation, working = read_chain(written, staff=staff.known, roles=roles, now=policy.escalation)
    return policy.model_copy(update={"escalation": escalation, "working_time": working})


def _save(viewer: Viewer, programme: Programme, policy: Policy, reason: str, now: datetime) -> int:
    name = f"{viewer.first_name} {viewer.surname}"
    try:
        with transaction() as write:
            version = add_policy(
                write, programme, policy, by=Author(viewer.person_id, name), reason=reason, now=now
            )
    except Lost:
        raise Conflict(CHANGED, code="settings_changed") from None
    return version
