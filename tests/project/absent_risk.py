"""What churn risk leaves empty where there is too little to learn from, and why.

Belongs here: I6, I7, I11. Does not belong here: how it is tried (``test_absent_extracts.py``).
"""

from absence import Lacking

WITH_FEW_PEOPLE = (
    Lacking("churn_risk", "churn_risk_rate, classifier_risk_rate, driver_1, driver_1_reason",
            "risk_model_reason", "no purchase"),
    Lacking("churn_risk", "value_at_risk_amount, sales_at_risk_amount",
            "value_at_risk_reason", "no purchase"),
)  # fmt: skip
