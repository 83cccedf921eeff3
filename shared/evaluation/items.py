"""What is stored of the evaluation, in the Conversations table.

What somebody answered lies with their conversation and goes with it. What was counted names nobody, and
stays.
"""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from shared.platform.tables import ConversationsItem, MomentAttribute


class Answers(ConversationsItem, discriminator="form_answers"):
    """What somebody answered to a form: pk `PAIR#<pair_id>`, sk
    `ANSWERS#<person_id>#<cohort_id>#<form_id>`. Never changed. They read it themselves; staff do not read it
    under their name."""

    pair_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    cohort_id = UnicodeAttribute()
    """`everybody` for those who are in no cohort."""
    author_id = UnicodeAttribute()
    form_id = UnicodeAttribute()
    form_version = UnicodeAttribute()
    said = JSONAttribute()
    """Question id -> what was chosen or written; empty where they would rather not say."""
    key = UnicodeAttribute()
    """Of the page's form that sent it."""
    answered_at = MomentAttribute()
    concern_id = UnicodeAttribute(null=True)
    """A concern that was raised with it."""


class Words(ConversationsItem, discriminator="form_words"):
    """What somebody wrote to one question, without who did: pk `PAIR#<pair_id>`, sk `WORDS#<words_id>`. In
    `listing` as `WORDS#<programme_id>#<cohort_id>#<form_id>#<version>#<question_id>`, in an order that
    follows from nothing but the id."""

    mentor_id = UnicodeAttribute()
    """The two of the conversation: nobody of the staff who is one of them reads it."""
    mentee_id = UnicodeAttribute()
    text = UnicodeAttribute()


class FormCount(ConversationsItem, discriminator="form_count"):
    """Of how many in a cohort a form was asked, and how many answered: pk
    `FORMS#<programme_id>#<cohort_id>`, sk `FORM#<form_id>`."""

    form_id = UnicodeAttribute()
    asked = NumberAttribute(default=0)
    answered = NumberAttribute(default=0)


class FormVersion(ConversationsItem, discriminator="form_version"):
    """A form as it was answered: pk `FORMS#<programme_id>#<cohort_id>`, sk `VERSION#<form_id>#<version>`. Its
    answers are counted apart from those to other words."""

    form_id = UnicodeAttribute()
    form_version = UnicodeAttribute()
    form = JSONAttribute()
    """As the policy had it when it was answered first."""
    first_at = MomentAttribute()
    answered = NumberAttribute(default=0)


class Cell(ConversationsItem, discriminator="form_cell"):
    """How many gave one answer to one question: pk `FORMS#<programme_id>#<cohort_id>`, sk
    `CELL#<form_id>#<version>#<question_id>#<answer>`; of those who answered it at the start and at the end
    `BOTH#<form_id>#<version>#<form_id>#<version>#<question_id>#<start|end>#<answer>`. Counted in the
    transaction that it counts."""

    of = JSONAttribute()
    """What its sk says, one by one."""
    people = NumberAttribute(default=0)


def answers_key(pair_id: str, person_id: str, cohort_id: str, form_id: str) -> tuple[str, str]:
    return f"PAIR#{pair_id}", f"ANSWERS#{person_id}#{cohort_id}#{form_id}"


def words_key(pair_id: str, words_id: str) -> tuple[str, str]:
    return f"PAIR#{pair_id}", f"WORDS#{words_id}"


def counts_pk(programme_id: str, cohort_id: str) -> str:
    """`cohort_id` is `everybody` for those in none."""
    return f"FORMS#{programme_id}#{cohort_id}"


def words_listing(programme_id: str, cohort_id: str, *of: str) -> str:
    """`of` is the form, its version and the question."""
    return "#".join(("WORDS", programme_id, cohort_id, *of))


def count_key(programme_id: str, cohort_id: str, form_id: str) -> tuple[str, str]:
    return counts_pk(programme_id, cohort_id), f"FORM#{form_id}"


def version_key(programme_id: str, cohort_id: str, form_id: str, version: str) -> tuple[str, str]:
    return counts_pk(programme_id, cohort_id), f"VERSION#{form_id}#{version}"


def cell_key(programme_id: str, cohort_id: str, *of: str) -> tuple[str, str]:
    return counts_pk(programme_id, cohort_id), "#".join(of)
