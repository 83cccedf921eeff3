"""How a programme's policy is shown to its staff, compared, and changed."""
