"""Which forms of the evaluation somebody was asked, as it stands on their membership.

Pure. It stands there so that the pair's page and the home page, which read the membership anyway, know what
waits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.platform.clock import order

EVERYBODY = "everybody"
"""The cohort of those who are in none."""


@dataclass(frozen=True)
class Asked:
    """That somebody was asked a form: once in a cohort, whoever they write with there."""

    cohort_id: str
    form_id: str
    pair_id: str
    """The conversation on whose page it is answered."""
    asked_at: datetime
    answered_at: datetime | None = None
    is_closed: bool = False
    """Whether its time has passed without an answer, or they do not want to be asked any more."""

    @property
    def waits(self) -> bool:
        return self.answered_at is None and not self.is_closed


def read_asked(stored: Mapping[str, Any] | None) -> tuple[Asked, ...]:
    """From what `stored_asked` made."""
    return tuple(
        Asked(
            cohort_id,
            form_id,
            one["pair"],
            datetime.fromisoformat(one["asked"]),
            datetime.fromisoformat(one["answered"]) if one.get("answered") else None,
            bool(one.get("closed")),
        )
        for cohort_id, forms in (stored or {}).items()
        for form_id, one in forms.items()
    )


def stored_asked(asked: Iterable[Asked]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in asked:
        answered = {"answered": order(one.answered_at)} if one.answered_at else {}
        closed = {"closed": True} if one.is_closed else {}
        found.setdefault(one.cohort_id, {})[one.form_id] = {
            "pair": one.pair_id,
            "asked": order(one.asked_at),
            **answered,
            **closed,
        }
    return found
