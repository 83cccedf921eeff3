"""Pairs and what they write to each other."""
