"""How each claim about the tables made for charts is broken: one statement each."""

BREAKS = {
    "distributions_hold_every_value": """
        update segments.seg_value_distribution set customer_count = customer_count + 1
    """,
    "quarters_of_a_customer_add_up_to_the_customer": """
        update segments.seg_customer_timeline set net_amount = net_amount + 1
    """,
}
