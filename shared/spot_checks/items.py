"""What is stored of spot checks, in the Safeguarding table."""

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from shared.platform.tables import MomentAttribute, SafeguardingItem

OF_CONVERSATIONS = "conversations"
OF_DECISIONS = "decisions"


class Draw(SafeguardingItem, discriminator="draw"):
    """What was drawn in one week: pk `DRAW#<draw_id>`, sk `DRAW`. Never changed, so that anybody can draw
    again and see that it was honest. In `listing` as `DRAWS#<programme_id>`, by week.

    The id follows from programme, what is drawn from, and week: there is one draw of each in a week.
    """

    draw_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    of = UnicodeAttribute()
    """`conversations` or `decisions`."""
    cohort_id = UnicodeAttribute(null=True)
    """Nobody's for decisions, and for conversations that belong to no cohort."""
    cohort_name = UnicodeAttribute(null=True)
    week = UnicodeAttribute()
    seed = UnicodeAttribute()
    """Made at random when it was drawn, so that nobody could know the draw before."""
    share = UnicodeAttribute()
    """The policy's share, as its decimal number."""
    weeks_left = NumberAttribute(null=True)
    frame_size = NumberAttribute()
    chunks = NumberAttribute()
    drawn = JSONAttribute()
    """The ids drawn, in order."""
    drawn_at = MomentAttribute()


class FrameChunk(SafeguardingItem, discriminator="frame_chunk"):
    """A part of what a draw was made from: pk `DRAW#<draw_id>`, sk `FRAME#<seed>#<number:06>`. Never changed.

    Written before the draw itself, so that no draw is without its frame; what was begun and not finished has
    another seed than the draw, and means nothing.
    """

    unread = JSONAttribute()
    read = JSONAttribute()


class Handed(SafeguardingItem, discriminator="draw_handed_out"):
    """That every check of a draw has been written: pk `DRAW#<draw_id>`, sk `HANDED_OUT`."""


class SpotCheck(SafeguardingItem, discriminator="spot_check"):
    """A conversation, or a moderator's decision, that was drawn to be read: pk `SPOT_CHECK#<check_id>`, sk
    `SPOT_CHECK`.

    In `listing` as `SPOT_CHECKS#<programme_id>#<open|done>`: the open ones by week, then as drawn; those done
    by when.
    """

    check_id = UnicodeAttribute()
    draw_id = UnicodeAttribute()
    programme_id = UnicodeAttribute()
    of = UnicodeAttribute()
    cohort_id = UnicodeAttribute(null=True)
    week = UnicodeAttribute()
    pair_id = UnicodeAttribute()
    mentor_id = UnicodeAttribute()
    mentee_id = UnicodeAttribute()
    mentor_name = UnicodeAttribute()
    mentee_name = UnicodeAttribute()
    message_id = UnicodeAttribute(null=True)
    """Of a decision: which message, which wording of it, who decided and what."""
    round = NumberAttribute(null=True)
    decided_by = UnicodeAttribute(null=True)
    decision = UnicodeAttribute(null=True)
    state = UnicodeAttribute(default="open")
    """`open` → `done`."""
    answers = JSONAttribute(null=True)
    """The form as it was filled in."""
    agreed = BooleanAttribute(null=True)
    """Of a decision: whether the second reader would have decided the same."""
    concern_id = UnicodeAttribute(null=True)
    """Of a conversation: the concern that was raised with the answers."""
    done_by = UnicodeAttribute(null=True)
    done_by_name = UnicodeAttribute(null=True)
    done_at = MomentAttribute(null=True)

    @property
    def title(self) -> str:
        """The names of the two, for staff."""
        return f"{self.mentee_name} and {self.mentor_name}"


class ReadPair(SafeguardingItem, discriminator="read_pair"):
    """That a conversation was read in its cohort: pk `READ_PAIRS#<programme_id>#<cohort_id>`, sk
    `PAIR#<pair_id>`."""

    pair_id = UnicodeAttribute()
    last_read_at = MomentAttribute()


class Tally(SafeguardingItem, discriminator="spot_tally"):
    """What has been counted of a programme: pk `SPOT_TALLY#<programme_id>`, sk `COHORT#<cohort_id>` for
    conversations and `DECISIONS` for decisions. Counted in the transaction that it counts."""

    name = UnicodeAttribute(null=True)
    pairs = NumberAttribute(null=True)
    """Conversations with something to read, as of the last draw."""
    read_pairs = NumberAttribute(null=True)
    """Of a cohort: conversations that were read at least once. Of decisions: how many were read."""
    agreed = NumberAttribute(null=True)
    missed = NumberAttribute(null=True)
    """Messages of which a reader said that the filter should have held them."""
    drawn_at = MomentAttribute(null=True)


def draw_key(draw_id: str) -> tuple[str, str]:
    return f"DRAW#{draw_id}", "DRAW"


def frame_prefix(seed: str) -> str:
    return f"FRAME#{seed}#"


def frame_key(draw_id: str, seed: str, number: int) -> tuple[str, str]:
    return f"DRAW#{draw_id}", f"{frame_prefix(seed)}{number:06}"


def handed_key(draw_id: str) -> tuple[str, str]:
    return f"DRAW#{draw_id}", "HANDED_OUT"


def draws_listing(programme_id: str) -> str:
    return f"DRAWS#{programme_id}"


def spot_check_key(check_id: str) -> tuple[str, str]:
    return f"SPOT_CHECK#{check_id}", "SPOT_CHECK"


def spot_checks_listing(programme_id: str, state: str) -> str:
    return f"SPOT_CHECKS#{programme_id}#{state}"


def read_pair_key(programme_id: str, cohort_id: str, pair_id: str) -> tuple[str, str]:
    return f"READ_PAIRS#{programme_id}#{cohort_id}", f"PAIR#{pair_id}"


DECISIONS_TALLY = "DECISIONS"
COHORT_TALLY = "COHORT#"


def tally_key(programme_id: str, of: str) -> tuple[str, str]:
    """`of` is DECISIONS_TALLY, or COHORT_TALLY with the cohort's id."""
    return f"SPOT_TALLY#{programme_id}", of
