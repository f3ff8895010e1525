"""The loyalty scorecard of a firm that asks nobody and delivers order lines only."""

from absence import Lacking

WITHOUT_CRM = (
    Lacking("loyalty_scorecard", "attachment_score, trust_score, own_preference_score, "
            "price_attitude_score, quality_attitude_score, recommendation_score, "
            "satisfaction_score, ease_score, attitude_answered_date", "attitude_reason",
            "no current answer to a question of seed loyalty_questions is delivered"),
    Lacking("loyalty_scorecard", "referrals_score", "referrals_reason",
            "no referrals are delivered"),
    Lacking("loyalty_scorecard", "proactive_referrals_score", "proactive_referrals_reason",
            "no referrals are delivered"),
    Lacking("loyalty_scorecard", "contributions_score", "contributions_reason",
            "no contributions are delivered"),
    Lacking("loyalty_scorecard", "review_rating_score", "review_rating_reason",
            "no contributions are delivered"),
    Lacking("loyalty_scorecard", "participation_score", "participation_reason",
            "no contacts are delivered"),
    Lacking("loyalty_scorecard", "wallet_share_score", "wallet_share_reason",
            "no category has a known share of spend"),
    Lacking("loyalty_scorecard", "shock_stability_score", "shock_stability_reason",
            "no kind of shock can be judged"),
    Lacking("loyalty_scorecard", "full_price_score", "full_price_reason",
            "no promotions or discounts are delivered", "tenure_score is not null and "
            "full_price_reason <> 'no goods bought in the window'"),
    Lacking("loyalty_scorecard", "affection_dimension_score, emotional_dimension_score",
            "affection_dimension_reason", "no item is known"),
    Lacking("loyalty_scorecard", "cognitive_dimension_score, attitude_dimension_score",
            "attitude_dimension_reason", "no item is known"),
    Lacking("loyalty_scorecard", "price_dimension_score", "price_dimension_reason",
            "no item is known"),
    Lacking("loyalty_scorecard", "quality_dimension_score", "quality_dimension_reason",
            "no item is known"),
    Lacking("loyalty_scorecard", "value_dimension_score, experience_dimension_score",
            "value_dimension_reason", "no item is known"),
    Lacking("loyalty_scorecard", "relationship_dimension_score", "relationship_dimension_reason",
            ""),
    Lacking("loyalty_scorecard", "advocacy_dimension_score", "advocacy_dimension_reason",
            "no item is known"),
    Lacking("loyalty_scorecard", "loyalty_index", "loyalty_index_reason",
            "of the weight is known, 45 % are needed"),
    Lacking("loyalty_scorecard", "loyalty_stage", "loyalty_stage_reason",
            "cognitive: no item is known"),
)  # fmt: skip
