"""Counting tries."""

from datetime import datetime
from math import ceil

from shared.platform.errors import TooMany
from shared.platform.ids import fingerprint

from ..items import RateCount, rate_key
from ..rules import Limit, window_of


def count_try(limit: Limit, who: str, *, now: datetime) -> None:
    """Counts a try of `who` (nobody when empty). Raises TooMany once the window has had its number.

    Counted before the try, in one atomic addition, so that many at once are not more than one by one.
    """
    if not who:
        return
    start, end = window_of(limit, now)
    count = RateCount(*rate_key(limit.what, fingerprint(who), start))
    count.update(
        [RateCount.tries.add(1), RateCount.kind.set(RateCount), RateCount.expires_at.set(end)],
        add_version_condition=False,
    )
    if count.tries > limit.tries:
        seconds = ceil((end - now).total_seconds())
        minutes = ceil(seconds / 60)
        raise TooMany(
            f"That was tried too many times. Please wait {minutes} minute{'s' if minutes > 1 else ''} "
            "and try again.",
            after=seconds,
        )
