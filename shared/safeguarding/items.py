"""What is stored of concerns, in the Safeguarding table. Nothing here is ever deleted."""

from datetime import datetime

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)

from shared.platform.tables import MomentAttribute, SafeguardingItem


class Concern(SafeguardingItem, discriminator="concern"):
    """A worry about somebody: pk `CONCERN#<concern_id>`, sk `CONCERN`. The id is derived from its cause.
    It and its chronology are one item collection.

    In `listing` as `CONCERNS#<programme_id>#<open|closed>`: open ones first, then acknowledged ones, each
    most severe first, then oldest; closed ones by when they were closed. In `due` as `CONCERNS` while it
    climbs, by when the next step is taken: while nobody has acknowledged it, or whom it was handed to has
    not.
    """

    concern_id = UnicodeAttribute()
    reference = UnicodeAttribute()
    """Short, for e-mails and the telephone: says nothing of who or why."""
    programme_id = UnicodeAttribute()
    programme_name = UnicodeAttribute()
    about_id = UnicodeAttribute()
    """The person it is about; the writer of the message, or who reported it, unless they said otherwise."""
    about_name = UnicodeAttribute()
    kept_from = JSONAttribute(null=True)
    """The person_ids of others who may not see it whatever their role, such as the two of the pair."""
    about_staff = BooleanAttribute(null=True)
    """It is about somebody on the staff, known or not: it climbs by the steps that are for such worries."""
    is_unsaid = BooleanAttribute(null=True)
    """Who on the staff that is nobody has said: it may be any of them."""
    set_apart = JSONAttribute(null=True)
    """Of those it is kept from, the person_ids of those to whom it could be opened: they read concerns, and a
    worry about staff is not for everybody who does."""
    named = JSONAttribute(null=True)
    """The person_ids of those on the staff who are named in what was written: never the only ones told."""
    raised_by = UnicodeAttribute()
    """`filter`, or the person_id of who raised it."""
    raised_by_name = UnicodeAttribute()
    category = UnicodeAttribute()
    """One of the filter's worry categories, or `reported`."""
    severity = UnicodeAttribute()
    worst_severity = UnicodeAttribute(null=True)
    """The most severe it has ever been, once somebody has changed it."""
    state = UnicodeAttribute(default="open")
    """`open` → `acknowledged` → `closing` → `closed`. `closing` waits for a second reader; less severe ones
    are closed at once. What was closed can be opened anew, and is then `acknowledged`."""
    raised_at = MomentAttribute()
    pair_id = UnicodeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    words = UnicodeAttribute()
    """What was written, kept as evidence even when the conversation is gone."""
    spans = JSONAttribute(null=True)
    """What the filter marked in `words`: list of mappings with start, end, category."""
    rank = NumberAttribute(default=0)
    """How far up the chain it has climbed: the place in the policy's ranks last told; -1 when it was only
    whom it was handed to."""
    told = JSONAttribute(null=True)
    """The person_ids of those who were told at the present step of the chain."""
    reached = BooleanAttribute(default=True)
    """Whether an address of theirs took mail, as far as was known then."""
    climbs = NumberAttribute(default=0)
    """How often people were told of it after the first time. Goes on counting at the top."""
    acknowledged_by = UnicodeAttribute(null=True)
    acknowledged_by_name = UnicodeAttribute(null=True)
    acknowledged_at = MomentAttribute(null=True)
    handed_to = UnicodeAttribute(null=True)
    """Whom it was handed to, until they or somebody else takes it up. Whoever dealt with it does until
    then."""
    handed_to_name = UnicodeAttribute(null=True)
    closing = JSONAttribute(null=True)
    """While `closing` or `closed`: a mapping with summary, action_taken, decision, outcome and reasons."""
    closing_by = UnicodeAttribute(null=True)
    closing_by_name = UnicodeAttribute(null=True)
    closed_at = MomentAttribute(null=True)

    @property
    def answer_by(self) -> datetime | None:
        """When it is passed on (again); None while it does not climb."""
        return MomentAttribute().deserialize(self.due_at) if self.due_at else None

    @property
    def hidden_from(self) -> frozenset[str]:
        """The person_ids of those to whom it does not exist and who are never told: whom it is about, first
        of all."""
        return frozenset({self.about_id, *(self.kept_from or ())}) - {""}


