"""Statistical segments: groups of customers that lie together in what they buy (J5).

Belongs here: features as cells, clustering, the number of segments, labels that stay the same from
run to run, names. Does not belong here: which segment a customer is in
(``dbt_project/models/intermediate/segments``) and Dagster (``assets/``).
"""
