"""How each claim about causes of churn, win-back and the economics of retention is broken.

A claim is a singular test of dbt, or a ``holds``; the statement changes the warehouse of the tiny
world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "evidence_has_a_strength_and_a_span": """
        update seeds.churn_evidence set to_day = from_day - 1 where signal = 'overdue'
    """,
    "declared_causes_leave_nothing_unknown": """
        update marts.churn_cause set is_declared = true where cause = 'unknown'
    """,
    "weights_of_causes_add_up_to_the_churned": """
        update marts.churn_cause set weight = weight / 2
    """,
}