class Entry(SafeguardingItem, discriminator="entry"):
    """One line of a concern's chronology: pk `CONCERN#<concern_id>`, sk `ENTRY#<cause>`. Never changed.

    The cause makes writing it twice write it once. `at` orders the chronology.
    """

    what = UnicodeAttribute()
    """`raised`, `told`, `not_told`, `passed_on`, `moved_on`, `acknowledged`, `seen`, `note`, or another of
    those that `concerns/lines.py` has words for."""
    at = MomentAttribute()
    by_id = UnicodeAttribute(null=True)
    by_name = UnicodeAttribute(null=True)
    note = UnicodeAttribute(null=True)
    """The words of a note, a reason, or the names of those told."""
    details = JSONAttribute(null=True)
    """What else was filled in: a mapping whose names `concerns/lines.py` has words for."""


class NextStep(SafeguardingItem, discriminator="next_step"):
    """What somebody said they would do next: pk `CONCERN#<concern_id>`, sk `STEP#<cause>`.

    In `due` as `STEPS#<programme_id>` until it is done, by when it is overdue.
    """

    step_id = UnicodeAttribute()
    concern_id = UnicodeAttribute()
    reference = UnicodeAttribute()
    """The concern's."""
    about_name = UnicodeAttribute()
    hidden_from = JSONAttribute()
    """The concern's, so that a list needs to look at nothing else."""
    words = UnicodeAttribute()
    by_day = UnicodeAttribute()
    """ISO date: the last day on which it is in time."""
    added_by_name = UnicodeAttribute()
    added_at = MomentAttribute()
    done_at = MomentAttribute(null=True)
    done_by_name = UnicodeAttribute(null=True)


class OfPerson(SafeguardingItem, discriminator="concern_of_person"):
    """That a concern is about somebody: pk `ABOUT#<programme_id>#<person_id>`, sk `CONCERN#<concern_id>`.

    Says again what the concern says, and is written whenever that changes. Everything about one person is one
    Query.
    """

    concern_id = UnicodeAttribute()
    reference = UnicodeAttribute()
    about_name = UnicodeAttribute()
    category = UnicodeAttribute()
    severity = UnicodeAttribute()
    state = UnicodeAttribute()
    raised_at = MomentAttribute()
    hidden_from = JSONAttribute()
    outcome = UnicodeAttribute(null=True)
    closed_at = MomentAttribute(null=True)


class HeardWords(SafeguardingItem, discriminator="heard_words"):
    """That somebody's words have raised a concern: pk `HEARD#<words_id>`, sk `HEARD`. The id is derived from
    where they were written, by whom, and what they are; they themselves stand in the concern alone."""

    concern_id = UnicodeAttribute()
    severity = UnicodeAttribute()
    at = MomentAttribute()
    was_refused = BooleanAttribute(null=True)
    """The form that they came with was, so that they were kept nowhere else."""


class Against(SafeguardingItem, discriminator="against"):
    """Which concerns stand against anything passing between two people after their end: pk
    `ABOUT#<programme_id>#<of>`, sk `AGAINST`. `of` is the person_id of whom they are about, or the pair_id of
    where they came from.

    Written with each concern that is raised or changed (`against.py`), so that it is asked for in one reading
    however many there are, and a writing can depend on it.
    """

    concern_ids = UnicodeSetAttribute(null=True)
    """Missing where none does."""


class SchoolContact(SafeguardingItem, discriminator="school_contact"):
    """Whom to turn to at a young person's school: pk `ABOUT#<programme_id>#<person_id>`, sk `CONTACT`."""

    name = UnicodeAttribute()
    role = UnicodeAttribute(null=True)
    school = UnicodeAttribute()
    telephone = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    """E-mail address."""
    changed_by_name = UnicodeAttribute()
    changed_at = MomentAttribute()


