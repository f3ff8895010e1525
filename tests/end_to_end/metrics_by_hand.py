"""Every metric of the semantic layer once more, as plain SQL on the marts, by three grains.

Belongs here: SQL that shares nothing with the semantic models; it reads ``marts``, by months or of
other models than the published table that a metric is computed from, where there are such. Does not
belong here: comparing (``test_metrics_equal_marts.py``).

Metrics of periods come in total, by month, and by week or year; those of customers in total, by a
segment, and by region or the one day that they describe. Others have the grains that there are.
"""

from __future__ import annotations

Grain = tuple[str, ...]
ByHand = dict[Grain, str]

TOTAL: Grain = ()
DAY: Grain = ("metric_time__day",)
WEEK: Grain = ("metric_time__week",)
MONTH: Grain = ("metric_time__month",)
QUARTER: Grain = ("metric_time__quarter",)
YEAR: Grain = ("metric_time__year",)
REGION: Grain = ("customer__region",)
STAGE: Grain = ("customer__lifecycle_stage",)

# One row per customer of the base, from the marts alone.
BASE = """(
    select
        people.as_of_date, people.region, people.acquisition_channel, states.lifecycle_stage,
        counts.occasion_count, amounts.net_amount, profits.profit_contribution_amount,
        expected.clv_365d_amount, expected.clv_infinite_amount, expected.sales_365d_amount,
        risks.churn_risk_rate, risks.is_declining, risks.value_at_risk_amount,
        scores.loyalty_index, signals.is_falling,
        coalesce(types.loyalty_type, 'not_typed') as loyalty_type
    from marts.dim_customer as people
    left join marts.lifecycle_state as states using (customer_key)
    left join marts.customer_cbs as counts using (customer_key)
    left join marts.customer_value as amounts using (customer_key)
    left join marts.customer_profitability as profits using (customer_key)
    left join marts.customer_clv as expected using (customer_key)
    left join marts.churn_risk as risks using (customer_key)
    left join marts.loyalty_scorecard as scores using (customer_key)
    left join marts.loyalty_signal as signals using (customer_key)
    left join marts.loyalty_type as types
        on people.customer_key = types.customer_key and types.category = 'all categories'
    where not people.is_test and people.customer_kind <> 'unknown'
)"""


def grouped(figure: str, relation: str, **groups: str) -> ByHand:
    """``figure`` in total and by each of ``groups``, which map a grain's name to a column."""
    by = {TOTAL: f"select {figure} from {relation}"}
    for grain, column in groups.items():
        by[grain,] = f"select {column}, {figure} from {relation} group by {column}"
    return by


def customers(figure: str, **groups: str) -> ByHand:
    return grouped(
        figure,
        BASE,
        customer__region="region",
        customer__lifecycle_stage="lifecycle_stage",
        **groups,
    )


def stored(table: str, figure: str, total: str, kinds: tuple[tuple[Grain, str], ...]) -> ByHand:
    """Rows of a mart by kind of period as they stand; ``total`` is over its months."""
    by = {TOTAL: f"select {total} from marts.{table} where period_kind = 'month'"}
    for grain, kind in kinds:
        by[grain] = (
            f"select period_start_date, {figure} from marts.{table} where period_kind = '{kind}'"
        )
    return by


def sales(figure: str, total: str) -> ByHand:
    return stored("kpi_daily", figure, total, ((MONTH, "month"), (WEEK, "week"), (DAY, "day")))


def compared_sales(figure: str) -> ByHand:
    """Days beside the same weekday 364 days before."""
    relation = """(
        select today.period_start_date as day, today.net_amount, before.net_amount as net_before
        from marts.kpi_daily as today
        inner join marts.kpi_daily as before
            on before.period_kind = 'day'
            and before.period_start_date = today.period_start_date - 364
        where today.period_kind = 'day'
    )"""
    return grouped(
        figure,
        relation,
        metric_time__month="date_trunc('month', day)",
        metric_time__quarter="date_trunc('quarter', day)",
    )


def flow(column: str) -> ByHand:
    return stored(
        "lifecycle_flow", column, f"sum({column})", ((MONTH, "month"), (WEEK, "week"), (DAY, "day"))
    )


