"""Live meetings of a mentor and a mentee: arranged here, held elsewhere, and kept safe on the way."""
