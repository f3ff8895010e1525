"""The daily refresh written by hand for DuckDB: what the same work costs without a framework."""
