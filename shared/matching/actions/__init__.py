"""What staff do about matching: have it looked for, keep, decline, change, accept."""

from .accepting import accept, accept_all
from .changing import change_mentor
from .deciding import decline, lock, never_again, unlock
from .running import run_matching, wake_matchings
from .starting import start_run

__all__ = [
    "accept",
    "accept_all",
    "change_mentor",
    "decline",
    "lock",
    "never_again",
    "run_matching",
    "start_run",
    "unlock",
    "wake_matchings",
]
