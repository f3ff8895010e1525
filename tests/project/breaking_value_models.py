"""How each claim about the tables of the value models is broken: statements on the tiny world.

The tiny world has too few customers for a fit, so that rows are written instead of changed. What
``models`` holds are views over files; a claim about them is broken on a table in their place.
"""


def _instead_of(view: str, rows: str) -> str:
    """The view ``view`` of schema models as a table of ``rows``."""
    return f"""
        create table models.taken as {rows};
        drop view models.{view};
        alter table models.taken rename to {view};
    """


BREAKS = {
    "every_purchase_history_is_scored": "update marts.customer_cbs set t_days = t_days + 1",
    "every_period_history_is_scored": """
        delete from marts.customer_repeat_by_period where active_period_count >= 0
    """,
    "scores_are_probabilities_and_ordered_counts": _instead_of(
        "purchase_score",
        "select * replace (1.5 as p_alive) from models.purchase_score",
    ),
    "every_scope_has_one_chosen_model_or_says_why_not": """
        update marts.model_run set is_chosen = true where role = 'purchases'
    """,
    "no_model_on_a_boundary_is_chosen_over_an_interior_one": """
        update marts.model_run set
            is_chosen = model = 'bgnbd',
            status = case when model = 'bgnbd' then 'boundary' else 'converged' end
        where role = 'purchases'
    """,
    "backtest_bins_add_up_to_their_total": """
        insert into marts.model_backtest by name
        select 'base' as scope, 'bgnbd' as model, date '2025-01-01' as origin_date,
            'total' as bin_kind, 0 as bin, 2 as customer_count, 1.0 as predicted_purchases,
            1 as actual_purchases
    """,
    "tracking_is_cumulative_and_ends_with_the_repeat_purchases": """
        insert into marts.purchase_tracking by name
        select 'base' as scope, 'bgnbd' as model, 999 as week_number,
            1 as actual_repeat_purchases, 1 as cumulative_actual_repeat_purchases
    """,
}
