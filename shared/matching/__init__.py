"""Suggesting who is to be brought together: from what people declared to pairs that a coordinator accepts."""
