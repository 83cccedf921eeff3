"""Who is told of a concern, and when: the chain that it climbs until a person answers."""
