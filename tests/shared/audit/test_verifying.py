"""Whatever is done to a chain behind our back is found, and the first broken place is named."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.audit.items import Waiting
from shared.audit.linking import link_of
from shared.audit.verifying import START, Fault, Place, check_end, hash_of, link_key, walk
from tests.builders.clock import MONDAY

from .builders import PROGRAMME

Chain = list[dict[str, Any]]

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
records = st.builds(
    lambda number, who, what, why, hidden, minutes: Waiting(
        programme_id=PROGRAMME,
        record_id=f"{number:032x}",
        at=MONDAY + timedelta(minutes=minutes),
        by_id=who,
        by_name=f"Morag {who}",
        what=what,
        on=f"concern:{number}",
        why=why or None,
        hidden_from=sorted(hidden) or None,
    ),
    st.integers(0, 2**64),
    words,
    st.sampled_from(["read_concern", "decided_on_message", "changed_policy"]),
    words,
    st.sets(words, max_size=2),
    st.integers(0, 10_000),
)


def chained(waiting: Sequence[Waiting]) -> Chain:
    """The records as they are stored once they are linked."""
    place, found = START, []
    for record in waiting:
        link = link_of(record, place)
        found.append({**link.to_dynamodb_dict(), "version": {"N": "1"}})
        place = Place(int(link.seq), link.hash)
    return found


def place_of(link: dict[str, Any]) -> Place:
    return Place(int(link["seq"]["N"]), link["hash"]["S"])


def end_of(chain: Chain) -> Place | None:
    return place_of(chain[-1]) if chain else None


def verified(chain: Chain, head: Place | None, anchors: Sequence[Place] = ()) -> Fault | None:
    """The first fault of what is stored, as the verifier finds it."""
    reached = START
    for found in walk(PROGRAMME, sorted(chain, key=lambda link: link["sk"]["S"]), anchors):
        if isinstance(found, Fault):
            return found
        reached = found
    return check_end(reached, head, last_anchor=max((one.seq for one in anchors), default=0))


def moved(link: dict[str, Any], seq: int) -> dict[str, Any]:
    """The link under the key of another place, whatever it says itself."""
    return {**deepcopy(link), "sk": {"S": link_key(PROGRAMME, seq)[1]}}


def rewritten(chain: Chain, first: int) -> Chain:
    """The chain with the record at `first` changed, and everything after it linked anew."""
    made = deepcopy(chain)
    made[first - 1]["by_name"] = {"S": made[first - 1]["by_name"]["S"] + " or another"}
    for number in range(first, len(made) + 1):
        link = made[number - 1]
        if number > first:
            link["previous"] = made[number - 2]["hash"]
        link["hash"] = {"S": hash_of(link)}
    return made


chains = st.lists(records, min_size=1, max_size=7).map(chained)


@given(st.lists(records, max_size=7).map(chained), st.sets(st.integers(1, 7)))
def test_a_chain_that_nobody_has_touched_is_whole(chain: Chain, days: set[int]) -> None:
    anchors = [place_of(link) for link in chain if int(link["seq"]["N"]) in days]

    assert verified(chain, end_of(chain), anchors) is None


@given(chains, st.data())
def test_a_byte_changed_in_any_field_is_named(chain: Chain, data: st.DataObject) -> None:
    head = end_of(chain)
    link = data.draw(st.sampled_from(chain))
    name = data.draw(st.sampled_from(sorted(set(link) - {"pk", "sk"})))
    [(kind, value)] = link[name].items()
    place = data.draw(st.integers(0, max(0, len(value) - 1)))
    other = data.draw(
        st.sampled_from("0123456789") if kind == "N" else st.characters(exclude_categories=["Cs"])
    )
    assume(value[place : place + 1] != other)
    link[name] = {kind: value[:place] + other + value[place + 1 :]}

    fault = verified(chain, head)

    assert fault is not None
    assert fault.seq == int(link["sk"]["S"][5:])
    assert fault.what in ("changed", "out_of_order")


@given(chains, st.data())
def test_an_attribute_added_taken_away_or_of_another_type_is_named(chain: Chain, data: st.DataObject) -> None:
    head = end_of(chain)
    link = data.draw(st.sampled_from(chain))
    name = data.draw(st.sampled_from([*sorted(set(link) - {"pk", "sk"}), "remark"]))
    if name == "remark":
        link[name] = {"S": "Nothing to see here."}
    elif data.draw(st.booleans()):
        del link[name]
    else:
        [(kind, value)] = link[name].items()
        link[name] = {"S" if kind == "N" else "B": value}

    fault = verified(chain, head)

    assert fault is not None
    assert fault.seq == int(link["sk"]["S"][5:])


@given(chains, st.data())
def test_a_record_taken_out_is_named(chain: Chain, data: st.DataObject) -> None:
    gone = data.draw(st.integers(1, len(chain)))

    fault = verified(chain[: gone - 1] + chain[gone:], end_of(chain))

    assert fault == Fault(gone, "missing")


@given(chains, st.data())
def test_two_records_that_changed_places_are_named(chain: Chain, data: st.DataObject) -> None:
    assume(len(chain) > 1)
    one, other = sorted(data.draw(st.sets(st.integers(1, len(chain)), min_size=2, max_size=2)))
    careful = data.draw(st.integers(0, 2))
    head = end_of(chain)
    swapped = {one: moved(chain[other - 1], one), other: moved(chain[one - 1], other)}
    for seq, link in swapped.items():
        if careful:
            link["seq"] = {"N": str(seq)}
        if careful > 1:
            link["hash"] = {"S": hash_of(link)}

    fault = verified([swapped.get(n, link) for n, link in enumerate(chain, 1)], head)

    assert fault == Fault(one, ("out_of_order", "changed", "not_following")[careful])


@given(chains, records, st.data())
def test_a_record_put_in_between_is_named(chain: Chain, forged: Waiting, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(chain)))
    head = end_of(chain)
    [link] = chained([forged])
    link = moved(link, place) | {"seq": {"N": str(place)}}
    link["previous"] = {"S": chain[place - 2]["hash"]["S"]} if place > 1 else {"S": START.hash}
    link["hash"] = {"S": hash_of(link)}
    behind = [moved(one, n) for n, one in enumerate(chain[place - 1 :], place + 1)]

    fault = verified([*chain[: place - 1], link, *behind], head)

    assert fault == Fault(place + 1, "out_of_order")


@given(chains, records)
def test_a_record_put_at_the_end_is_named(chain: Chain, forged: Waiting) -> None:
    head = end_of(chain)
    assert head is not None
    link = link_of(forged, head)
    more = {**link.to_dynamodb_dict(), "version": {"N": "1"}}

    assert verified([*chain, more], head) == Fault(len(chain) + 1, "forged_head")


@given(chains, st.sampled_from(["LINK#", "LINK#000000000001.", "LINK#00000000000!", "ZZZ", "A"]))
def test_an_item_of_another_kind_among_the_links_is_found(chain: Chain, sk: str) -> None:
    stranger = {**deepcopy(chain[0]), "sk": {"S": sk}}

    fault = verified([*chain, stranger], end_of(chain))

    assert fault is not None
    assert fault.what == "out_of_order"


@given(chains, st.data())
def test_an_end_that_was_cut_off_after_a_day_was_noted_is_named(chain: Chain, data: st.DataObject) -> None:
    left = data.draw(st.integers(0, len(chain) - 1))
    noted = data.draw(st.integers(left + 1, len(chain)))
    cut = chain[:left]

    fault = verified(cut, end_of(cut), [place_of(chain[noted - 1])])

    assert fault == Fault(left + 1, "missing")


@given(chains, st.data())
def test_a_chain_written_anew_is_found_at_the_first_day_noted_after_the_change(
    chain: Chain, data: st.DataObject
) -> None:
    first = data.draw(st.integers(1, len(chain)))
    days = sorted(data.draw(st.sets(st.integers(1, len(chain)), min_size=1)))
    assume(days[-1] >= first)
    anchors = [place_of(chain[day - 1]) for day in days]
    forged = rewritten(chain, first)

    fault = verified(forged, end_of(forged), anchors)

    assert fault == Fault(next(day for day in days if day >= first), "anchor_differs")


@given(chains, st.data())
def test_an_end_written_anew_is_found_by_its_head(chain: Chain, data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(chain)))

    assert verified(rewritten(chain, first), end_of(chain)) == Fault(len(chain), "forged_head")


@given(chains)
def test_a_head_that_is_gone_or_set_back_is_found(chain: Chain) -> None:
    assert verified(chain, None) == Fault(len(chain), "forged_head")
    assert verified(chain, Place(-1, "")) == Fault(len(chain), "forged_head")
    assert verified(chain, Place(len(chain) + 3, "0" * 64)) == Fault(len(chain) + 1, "missing")


@given(chains, st.data())
def test_it_can_be_gone_on_with_from_any_place(chain: Chain, data: st.DataObject) -> None:
    since = data.draw(st.integers(1, len(chain)))

    found = list(walk(PROGRAMME, chain[since:], (), since=place_of(chain[since - 1])))

    assert found == [place_of(link) for link in chain[since:]]


def test_a_damaged_anchor_is_no_excuse() -> None:
    waiting = [
        Waiting(
            programme_id=PROGRAMME,
            record_id=str(n),
            at=MONDAY,
            by_id="m",
            by_name="M",
            what="exported",
            on="x",
        )
        for n in range(4)
    ]
    chain = chained(waiting)

    assert verified(chain, end_of(chain), [Place(2, "f" * 64)]) == Fault(2, "anchor_differs")
    assert verified(chain, end_of(chain), [Place(-1, ""), place_of(chain[3])]) == Fault(1, "anchor_differs")


@pytest.mark.parametrize("fault", ["changed", "missing", "out_of_order", "not_following", "forged_head"])
def test_every_fault_has_words(fault: Any) -> None:
    assert Fault(1, fault).sentence
