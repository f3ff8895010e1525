"""Patron: the Dagster code location and the packages that do its work."""
