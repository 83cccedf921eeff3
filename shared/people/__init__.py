"""People, what they may do, how they are invited and how they sign in."""
