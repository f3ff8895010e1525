"""What the marts of customer value leave empty where their extracts are absent, and why.

Belongs here: groups B and C of the catalogue. Does not belong here: how it is tried
(``test_absent_extracts.py``).
"""

from absence import Lacking

COST_LINES = {
    "ticket": "no tickets delivered",
    "visit": "no interactions delivered",
    "call": "no interactions delivered",
    "other_contact": "no interactions delivered",
    "delivery": "no activity rates delivered",
    "return_handling": "no activity rates delivered",
    "payment_fee": "no payment fees delivered",
    "reward": "no loyalty ledger delivered",
    "direct_marketing": "no marketing spend delivered",
}

NO_ANSWERS = "no valid answer to a question of seed survey_value_questions"
WITHOUT_CRM = (
    *(
        Lacking("customer_profitability", f"{line}_amount", "profit_reason",
                f"{line.replace('_', ' ')}: {says}")
        for line, says in COST_LINES.items()
    ),
    # Who was never sold goods has cost of goods 0, as a fact.
    Lacking("customer_profitability", "cogs_amount, gross_margin_amount, "
            "profit_contribution_amount, profit_per_occasion_amount", "profit_reason",
            "goods: no line has a known cost", "uncosted_net_amount <> 0"),
    Lacking("customer_profitability", "cost_to_serve_amount, cost_saving_amount",
            "cost_saving_reason", "cost to serve is not known", "order_count > 0"),
    Lacking("customer_credit", "credit_grade, credit_points, limit_use_rate", "credit_reason",
            "no credit figures delivered"),
    Lacking("customer_credit", "payment_punctuality_rate", "punctuality_reason",
            "no payments delivered"),
    Lacking("customer_credit", "dso_days", "dso_reason", "no payments delivered"),
    Lacking("referral_value", "established_influence_amount", "established_influence_reason",
            "no referrals are delivered"),
    Lacking("referral_value", "expected_margin_amount, saved_acquisition_amount, "
            "referral_value_amount", "referral_value_reason", "no referrals are delivered"),
    Lacking("customer_engagement_value", "influencer_value_amount", "influencer_value_reason",
            "no contributions are delivered"),
    Lacking("customer_engagement_value", "knowledge_value_amount", "knowledge_value_reason",
            "no contacts with feedback are delivered"),
    Lacking("customer_engagement_value", "influence_amount", "influence_reason",
            "neither referral nor influencer value is known"),
    Lacking("customer_engagement_value", "engagement_value_amount", "engagement_value_reason", ""),
    Lacking("survey_value", "benefit_index, cost_index, perceived_value_score, economic_index, "
            "functional_index, emotional_index", "perceived_value_reason", NO_ANSWERS),
    Lacking("survey_value", "competitor_index, value_ratio", "value_ratio_reason", NO_ANSWERS),
    Lacking("acquisition_channel_value", "acquisition_spend_amount, acquisition_cost_amount",
            "acquisition_cost_reason", "no marketing spend is delivered"),
    Lacking("acquisition_channel_value", "payback_months, clv_to_acquisition_cost_ratio",
            "payback_reason", "no acquisition cost is known"),
    Lacking("acquisition_channel_value", "mean_clv_amount, total_clv_amount, high_value_rate",
            "clv_reason", "no customer has a CLV"),
    Lacking("price_behaviour", "promo_share_rate", "promo_share_reason",
            "no promotions are delivered", "price_premium_rate is not null"),
    Lacking("price_behaviour", "discount_share_rate", "discount_share_reason",
            "no discounts are delivered", "price_premium_rate is not null"),
    Lacking("price_behaviour", "promotion_share_rate, promotion_unit_share_rate",
            "promotion_share_reason", "no promotions or discounts are delivered",
            "price_premium_rate is not null"),
    Lacking("price_behaviour", "premium_tier_share_rate", "premium_tier_reason",
            "no product has a known price tier", "price_premium_rate is not null"),
    Lacking("price_behaviour", "price_tolerance_ratio", "price_tolerance_reason",
            "no purchase with a catalogue price"),
    Lacking("customer_cross_sell", "category_count, has_two_categories", "category_reason",
            "no product bought has a known category"),
    Lacking("customer_cross_sell", "mean_tier_step, step_up_order_rate", "tier_step_reason",
            "no product bought has a known price tier"),
    Lacking("member_sales", "member_net_amount, member_sales_rate, member_order_count",
            "member_sales_reason", "no memberships delivered"),
    Lacking("segment_value", "yearly_profit_amount, residual_value_amount, simple_clv_amount",
            "simple_clv_reason", "margin: no cost of goods sold is known"),
    Lacking("segment_value", "acquisition_cost_amount", "simple_clv_reason", "acquisition: "),
    Lacking("state_value", "period_margin_amount, value_amount, value_365d_amount",
            "value_reason", "no reward is known"),
    Lacking("customer_clv", "margin_rate, clv_365d_amount, clv_365d_lo_amount, "
            "clv_365d_hi_amount, clv_infinite_amount, profit_365d_amount, yearly_profit_amount",
            "clv_reason", "no goods with a known cost were sold"),
    Lacking("customer_equity", "base_365d_amount, base_infinite_amount, new_customers_amount",
            "equity_reason", "no customer has a CLV"),
    Lacking("customer_value", "established_amount, profit_contribution_amount",
            "established_reason", "goods: no line has a known cost", "uncosted_net_amount <> 0"),
    Lacking("customer_value", "cost_saving_amount", "established_reason",
            "cost saving: cost to serve is not known", "order_count > 0"),
    Lacking("customer_value", "established_influence_amount", "established_reason",
            "influence: no referrals are delivered", "customer_key <> 'unknown'"),
    Lacking("customer_value", "potential_amount, potential_lo_amount, potential_hi_amount",
            "potential_reason", ""),
    Lacking("customer_value", "influence_amount", "influence_reason",
            "neither referral nor influencer value is known", "customer_key <> 'unknown'"),
    Lacking("customer_value", "total_amount", "total_reason",
            "established: goods: no line has a known cost", "uncosted_net_amount <> 0"),
    Lacking("customer_value_change", "opening_amount, alive_change_amount",
            "change_reason", "no closing of an earlier period is kept yet"),
)  # fmt: skip
WITH_FEW_PEOPLE = (
    # What one spends can be modelled: the repeat buyers of the village are enough for that.
    Lacking("customer_clv", "p_alive, expected_purchases_365d, clv_365d_amount, "
            "clv_infinite_amount, sales_365d_amount", "clv_reason",
            "no purchase model could be fitted; see model_run"),
    Lacking("customer_repeat_by_period", "p_alive, expected_active_periods_365d",
            "period_reason", "no model of buying by period: see model_run"),
    Lacking("state_value", "value_amount, value_365d_amount", "value_reason", "30 are needed"),
    Lacking("customer_equity", "base_365d_amount, base_infinite_amount", "equity_reason",
            "no customer has a CLV"),
    Lacking("customer_value", "potential_amount", "potential_reason", ""),
    Lacking("customer_value", "total_amount", "total_reason",
            "potential: no purchase model could be fitted",
            "customer_key in (select customer_key from marts.customer_clv)"),
    Lacking("price_behaviour", "promo_share_rate", "promo_share_reason",
            "no promotions are delivered", "price_premium_rate is not null"),
    Lacking("price_behaviour", "premium_tier_share_rate", "premium_tier_reason",
            "no product has a known price tier", "price_premium_rate is not null"),
    Lacking("segment_value", "acquisition_cost_amount, simple_clv_amount", "simple_clv_reason",
            "acquisition: "),
)  # fmt: skip
