-- One row per customer with an order (customer_key): what its orders add up to, to date. Nothing here
-- depends on the as-of date: a customer's row stays as it is until an order of it changes.
{{ orders_summed("<> 'unknown'") }}
