"""What types of loyalty leave empty where nobody is asked, and why.

Belongs here: D12, D13, D19. Does not belong here: how it is tried (``test_absent_extracts.py``).
"""

from absence import Lacking

NOT_ASKED = "no current answer tells of attachment"
WITHOUT_CRM = (
    Lacking("loyalty_type", "loyalty_type, matrix_cell, is_attached, attachment_score, "
            "attitude_basis, has_competitive_parity, is_little_involved", "loyalty_reason",
            NOT_ASKED),
    Lacking("loyalty_type", "sole_source_share_rate", "sole_source_share_reason",
            "no wallet is told by panel or survey"),
    Lacking("loyalty_type", "promotion_share_rate", "promotion_share_reason",
            "no promotions or discounts are delivered", "occasion_count > 0"),
    Lacking("loyalty_type", "reward_share_rate", "reward_share_reason",
            "no loyalty ledger is delivered", "occasion_count > 0"),
)  # fmt: skip
