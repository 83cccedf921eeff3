"""Decisions about people: what can be taken as a name, an address, a username or a password, and what still
holds of an invitation or a session.

A `problem_with_…` says in one sentence how to put it right, or nothing.
"""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Literal

from .common_passwords import COMMON_WORDS, RUNS

NAME_LENGTH = 80
SCHOOL_LENGTH = 120
USERNAME_LENGTH = (3, 30)
PASSWORD_LENGTH = (12, 128)
"""At least what NCSC and NIST SP 800-63B ask of a password that stands alone; Cognito takes up to 256."""
ADDRESS_LENGTH = 254
"""RFC 5321, 4.5.3.1.3, less the angle brackets."""
IMPORT_ROWS = 300
"""So that an import is one item (400 KB) and one run of its function."""

SESSION_IDLE = timedelta(minutes=60)
"""Mentees use shared computers at school: one left open must close itself within a lesson or so."""
SESSION_LIFE = timedelta(hours=12)
"""However busy: nobody finds yesterday's session open. Staff, who read about others, get no longer."""
SESSION_SEEN_EVERY = timedelta(minutes=5)
"""How often use is written down: a write for every click would double the cost of reading."""
SESSIONS_AT_MOST = 20
"""Live sessions of one person. Who is asking is one Query over them."""
PASSWORD_LINK_LIFE = timedelta(hours=1)
RESEND_PAUSE = timedelta(minutes=1)
"""A second click must not void the link that is in the post."""

_JOINERS = "\u200c\u200d"
"""Zero-width joiners: part of how names are written in Persian, Hindi and others."""
_NOT_IN_NAMES = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_MAILBOX = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


# ── Names, addresses, usernames ────────────────────────────────────────────


def tidy_name(text: str) -> str:
    """A name as it is stored: composed characters, single spaces, none at the ends."""
    spaced = (" " if unicodedata.category(one) == "Zs" else one for one in unicodedata.normalize("NFC", text))
    return " ".join(part for part in "".join(spaced).split(" ") if part)


def problem_with_name(name: str, what: str) -> str:
    """`what` is "first name" or "surname". Any script is welcome."""
    if not name:
        return f"Enter a {what}."
    if any(unicodedata.category(one) in _NOT_IN_NAMES and one not in _JOINERS for one in name):
        return f"Write the {what} on one line, with letters only as they are read."
    if len(name) > NAME_LENGTH:
        return f"Shorten the {what} to {NAME_LENGTH} characters or fewer."
    if not any(one.isalpha() for one in name):
        return f"Enter a {what} with at least one letter."
    return ""


def problem_with_school(school: str) -> str:
    """Of a tidied name of a school or college, which may be missing."""
    if len(school) > SCHOOL_LENGTH:
        return f"Shorten the school's name to {SCHOOL_LENGTH} characters or fewer."
    if any(unicodedata.category(one) in _NOT_IN_NAMES and one not in _JOINERS for one in school):
        return "Write the school's name on one line, with letters only as they are read."
    return ""


def tidy_address(text: str) -> str:
    """An e-mail address as it is stored and compared: lower case, the domain as DNS writes it."""
    text = text.strip(" ").lower()
    mailbox, at, domain = text.rpartition("@")
    if at and not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return text
    return f"{mailbox}{at}{domain}"


def problem_with_address(address: str) -> str:
    """Whether mail can be sent to a tidied address. Letters beyond ASCII before the "@" cannot (SES)."""
    if not address:
        return "Enter an e-mail address."
    mailbox, _, domain = address.rpartition("@")
    labels = domain.split(".")
    sound = (
        len(address) <= ADDRESS_LENGTH
        and len(mailbox) <= 64
        and _MAILBOX.fullmatch(mailbox)
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
    )
    return "" if sound else "Enter an e-mail address like name@example.org."


def tidy_username(text: str) -> str:
    """A username as it is stored and compared: capitals make no difference."""
    return text.strip().lower()


