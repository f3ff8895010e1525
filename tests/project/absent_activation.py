"""What tiered service and audiences leave empty where their extracts are absent, and why.

Belongs here: the marts of activation. Does not belong here: how it is tried
(``test_absent_extracts.py``).
"""

from absence import Lacking

TREATED = "customer_count > 0"
WITHOUT_CRM = (
    Lacking("tiered_service", "ticket_count, answered_count, response_business_median_minutes, "
            "answered_as_promised_rate, answered_as_standard_rate, resolved_as_promised_rate",
            "service_reason", "no service cases are delivered"),
    Lacking("tiered_service", "contact_count, contacted_customer_count, over_budget_rate, "
            "over_budget_rate_hi, contact_budget_used_rate", "contact_reason",
            "no contacts are delivered", TREATED),
    Lacking("tiered_service", "order_count, discount_given_rate, over_cap_count, over_cap_rate, "
            "over_cap_rate_lo, offer_issued_count, offer_redeemed_count", "offer_reason",
            "no discounts of the window are delivered", TREATED),
    Lacking("audience_coverage", "last_export_date", "coverage_reason",
            "no consents are delivered"),
)  # fmt: skip
