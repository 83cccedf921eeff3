"""What mentees and mentors are asked of how it goes, and what came of it."""
