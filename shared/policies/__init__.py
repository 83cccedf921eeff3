"""A programme's policy: one versioned document that says how the programme runs."""

from .schema import Escalation, FilterChanges, GroundRules, HelpPlace, OwnRule, Policy, WorkingTime

__all__ = ["Escalation", "FilterChanges", "GroundRules", "HelpPlace", "OwnRule", "Policy", "WorkingTime"]
