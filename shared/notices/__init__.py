"""Every e-mail, from queued to its receipt."""
