"""Agreeing: mentor and mentee each say how they will go about it, before the first message."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.audit.actions import record
from shared.conversations.actions import require_open
from shared.conversations.agreement import agreement_of
from shared.conversations.items import Pair
from shared.conversations.programme_rules import programme_or_none
from shared.conversations.steps import load_pair
from shared.conversations.views import other_name, part_or_staff
from shared.people.permissions import Viewer, may_moderate, require
from shared.platform.clock import order
from shared.platform.errors import Busy, Conflict, Invalid, NotFound, require_none
from shared.platform.tables import Lost, transaction
from shared.policies.relationship import Agreement

TRIES = 4
STAFF = "the people who run the programme"
AGREED_ALREADY = "{name} has agreed by themselves meanwhile, so nothing was entered."
CHANGED_WORDS = "The words have changed since you opened the page. Please read them once more."


@dataclass(frozen=True)
class Side:
    """What one of the two has agreed to."""

    name: str
    has_agreed: bool
    is_asked_anew: bool
    how_often: str
    when: tuple[str, ...]
    entered_by: str
    """Who entered it, where a mentee agreed elsewhere; for the two no name of the staff."""


@dataclass(frozen=True)
class AgreementView:
    """What the two agree to, and where each stands."""

    pair_id: str
    programme_id: str
    programme_name: str
    part: str
    version: int
    boundaries: tuple[str, ...]
    excluded_topics: tuple[str, ...]
    how_often: tuple[str, ...]
    """What can be chosen; empty where it is not asked."""
    when: tuple[str, ...]
    mentor: Side
    mentee: Side
    other_name: str
    may_agree: bool
    may_enter: bool
    """Whether the viewer may enter the mentee's agreement on their behalf."""


def agreement(viewer: Viewer, pair_id: str) -> AgreementView:
    """Two GetItems. Raises NotFound where nothing is agreed, or the viewer may not see the pair."""
    pair = load_pair(pair_id)
    part = part_or_staff(viewer, pair)
    asked = _asked(pair)
    state = agreement_of(pair, _policy(pair))
    names = {"mentor": pair.mentor_first_name, "mentee": pair.mentee_first_name}
    mentor, mentee = (
        _side(names[one], state.of(one), part, is_current=state.is_current(one))
        for one in ("mentor", "mentee")
    )
    return AgreementView(
        pair_id=pair_id,
        programme_id=pair.programme_id,
        programme_name=pair.programme_name,
        part=part,
        version=asked.version,
        boundaries=tuple(asked.boundaries),
        excluded_topics=tuple(asked.excluded_topics),
        how_often=tuple(asked.how_often),
        when=tuple(asked.when),
        mentor=mentor,
        mentee=mentee,
        other_name=other_name(pair, part),
        may_agree=part != "staff" and pair.status == "active",
        may_enter=part == "staff" and may_moderate(viewer, pair.programme_id) and not mentee.has_agreed,
    )


def _side(name: str, agreed: Any, part: str, *, is_current: bool) -> Side:
    return Side(
        name=name,
        has_agreed=bool(agreed) and is_current,
        is_asked_anew=bool(agreed) and not is_current,
        how_often=str(agreed.get("how_often", "")),
        when=tuple(agreed.get("when", ())),
        entered_by=(str(agreed["by"]) if part == "staff" else STAFF) if agreed.get("by") else "",
    )


def agree(
    viewer: Viewer, pair_id: str, *, version: int, how_often: str, when: Sequence[str], now: datetime
) -> None:
    """One of the two agrees to the words of this version. Again, it is stored anew. Raises NotFound for
    everybody else, Conflict when the words have changed, Invalid for what cannot be chosen."""
    pair = load_pair(pair_id)
    part = part_or_staff(viewer, pair)
    require(part != "staff")
    _store(pair_id, part, version, how_often, when, by="", now=now)


def agree_for_mentee(
    viewer: Viewer, pair_id: str, *, version: int, how_often: str, when: Sequence[str], now: datetime
) -> None:
    """Enters that a mentee agreed by telephone or in person. Raises as `agree`, Conflict where they have
    agreed to these words by themselves, and NotFound for those who do not look after the pair."""
    pair = load_pair(pair_id)
    require(part_or_staff(viewer, pair) == "staff" and may_moderate(viewer, pair.programme_id))

    def note(write: Any) -> None:
        record(
            write,
            pair.programme_id,
            "entered_agreement",
            f"pair:{pair_id}",
            by_id=viewer.person_id,
            by_name=viewer.name,
            now=now,
            hidden_from=pair.ids,
        )

    _store(pair_id, "mentee", version, how_often, when, by=viewer.name, now=now, also=note)


def _store(
    pair_id: str,
    part: str,
    version: int,
    how_often: str,
    when: Sequence[str],
    *,
    by: str,
    now: datetime,
    also: Callable[[Any], None] = lambda _: None,
) -> None:
    for _ in range(TRIES):
        pair = load_pair(pair_id)
        require_open(pair, now)
        asked = _asked(pair)
        _require_fit(asked, version, how_often, when)
        state = agreement_of(pair, _policy(pair))
        if by and state.is_current(part) and not state.of(part).get("by"):
            raise Conflict(AGREED_ALREADY.format(name=pair.mentee_first_name), code="agreed_already")
        said = {"version": version, "at": order(now), "how_often": how_often, "when": list(when), "by": by}
        try:
            with transaction() as write:
                agreed = {**(pair.agreed or {}), part: said}
                write.update(pair, [Pair.agreed.set(agreed)], condition=Pair.status == "active")
                also(write)
            return
        except Lost:
            continue
    raise Busy


def _require_fit(asked: Agreement, version: int, how_often: str, when: Sequence[str]) -> None:
    if version != asked.version:
        raise Conflict(CHANGED_WORDS, code="stale")
    problems = []
    if asked.how_often and how_often not in asked.how_often:
        problems.append(Invalid("Please choose how often suits you.", field="how_often"))
    if any(one not in asked.when for one in when):
        problems.append(Invalid("Please choose from the times offered.", field="when"))
    require_none(problems)


def _policy(pair: Pair) -> Any:
    programme = programme_or_none(pair.programme_id)
    return programme.policy if programme else None


def _asked(pair: Pair) -> Agreement:
    """Raises NotFound where nothing is agreed."""
    policy = _policy(pair)
    if policy is None or not policy.relationship.agreement.is_asked:
        raise NotFound
    found: Agreement = policy.relationship.agreement
    return found
