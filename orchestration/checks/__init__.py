"""Thin Dagster asset checks, and the one adapter to Great Expectations.

Belongs here: turning results into check results, fail-closed. Does not belong here: what a table
promises (contracts) and arithmetic between tables (dbt tests).
"""
