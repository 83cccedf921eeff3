"""The library: what mentors and mentees can read here, and what a mentor points their mentee to."""
