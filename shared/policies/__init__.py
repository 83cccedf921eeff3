"""A programme's policy: one versioned document that says how the programme runs."""

from .schema import GroundRules, HelpPlace, Policy

__all__ = ["GroundRules", "HelpPlace", "Policy"]
