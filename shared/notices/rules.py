"""Decisions about e-mails: which lane, when to try again, when to give up, what a receipt means, what is
said."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal, Protocol, Self

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from .things import Thing, things_in_words

Template = Literal[
    "invitation",
    "invitation_reminder",
    "password_link",
    "password_changed",
    "introduced",
    "parent_asked",
    "consent_withdrawn",
    "conversation_rests",
    "conversation_ended",
    "talk_wanted",
    "meeting_proposed",
    "meeting_arranged",
    "meeting_off",
    "meeting_tomorrow",
    "meeting_today",
    "meeting_to_take_on",
    "introduction_wanted",
    "contact_denied",
    "new_message",
    "please_change",
    "not_delivered",
    "held_for_you",
    "gone_quiet",
    "weekly_digest",
    "asked_after",
    "they_are_asked",
    "ways_changed",
    "mentor_paused",
    "vetting_to_look_at",
    "own_vetting",
    "removed_soon",
    "handed_over",
    "reviews_late",
    "review_late",
    "waiting_today",
    "concern_alert",
    "concern_handed_over",
    "concern_to_read",
    "concern_sent_back",
    "concern_taken_over",
    "nobody_told",
    "nobody_answered",
    "chain_test",
    "chain_broken",
]
Lane = Literal["alert", "bulk"]

LANES: dict[Template, Lane] = {
    "invitation": "bulk",
    "invitation_reminder": "bulk",
    "password_link": "alert",
    "password_changed": "bulk",
    "introduced": "bulk",
    "parent_asked": "bulk",
    "consent_withdrawn": "bulk",
    "conversation_rests": "bulk",
    "conversation_ended": "bulk",
    "talk_wanted": "bulk",
    "meeting_proposed": "bulk",
    "meeting_arranged": "bulk",
    "meeting_off": "bulk",
    "meeting_tomorrow": "bulk",
    "meeting_today": "bulk",
    "meeting_to_take_on": "bulk",
    "introduction_wanted": "bulk",
    "contact_denied": "bulk",
    "new_message": "bulk",
    "please_change": "bulk",
    "not_delivered": "bulk",
    "held_for_you": "bulk",
    "gone_quiet": "bulk",
    "weekly_digest": "bulk",
    "asked_after": "bulk",
    "they_are_asked": "bulk",
    "ways_changed": "bulk",
    "mentor_paused": "bulk",
    "vetting_to_look_at": "bulk",
    "own_vetting": "bulk",
    "removed_soon": "bulk",
    "handed_over": "bulk",
    "reviews_late": "bulk",
    "review_late": "bulk",
    "waiting_today": "bulk",
    "concern_alert": "alert",
    "concern_handed_over": "alert",
    "concern_to_read": "bulk",
    "concern_sent_back": "bulk",
    "concern_taken_over": "bulk",
    "nobody_told": "alert",
    "nobody_answered": "alert",
    "chain_test": "alert",
    "chain_broken": "alert",
}
"""A password link is in the alert lane because somebody stands waiting for it."""

SECRET_PATHS: frozenset[Template] = frozenset(
    {"invitation", "invitation_reminder", "password_link", "parent_asked"}
)
"""Whose link is a secret, removed from the table once the e-mail is accepted."""

MUST_ARRIVE: frozenset[Template] = frozenset(
    {"concern_alert", "concern_handed_over", "nobody_told", "nobody_answered"}
)
"""Which e-mails are never given up, and which somebody must hear of when they do not arrive."""

SUBJECTS: dict[Template, str] = {
    "invitation": "Your invitation to {programme_name}",
    "invitation_reminder": "A reminder: your invitation to {programme_name}",
    "password_link": "Choose a new password",
    "password_changed": "Your password was changed",
    "introduced": "You have been introduced to somebody",
    "parent_asked": "Your consent is asked: {programme_name}",
    "consent_withdrawn": "Something that was agreed to has been taken back",
    "conversation_rests": "A conversation of yours may rest for now",
    "conversation_ended": "A conversation of yours has ended",
    "talk_wanted": "A pair would like to talk to you",
    "meeting_proposed": "A time to meet has been proposed",
    "meeting_arranged": "A meeting is arranged",
    "meeting_off": "A meeting does not take place",
    "meeting_tomorrow": "A meeting of yours is tomorrow",
    "meeting_today": "A meeting of yours is today",
    "meeting_to_take_on": "A meeting needs a coordinator",
    "introduction_wanted": "A mentee has said yes to an introduction",
    "contact_denied": "A pair does not agree on having been in touch",
    "new_message": "You have a new message",
    "please_change": "Please change one thing in your message",
    "not_delivered": "Your message was not passed on",
    "held_for_you": "A message is waiting for you to read it",
    "gone_quiet": "A mentee has gone quiet",
    "weekly_digest": "What is waiting for you",
    "asked_after": "Your coordinator asks after you",
    "they_are_asked": "You are waiting for an answer, and your coordinator knows",
    "ways_changed": "How you two can be in touch has changed",
    "mentor_paused": "A mentor’s conversations are resting",
    "vetting_to_look_at": "Please look at what mentors have shown",
    "own_vetting": "Please look at what you have shown as a mentor",
    "removed_soon": "Conversations will be removed in a month",
    "handed_over": "A colleague asks you to read a message",
    "reviews_late": "Messages have waited too long to be read",
    "review_late": "A message has waited too long to be read",
    "waiting_today": "What is waiting to be read",
    "concern_alert": "Please look: concern {reference}",
    "concern_handed_over": "Concern {reference} has been handed to you",
    "concern_to_read": "Please read before it is closed: concern {reference}",
    "concern_sent_back": "Please go on with concern {reference}",
    "concern_taken_over": "A colleague deals with concern {reference} now",
    "nobody_told": "Nobody could be told of concern {reference}",
    "nobody_answered": "Nobody has answered concern {reference}",
    "chain_test": "A test: alerts from {programme_name} reach you",
    "chain_broken": "Please mend who is told of concerns in {programme_name}",
}

UNSENT = frozenset({"queued", "sending"})
"""States in which an e-mail is still to be sent, once it is due."""

LEASE = timedelta(seconds=30)
"""How long a sender has an e-mail to itself. Longer than the mail service may take to answer (`mailer.py`); a
lease that is over all the same costs a second copy of the e-mail, nothing else."""

TRIES = 12
"""After so many tries an e-mail is given up, unless it must arrive: about twenty hours in the bulk lane,
which outlasts a mail service's bad day, and ten minutes for a password link, which is of no use later."""

