"""What mentor and mentee write for themselves and the staff: a diary, a logbook."""
