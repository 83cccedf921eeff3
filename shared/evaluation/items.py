"""What is stored of the evaluation, in the Conversations table.

What somebody answered lies with their conversation and goes with it. What was counted names nobody, and
stays. What anybody is shown stands apart from both, as it was published: see `publishing`.
"""

from pynamodb.attributes import (
    JSONAttribute,
    NumberAttribute,
    NumberSetAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)

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
    """What somebody wrote to one question, without who did, until it is published: pk `PAIR#<pair_id>`, sk
    `WORDS#<words_id>`. In `listing` as `WORDS#<programme_id>#<cohort_id>#<form_id>#<version>#<question_id>`,
    by the id. That is drawn, and follows from nothing: whoever knows how ids are made learns nothing from the
    order in which the words are read."""

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
    promised = NumberSetAttribute(default=set)
    """Each `fewest_shown` under which somebody answered. The largest is kept to, whatever the policy says
    later."""


class Cell(ConversationsItem, discriminator="form_cell"):
    """How many gave one answer to one question, as of now: pk `CELLS#<programme_id>#<cohort_id>`, sk
    `CELL#<form_id>#<version>#<question_id>#<answer>`. Counted in the transaction that keeps the answer, and
    shown to nobody."""

    of = JSONAttribute()
    """The question and the answer."""
    people = NumberAttribute(default=0)


class Copy(ConversationsItem, discriminator="form_copy"):
    """What is shown of a version of a form: pk `FORMS#<programme_id>#<cohort_id>`, sk
    `COPY#<form_id>#<version>`. It changes only when enough more people have answered."""

    form_id = UnicodeAttribute()
    form_version = UnicodeAttribute()
    people = NumberAttribute(default=0)
    """Of how many the answers were looked at for it."""
    counts = JSONAttribute(default=dict)
    """Question id -> answer -> how many are shown; of a question for words how many texts."""
    left = JSONAttribute(default=dict)
    """Question id -> how many texts may still come in of those people, where they were too many for one
    transaction."""
    published_at = MomentAttribute()


class PublishedWords(ConversationsItem, discriminator="published_words"):
    """What somebody wrote, as it is read without who did: pk `SAID#<programme_id>#<cohort_id>`, sk
    `<form_id>#<version>#<question_id>#<words_id>`. It stays when the conversation it comes from is removed,
    or its going would tell whose it was; all of a cohort's go at once."""

    not_for = UnicodeSetAttribute()
    """The two of the conversation; and of the others whoever would know by it, since so many of those that
    came in with it are from their own conversations. Nobody of the staff who is among them reads it."""
    text = UnicodeAttribute()

    @property
    def words_id(self) -> str:
        return self.sk.rpartition("#")[2]


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


def copy_key(programme_id: str, cohort_id: str, form_id: str, version: str) -> tuple[str, str]:
    return counts_pk(programme_id, cohort_id), f"COPY#{form_id}#{version}"


def cells_pk(programme_id: str, cohort_id: str) -> str:
    return f"CELLS#{programme_id}#{cohort_id}"


def cells_prefix(form_id: str, version: str) -> str:
    return f"CELL#{form_id}#{version}#"


def cell_key(
    programme_id: str, cohort_id: str, form_id: str, version: str, question_id: str, answer: str
) -> tuple[str, str]:
    return cells_pk(programme_id, cohort_id), f"{cells_prefix(form_id, version)}{question_id}#{answer}"


def published_words_pk(programme_id: str, cohort_id: str) -> str:
    return f"SAID#{programme_id}#{cohort_id}"


def published_words_prefix(*of: str) -> str:
    """`of` is the form, its version and the question."""
    return "#".join((*of, ""))
