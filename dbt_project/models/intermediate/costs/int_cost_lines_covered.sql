-- One row per cost line of a customer beside the goods themselves (cost_line): whether the extracts
-- that it is made of were delivered, and if not, which is missing. An extract without a single row
-- says nothing; a customer without a row in a delivered extract cost nothing on that line.
with
delivered as (
    select
        (select count(unit_cost) from {{ ref('stg_sales__cost_to_serve') }}) > 0 as has_rates,
        (select count(*) from {{ ref('stg_crm__tickets') }}) > 0 as has_tickets,
        (select count(*) from {{ ref('stg_crm__interactions') }}) > 0 as has_interactions,
        (select count(*) from {{ ref('int_orders_netted') }}) > 0 as has_orders,
        (select count(*) from {{ ref('fct_return') }}) > 0 as has_returns,
        (select count(fee) from {{ ref('stg_sales__payments') }}) > 0 as has_fees,
        (select count(*) from {{ ref('stg_crm__loyalty_ledger') }}) > 0 as has_ledger,
        (select count(spend) from {{ ref('stg_sales__marketing_spend') }}) > 0 as has_spend,
        (select count(*) from {{ ref('int_campaign_contacts_counted') }}) > 0 as has_contacts
),

lines as (
    {% for cost_line, volume, missing in [
        ('ticket', 'has_tickets', 'tickets'),
        ('visit', 'has_interactions', 'interactions'),
        ('call', 'has_interactions', 'interactions'),
        ('other_contact', 'has_interactions', 'interactions'),
        ('delivery', 'has_orders', 'orders'),
        ('return_handling', 'has_returns', 'returns'),
    ] %}
    select
        '{{ cost_line }}' as cost_line,
        case
            when not {{ volume }} then 'no {{ missing }} delivered'
            when not has_rates then 'no activity rates delivered'
        end as reason
    from delivered
    union all
    {% endfor %}
    select
        'returned_goods_loss' as cost_line,
        case when not has_returns then 'no returns delivered' end as reason
    from delivered
    union all
    select
        'payment_fee' as cost_line,
        case when not has_fees then 'no payment fees delivered' end as reason
    from delivered
    union all
    select
        'reward' as cost_line,
        case when not has_ledger then 'no loyalty ledger delivered' end as reason
    from delivered
    union all
    select
        'direct_marketing' as cost_line,
        case
            when not has_spend then 'no marketing spend delivered'
            when not has_contacts then 'no campaign contacts delivered'
        end as reason
    from delivered
)

select
    cost_line,
    reason is null as is_known,
    reason
from lines
