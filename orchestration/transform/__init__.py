"""The dbt project, compiled once and run as plain SQL in this process.

dbt parses the project and writes its SQL whenever a file of it changes; a refresh and a replay
only run that SQL. No compiled statement depends on the date or the deployment (the as-of date is a
row of ``raw.run_context``). dbt itself took most of the CPU time of a small refresh; ``patron
dbt`` is there for whoever develops models.
"""
