"""The labelled messages that the tables are trained on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).parents[1] / "tests" / "data" / "filter"
TRAINED_ON: Final = (DATA / "labelled.jsonl",)
SET_BY: Final = (DATA / "bars.jsonl",)
"""By these it is set how much a message must say to be held; they are not trained on."""


def messages(files: Iterable[Path] = TRAINED_ON) -> Iterator[dict[str, Any]]:
    """As they are labelled: see the README beside them."""
    for file in files:
        for line in file.read_text("utf-8").splitlines():
            yield json.loads(line)


def fingerprint() -> str:
    """Of the messages: the tables say from which they were made."""
    digest = hashlib.sha256()
    for file in (*TRAINED_ON, *SET_BY):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
