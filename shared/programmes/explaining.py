"""What somebody who takes part is told of how their programme runs, as its policy has it."""

from dataclasses import dataclass
from datetime import datetime

from shared.policies import Policy
from shared.policies.people import PrivacyNotice, Purpose
from shared.policies.telling import working_time_words
from shared.policies.working_time import is_working

from .actions import RunningProgramme


@dataclass(frozen=True)
class Asked:
    """Something that is done only with leave."""

    title: str
    words: str
    parent: str
    """Whose parent or carer is asked, too: `never`, `under_16` or `always`."""


@dataclass(frozen=True)
class Explained:
    """How one programme runs, for one who takes part in it."""

    name: str
    role: str
    about: str
    rules: tuple[str, ...]
    rules_version: int
    reads_everything: bool
    """Every message is read by a person before it is passed on."""
    reply_promise: str
    window: str
    """When messages are passed on, in words; empty where it is at any time."""
    is_open: bool
    """Messages are passed on at this moment."""
    entered_by: tuple[str, ...]
    """How a message may reach the coordinator instead: `telephone`, `text`, `email`."""
    methods: tuple[str, ...]
    """The ways of being in touch beside messages."""
    leave: tuple[Asked, ...]
    notices: tuple[PrivacyNotice, ...]
    ask: str
    kept_months: int


def explained(programme: RunningProgramme, role: str, *, now: datetime) -> Explained:
    """What the programme's policy means for a mentee, a mentor, or staff."""
    policy = programme.policy
    window = policy.delivery.window
    return Explained(
        name=programme.name,
        role=role,
        about=policy.about,
        rules=rules_for(policy, role),
        rules_version=policy.ground_rules.version,
        reads_everything=policy.moderation.mode == "brokered",
        reply_promise=policy.reply_promise,
        window=working_time_words(window) if window else "",
        is_open=window is None or is_working(now, window),
        entered_by=tuple(policy.delivery.entered_for_mentees),
        methods=tuple(one for one in policy.delivery.methods if one != "message"),
        leave=tuple(_asked(one) for one in policy.consents.purposes if role in one.asked_of),
        notices=tuple(policy.privacy.notices),
        ask=policy.privacy.ask,
        kept_months=policy.retention_months,
    )


def rules_for(policy: Policy, role: str) -> tuple[str, ...]:
    """The ground rules that somebody in this role agrees to."""
    rules = policy.ground_rules
    return tuple({"mentee": rules.mentee, "mentor": rules.mentor}.get(role, rules.staff))


def _asked(purpose: Purpose) -> Asked:
    return Asked(purpose.title, purpose.words, purpose.parent)
