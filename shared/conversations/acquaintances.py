"""Whom somebody writes with: for saying whom a worry is about, and for keeping from them what staff know of
it."""

from shared.people.permissions import Viewer, part_in_pair
from shared.safeguarding.raising.reporting import Acquaintance

from .items import Pair, PairOfPerson, pair_key, pair_of_person_key


def acquaintances(viewer: Viewer) -> tuple[Acquaintance, ...]:
    """The others of the viewer's pairs, ended ones too: one Query and one BatchGetItem."""
    keys = [pair_key(pair_id) for pair_id in sorted(own_pairs(viewer))]
    pairs = [pair for pair in Pair.batch_get(keys) if isinstance(pair, Pair)] if keys else []
    return tuple(one for pair in pairs if (one := _other(viewer, pair)) is not None)


def own_pairs(viewer: Viewer) -> frozenset[str]:
    """The ids of the viewer's own pairs, whatever they are in the programme now: one Query."""
    return pairs_of(viewer.person_id)


def pairs_of(person_id: str) -> frozenset[str]:
    """The ids of a person's pairs, ended ones too: one Query."""
    pk, first = pair_of_person_key(person_id, "")
    found = PairOfPerson.query(pk, PairOfPerson.sk.startswith(first), consistent_read=True)
    return frozenset(one.pair_id for one in found)


def companions_of(programme_id: str, person_id: str) -> frozenset[str]:
    """The person_ids of those who are, or were, in a pair with somebody in the programme: one Query and one
    BatchGetItem."""
    keys = [pair_key(pair_id) for pair_id in sorted(pairs_of(person_id))]
    pairs = [pair for pair in Pair.batch_get(keys) if isinstance(pair, Pair)] if keys else []
    here = [pair for pair in pairs if pair.programme_id == programme_id]
    return frozenset(one for pair in here for one in pair.ids) - {person_id}


def kept_from(pair: Pair) -> tuple[str, ...]:
    """The person_ids of those from whom a concern about what is written in a pair is kept, should they be on
    the staff: the two of it, and whoever else writes or wrote with the mentee. One Query and one
    BatchGetItem."""
    others = companions_of(pair.programme_id, pair.mentee_id)
    return tuple(sorted({pair.mentor_id, pair.mentee_id, *others}))


def _other(viewer: Viewer, pair: Pair) -> Acquaintance | None:
    part = part_in_pair(
        viewer, programme_id=pair.programme_id, mentor_id=pair.mentor_id, mentee_id=pair.mentee_id
    )
    if part == "mentor":
        person_id, names = pair.mentee_id, (pair.mentee_first_name, pair.mentee_surname)
    elif part == "mentee":
        person_id, names = pair.mentor_id, (pair.mentor_first_name, pair.mentor_surname)
    else:
        return None
    return Acquaintance(pair.pair_id, pair.programme_id, person_id, *names)
