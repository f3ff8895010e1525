"""What is remembered from one as-of date to the next, as logs of changes.

``change_log`` keeps any declared table as the rows that changed; ``declared`` finds the logs that
the dbt source ``history`` names; ``closings`` keeps customer values by period, ``segment_memory``
segment memberships by day with their restatements, ``run_inputs`` what each remembered day was
computed from.
"""
