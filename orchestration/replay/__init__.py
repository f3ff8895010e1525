"""Past days again: segments as of a date from raw, models and the memory before it.

Belongs here: making only what segments need, without Dagster and tests, and comparing it with what
is remembered. Does not belong here: what is remembered and how (``orchestration/history``).
"""