def problem_with_username(username: str) -> str:
    shortest, longest = USERNAME_LENGTH
    if not username:
        return "Choose a username."
    if not shortest <= len(username) <= longest:
        return f"Choose a username of {shortest} to {longest} characters."
    if not _USERNAME.fullmatch(username):
        return "Begin with a letter or digit, and use only a to z, digits, dots, dashes and underscores."
    return ""


# ── Passwords ──────────────────────────────────────────────────────────────


def tidy_password(text: str) -> str:
    """The same password typed on another keyboard is the same text."""
    return unicodedata.normalize("NFC", text)


def problem_with_password(password: str, *, username: str = "") -> str:
    """Of a tidied new password. Length counts for more than odd characters, so none are asked for."""
    shortest, longest = PASSWORD_LENGTH
    if len(password) < shortest:
        return (
            f"Use at least {shortest} characters. Three or four words that do not belong together work well."
        )
    if len(password) > longest:
        return f"Use {longest} characters or fewer."
    if any(unicodedata.category(one) in ("Cc", "Cs") for one in password):
        return "Use only characters that can be typed on one line."
    if password != password.strip():
        return "Do not begin or end the password with a space."
    if _says_username(password, username):
        return "Do not use your username in your password."
    if _is_easily_guessed(password):
        return (
            "Many people use a password like this one. Try three or four words that do not belong together."
        )
    return ""


def _says_username(password: str, username: str) -> bool:
    """Whether little is left of the password without the username in it."""
    if not username:
        return False
    return len(password.casefold().replace(username.casefold(), "")) < min(8, len(password))


_LETTER_FOR = str.maketrans("013457@$!|", "oleastasil")


def _is_easily_guessed(password: str) -> bool:
    """A pattern, a walk along the keyboard, a number, or nothing but common words with something around."""
    plain = password.casefold()
    if len(set(plain)) < 5 or plain in (plain + plain)[1:-1] or len(_without_runs(plain)) < 4:
        return True
    core = re.sub(r"^[^a-z]+|[^a-z]+$", "", plain) if plain.isascii() else plain
    return min(_letters(_without_words(plain)), _letters(_without_words(core.translate(_LETTER_FOR)))) < 3


def _without_words(text: str) -> str:
    for word in COMMON_WORDS:
        text = text.replace(word, "")
    return text


def _letters(text: str) -> int:
    """Whatever is no digit and no ASCII punctuation: the characters worth something to a guesser."""
    return sum(one.isalpha() or not one.isascii() for one in text)


def _without_runs(text: str) -> str:
    """The text without every stretch of four or more that goes along a run of RUNS."""
    kept, at = "", 0
    while at < len(text):
        longest = max((_shared_start(text[at:], run) for run in RUNS), default=0)
        if longest >= 4:
            at += longest
        else:
            kept += text[at]
            at += 1
    return kept


def _shared_start(text: str, run: str) -> int:
    """How far `text` goes along `run` from wherever its first character stands there."""
    start = run.find(text[0])
    if start < 0:
        return 0
    length = 0
    for one, other in zip(text, run[start:], strict=False):
        if one != other:
            break
        length += 1
    return length


# ── Invitations, sessions, tries ───────────────────────────────────────────

Standing = Literal["open", "accepted", "withdrawn", "expired"]


def standing(state: str, usable_until: datetime, now: datetime) -> Standing:
    """What an invitation is good for at this moment."""
    if state == "accepted":
        return "accepted"
    if state == "withdrawn":
        return "withdrawn"
    return "open" if now < usable_until else "expired"


def next_look(
    *, link_at: datetime, reminded: int, remind_after_days: Sequence[int], usable_until: datetime
) -> datetime:
    """When an open invitation is to be reminded of next or, with no reminder left, when it expires."""
    days = sorted(remind_after_days)
    if reminded >= len(days):
        return usable_until
    return min(link_at + timedelta(days=days[reminded]), usable_until)


def is_live(*, epoch: int, created_at: datetime, seen_at: datetime, person_epoch: int, now: datetime) -> bool:
    """Whether a session still counts."""
    return epoch == person_epoch and now < created_at + SESSION_LIFE and now < seen_at + SESSION_IDLE


