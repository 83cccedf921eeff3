"""Identifiers and secrets."""

import hashlib
import hmac
import secrets
from datetime import datetime

from ulid import ULID


def new_id(now: datetime) -> str:
    """A fresh identifier that sorts by the time it was made. It is no secret."""
    return str(ULID.from_datetime(now)).lower()


def derived_id(*cause: str) -> str:
    """The identifier of what follows from `cause`: the same cause always gives the same identifier,
    so that doing a thing twice does it once."""
    return hashlib.sha256("\x1f".join(cause).encode()).hexdigest()[:32]


def drawn_id() -> str:
    """A fresh identifier that nobody can work out: it follows from nothing, and tells no time."""
    return secrets.token_hex(16)


def new_secret() -> str:
    """256 random bits for a link or a session, safe in a URL."""
    return secrets.token_urlsafe(32)


def fingerprint(secret: str) -> str:
    """What is stored instead of a secret. The secret has 256 random bits, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def matches(secret: str, stored: str) -> bool:
    """Whether `secret` is the one that `stored` is the fingerprint of, in constant time."""
    return hmac.compare_digest(fingerprint(secret), stored)
