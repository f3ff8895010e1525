-- One row per period kind (month, last_365_days), period and category (or all) with a told wallet: what
-- its tellers spent with us and with all sellers, with the sums behind a standard error. A teller is
-- one customer, whatever the number of wallets. Wallets below what was bought from us are counted
-- apart, test accounts are left out.
with
run_context as (
    select cast({{ dbt.dateadd('day', -364, 'as_of_date') }} as date) as window_start_date
    from {{ source('raw', 'run_context') }}
),

wallets as (
    select
        wallets.customer_key,
        wallets.category,
        wallets.month_start_date,
        wallets.own_amount,
        wallets.wallet_amount,
        wallets.own_amount between 0 and wallets.wallet_amount and wallets.wallet_amount > 0
            as is_believed
    from {{ ref('int_wallets_matched') }} as wallets
    inner join {{ ref('dim_customer') }} as customers
        on wallets.customer_key = customers.customer_key
    where wallets.wallet_amount is not null and not customers.is_test
),

sliced as (
    {% for period_kind, start in [
        ('month', 'wallets.month_start_date'), ('last_365_days', 'run_context.window_start_date'),
    ] %}
    {% set is_last_kind = loop.last %}
    {% for category in ['wallets.category', "'all'"] %}
    select
        '{{ period_kind }}' as period_kind,
        {{ start }} as period_start_date,
        {{ category }} as category,
        wallets.customer_key,
        wallets.own_amount,
        wallets.wallet_amount,
        wallets.is_believed
    from wallets
    cross join run_context
    {{ 'union all' if not (loop.last and is_last_kind) }}
    {% endfor %}
    {% endfor %}
),

tellers as (
    select
        period_kind,
        period_start_date,
        category,
        customer_key,
        cast(sum(case when is_believed then own_amount end) as decimal(18, 4)) as own_amount,
        cast(sum(case when is_believed then wallet_amount end) as decimal(18, 4)) as wallet_amount,
        sum(case when is_believed then 0 else 1 end) as refused_count
    from sliced
    group by period_kind, period_start_date, category, customer_key
)

select
    period_kind,
    period_start_date,
    category,
    cast(count(wallet_amount) as bigint) as teller_count,
    cast(sum(refused_count) as bigint) as refused_count,
    cast(coalesce(sum(own_amount), 0) as decimal(18, 4)) as own_amount,
    cast(coalesce(sum(wallet_amount), 0) as decimal(18, 4)) as wallet_amount,
    cast(sum(own_amount * own_amount) as double) as own_square_sum,
    cast(sum(own_amount * wallet_amount) as double) as product_sum,
    cast(sum(wallet_amount * wallet_amount) as double) as wallet_square_sum
from tellers
group by period_kind, period_start_date, category
