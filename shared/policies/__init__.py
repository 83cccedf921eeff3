"""A programme's policy: one versioned document that says how the programme runs."""

from .schema import FilterChanges, GroundRules, HelpPlace, OwnRule, Policy

__all__ = ["FilterChanges", "GroundRules", "HelpPlace", "OwnRule", "Policy"]
