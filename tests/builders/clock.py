"""When everything happened, unless a test says otherwise."""

from datetime import UTC, datetime

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A working day in term, at nine in the morning in London too."""