def whole_months(figure: str) -> ByHand:
    relation = "(from marts.lifecycle_flow where period_kind = 'month' and not is_partial)"
    return grouped(
        figure,
        relation,
        metric_time__month="period_start_date",
        metric_time__year="date_trunc('year', period_start_date)",
    )


def buyers(figure: str) -> ByHand:
    relation = """(
        from marts.loyalty_kpi
        where kpi = 'returning_customer_rate' and period_kind = 'month' and not is_partial
    )"""
    return grouped(
        figure,
        relation,
        metric_time__month="period_start_date",
        metric_time__year="date_trunc('year', period_start_date)",
    )


def nps(figure: str) -> ByHand:
    """Wave 'current' of survey_nps, which counts in segments of its own."""

    def of(kind: str) -> str:
        return f"marts.survey_nps where wave = 'current' and segment_kind = '{kind}'"

    return {
        TOTAL: f"select {figure} from {of('all')}",
        REGION: f"select nullif(segment, 'not known'), {figure} from {of('region')}",
        STAGE: f"select segment, {figure} from {of('lifecycle_stage')}",
    }


def waves(table: str, figure: str) -> ByHand:
    relation = f"""(
        select
            figures.*,
            (
                select max(answers.answered_date)
                from intermediate.int_survey_answers_segmented as answers
                where answers.segment_kind = 'all'
                    and answers.kind = '{table.removeprefix("survey_")}'
                    and answers.survey_id = figures.survey_id
                    and answers.question_code = figures.question_code
                    and answers.wave = figures.wave
            ) as last_date
        from marts.{table} as figures
        where figures.segment_kind = 'all' and figures.wave <> 'current'
    )"""
    return grouped(
        figure,
        relation,
        metric_time__month="date_trunc('month', last_date)",
        satisfaction__wave="wave",
        satisfaction__question_code="question_code",
    )


def equity(column: str) -> ByHand:
    return grouped(
        f"sum({column})",
        "marts.customer_equity",
        metric_time__day="as_of_date",
        model_scope__scope="scope",
    )


def stock(column: str) -> ByHand:
    """The last month of a quarter, and of all."""
    months = "(from marts.programme_kpi where period_kind = 'month')"
    return {
        TOTAL: f"select max_by(total, month) from ({_by_month(column, months)})",
        MONTH: _by_month(column, months),
        QUARTER: (
            "select date_trunc('quarter', month), max_by(total, month) "
            f"from ({_by_month(column, months)}) group by 1"
        ),
    }


def _by_month(column: str, months: str) -> str:
    return f"select period_start_date as month, sum({column}) as total from {months} group by month"


def programme(table: str, figure: str) -> ByHand:
    """What adds up over months: in total as the mart has it for all history, where it does."""
    months = f"(from marts.{table} where period_kind = 'month')"
    return grouped(
        figure,
        months,
        metric_time__month="period_start_date",
        metric_time__quarter="date_trunc('quarter', period_start_date)",
        programme_period__program_id="program_id",
    )


def points(figure: str) -> ByHand:
    """In total, and by programme, the mart's own row of all months of issue."""
    cohorts, wholes = (
        f"(from marts.points_liability where cohort {sign} 'all')" for sign in ("<>", "=")
    )
    return {
        TOTAL: f"select {figure} from {wholes}",
        MONTH: f"select issue_month_date, {figure} from {cohorts} group by 1",
        ("points_cohort__points_program_id",): (
            f"select program_id, {figure} from {wholes} group by 1"
        ),
    }


def cohorts(figure: str) -> ByHand:
    return grouped(
        figure,
        "(from marts.cohort_retention where not is_partial)",
        metric_time__month="activity_month",
        cohort__cohort_month="cohort_month",
        cohort__age_months="age_months",
    )


