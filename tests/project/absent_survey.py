"""What surveys and the retention model leave empty where nobody is asked, and why.

Belongs here: E1 to E4, E12, E17, D17, D18. Does not belong here: how it is tried
(``test_absent_extracts.py``).
"""

from absence import Lacking

NO_ANSWER = "no customer has a valid answer"
WITHOUT_CRM = (
    Lacking("survey_nps", "nps, nps_se, promoter_rate, promoter_rate_lo", "nps_reason", NO_ANSWER),
    Lacking("survey_nps", "nps_lo, nps_hi", "nps_interval_reason", NO_ANSWER),
    Lacking("survey_csat", "csat_rate, csat_rate_lo, csat_rate_hi, mean_index", "csat_reason",
            NO_ANSWER),
    Lacking("survey_csat", "mean_score, scale_min", "mean_score_reason", NO_ANSWER),
    Lacking("survey_quality", "invited_count, response_rate", "response_reason",
            "no survey is delivered"),
    Lacking("survey_quality", "unweighted_score, weighted_score, effective_sample_size",
            "weighting_reason", "no survey is delivered", "coverage_rate = 0"),
    Lacking("wom", "mean_told, mean_told_se, mean_told_lo, exposure_people", "told_reason",
            "no question of seed survey_wom_questions"),
    Lacking("loyalty_kpi", "rate, mean_answer", "rate_reason", "no referrals are delivered",
            "kpi = 'recommendation_rate'"),
    Lacking("loyalty_kpi", "rate, mean_answer", "rate_reason", "no customer has a valid answer",
            "kpi = 'recommendation_willingness'"),
    Lacking("switching_cost", "switching_cost_index, points_score, tier_score, contract_score, "
            "survey_score", "switching_cost_reason",
            "neither points, tiers nor contracts are delivered"),
    Lacking("retention_model", "coefficient, standard_error, odds_ratio, pseudo_r2",
            "status_reason", "no customer with a known outcome has all three covariates"),
)  # fmt: skip
WITH_FEW_PEOPLE = (
    Lacking("retention_model", "coefficient, coefficient_lo, odds_ratio_hi, pseudo_r2",
            "status_reason", ""),
    Lacking("survey_nps", "nps_lo, nps_hi", "nps_interval_reason", "fewer than 30 answers"),
)  # fmt: skip
