"""Pages for people and JSON for programs, from the same routes."""
