"""The audit record: who did or read what, when and why, in one hash chain for each programme."""