COSTED = "reward_cost_amount + coalesce(operating_cost_amount, 0)"
SATISFIED_RATE = "sum(satisfied_count) / cast(sum(answer_count) as double)"
WAVE_NPS = "100 * sum(promoter_count - detractor_count) / cast(sum(answer_count) as double)"
WATCHED = """(
    select base.*, watched.watch_reason, watched.sales_at_risk_amount
    from segments.seg_churn_watchlist as watched
    inner join (select customer_key, region, as_of_date from marts.dim_customer) as base
        using (customer_key, as_of_date)
)"""
CANDIDATES = """(
    select candidates.*, people.region
    from marts.winback_candidate as candidates
    inner join marts.dim_customer as people using (customer_key)
)"""
CONTACTED = "(from marts.audience_export where delta in ('add', 'keep') and not is_hold_out)"
MOVES = "marts.segment_migration"

METRICS: dict[str, ByHand] = {
    # sales
    "net_sales": sales("net_amount", "sum(net_amount)"),
    "orders": sales("order_count", "sum(order_count)"),
    "gross_margin": sales("gross_margin_amount", "sum(gross_margin_amount)"),
    "average_order_value": sales(
        "cast(net_amount as double) / nullif(order_count, 0)",
        "cast(sum(net_amount) as double) / sum(order_count)",
    ),
    "comparable_net_sales": compared_sales("sum(net_amount)"),
    "net_sales_year_before": compared_sales("sum(net_before)"),
    "net_sales_year_growth": compared_sales(
        "sum(net_amount) / cast(sum(net_before) as double) - 1"
    ),
    # lifecycle
    "active_customers": {
        **flow("closing_count"),
        TOTAL: "select max_by(closing_count, period_start_date) from marts.lifecycle_flow "
        "where period_kind = 'month'",
    },
    "new_customers": flow("new_count"),
    "resurrecting_customers": flow("resurrecting_count"),
    "dormant_customers": flow("dormant_count"),
    "customers_at_start": whole_months("sum(opening_count)"),
    "retained_customers": whole_months("sum(retained_count)"),
    "retention_rate": whole_months("sum(retention_rate * opening_count) / sum(opening_count)"),
    "churn_rate": whole_months("sum(churn_rate * opening_count) / sum(opening_count)"),
    "buyers_of_month": buyers("sum(denominator)"),
    "first_time_buyers_of_month": buyers("sum(denominator - numerator)"),
    "returning_customer_rate": buyers("cast(sum(numerator) as double) / sum(denominator)"),
    # customers
    "customers": customers("count(*)", metric_time__day="as_of_date"),
    "buying_customers": customers("count(occasion_count)", metric_time__day="as_of_date"),
    "repeat_customers": {
        **customers("count(case when occasion_count >= 2 then 1 end)"),
        TOTAL: "select numerator from marts.loyalty_kpi where variant = 'ever'",
    },
    "repurchase_rate": {
        **customers(
            "count(case when occasion_count >= 2 then 1 end) / nullif(count(occasion_count), 0)"
        ),
        TOTAL: "select rate from marts.loyalty_kpi where variant = 'ever'",
    },
    "customer_net_sales": customers("sum(net_amount)", metric_time__day="as_of_date"),
    "promoters": nps("promoter_count"),
    "detractors": nps("detractor_count"),
    "nps_answers": nps("answer_count"),
    "nps": nps("nps"),
    "customers_with_risk": customers("count(churn_risk_rate)", metric_time__day="as_of_date"),
    "expected_leavers": customers("sum(churn_risk_rate)", metric_time__day="as_of_date"),
    "mean_churn_risk": customers(
        "sum(churn_risk_rate) / cast(count(churn_risk_rate) as double)",
        metric_time__day="as_of_date",
    ),
    "declining_customers": customers("count(case when is_declining then 1 end)"),
    "value_at_risk": customers("sum(value_at_risk_amount)", metric_time__day="as_of_date"),
    # value
    "profit_contribution": customers("sum(profit_contribution_amount)"),
    "clv_365_days": customers("sum(clv_365d_amount)", metric_time__day="as_of_date"),
    "valued_customers": customers("count(clv_365d_amount)"),
    "mean_clv_365_days": customers("sum(clv_365d_amount) / cast(count(clv_365d_amount) as double)"),
    "clv": customers("sum(clv_infinite_amount)"),
    "expected_sales_365_days": customers("sum(sales_365d_amount)"),
    "customer_equity": equity("base_infinite_amount"),
    "customer_equity_365_days": equity("base_365d_amount"),
    "new_customer_equity": equity("new_customers_amount"),
    "expected_alive_customers": equity("expected_alive_count"),
    # loyalty
    "customers_with_loyalty_index": customers("count(loyalty_index)"),
    "loyalty_index_sum": customers("sum(loyalty_index)"),
    "mean_loyalty_index": customers(
        "sum(loyalty_index) / cast(count(loyalty_index) as double)",
        customer__loyalty_type="loyalty_type",
    ),
    "customers_with_loyalty_signal": customers("count(is_falling)"),
    "falling_customers": customers("count(case when is_falling then 1 end)"),
    "falling_loyalty_rate": customers(
        "count(case when is_falling then 1 end) / nullif(count(is_falling), 0)"
    ),
    "csat_answers": waves("survey_csat", "sum(answer_count)"),
    "satisfied_answers": waves("survey_csat", "sum(satisfied_count)"),
    "csat": waves("survey_csat", SATISFIED_RATE),
    "wave_nps_answers": waves("survey_nps", "sum(answer_count)"),
    "wave_promoters": waves("survey_nps", "sum(promoter_count)"),
    "wave_detractors": waves("survey_nps", "sum(detractor_count)"),
    "wave_nps": waves("survey_nps", WAVE_NPS),
    # programme
    "programme_members": stock("member_count"),
    "active_programme_members": stock("active_member_count"),
    "active_programme_member_rate": stock("active_member_rate"),
    "new_programme_members": programme("programme_kpi", "sum(new_member_count)"),
    "programme_member_sales": programme("programme_economics", "sum(member_net_amount)"),
    "programme_cost": programme("programme_economics", f"sum({COSTED})"),
    "programme_cost_rate": programme(
        "programme_economics", f"sum({COSTED}) / cast(sum(member_net_amount) as double)"
    ),
    "programme_sales_share": {
        TOTAL: """
            select sum(member_net_amount) / (
                select cast(sum(net_amount) as double) from marts.kpi_daily
                where period_kind = 'month'
            )
            from marts.programme_economics where period_kind = 'month'""",
        **{
            (f"metric_time__{period}",): f"""
                select
                    date_trunc('{period}', sold.period_start_date),
                    sum(members.amount) / nullif(cast(sum(sold.net_amount) as double), 0)
                from marts.kpi_daily as sold
                left join (
                    select period_start_date, sum(member_net_amount) as amount
                    from marts.programme_economics where period_kind = 'month' group by 1
                ) as members using (period_start_date)
                where sold.period_kind = 'month'
                group by 1"""
            for period in ("month", "year")
        },
    },
    "points_issued": points("sum(issued_points)"),
    "points_redeemed": points("sum(redeemed_points)"),
    "points_redemption_rate": points("sum(redeemed_points) / cast(sum(issued_points) as double)"),
    "open_points": points("sum(open_points)"),
    "points_expected_to_expire": points("sum(open_points) - sum(expected_points)"),
    "points_liability": points("sum(liability_amount)"),
    # action
    "watched_customers": grouped(
        "count(*)", WATCHED, customer__region="region", customer__watch_reason="watch_reason"
    ),
    "sales_at_risk": grouped(
        "sum(sales_at_risk_amount)",
        WATCHED,
        customer__region="region",
        metric_time__day="as_of_date",
    ),
    "winback_candidates": grouped(
        "count(*)", CANDIDATES, customer__region="region", customer__cause="cause"
    ),
    "winback_expected_gain": grouped(
        "sum(expected_gain_amount)",
        CANDIDATES,
        customer__silence_band="silence_band",
        customer__cause="cause",
    ),
    "segment_moves": grouped(
        "sum(move_count)",
        MOVES,
        metric_time__month="month_start_date",
        segment_move__scheme="scheme",
        segment_move__to_segment="to_segment",
    ),
    "audience_contacts": grouped(
        "count(*)", CONTACTED, metric_time__day="as_of_date", audience_export__audience="audience"
    ),
    "cohort_customers": cohorts("sum(cohort_size)"),
    "cohort_active_customers": cohorts("sum(active_customer_count)"),
    "cohort_retention_rate": cohorts(
        "sum(active_customer_count) / cast(sum(cohort_size) as double)"
    ),
}
