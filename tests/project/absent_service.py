"""What the marts of service leave empty where their extracts are absent, and why.

Belongs here: the marts of service. Does not belong here: how it is tried
(``test_absent_extracts.py``).
"""

from absence import Lacking

NO_CASES = "no service cases are delivered"
WITHOUT_CRM = (
    Lacking("service_quality", "ticket_count, complaint_count, complaining_customer_count, "
            "complaint_rate, complaining_customer_rate, complaints_per_1000_orders",
            "complaint_reason", NO_CASES),
    Lacking("service_quality", "resolved_count, resolved_rate, resolution_median_hours, "
            "resolution_p90_hours, reopened_count, reopen_rate, in_target_count, in_target_rate",
            "resolution_reason", NO_CASES),
    Lacking("service_quality", "first_contact_count, first_contact_rate", "first_contact_reason",
            NO_CASES),
    Lacking("service_quality", "answered_count, response_median_minutes, "
            "response_business_median_minutes", "response_reason", NO_CASES),
    Lacking("service_quality", "queue_median_minutes, closing_backlog_count", "queue_reason",
            NO_CASES),
    Lacking("service_quality", "bot_session_count, bot_contained_rate", "bot_reason", NO_CASES),
    Lacking("service_response_time", "bin_count, answered_count, bin_rate, bin_or_earlier_rate",
            "answered_reason", "no answered service case is delivered"),
    Lacking("service_quality_product", "complaint_count, complaining_customer_rate, "
            "complaints_per_1000_orders", "complaint_reason", "no complaint names a product"),
    Lacking("service_recovery", "start_count, repurchase_rate, repurchase_rate_lo",
            "repurchase_reason", "no complaint of a buyer is delivered"),
    Lacking("service_recovery", "slow_difference, matched_difference", "difference_reason", ""),
    Lacking("feedback_loop", "item_count, judged_count, closed_count, closed_rate, median_days",
            "closed_reason", "no feedback of this source is delivered"),
    Lacking("feedback_loop", "traced_count, change_count, change_rate", "change_reason",
            "no feedback of this source is delivered"),
    Lacking("rep_scorecard", "customer_count, csat_count, csat_raw, csat_shrunk", "csat_reason",
            "no customer has a sales employee"),
    Lacking("rep_scorecard", "nps_count, nps_raw, nps_shrunk", "nps_reason",
            "no customer has a sales employee"),
    Lacking("rep_scorecard", "repurchase_count, repurchase_raw, repurchase_shrunk",
            "repurchase_reason", "no customer has a sales employee"),
    Lacking("rep_scorecard", "contact_count, contacts_per_customer, contacted_rate",
            "contact_reason", "no customer has a sales employee"),
    Lacking("rep_scorecard", "book_value_amount", "book_value_reason",
            "no customer has a sales employee"),
    Lacking("journey_friction", "csat_rate", "csat_reason", ""),
    Lacking("journey_friction", "complaint_count, complaint_rate", "complaint_reason", ""),
    Lacking("journey_friction", "session_count, drop_off_rate", "drop_off_reason", ""),
)  # fmt: skip
WITH_FEW_PEOPLE = (
    Lacking("rep_scorecard", "csat_raw, csat_shrunk", "csat_reason",
            "no customer has a sales employee"),
    Lacking("service_recovery", "slow_difference", "difference_reason", ""),
)  # fmt: skip
