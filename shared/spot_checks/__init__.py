"""Spot checks: reading a part of what the filter let pass, and of what moderators decided, all the same."""
