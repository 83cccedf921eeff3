"""Looking each day whether a programme's chain would hold, and telling those who can mend it."""

from collections.abc import Sequence
from datetime import datetime

from shared.notices.actions import enqueue
from shared.notices.rules import NewNotice
from shared.people.permissions import Role
from shared.platform.clock import LONDON
from shared.platform.tables import find
from shared.policies import Policy
from shared.programmes.actions import policy_of

from .faults import faults_of
from .items import ChainCheck, chain_check_key
from .rules import chain_of
from .staffing import Staffing, staffing

NO_POLICY = (
    "The programme’s policy cannot be read. Concerns climb by a simple chain of last resort until those who "
    "run the site have mended it."
)


def faults_in(policy: Policy | None, staff: Staffing, *, now: datetime) -> list[str]:
    """What is wrong with the chain at this moment, each as a sentence."""
    found = faults_of(chain_of(policy), staff.able, staff.known, now=now)
    return found if policy else [NO_POLICY, *found]


def check_chain(programme_id: str, *, now: datetime) -> list[str]:
    """Looks at the chain, keeps what was found for the first pages of staff, and where something is wrong
    tells administrators and safeguarding leads, once a day."""
    staff = staffing(programme_id)
    found = faults_in(policy_of(programme_id), staff, now=now)
    keep_check(programme_id, found, now=now)
    if found:
        for notice in _chain_broken(programme_id, staff, now):
            enqueue(notice, now=now)
    return found


def keep_check(programme_id: str, found: Sequence[str], *, now: datetime) -> None:
    """What staff see on their first page until the next look."""
    item = ChainCheck(*chain_check_key(programme_id), programme_id=programme_id, at=now, faults=list(found))
    item.save(add_version_condition=False)


def last_faults(programme_id: str) -> tuple[str, ...]:
    """What the last look found: one GetItem."""
    item = find(ChainCheck, *chain_check_key(programme_id), consistent=False)
    return tuple(item.faults) if item else ()


def _chain_broken(programme_id: str, staff: Staffing, now: datetime) -> list[NewNotice]:
    can_mend = {
        one.address: one
        for one in staff.memberships
        if one.status == "active" and one.role in (Role.ADMINISTRATOR, Role.SAFEGUARDING_LEAD)
    }
    return [
        NewNotice.to(
            one,
            "chain_broken",
            cause=("chain", programme_id, f"{now.astimezone(LONDON):%Y-%m-%d}"),
            path=f"/programmes/{programme_id}/chain",
            programme_id=programme_id,
            programme_name=one.programme_name,
        )
        for one in can_mend.values()
    ]
