"""Reproducible runs that say how long and how much memory the work takes, beside simpler code."""
