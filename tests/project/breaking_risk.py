"""How each claim about churn risk is broken.

A claim is a singular test of dbt, or a ``holds``; the statement changes the warehouse of the tiny
world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "labels_end_before_a_later_origin_begins": """
        insert into intermediate.int_churn_origins_dated (
            origin_number, origin_date, label_end_date
        )
        values (900, date '2001-01-01', date '2001-04-01'),
            (899, date '2001-03-31', date '2001-06-29')
    """,
}
