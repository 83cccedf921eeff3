"""Who may take part: the answers that are given about somebody before they are invited.

Which questions there are, and which answers are accepted, the policy says, and a cohort may narrow it.
"""

import re
from collections.abc import Mapping, Sequence

from shared.policies.people import Question

LONGEST_ANSWER = 200
_NUMBER = re.compile(r"[0-9]{1,6}")
_YES_NO = {"y": "yes", "yes": "yes", "true": "yes", "n": "no", "no": "no", "false": "no"}


def choices_of(question: Question) -> tuple[str, ...]:
    """What can be answered; nothing where a number is asked for."""
    return {"yes_no": ("yes", "no"), "choice": tuple(question.choices), "number": ()}[question.kind]


def tidy_answer(question: Question, text: str) -> str:
    """An answer as the policy writes it: capitals and spaces make no difference. What is no answer to the
    question stays as it is."""
    plain = " ".join(text.split())
    if question.kind == "yes_no":
        return _YES_NO.get(plain.casefold(), plain)
    if question.kind == "number":
        return str(int(plain)) if _NUMBER.fullmatch(plain) else plain
    return next((one for one in question.choices if _folded(one) == _folded(plain)), plain)


def problem_with_answer(question: Question, answer: str) -> str:
    """Why somebody with this tidied answer cannot be invited, in a sentence, or nothing."""
    if not answer:
        return f"Please answer: {question.words}"
    if question.kind == "number":
        return _problem_with_number(question, answer)
    choices = choices_of(question)
    if answer not in choices:
        return f"Please answer with {_listed(choices)}."
    return question.refusal if question.accepts and answer not in question.accepts else ""


def read_answers(
    questions: Sequence[Question], given: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The answers to every question, and by question id why one of them stops somebody. Answers to what was
    not asked are left out."""
    answers = {one.id: tidy_answer(one, given.get(one.id, "")) for one in questions}
    problems = {one.id: problem_with_answer(one, answers[one.id]) for one in questions}
    return answers, {name: problem for name, problem in problems.items() if problem}


def _problem_with_number(question: Question, answer: str) -> str:
    if not _NUMBER.fullmatch(answer):
        return "Please answer with a whole number."
    number = int(answer)
    too_small = question.least is not None and number < question.least
    too_large = question.most is not None and number > question.most
    return question.refusal if too_small or too_large else ""


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _listed(choices: Sequence[str]) -> str:
    *first, last = (f"“{one}”" for one in choices)
    return f"{', '.join(first)} or {last}" if first else last
