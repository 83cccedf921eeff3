"""Links and sessions: `<id>.<secret>`. The id finds the item, the secret shows that it is theirs."""

import re

from shared.platform.ids import new_secret

_TOKEN = re.compile(r"([a-z0-9]{1,64})\.([A-Za-z0-9_-]{20,128})")


def make(item_id: str) -> tuple[str, str]:
    """A new token for an item, and the secret in it."""
    secret = new_secret()
    return f"{item_id}.{secret}", secret


def parts(token: str) -> tuple[str, str] | None:
    """The id and the secret, or None for what can be no token of ours."""
    found = _TOKEN.fullmatch(token)
    return (found[1], found[2]) if found else None
