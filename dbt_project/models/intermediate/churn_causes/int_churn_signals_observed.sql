-- One row per thing that happened to a customer around its last purchase (customer_key, signal, code,
-- signal_date), with the number that seed churn_evidence compares with limit_value where there is
-- one. Whether it is evidence of a cause, and of which, the seed says.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

last_baskets as (
    select distinct
        silences.customer_key,
        silences.silence_start_date,
        lines.product_key
    from {{ ref('int_silences_dated') }} as silences
    inner join {{ ref('int_goods_lines_priced') }} as lines
        on
            silences.customer_key = lines.customer_key
            and silences.silence_start_date = lines.purchase_date
    where not lines.is_credit_note and lines.quantity > 0
),

catalogue as (
    select products.*
    from {{ ref('int_products_unioned') }} as products
    cross join run_context
    where products.list_price > 0 and products.applies_from_date <= run_context.as_of_date
),

price_rises as (
    select
        baskets.customer_key,
        'price_rise' as signal,
        'catalogue' as code,
        later.applies_from_date as signal_date,
        cast(
            cast(later.list_price as double) / cast(bought.list_price as double) - 1
            as decimal(18, 6)
        ) as signal_value
    from last_baskets as baskets
    inner join catalogue as bought
        on
            baskets.product_key = bought.product_key
            and baskets.silence_start_date >= bought.applies_from_date
            and baskets.silence_start_date < bought.applies_to_date
    inner join catalogue as later
        on
            baskets.product_key = later.product_key
            and bought.currency_code = later.currency_code
            and baskets.silence_start_date < later.applies_from_date
            and bought.list_price < later.list_price
),

-- An imputed wallet repeats what others are like; it says nothing about this customer.
told_wallets as (
    select
        identities.customer_key,
        'wallet' as signal,
        'other_first' as code,
        cast(wallets.period as date) as signal_date,
        cast(wallets.own_rank as decimal(18, 6)) as signal_value
    from {{ ref('stg_crm__category_wallet') }} as wallets
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            wallets.source_system = identities.source_system
            and wallets.customer_id = identities.customer_id
    cross join run_context
    where
        coalesce(wallets.method, 'imputed') <> 'imputed'
        and wallets.period <= run_context.as_of_date
),

overdue_invoices as (
    select
        payments.customer_key,
        'overdue' as signal,
        'invoice' as code,
        payments.due_date as signal_date,
        cast({{ dbt.datediff(
            'payments.due_date', 'coalesce(payments.paid_date, run_context.as_of_date)', 'day'
        ) }} as decimal(18, 6)) as signal_value
    from {{ ref('int_payments_valued') }} as payments
    cross join run_context
    where payments.is_counted and not payments.is_cancelled and payments.amount > 0
),

gathered as (
    select
        customer_key,
        'return' as signal,
        lower(trim(reason_code)) as code,
        returned_date as signal_date,
        cast(null as decimal(18, 6)) as signal_value
    from {{ ref('int_returns_valued') }}
    where is_counted and reason_code is not null
    union all
    select * from price_rises
    union all
    select * from told_wallets
    union all
    select
        customer_key,
        'failed_order' as signal,
        'failed' as code,
        purchase_date as signal_date,
        null as signal_value
    from {{ ref('int_orders_keyed') }}
    where order_status = 'failed'
    union all
    select * from overdue_invoices
)

select
    customer_key,
    signal,
    code,
    signal_date,
    max(signal_value) as signal_value
from gathered
where customer_key <> 'unknown' and signal_date is not null
group by customer_key, signal, code, signal_date
