"""What the demonstration programme holds. Runs in a process of its own, with the functions' environment."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SignIn:
    """Somebody who can sign in to the demonstration. `who` says it in words: "Priya Nair, coordinator"."""

    who: str
    username: str
    password: str


def fill() -> list[SignIn]:
    """Fill an empty stack and give everyone who can sign in to it."""
    return []
