"""The refresh reduced to what the hand-written script makes too, to compare like with like.

Belongs here: what is left out, and running the rest through Dagster. Does not belong here: what is
compared (``agreement.py``) and the refresh itself (``orchestration``).
"""
