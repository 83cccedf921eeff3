"""The labelled messages that the tables are trained on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).parents[1] / "tests" / "data" / "filter"
TRAINED_ON: Final = (DATA / "labelled.jsonl", DATA / "dev.jsonl")


def messages() -> Iterator[dict[str, Any]]:
    """As they are labelled: see the README beside them."""
    for file in TRAINED_ON:
        for line in file.read_text("utf-8").splitlines():
            yield json.loads(line)


def fingerprint() -> str:
    """Of the messages: the tables say on which they were trained."""
    digest = hashlib.sha256()
    for file in TRAINED_ON:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
