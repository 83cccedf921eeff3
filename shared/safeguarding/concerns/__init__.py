"""What staff do with a concern, from reading it to closing it. All of it is written by `changing.py`."""
