"""Addresses that are known to take no mail."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from pynamodb.expressions.update import Action

from shared.platform.ids import fingerprint
from shared.platform.tables import Lost, conditional

from .items import BouncedAddress, bounced_key

DELIVERED = "delivered"


def bouncing(addresses: Iterable[str]) -> frozenset[str]:
    """Those of `addresses` that are known to take no mail: one BatchGet for each hundred."""
    asked = {bounced_key(fingerprint(address)): address for address in addresses}
    found = BouncedAddress.batch_get(list(asked))
    return frozenset(asked[item.pk, item.sk] for item in found if item.why != DELIVERED)


def remember_bounce(address: str, why: str, *, at: datetime) -> None:
    """Notes that an address takes no mail, until something is delivered there. Harmless to repeat."""
    item = BouncedAddress(*bounced_key(fingerprint(address)), at=at, why=why)
    item.save(add_version_condition=False)


def forget_bounce(address: str, *, at: datetime) -> None:
    """Something was delivered to this address. Harmless to repeat."""
    item = BouncedAddress(*bounced_key(fingerprint(address)))
    known: list[Action] = [BouncedAddress.why.set(DELIVERED), BouncedAddress.at.set(at)]
    with suppress(Lost), conditional():
        item.update(known, condition=BouncedAddress.pk.exists(), add_version_condition=False)
