"""Customer value as mathematics: likelihoods, fits, and what they say of the next purchases.

Belongs here: numpy and scipy on sufficient statistics, and nothing else. Does not belong here:
Dagster, DuckDB, pandas, files, dates of the calendar and money.
"""
