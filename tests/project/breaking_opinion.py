"""How each claim about what is said in public is broken: one statement per singular test."""

BREAKS = {
    "days_and_months_hold_everything_that_is_said": (
        "UPDATE marts.social_performance SET review_count = review_count + 1"
        " WHERE period_kind = 'day'"
    ),
}
