"""People deciding on what the filter held."""
