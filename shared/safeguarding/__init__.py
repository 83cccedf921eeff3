"""Concerns: from a worry to a person who answers."""
