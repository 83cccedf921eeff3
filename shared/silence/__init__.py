"""Mentees who stopped writing after a message of theirs was held, or after a concern about them."""
