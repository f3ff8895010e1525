"""The page: what a manager opens to see the state of the customer base in a minute.

Belongs here: a reader of published tables, like any BI tool. It never opens the warehouse and
imports nothing of the pipeline but the settings that say where the serving zone is. It has an
environment of its own (``requirements.lock``); start it with ``make dashboard``.
"""
