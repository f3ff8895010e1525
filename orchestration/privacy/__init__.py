"""Personal data: the secret of the keyed hash, and how it reaches the warehouse.

Belongs here: key handling. Does not belong here: which columns are personal (contracts) and how
values are standardised before hashing (``dbt_project/macros/portable/pii_hmac.sql``).
"""
