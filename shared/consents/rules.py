"""Decisions about consents: who must still be asked, and what can be taken as an answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from shared.people.leave import age_on, needs_parent
from shared.policies.people import Method, Purpose, Side

Answer = Literal["yes", "no"]
Answers = Mapping[str, Mapping[str, Any]]
"""Purpose -> `answer`, `wording`, `at`; as they are stored."""

NEED_WORDS: Mapping[str, str] = {
    "device": "A phone, tablet or computer to write on",
    "data": "Mobile data",
    "wifi": "Wi-Fi",
}
METHOD_WORDS: Mapping[Method, str] = {
    "message": "Messages on Signpost",
    "telephone": "Telephone",
    "text": "Text message",
    "video": "Video call",
    "audio": "Voice call",
    "chat": "Live chat",
}
YOUNGEST, OLDEST = 9, 110


@dataclass(frozen=True)
class Changed:
    """An answer that differs from the one before."""

    purpose: Purpose
    answer: Answer
    is_withdrawal: bool
    """Whether a yes was taken back."""


def asked_of(purposes: Iterable[Purpose], side: Side) -> list[Purpose]:
    """What one side is asked, in the policy's order."""
    return [one for one in purposes if side in one.asked_of]


def problem_with_birthday(born_on: date, today: date) -> str:
    """Why this can be nobody's date of birth here, in a sentence; empty when it can."""
    if born_on > today:
        return "This day has not come yet. Please enter the day you were born."
    if not YOUNGEST <= age_on(born_on, today) <= OLDEST:
        return "Please look at the year again."
    return ""


def answers_in(answers: Answers) -> dict[str, str]:
    """Purpose -> `yes` or `no`."""
    return {purpose: str(one["answer"]) for purpose, one in answers.items()}


def answer_to(purpose: Purpose, answers: Answers) -> str:
    """`yes`, `no`, or empty where there is none."""
    return str(answers.get(purpose.id, {}).get("answer", ""))


def is_asked_anew(purpose: Purpose, answers: Answers) -> bool:
    """Whether the words have changed since the answer."""
    given = answers.get(purpose.id)
    return given is not None and int(given["wording"]) < purpose.version


def for_parents(
    purposes: Iterable[Purpose], own: Answers, *, side: Side, born_on: date | None, today: date
) -> list[Purpose]:
    """What a parent or carer is asked: only what the mentee has said yes to, and after that."""
    return [
        one for one in purposes if answer_to(one, own) == "yes" and needs_parent(one, side, born_on, today)
    ]


def changes(purposes: Iterable[Purpose], before: Answers, said: Mapping[str, Answer]) -> list[Changed]:
    """What is new in a filled-in form."""
    found = []
    for purpose in purposes:
        answer = said.get(purpose.id)
        earlier = answer_to(purpose, before)
        if answer and (answer != earlier or is_asked_anew(purpose, before)):
            found.append(Changed(purpose, answer, is_withdrawal=earlier == "yes" and answer == "no"))
    return found
