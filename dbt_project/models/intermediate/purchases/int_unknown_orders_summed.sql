-- One row, of the unknown member, where it has an order (customer_key): what the orders add up to that
-- no customer is known for.
{{ orders_summed("= 'unknown'") }}
