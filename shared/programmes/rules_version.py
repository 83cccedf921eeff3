"""Which version of its ground rules a programme is at, for asking with every request."""

from datetime import datetime, timedelta

from shared.platform.tables import find
from shared.policies import GroundRules

from .items import Programme, programme_key

KEPT_FOR = timedelta(minutes=1)
"""How long a process goes by the version it has read: so long may somebody go on who is to agree first."""
MOST_KEPT = 500

_versions: dict[str, tuple[int, datetime]] = {}
"""By programme: the version, and when it was read."""


def rules_version(programme_id: str, *, now: datetime) -> int:
    """The version in force, as it was within the last minute: at most one GetItem a minute for each programme
    in this process. 0 where its ground rules cannot be read."""
    kept = _versions.get(programme_id)
    if kept is None or abs(now - kept[1]) >= KEPT_FOR:
        kept = (_read(programme_id), now)
        if len(_versions) >= MOST_KEPT:
            _versions.clear()
        _versions[programme_id] = kept
    return kept[0]


def _read(programme_id: str) -> int:
    programme = find(Programme, *programme_key(programme_id), consistent=False)
    try:
        return GroundRules.model_validate(programme.policy["ground_rules"]).version if programme else 0
    except (ValueError, TypeError, KeyError):
        return 0


def forget(programme_id: str) -> None:
    """Reads it anew when it is wanted next."""
    _versions.pop(programme_id, None)
