"""Organisations, their programmes and cohorts."""
