"""The rules that a programme's messages are judged by: the filter's own, as its policy changes them."""

from functools import lru_cache

from shared.filtering import RulesBroken, RuleSet, Severity, load_rules
from shared.platform.errors import NotFound
from shared.policies import FilterChanges
from shared.programmes.actions import RunningProgramme, load_programme

KEPT = 16
"""How many programmes' rules a process keeps ready."""


def programme_or_none(programme_id: str) -> RunningProgramme | None:
    """None when there is none, or none with a policy that can be read."""
    try:
        return load_programme(programme_id)
    except (NotFound, ValueError, TypeError):
        return None


def rules_in_force(programme: RunningProgramme | None) -> tuple[RuleSet | None, str]:
    """The programme's rules, and why they cannot be used, when they cannot.

    None stands for the filter's own: the policy changes nothing, or its changes are broken.
    """
    if programme is None:
        return None, ""
    try:
        return rules_with(programme.policy.filter), ""
    except RulesBroken as error:
        return None, str(error)


def rules_with(changes: FilterChanges) -> RuleSet | None:
    """The filter's rules with these changes; None stands for the filter's own, when there are none. Raises
    RulesBroken when they cannot be used."""
    return None if changes.are_none else _changed(changes.model_dump_json())


@lru_cache(maxsize=KEPT)
def _changed(changes: str) -> RuleSet:
    """By what the policy says rather than by its version: programmes that say the same share them, and no
    rules outlive a policy that was changed in its place."""
    found = FilterChanges.model_validate_json(changes)
    return load_rules().adjusted(
        switched_off=found.switched_off,
        severities={rule: Severity(severity) for rule, severity in found.severities.items()},
        own_rules=[rule.model_dump() for rule in found.own_rules],
    )
