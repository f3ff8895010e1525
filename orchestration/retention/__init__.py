"""The retention model: what satisfaction, perceived value and switching cost do to staying (D18).

Belongs here: gates, fit and table of that model. Does not belong here: what counts as an answer and
as staying (``dbt_project/models/intermediate/retention``) and Dagster (``assets/``).
"""
