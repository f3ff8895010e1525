-- One row per landmark and customer who had bought by it (landmark_date, is_today, customer_key): what
-- the customer had bought by then, the stratum of customers alike in that, and what was bought in
-- the follow-up. Nothing that describes the customer looks beyond the landmark.
with
store_days as (
    select distinct
        orders.customer_key,
        orders.purchase_date
    from {{ ref('int_orders_netted') }} as orders
    inner join {{ ref('sales_channels') }} as channels on orders.channel = channels.channel
    where not channels.is_delivered
),

-- Numbers are grouped at half the cost of keys.
customers as (
    select
        customer_key,
        customer_kind = 'guest' as is_guest,
        row_number() over (order by customer_key) as customer_number
    from {{ ref('dim_customer') }}
),

sold as (
    select
        customers.customer_number,
        occasions.purchase_date,
        occasions.first_purchase_date,
        occasions.net_amount,
        case when store_days.customer_key is not null then 1 end as in_store
    from {{ ref('int_purchase_occasions') }} as occasions
    inner join customers on occasions.customer_key = customers.customer_key
    left join store_days
        on
            occasions.customer_key = store_days.customer_key
            and occasions.purchase_date = store_days.purchase_date
    where not occasions.is_test_customer
),
{%- set before = 'sold.purchase_date <= landmarks.landmark_date' %}

measured as (
    select
        landmarks.landmark_date,
        landmarks.is_today,
        sold.customer_number,
        min(landmarks.month_start_date) as month_start_date,
        min(sold.first_purchase_date) as first_purchase_date,
        max(case when {{ before }} then sold.purchase_date end) as last_purchase_date,
        count(case when {{ before }} then 1 end) as occasion_count,
        2 * count(case when {{ before }} then sold.in_store end)
        > count(case when {{ before }} then 1 end) as is_store_buyer,
        cast(
            cast(sum(case when {{ before }} then sold.net_amount end) as double)
            / count(case when {{ before }} then 1 end) as decimal(18, 4)
        ) as mean_spend_amount,
        count(*) as reached_count,
        cast(sum(case when {{ before }} then 0 else sold.net_amount end) as decimal(18, 4))
            as follow_up_net_amount,
        count(case when sold.purchase_date >= landmarks.late_start_date then 1 end) as late_count
    from sold
    inner join {{ ref('int_landmarks_dated') }} as landmarks
        on
            sold.first_purchase_date <= landmarks.landmark_date
            and sold.purchase_date <= landmarks.follow_up_end_date
    group by landmarks.landmark_date, landmarks.is_today, sold.customer_number
),

-- Equal spends share a third: the order of the rows says nothing.
ranked as (
    select
        measured.*,
        {{ dbt.datediff('measured.first_purchase_date', 'measured.landmark_date', 'day') }}
            as tenure_days,
        {{ dbt.datediff('measured.last_purchase_date', 'measured.landmark_date', 'day') }}
            as recency_days,
        cume_dist() over (
            partition by measured.landmark_date, measured.is_today
            order by measured.mean_spend_amount
        ) as spend_position
    from measured
    where {{ computed_once() }}
){% for covariate in ['tenure_days', 'occasion_count', 'recency_days'] %},

-- Each number is looked up once, as joins by intervals sort all. All have one: left joins hash bands.
{{ covariate }}_bands as (
    select
        numbers.{{ covariate }},
        bands.band
    from (select distinct {{ covariate }} from ranked) as numbers
    inner join {{ ref('lift_bands') }} as bands
        on
            bands.covariate = '{{ covariate }}'
            and numbers.{{ covariate }} between bands.lowest and bands.below - 1
){% endfor %}

select
    ranked.landmark_date,
    ranked.is_today,
    ranked.month_start_date,
    customers.customer_key,
    cast(ranked.tenure_days as bigint) as tenure_days,
    cast(ranked.occasion_count as bigint) as occasion_count,
    cast(ranked.recency_days as bigint) as recency_days,
    ranked.mean_spend_amount,
    customers.is_guest,
    ranked.is_store_buyer,
    cast(ranked.reached_count - ranked.occasion_count as bigint) as follow_up_count,
    ranked.follow_up_net_amount,
    cast(ranked.late_count as bigint) as late_count,
    -- Day, bands, third of the spend, guest and store as digits of one number.
    cast({{ dbt.datediff("cast('2000-01-01' as date)", 'ranked.landmark_date', 'day') }} as bigint)
    * 1000000000 + tenure_days_bands.band * 10000000 + occasion_count_bands.band * 100000
    + recency_days_bands.band * 1000 + case when customers.is_guest then 10 else 0 end
    + case when 3 * ranked.spend_position > 1 then 200 else 100 end
    + case when 3 * ranked.spend_position > 2 then 100 else 0 end
    + case when ranked.is_store_buyer then 1 else 0 end as stratum
from ranked
inner join customers on ranked.customer_number = customers.customer_number
{% for covariate in ['tenure_days', 'occasion_count', 'recency_days'] %}
left join {{ covariate }}_bands on ranked.{{ covariate }} = {{ covariate }}_bands.{{ covariate }}
{% endfor %}
