-- Claim: of each customer, profit = gross margin - every cost line, cost to serve = the activity
-- lines, and a line that is missing is named in the reason. Fails on each customer with a rest.
{% set activity_lines = [
    'ticket', 'visit', 'call', 'other_contact', 'delivery', 'return_handling'
] %}
{% set other_lines = ['returned_goods_loss', 'payment_fee', 'reward', 'direct_marketing'] %}
with
summed as (
    select
        profits.*,
        0
        {% for line in activity_lines %}
        + coalesce({{ line }}_amount, 0)
        {% endfor %}
            as sum_of_activities,
        0
        {% for line in other_lines %}
        + coalesce({{ line }}_amount, 0)
        {% endfor %}
            as sum_of_others,
        false
        {% for line in activity_lines + other_lines %}
        or {{ line }}_amount is null
        {% endfor %}
            as misses_a_line
    from {{ ref('customer_profitability') }} as profits
)

select
    customer_key,
    gross_margin_amount,
    sum_of_activities,
    sum_of_others,
    profit_contribution_amount,
    profit_reason
from summed
where
    coalesce(cost_to_serve_amount, 0) <> sum_of_activities
    or (gross_margin_amount is null) <> (profit_contribution_amount is null)
    or profit_contribution_amount <> gross_margin_amount - sum_of_activities - sum_of_others
    or (misses_a_line and profit_reason is null)
    or (profit_reason is null) <> (coverage_rate = 1)
