"""Migration of a shop that delivers order lines only: nobody's value is known."""

from absence import Lacking

WITHOUT_CRM = (
    Lacking("segment_migration", "amount, moved_amount", "amount_reason",
            "the value of none of them is known",
            "customer_count > 0 and scheme = 'rfm' and from_segment <> 'not_scored'"),
)  # fmt: skip