class SchoolContacted(SafeguardingItem, discriminator="school_contacted"):
    """That somebody was in touch with a mentee's school: pk `ABOUT#<programme_id>#<person_id>`, sk
    `CONTACTED#<cause>`. Never changed."""

    at = MomentAttribute()
    """When it was."""
    whom = UnicodeAttribute()
    how = UnicodeAttribute()
    """One of those that `concerns/lines.py` has words for."""
    words = UnicodeAttribute()
    by_id = UnicodeAttribute()
    by_name = UnicodeAttribute()


CONCERNS_DUE = "CONCERNS"
"""The `due` queue of concerns that climb."""


def heard_key(words_id: str) -> tuple[str, str]:
    return f"HEARD#{words_id}", "HEARD"


def concern_key(concern_id: str) -> tuple[str, str]:
    return f"CONCERN#{concern_id}", "CONCERN"


def concern_of_key(pk: str, sk: str) -> str:
    """The concern's id when this is the key of a concern, else empty."""
    _, is_concern, concern_id = pk.partition("CONCERN#")
    return concern_id if is_concern and sk == "CONCERN" else ""


ENTRY_PREFIX = "ENTRY#"


def entry_key(concern_id: str, *cause: str) -> tuple[str, str]:
    """`cause` says what happened and tells it apart from what happened before."""
    return f"CONCERN#{concern_id}", ENTRY_PREFIX + "#".join(cause)


def entry(
    concern: Concern,
    what: str,
    *cause: str,
    now: datetime,
    by_id: str | None = None,
    by_name: str | None = None,
    note: str | None = None,
) -> Entry:
    """A line of the chronology. `cause` tells it apart from others of the same kind."""
    pk, sk = entry_key(concern.concern_id, what, *cause)
    return Entry(pk, sk, what=what, at=now, by_id=by_id, by_name=by_name, note=note)


STEPS_PREFIX = "STEP#"


def step_key(concern_id: str, step_id: str) -> tuple[str, str]:
    return f"CONCERN#{concern_id}", f"{STEPS_PREFIX}{step_id}"


def steps_due(programme_id: str) -> str:
    """The `due` queue of a programme's next steps."""
    return f"STEPS#{programme_id}"


def about_key(programme_id: str, person_id: str) -> str:
    """The partition that holds everything about one person. What came from a pair lies likewise under its
    id."""
    return f"ABOUT#{programme_id}#{person_id}"


def of_person_key(programme_id: str, person_id: str, concern_id: str) -> tuple[str, str]:
    return about_key(programme_id, person_id), f"CONCERN#{concern_id}"


def against_key(programme_id: str, of: str) -> tuple[str, str]:
    return about_key(programme_id, of), "AGAINST"


def school_contact_key(programme_id: str, person_id: str) -> tuple[str, str]:
    return about_key(programme_id, person_id), "CONTACT"


def school_contacted_key(programme_id: str, person_id: str, cause: str) -> tuple[str, str]:
    return about_key(programme_id, person_id), f"CONTACTED#{cause}"


def of_person(concern: Concern) -> OfPerson | None:
    """What stands of the concern in its person's collection; None when it is about nobody we know."""
    if not concern.about_id:
        return None
    return OfPerson(
        *of_person_key(concern.programme_id, concern.about_id, concern.concern_id),
        concern_id=concern.concern_id,
        reference=concern.reference,
        about_name=concern.about_name,
        category=concern.category,
        severity=concern.severity,
        state=concern.state,
        raised_at=concern.raised_at,
        hidden_from=sorted(concern.hidden_from),
        outcome=(concern.closing or {}).get("outcome") if concern.state == "closed" else None,
        closed_at=concern.closed_at if concern.state == "closed" else None,
    )


def concerns_listing(programme_id: str, state: str) -> str:
    return f"CONCERNS#{programme_id}#{'closed' if state == 'closed' else 'open'}"


def concern_order(severity_rank: int, raised_at: str, concern_id: str, *, answered: bool = False) -> str:
    """Those nobody has answered first, then most severe, then oldest. `severity_rank` runs from 0 (none) to 4
    (immediate)."""
    return f"{int(answered)}#{9 - severity_rank}#{raised_at}#{concern_id}"


def closed_order(closed_at: str, concern_id: str) -> str:
    return f"{closed_at}#{concern_id}"
