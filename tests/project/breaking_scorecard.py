"""How each claim about attitudes and the loyalty scorecard is broken.

A claim is a singular test of dbt, or a ``holds``; the statement changes the warehouse of the tiny
world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "attitudes_lie_between_0_and_100": """
        insert into intermediate.int_customers_attitudes_scored (customer_key, trust_score)
        values ('a', 100.0001)
    """,
}
