"""Addresses that are known to take no mail."""

from collections.abc import Iterable
from datetime import datetime

from shared.platform.ids import fingerprint

from .items import BouncedAddress, bounced_key


def bouncing(addresses: Iterable[str]) -> frozenset[str]:
    """Those of `addresses` that are known to take no mail: one BatchGet for each hundred."""
    asked = {bounced_key(fingerprint(address)): address for address in addresses}
    return frozenset(asked[item.pk, item.sk] for item in BouncedAddress.batch_get(list(asked)))


def remember_bounce(address: str, why: str, *, at: datetime) -> None:
    """Notes that an address takes no mail, until something is delivered there. Harmless to repeat."""
    item = BouncedAddress(*bounced_key(fingerprint(address)), at=at, why=why)
    item.save(add_version_condition=False)


def forget_bounce(address: str) -> None:
    """Something was delivered to this address. Harmless to repeat."""
    BouncedAddress(*bounced_key(fingerprint(address))).delete(add_version_condition=False)
