"""What follows when a policy is changed: what must be agreed anew, and what becomes of a planned change."""

from typing import Any

from .people import Purpose
from .relationship import Agreement
from .schema import GroundRules, Policy


class Overlapping(Exception):
    """Two changes say different things of one field. `path` names it."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


# ── What must be agreed anew ───────────────────────────────────────────────


def asking_anew(before: Policy, after: Policy) -> Policy:
    """The new policy with the versions of its ground rules, of what mentor and mentee agree and of what leave
    is asked for counted up wherever the wording changed, or whose parents are asked, so that everybody is
    asked again. A version never goes down."""
    was = {one.id: one for one in before.consents.purposes}
    purposes = [_purpose_anew(was.get(one.id), one) for one in after.consents.purposes]
    return after.model_copy(
        update={
            "ground_rules": _rules_anew(before.ground_rules, after.ground_rules),
            "consents": after.consents.model_copy(update={"purposes": purposes}),
            "relationship": after.relationship.model_copy(
                update={
                    "agreement": _agreed_anew(before.relationship.agreement, after.relationship.agreement)
                }
            ),
        }
    )


def _rules_anew(before: GroundRules, after: GroundRules) -> GroundRules:
    is_reworded = _wording(before) != _wording(after)
    return after.model_copy(update={"version": _version(before.version, after.version, is_reworded)})


def _agreed_anew(before: Agreement, after: Agreement) -> Agreement:
    is_reworded = _wording(before) != _wording(after)
    return after.model_copy(update={"version": _version(before.version, after.version, is_reworded)})


def _wording(agreed: GroundRules | Agreement) -> dict[str, Any]:
    return agreed.model_dump(exclude={"version"})


ASKED_IN = {"title", "words", "parent_words", "parent"}
"""What somebody says yes or no to, and with whom."""


def _purpose_anew(before: Purpose | None, after: Purpose) -> Purpose:
    if before is None:
        return after
    is_reworded = before.model_dump(include=ASKED_IN) != after.model_dump(include=ASKED_IN)
    return after.model_copy(update={"version": _version(before.version, after.version, is_reworded)})


def _version(before: int, after: int, is_reworded: bool) -> int:
    return max(after, before + 1) if is_reworded else max(after, before)


# ── What becomes of a planned change ───────────────────────────────────────


def rebased(before: Policy, planned: Policy, after: Policy) -> Policy:
    """The planned policy once `before`, which it was made from, has become `after`: both changes are in it.

    Raises Overlapping where both changed one field differently, and ValueError when together they make no
    policy.
    """
    values = _merged(*(one.model_dump(mode="json") for one in (before, planned, after)), path=())
    return asking_anew(after, Policy.model_validate(values))


_GONE = object()


def _merged(before: Any, planned: Any, after: Any, *, path: tuple[str, ...]) -> Any:
    """A list counts as one value: its entries hang together."""
    if planned == before:
        return after
    if after in (before, planned):
        return planned
    if path in (("ground_rules", "version"), ("relationship", "agreement", "version")):
        return max(planned, after)
    if not all(isinstance(one, dict) for one in (before, planned, after)):
        raise Overlapping(".".join(path))
    merged = {}
    for name in dict.fromkeys((*after, *planned)):
        values = (one.get(name, _GONE) for one in (before, planned, after))
        merged[name] = _merged(*values, path=(*path, name))
    return {name: value for name, value in merged.items() if value is not _GONE}
