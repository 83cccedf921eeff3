"""Writing in one's diary or logbook."""

from datetime import datetime

from shared.conversations.actions import part_in, require_open
from shared.conversations.items import Pair, pair_key
from shared.conversations.naming import problem_with_names
from shared.conversations.private_words import PrivateWords, add_concern, look_through
from shared.conversations.programme_rules import programme_or_none
from shared.conversations.rules import Checker
from shared.conversations.steps import load_pair
from shared.filtering import check
from shared.people.permissions import Viewer
from shared.platform.clock import order
from shared.platform.errors import Busy, Conflict, Invalid, NotFound, require_none
from shared.platform.ids import derived_id
from shared.platform.tables import Lost, find, is_new, transaction
from shared.programmes.actions import RunningProgramme

from .items import Reflection, reflection_key, reflections_listing, reflections_order
from .rules import questions_for

TRIES = 4
REUSED = "This form has kept another entry already. Your words are still here: please save them once more."


def write_reflection(
    viewer: Viewer,
    pair_id: str,
    *,
    text: str,
    key: str,
    not_a_name: bool = False,
    checker: Checker = check,
    now: datetime,
) -> tuple[Reflection, bool]:
    """Keeps an entry of one's own, and gives whether its writer is shown where help is. A worry in it becomes
    a concern with it, in one transaction.

    `key` is the form's: sent again, it is kept once. Raises NotFound for who is not in the pair, or has no
    diary or logbook there, and Invalid for words that cannot be kept, or name the mentee in a mentor's
    account unless `not_a_name`; Conflict once the conversation has ended.
    """
    pair = load_pair(pair_id)
    part = part_in(viewer, pair)
    require_open(pair, now)
    programme = programme_or_none(pair.programme_id)
    if programme is not None and not questions_for(programme.policy.relationship, part):
        raise NotFound
    if not key:
        raise Invalid("Please send this form once more.", field="key")
    words = look_through(text, part=part, programme=programme, checker=checker)
    if part == "mentor" and not (not_a_name or words.worry):  # a worry is never kept waiting for its wording
        require_none(problem_with_names(words.text, pair, field="text"))
    return _keep(viewer, pair, part, words, programme, key, now), words.shows_help(part)


def _keep(
    viewer: Viewer,
    pair: Pair,
    part: str,
    words: PrivateWords,
    programme: RunningProgramme | None,
    key: str,
    now: datetime,
) -> Reflection:
    entry_id = derived_id("reflection", pair.pair_id, viewer.person_id, key)
    for _ in range(TRIES):
        entry = Reflection(
            *reflection_key(pair.pair_id, entry_id),
            entry_id=entry_id,
            pair_id=pair.pair_id,
            programme_id=pair.programme_id,
            author_id=viewer.person_id,
            author_role=part,
            text=words.text,
            written_at=now,
            listing=reflections_listing(pair.pair_id, viewer.person_id),
            listing_order=reflections_order(order(now), entry_id),
        )
        try:
            with transaction() as write:
                made = add_concern(
                    write,
                    words,
                    pair=pair,
                    part=part,
                    cause=("reflection", pair.pair_id, entry_id),
                    programme=programme,
                    now=now,
                )
                entry.concern_id = made or None
                write.save(entry, condition=is_new(Reflection))
                wrote_at = Pair.mentor_reflected_at if part == "mentor" else Pair.mentee_reflected_at
                # what else changes on the pair at this moment need not be known here
                known = Pair.pk.exists()
                write.update(
                    Pair(*pair_key(pair.pair_id)),
                    [wrote_at.set(now)],
                    condition=known,
                    add_version_condition=False,
                )
            return entry
        except Lost:
            earlier = find(Reflection, *reflection_key(pair.pair_id, entry_id))
            if earlier is not None and earlier.text != words.text:
                raise Conflict(REUSED, field="text", code="key_reused") from None
            if earlier is not None:
                return earlier
    raise Busy
