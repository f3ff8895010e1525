"""Brand loyalty, wallets, choosing and stability of a shop that delivers order lines only."""

from absence import Lacking

WITHOUT_CRM = (
    Lacking("brand_loyalty", "brand_share_rate", "brand_share_reason",
            "the catalogue names no category"),
    Lacking("brand_loyalty", "requirements_share_rate, elsewhere_occasion_count",
            "requirements_reason", "the catalogue names no category"),
    Lacking("wallet_share", "wallet_share_rate, wallet_share_method", "wallet_share_reason",
            "no wallet answers are delivered; nobody told our rank"),
    Lacking("wallet_share", "spend_share_rate, own_amount, wallet_amount", "spend_share_reason",
            "no wallet answers are delivered", "coverage_rate = 0"),
    Lacking("decision_effort", "decision_minutes, product_page_count, product_count",
            "decision_reason", "no web events are delivered"),
    Lacking("decision_effort", "relative_effort_ratio, reference_minutes",
            "relative_effort_reason", "the order has no decision time"),
    Lacking("decision_effort", "own_effort_ratio, own_median_minutes", "own_effort_reason",
            "the order has no decision time"),
    Lacking("shock_stability", "shock_change_rate, stability_rate", "stability_reason",
            "no such window", "shock_kind <> 'price rise'"),
    Lacking("shock_stability", "shock_change_rate, stability_rate", "stability_reason",
            "no purchase with a catalogue price", "shock_kind = 'price rise'"),
    Lacking("loyalty_kpi", "rate", "rate_reason", "nobody is known well enough",
            "kpi in ('brand_loyalty', 'wallet_share') and coverage_rate = 0"),
)  # fmt: skip
