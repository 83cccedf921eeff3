"""What a person sees first: what waits for them, in every area."""
