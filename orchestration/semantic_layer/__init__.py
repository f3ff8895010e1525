"""Metrics on what is served: MetricFlow writes the SQL, the published file answers it.

Belongs here: reading what metrics there are, opening what is served under the names that the
semantic models use, and asking. Does not belong here: what a metric means
(``dbt_project/models/semantic``) and commands (``metric_commands.py``).
"""
