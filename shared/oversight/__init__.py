"""Looking over the staff's shoulder: the audit record as a page."""