_WAITS: dict[Lane, tuple[timedelta, timedelta]] = {
    "alert": (timedelta(seconds=5), timedelta(minutes=1)),
    "bulk": (timedelta(minutes=1), timedelta(hours=4)),
}
"""The first wait and the longest one."""

Receipt = Literal["delivered", "bounced", "bounced_for_now", "complained", "rejected"]
"""What the mail service says became of an e-mail. `bounced_for_now`: a full mailbox, or an answering machine;
the service has stopped trying. `rejected`: accepted, then found to hold something it does not carry."""

_RECEIPTS: dict[Receipt, tuple[str, frozenset[str]]] = {
    "delivered": ("delivered", UNSENT | {"accepted"}),
    "bounced": ("bounced", UNSENT | {"accepted", "delivered"}),
    "bounced_for_now": ("bounced", UNSENT | {"accepted"}),
    "complained": ("complained", UNSENT | {"accepted", "delivered"}),
    "rejected": ("failed", UNSENT | {"accepted"}),
}
"""What each receipt makes of an e-mail, and in which states it still says something new. A receipt may
overtake our own note that the service accepted the e-mail, or come after that note was lost."""

NOT_READ = frozenset({"failed", "bounced", "complained"})
"""States of an e-mail that its reader cannot be taken to know of."""

LONGEST_NAME = 80


class Addressee(Protocol):
    """Somebody who can be written to: a member of a programme, one of its staff, one of a pair."""

    @property
    def person_id(self) -> str: ...
    @property
    def first_name(self) -> str: ...
    @property
    def address(self) -> str: ...


