"""Thin Dagster assets over the packages that do the work.

Belongs here: what Dagster shows and schedules. Does not belong here: reading rows, SQL, files.
"""
