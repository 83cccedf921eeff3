"""Where passwords are kept: outside, behind this protocol.

An account there has a random name and nothing else; which person it is, and by which username, only the
Directory knows. So an account that no person points to yet (or any longer) opens nothing.
"""

from typing import Protocol

from shared.platform.errors import TooMany


def busy() -> TooMany:
    """The service cannot answer just now. The same request will work later; nothing was refused."""
    return TooMany("Signpost is very busy just now. Please try again in a minute.", after=60)


class PasswordRefused(Exception):
    """The service's own rules are stricter than ours. Trying again with the same password is useless."""


class Accounts(Protocol):
    """Accounts and their passwords. Every method may raise what `busy` makes."""

    def create(self, account_id: str, *, password: str) -> None:
        """Makes an account that can be signed in to. Done twice, it is done once. Raises PasswordRefused."""

    def verify(self, account_id: str, *, password: str) -> bool:
        """Whether this is the account's password. False, too, where there is no such account."""

    def set_password(self, account_id: str, *, password: str) -> None:
        """Replaces the password. Raises PasswordRefused."""

    def remove(self, account_id: str) -> None:
        """Removes the account; nothing to do when it is gone already."""
