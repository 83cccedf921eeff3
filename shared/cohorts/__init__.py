"""Planning cohorts, who is in them, and how they end."""
