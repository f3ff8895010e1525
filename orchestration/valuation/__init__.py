"""Valuing the customer base: from sufficient statistics to the tables of the models zone.

Belongs here: what is fitted on which part of the base, which model is believed, and the tables and
pictures that come of it. Does not belong here: likelihoods (``value/``), Dagster, and SQL over
customers (dbt): this package sees counts of like customers, never a customer.
"""