@dataclass(frozen=True)
class Limit:
    """So many tries in one window of time."""

    what: str
    tries: int
    window: timedelta


SIGN_IN_HERE = Limit("sign-in-here", 10, timedelta(minutes=15))
"""One account from one place: who tries at somebody else's account shuts themselves out, not its owner."""
SIGN_IN_ACCOUNT = Limit("sign-in", 60, timedelta(minutes=15))
"""One account from everywhere: far too few to guess a password of twelve characters."""
SIGN_IN_CALLER = Limit("sign-in-from", 300, timedelta(minutes=15))
"""Generous, because a whole school may share one address when a lesson begins."""
CHANGE_PASSWORD = Limit("change-password", 10, timedelta(minutes=15))
"""Tries at the old password by somebody signed in. Counted apart, so that nobody outside can use it up."""
LINK_ACCOUNT = Limit("link", 5, timedelta(hours=1))
LINK_CALLER = Limit("link-from", 60, timedelta(hours=1))
JOIN = Limit("join", 30, timedelta(hours=1))
"""Tries to accept one invitation: each asks Cognito for an account."""


def neighbourhood(caller: str) -> str:
    """Where a request came from, as tries are counted: an IPv4 address, or the network that one IPv6 customer
    has to themselves, in which a new address costs nothing. Empty for what is no address."""
    try:
        address = ip_address(caller)
    except ValueError:
        return ""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((int(address), 64), strict=False))


def window_of(limit: Limit, now: datetime) -> tuple[datetime, datetime]:
    """The fixed window that `now` falls into: its first moment and the one after its last."""
    length = int(limit.window.total_seconds())
    start = int(now.timestamp()) // length * length
    return datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(start + length, UTC)


# ── Several invitations at once ────────────────────────────────────────────


@dataclass(frozen=True)
class Row:
    """Somebody to be invited, as line `line` says."""

    line: int
    first_name: str
    surname: str
    address: str
    school: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Question id -> answer."""


@dataclass(frozen=True)
class BadRow:
    """A line that cannot be used, and why."""

    line: int
    reason: str


def read_rows(text: str) -> tuple[list[Row], list[BadRow]]:
    """First name, surname and e-mail address, a person a line; from a spreadsheet, a CSV file or by hand."""
    good: list[Row] = []
    bad: list[BadRow] = []
    seen: dict[str, int] = {}
    for line, cells in _lines(text):
        row = _row(line, cells)
        if isinstance(row, BadRow):
            bad.append(row)
        elif row.address in seen:
            bad.append(BadRow(line, f"This e-mail address is on line {seen[row.address]} too."))
        else:
            seen[row.address] = line
            good.append(row)
    return good, bad


def _lines(text: str) -> Iterator[tuple[int, list[str] | None]]:
    """Line number and cells (none where quotes do not match), without empty lines and a heading."""
    for line, written in enumerate(re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")), start=1):
        if not written.strip(" \t,;"):
            continue
        try:
            cells = next(
                csv.reader([written], delimiter=_delimiter(written), strict=True, skipinitialspace=True)
            )
        except csv.Error:
            yield line, None
            continue
        if line == 1 and "@" not in written and cells[0].strip().casefold() in _HEADINGS:
            continue
        yield line, cells


_HEADINGS = frozenset(
    {"first name", "first names", "firstname", "first_name", "forename", "given name", "name"}
)


def _delimiter(written: str) -> str:
    return next((one for one in "\t;" if one in written), ",")


def _row(line: int, cells: list[str] | None) -> Row | BadRow:
    if cells is None:
        return BadRow(line, "The quotation marks do not match.")
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) != 3:
        return BadRow(line, "Write a first name, a surname and an e-mail address, with commas between them.")
    first_name, surname, address = tidy_name(cells[0]), tidy_name(cells[1]), tidy_address(cells[2])
    problem = (
        problem_with_name(first_name, "first name")
        or problem_with_name(surname, "surname")
        or problem_with_address(address)
    )
    return BadRow(line, problem) if problem else Row(line, first_name, surname, address)
