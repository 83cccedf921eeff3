"""Reminding people of what waits for them, in one e-mail a week. Nothing of safeguarding is a reminder."""