@dataclass(frozen=True)
class NewNotice:
    """An e-mail to be queued. `cause` is what it follows from: the same cause never sends it twice."""

    template: Template
    cause: tuple[str, ...]
    address: str
    first_name: str
    path: str
    person_id: str = ""
    programme_id: str = ""
    programme_name: str = ""
    reference: str = ""
    how_many: int = 0
    about: str = ""
    """What it follows from, as in `concern:<id>`, for whoever must act when it does not arrive."""
    things: Mapping[Thing, int] = field(default_factory=dict)
    """Of a weekly e-mail: what waits, and how much of it."""
    stop_path: str = ""
    """Where its reader can say, without signing in, that they want no more of these. A secret."""

    @classmethod
    def to(
        cls,
        someone: Addressee,
        template: Template,
        *,
        cause: tuple[str, ...],
        path: str,
        programme_id: str,
        programme_name: str,
        reference: str = "",
        how_many: int = 0,
        about: str = "",
    ) -> Self:
        """An e-mail to somebody of a programme."""
        return cls(
            template,
            cause,
            someone.address,
            someone.first_name,
            path,
            someone.person_id,
            programme_id,
            programme_name,
            reference,
            how_many,
            about,
        )


@dataclass(frozen=True)
class Values:
    """Everything an e-mail may say about anybody. There is no field for a text, a surname or a reason."""

    first_name: str
    link: str
    programme_name: str = ""
    reference: str = ""
    how_many: int = 0
    things: Mapping[Thing, int] = field(default_factory=dict)
    stop_link: str = ""


@dataclass(frozen=True)
class Written:
    """An e-mail as it is sent. The subject is one line; text and html say the same."""

    subject: str
    text: str
    html: str
    stop_link: str = ""
    """Where a mail program, too, can say that its reader wants no more of these (RFC 8058)."""


def wait_before(template: Template, tries: int) -> timedelta:
    """How long to wait after so many vain tries (one at least): doubling, up to the lane's longest."""
    first, longest = _WAITS[LANES[template]]
    doublings = min(tries - 1, 16)  # an alert may have been tried thousands of times
    return min(first * (1 << doublings), longest)


def is_given_up(template: Template, tries: int) -> bool:
    """Whether so many vain tries are enough."""
    return template not in MUST_ARRIVE and tries >= TRIES


def after_receipt(state: str, receipt: Receipt) -> str:
    """The state that a receipt leads to from `state`, or an empty text when it says nothing new: it came
    late, twice or out of order."""
    to, from_states = _RECEIPTS[receipt]
    return to if state in from_states else ""


def stands_out(template: Template, state: str) -> bool:
    """Whether an e-mail in this state must be brought to somebody's notice: it will never be read."""
    return template in MUST_ARRIVE and state in NOT_READ


def link_to(site_url: str, path: str) -> str:
    """The address that an e-mail links to. `path` begins with one slash, so it cannot lead to another
    host."""
    if not path.startswith("/"):
        raise ValueError("a link's path begins with a slash")
    return f"{site_url}{path}"


def render(template: Template, values: Values) -> Written:
    """The e-mail in words. A name with a line break or a control character in it cannot add a header or a
    line."""
    said: dict[str, str | int | list[str]] = {
        "first_name": _one_line(values.first_name),
        "programme_name": _one_line(values.programme_name) or "your mentoring programme",
        "reference": _one_line(values.reference),
        "link": values.link,
        "how_many": values.how_many,
        "things": things_in_words(values.things),
        "stop_link": values.stop_link,
    }
    said["subject"] = subject = SUBJECTS[template].format_map(said)
    text = _letters().get_template(f"{template}.txt").render(said)
    html = _letters().get_template(f"{template}.html").render(said)
    return Written(subject=subject, text=text, html=html, stop_link=values.stop_link)


def _one_line(value: str) -> str:
    """`value` as one short line of characters that can be seen: without control characters, line ends, halves
    of characters or marks that turn the direction of writing."""
    unseen = {"Cc", "Cs", "Zl", "Zp"}
    turning = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    kept = (" " if unicodedata.category(one) in unseen else one for one in value if one not in turning)
    return " ".join("".join(kept).split())[:LONGEST_NAME]


@cache
def _letters() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
