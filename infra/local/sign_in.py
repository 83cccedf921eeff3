"""Who can sign in to the demonstration. A file of its own: what fills it in reads tables' names at import."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SignIn:
    """Somebody who can sign in. `who` says it in words: "Priya Nair, coordinator"."""

    who: str
    username: str
    password: str
