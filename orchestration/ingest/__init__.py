"""Contract -> reader -> raw or quarantine: how landed files become typed Parquet.

Belongs here: finding what has landed, reading it by its contract, splitting accepted from refused
rows, committing partitions. Does not belong here: Dagster, transformations, and what the values
mean to the business.
"""
