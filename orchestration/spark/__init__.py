"""A refresh on Spark: the same extracts, dbt project, Python models and publication as on DuckDB.

Spark holds what grows with the base: raw, staging, intermediate, marts and segments are Iceberg
tables, and dbt makes them. Python models read counts, and what is published is small, so both pass
through Parquet into a DuckDB of the process, where the same code works as on one machine.
"""
