"""Who can sign in to the demonstration. By itself, since what fills it in reads the tables' names at import."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SignIn:
    """Somebody who can sign in. `who` says it in words: "Priya Nair, coordinator"."""

    who: str
    username: str
    password: str
