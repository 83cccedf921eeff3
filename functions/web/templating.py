"""Jinja: the environment, and what every template can use."""

import hashlib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from shared.platform.clock import LONDON
from shared.platform.ids import new_secret
from shared.platform.settings import settings
from shared.programmes.rules import spoken
from shared.progress.rules import lasting_words

HERE = Path(__file__).parent
STATIC = HERE / "static"
CONTENT_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@cache
def environment() -> Environment:
    """The one Jinja environment. Everything is escaped; a name that is not there is an error, not a gap."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(when=when, day=day, fully=fully, paragraphs=paragraphs)
    made.filters.update(clock=clock, lasting=lasting, capitalize_first=capitalize_first, spoken=spoken)
    made.filters.update(in_words=lasting_words)
    made.globals.update(url=url, static=static, new_key=new_secret)
    made.globals.update(files_are_scanned=lambda: settings().files_are_scanned)
    return made


def render(template: str, **context: Any) -> str:
    return environment().get_template(template).render(**context)


def url(path: str) -> str:
    """A path of the site as a link, below whatever path the site itself is at."""
    return settings().base_path + path


def static(name: str) -> str:
    """The address of a static file, which changes when the file does, so that it can be kept for a year."""
    stem, _, ending = name.rpartition(".")
    return url(f"/static/{stem}.{_mark(name)}.{ending}")


def static_file(name: str) -> tuple[str, str] | None:
    """Content type and text of a static file asked for by the name that `static` gave it."""
    stem, _, ending = name.rpartition(".")
    stem, _, mark = stem.rpartition(".")
    plain = f"{stem}.{ending}"
    if plain not in _static_names() or mark != _mark(plain):
        return None
    return CONTENT_TYPES[f".{ending}"], (STATIC / plain).read_text()


@cache
def _static_names() -> frozenset[str]:
    return frozenset(path.name for path in STATIC.iterdir() if path.suffix in CONTENT_TYPES)


@cache
def _mark(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


def when(moment: datetime, now: datetime | None = None) -> str:
    """A moment as a person says it, in the United Kingdom's time: "Friday at 17:01", "3 May at 09:00"."""
    local = moment.astimezone(LONDON)
    reference = (now or datetime.now(LONDON)).astimezone(LONDON)
    clock = f"{local:%H:%M}"
    days = (reference.date() - local.date()).days
    if days == 0:
        return f"today at {clock}"
    if days == 1:
        return f"yesterday at {clock}"
    if abs(days) < timedelta(days=7).days:
        return f"{local:%A} at {clock}"
    return f"{day(moment, now)} at {clock}"


def day(moment: datetime, now: datetime | None = None) -> str:
    """A day as a person says it: "3 May", with the year when it is another one."""
    local = moment.astimezone(LONDON)
    reference = (now or datetime.now(LONDON)).astimezone(LONDON)
    year = "" if local.year == reference.year else f" {local.year}"
    return f"{local.day} {local:%B}{year}"


def fully(moment: datetime, now: datetime | None = None) -> str:
    """A moment that people are to keep in mind: "Monday 30 November at 14:00"."""
    local = moment.astimezone(LONDON)
    return f"{local:%A} {day(moment, now)} at {local:%H:%M}"


def clock(moment: datetime) -> str:
    """The time of day in the United Kingdom: "17:01"."""
    return f"{moment.astimezone(LONDON):%H:%M}"


def lasting(since: datetime, now: datetime) -> str:
    """How long something has lasted, in the largest unit that is full: "2 days", "1 hour"."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    for unit, length in (("day", 24 * 60), ("hour", 60), ("minute", 1)):
        if minutes >= length:
            number = minutes // length
            return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
    return "less than a minute"


def capitalize_first(text: str) -> str:
    """Only the first letter made a capital one."""
    return text[:1].upper() + text[1:]


def paragraphs(text: str) -> Markup:
    """Plain text as paragraphs: an empty line parts them, a single line break stays one."""
    blocks = [block for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    html = (Markup("<br>").join(escape(line) for line in block.strip("\n").split("\n")) for block in blocks)
    return Markup("").join(Markup("<p>{}</p>").format(one) for one in html)
