"""The common library: Markdown files with front matter, which every programme may show beside its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from .rules import About, about_of

HERE = Path(__file__).parent / "pieces"
FENCE = "---\n"
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Helpline:
    """A place to turn to, as it stands below a piece."""

    helpline_id: str
    name: str
    about: str
    checked_on: date
    phone: str = ""
    text_line: str = ""
    url: str = ""
    emergency: bool = False


@dataclass(frozen=True)
class CommonPiece:
    """A piece of the common library."""

    about: About
    text: str


@cache
def common_library() -> Mapping[str, CommonPiece]:
    """Every piece by its id. Read once."""
    found = (_read(path) for path in sorted(HERE.glob("*.md")))
    return MappingProxyType({one.about.resource_id: one for one in found})


@cache
def helplines() -> Mapping[str, Helpline]:
    """Every place to turn to by its id, the most urgent first. Read once."""
    kept = _load((HERE / "helplines.yaml").read_text())
    checked_on = kept["checked_on"]
    return MappingProxyType(
        {
            name: Helpline(helpline_id=name, **({"checked_on": checked_on} | fields))
            for name, fields in kept["helplines"].items()
        }
    )


def _read(path: Path) -> CommonPiece:
    _, head, text = path.read_text().split(FENCE, 2)
    text = text.strip()
    return CommonPiece(about_of(path.stem, text, is_common=True, **_load(head)), text)


def _load(text: str) -> dict[str, Any]:
    kept: dict[str, Any] = yaml.load(text, Loader=_Loader)  # noqa: S506 - both are the safe loader
    return kept
