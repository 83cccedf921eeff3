"""The mentoring domain, by area. No AWS event ever enters it."""
