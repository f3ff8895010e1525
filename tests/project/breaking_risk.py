"""How each claim about churn risk is broken.

A claim is a singular test of dbt, or a ``holds``; the statement changes the warehouse of the tiny
world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    "risk_rules_are_complete": "delete from seeds.risk_rules where rule = 'watch_least_rate'",
    "labels_end_before_a_later_origin_begins": """
        insert into intermediate.int_churn_origins_dated (
            origin_number, origin_date, label_end_date
        )
        values (900, date '2001-01-01', date '2001-04-01'),
            (899, date '2001-03-31', date '2001-06-29')
    """,
    "every_risk_has_a_model_and_adds_up": """
        update marts.churn_risk set risk_model_reason = null
    """,
    "every_driver_is_told_in_words": """
        update marts.churn_risk set is_declining = not is_declining
    """,
    "churn_measures_lie_where_they_can": """
        insert into marts.churn_backtest (predicted_rate, silent_count, customer_count, brier_score,
            calibration_error, choice_reason)
        values (0.5, 3, 2, 0.2, 0.1, 'better')
    """,
    "a_used_classifier_beats_every_rival": """
        insert into marts.churn_backtest (model, origin, bin, brier_score, brier_gain,
            brier_gain_standard_error, is_used)
        values ('classifier', 'all origins', 0, 0.19, 0.01, 0.02, true),
            ('purchase_model', 'all origins', 0, 0.20, 0, 0, false)
    """,
    "value_at_risk_adds_up_to_churn_risk": """
        insert into marts.value_at_risk (customer_weight, sales_at_risk_amount) values (1, 99)
    """,
}
