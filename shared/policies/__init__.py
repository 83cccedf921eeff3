"""A programme's policy: one versioned document that says how the programme runs."""

from .hours import WorkingTime
from .schema import Escalation, FilterChanges, GroundRules, HelpPlace, OwnRule, Policy

__all__ = ["Escalation", "FilterChanges", "GroundRules", "HelpPlace", "OwnRule", "Policy", "WorkingTime"]
