-- One row per order that is no credit note (order_key): where it was placed, and whether it redeemed points.
with
ledger as (
    select ledger.*
    from {{ ref('stg_crm__loyalty_ledger') }} as ledger
    cross join {{ source('raw', 'run_context') }} as run_context
    where ledger.at < run_context.as_of_end_at
),

-- That an order redeemed nothing is a fact where a ledger is kept and its redemptions name orders.
ledgers as (
    select
        case
            when count(*) = 0 then 'no loyalty ledger is delivered'
            when max(case when kind = 'burn' then cast(order_id is not null as integer) end) = 0
                then 'no redemption names its order'
        end as redemption_reason
    from ledger
),

redeeming as (
    select distinct order_id
    from ledger
    where kind = 'burn' and order_id is not null
)

-- An order was placed in a named store, or in none because it was sent, or nobody knows where.
select
    keyed.order_key,
    keyed.store_id,
    keyed.store_id is not null or coalesce(channels.is_delivered, false) as is_place_known,
    keyed.delivered_by = 'sales' and redeeming.order_id is not null as is_redeeming,
    ledgers.redemption_reason
from {{ ref('int_orders_keyed') }} as keyed
cross join ledgers
left join {{ ref('sales_channels') }} as channels on keyed.channel = channels.channel
left join redeeming on keyed.order_id = redeeming.order_id
where not keyed.is_credit_note
