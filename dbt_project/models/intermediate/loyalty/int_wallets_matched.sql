-- One row per customer, category and month whose wallet somebody told: spend and purchases with all
-- sellers beside those with us. Months that lie wholly in the window; of two tellers for one person
-- the more believable one, then the later.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select max(case when rule = 'loyalty_window_days' then value end) as window_days
    from {{ ref('loyalty_rules') }}
),

told as (
    select
        identities.customer_key,
        trim(split_part(wallets.category_id, '>', -1)) as category,
        cast({{ dbt.date_trunc('month', 'wallets.period') }} as date) as month_start_date,
        coalesce(wallets.currency, run_context.currency_code) as currency_code,
        {{ wallet_method_rank('wallets.method') }} as method_rank,
        wallets.*
    from {{ ref('stg_crm__category_wallet') }} as wallets
    inner join {{ ref('bridge_customer_identity') }} as identities
        on
            wallets.source_system = identities.source_system
            and wallets.customer_id = identities.customer_id
    cross join run_context
),

ranked as (
    select
        told.*,
        cast({{ dbt.dateadd('month', 1, 'told.month_start_date') }} as date) as next_month_date,
        row_number() over (
            partition by told.customer_key, told.category, told.month_start_date
            order by
                told.method_rank asc,
                told.extracted_at desc,
                told.source_system asc,
                told.customer_id asc,
                told.category_id asc
        ) as place
    from told
    cross join run_context
    cross join rules
    where
        {{ dbt.datediff('told.month_start_date', 'run_context.as_of_date', 'day') }}
        < rules.window_days
        and cast({{ dbt.dateadd('month', 1, 'told.month_start_date') }} as date)
        <= cast({{ dbt.dateadd('day', 1, 'run_context.as_of_date') }} as date)
),

-- One rate for both sides of a month, that of its last day: a share is not to move with a currency.
wallets as (
    select
        ranked.*,
        rates.fx_rate
    from ranked
    left join {{ ref('int_fx_rates_filled') }} as rates
        on
            ranked.currency_code = rates.currency_code
            and ranked.next_month_date > rates.valid_from_date
            and ranked.next_month_date <= rates.valid_to_date
    where ranked.place = 1
),

own as (
    select
        wallets.customer_key,
        wallets.category,
        wallets.month_start_date,
        count(
            distinct case when not lines.is_credit_note and lines.quantity > 0 then lines.order_key
            end
        ) as order_count,
        sum(
            case
                when lines.local_currency_code = wallets.currency_code
                    then
                        cast(
                            cast(lines.local_net_amount as decimal(19, 4)) * wallets.fx_rate
                            as decimal(18, 4)
                        )
                else lines.net_amount
            end
        ) as own_amount
    from wallets
    inner join {{ ref('int_goods_lines_priced') }} as lines
        on
            wallets.customer_key = lines.customer_key
            and wallets.category = lines.category
            and wallets.month_start_date <= lines.purchase_date
            and wallets.next_month_date > lines.purchase_date
    group by wallets.customer_key, wallets.category, wallets.month_start_date
)

select
    wallets.customer_key,
    wallets.category,
    wallets.month_start_date,
    wallets.method_rank,
    wallets.total_spend,
    cast(cast(wallets.total_spend as decimal(19, 4)) * wallets.fx_rate as decimal(18, 4))
        as wallet_amount,
    cast(coalesce(own.own_amount, 0) as decimal(18, 4)) as own_amount,
    cast(wallets.total_occasions as bigint) as total_occasion_count,
    cast(coalesce(own.order_count, 0) as bigint) as own_order_count,
    cast(wallets.own_rank as bigint) as own_rank,
    cast(wallets.brands_used as bigint) as brand_count
from wallets
left join own
    on
        wallets.customer_key = own.customer_key
        and wallets.category = own.category
        and wallets.month_start_date = own.month_start_date
