"""Concerns: from a worry to a person who answers.

How one is raised is in `actions.py` and `raising/`, who is told in `chain/`, what staff do with it in
`concerns/`, and what is kept with it or printed in `papers/`.
"""
