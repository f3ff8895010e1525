"""The churn classifier: who will not buy for a quarter, judged against the purchase model.

Belongs here: learning, judging and scoring. Does not belong here: what is known of a customer at an
origin (``dbt_project/models/intermediate/churn``), words (the mart), and Dagster (``assets/``).
"""
