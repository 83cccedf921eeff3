"""A mentee is not named in what a mentor writes for themselves and the staff."""

import re

from shared.platform.errors import Invalid

from .items import Pair

NAMED = (
    "“{name}” stands in your text. Please write about your mentee without naming them. If it is not their "
    "name here, tick the box below and keep it as it is."
)


def problem_with_names(text: str, pair: Pair, *, field: str) -> list[Invalid]:
    """That the mentee's first name or surname stands in a text, as a sentence for the mentor; nothing where
    neither does."""
    name = names_in(text, (pair.mentee_first_name, pair.mentee_surname))
    return [Invalid(NAMED.format(name=name), field=field, code="names_the_mentee")] if name else []


def names_in(text: str, names: tuple[str, ...]) -> str:
    """The first of the names that stands in the text as a word of its own; empty where none does."""
    for name in names:
        if name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
            return name
    return ""
