"""What the mart of public opinion leaves empty where mentions and reviews are absent, and why."""

from absence import Lacking

WITHOUT_CRM = (
    Lacking("social_performance", "positive_rate, negative_rate, net_sentiment",
            "sentiment_reason", "no mentions and no reviews are delivered"),
    Lacking("social_performance", "negative_review_rate, mean_rating", "review_reason",
            "no reviews are delivered"),
)  # fmt: skip
