"""Whom not to remind of an answer, though it is due: whoever has answered already, as far as they can know,
and whoever should be left in peace because of a concern."""

from shared.conversations.items import Pair, PairOfPerson, pair_of_person_key
from shared.conversations.lists import last_written
from shared.platform.tables import find
from shared.safeguarding.items import OfPerson, of_person_key
from shared.silence.items import Silence, silence_key

from .rules import Due, Side
from .sides import one_on


def is_held_back(pair: Pair, due: Due) -> bool:
    """Whether something that is due is not brought to whom it is for. Up to four requests, and none for what
    nobody waits for.

    What the other side is told never hangs on this: from that they could tell what is being kept from them.
    """
    if due.what == "unanswered" and due.to != "staff":
        return _has_written(pair, due.to) or _in_peace(pair, due.to)
    if due.what == "silent":
        return _is_known(pair)
    return False


def _has_written(pair: Pair, side: Side) -> bool:
    """Whether something of theirs is on its way, or with a person, or came back to them: they need not be
    reminded of what lies with us."""
    person_id = one_on(pair, side).person_id
    mine = find(PairOfPerson, *pair_of_person_key(person_id, pair.pair_id))
    if mine is not None and (mine.held or mine.returned):
        return True
    wrote_at = last_written(pair.pair_id, person_id)
    return wrote_at is not None and wrote_at > (pair.last_delivered_at or pair.created_at)


def _in_peace(pair: Pair, side: Side) -> bool:
    """Whether there is an open concern about them; and for a mentee, about their mentor."""
    about = {pair.mentor_id} if side == "mentor" else {pair.mentee_id, pair.mentor_id}
    return any(_has_open_concern(pair.programme_id, person_id) for person_id in sorted(about))


def _has_open_concern(programme_id: str, person_id: str) -> bool:
    pk, first = of_person_key(programme_id, person_id, "")
    found = OfPerson.query(pk, OfPerson.sk.startswith(first), filter_condition=OfPerson.state != "closed")
    return any(isinstance(one, OfPerson) for one in found)


def _is_known(pair: Pair) -> bool:
    """Whether the coordinators were told already that the mentee has gone quiet: see `shared.silence`."""
    silence = find(Silence, *silence_key(pair.programme_id, pair.mentee_id))
    return silence is not None and silence.state == "open"
