"""How each claim about the programme's results, its lift and the tested claims is broken.

A claim is a singular test of dbt, or a ``holds``; the statement changes the warehouse of the tiny
world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "each_missing_lift_has_a_reason_and_each_lift_its_interval": """
        update marts.programme_lift set lift_reason = null
    """,
}
