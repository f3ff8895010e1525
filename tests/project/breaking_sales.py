"""How each claim about sales, identity and the online shop is broken: one statement each.

A claim is a singular test or a named generic test of dbt; the statement changes the warehouse of
the tiny world, and the claim must then fail. Keep one entry per claim.
"""

BREAKS = {
    # sales
    "order_amounts_reconcile_to_raw": """
        update marts.fct_order_net set local_gross_amount = local_gross_amount + 0.01
        where order_id = 'o1' and line_no = 1
    """,
    "returned_amounts_reconcile_to_raw": """
        update marts.fct_order_net set local_returned_amount = local_returned_amount + 0.01
        where order_id = 'o1' and line_no = 1
    """,
    "every_order_currency_has_a_rate": """
        update intermediate.int_orders_keyed set fx_rate = null where order_id = 'o2'
    """,
    "every_delivered_order_is_in_order_net": """
        delete from marts.fct_order_net where order_id = 'o9'
    """,
    "every_order_line_is_in_order_net_or_waits_for_its_order": """
        delete from marts.fct_line_without_order
    """,
    "an_order_id_names_one_order_of_its_delivery": """
        insert into intermediate.int_orders_unioned
        select * replace ('till' as source_system)
        from intermediate.int_orders_unioned where order_id = 'o1'
    """,
    "returns_by_day_and_by_order_are_equal": """
        update marts.fct_return set returned_amount = returned_amount + 0.0001
        where return_line_id = 'r1'
    """,
    "run_context_has_exactly_one_row": """
        insert into raw.run_context select * from raw.run_context
    """,
    "each_gross_amount_is_split": """
        update marts.fct_order_net set excluded_amount = excluded_amount + 0.0001
        where order_id = 'o4'
    """,
    "each_local_gross_amount_is_split": """
        update marts.fct_order_net set local_net_amount = local_net_amount - 0.0001
        where order_id = 'o4'
    """,
    "each_missing_cost_has_a_reason": """
        update marts.fct_order_net set cogs_reason = null where order_id = 'o1' and line_no = 2
    """,
    "each_uncounted_return_has_a_reason": """
        update marts.fct_return set is_counted = false where return_line_id = 'r1'
    """,
    # identity
    "every_source_record_has_exactly_one_customer": """
        delete from marts.bridge_customer_identity where customer_id = 's-bob'
    """,
    "no_identifier_spans_two_customers": """
        update marts.bridge_customer_identity set customer_key = 'another'
        where customer_id = 's-ann'
    """,
    "every_source_record_is_counted_in_dim_customer": """
        update marts.dim_customer set source_record_count = source_record_count + 1
        where customer_kind = 'guest'
    """,
    # online shop
    "each_doubled_invoice_counts_once": """
        insert into marts.fct_order_net select * from marts.fct_order_net where order_id = '536365'
    """,
    "online_retail_lines_are_all_accounted_for": """
        delete from staging.stg_online_retail__lines where invoice_no = '536400'
    """,
    "online_retail_amounts_reconcile_to_raw": """
        update raw_online_retail.online_retail_lines set unit_price = unit_price + 0.01
        where invoice_no = '536366'
    """,
    "each_line_amount_is_counted_or_left_out": """
        update staging.stg_online_retail__lines set left_out_amount = 0 where is_overlap_copy
    """,
}
