"""What statistical segments and business results leave empty without their inputs, and why.

Belongs here: J5, J6, L1 to L3. Does not belong here: how it is tried
(``test_absent_extracts.py``).
"""

from absence import Lacking

NOT_ENTERED = "the sales of the category are not entered"
WITHOUT_CRM = (
    Lacking("market_share", "wallet_share_rate, wallet_share_lo, told_wallet_amount, share_rate",
            "wallet_share_reason", "no wallet answers are delivered"),
    Lacking("market_share", "market_share_rate, market_amount", "market_share_reason", NOT_ENTERED,
            "period_kind = 'month'"),
    Lacking("brand_reputation", "mean_rating", "rating_reason", "no review with stars"),
    Lacking("brand_reputation", "net_sentiment", "sentiment_reason", "nothing was said"),
    Lacking("brand_reputation", "nps, nps_se, nps_3_months", "nps_reason", "no valid answer"),
    Lacking("brand_reputation", "nps_trend, is_nps_trend_beyond_chance", "nps_trend_reason",
            "fewer than 30 answers"),
    Lacking("kpi_daily", "gross_margin_amount, gross_margin_rate, gross_margin_growth_rate",
            "gross_margin_reason", "no cost of goods sold is known", "order_count > 0"),
    Lacking("segment_attractiveness", "reachable_rate, reach_place", "criteria_reason",
            "reach: no consents are delivered"),
    Lacking("segment_attractiveness", "yearly_profit_amount, profit_place", "criteria_reason",
            "profit: no cost of goods sold is known"),
)  # fmt: skip
WITH_FEW_PEOPLE = (
    Lacking("statistical_segment", "centre_net_amount, mean_clear_rate, is_new_label",
            "centre_reason", "200 are needed"),
    Lacking("statistical_segment_run", "silhouette, adjusted_rand_index",
            "adjusted_rand_index_reason", "200 are needed"),
)  # fmt: skip
