-- One row per landmark and customer who had bought by it (landmark_date, is_today, customer_key): what
-- the customer had bought by then, the stratum of customers alike in that, and what was bought in
-- the follow-up. Nothing that describes the customer looks beyond the landmark.
with
store_days as (
    select distinct
        orders.customer_key,
        orders.purchase_date
    from {{ ref('int_orders_keyed') }} as orders
    inner join {{ ref('sales_channels') }} as channels on orders.channel = channels.channel
    where not channels.is_delivered
),

occasions as (
    select
        occasions.customer_key,
        occasions.purchase_date,
        occasions.first_purchase_date,
        occasions.net_amount,
        landmarks.landmark_date,
        landmarks.is_today,
        landmarks.month_start_date,
        occasions.purchase_date <= landmarks.landmark_date as is_before,
        occasions.purchase_date >= landmarks.late_start_date as is_late,
        store_days.customer_key is not null as is_in_store
    from {{ ref('int_purchase_occasions') }} as occasions
    inner join {{ ref('int_landmarks_dated') }} as landmarks
        on
            occasions.first_purchase_date <= landmarks.landmark_date
            and occasions.purchase_date <= landmarks.follow_up_end_date
    left join store_days
        on
            occasions.customer_key = store_days.customer_key
            and occasions.purchase_date = store_days.purchase_date
    where not occasions.is_test_customer
),

measured as (
    select
        landmark_date,
        is_today,
        month_start_date,
        customer_key,
        max(case when is_before then purchase_date end) as last_purchase_date,
        min(first_purchase_date) as first_purchase_date,
        cast(sum(case when is_before then 1 else 0 end) as bigint) as occasion_count,
        2 * sum(case when is_before and is_in_store then 1 else 0 end)
        > sum(case when is_before then 1 else 0 end) as is_store_buyer,
        cast(
            cast(sum(case when is_before then net_amount end) as double)
            / sum(case when is_before then 1 end) as decimal(18, 4)
        ) as mean_spend_amount,
        sum(case when is_before then 0 else 1 end) as follow_up_count,
        cast(sum(case when is_before then 0 else net_amount end) as decimal(18, 4))
            as follow_up_net_amount,
        sum(case when is_late then 1 else 0 end) as late_count
    from occasions
    group by landmark_date, is_today, month_start_date, customer_key
),

-- Equal spends share a third: the order of the rows says nothing.
ranked as (
    select
        measured.*,
        {{ dbt.datediff('measured.first_purchase_date', 'measured.landmark_date', 'day') }}
            as tenure_days,
        {{ dbt.datediff('measured.last_purchase_date', 'measured.landmark_date', 'day') }}
            as recency_days,
        customers.customer_kind = 'guest' as is_guest,
        cume_dist() over (
            partition by measured.landmark_date, measured.is_today
            order by measured.mean_spend_amount
        ) as spend_position
    from measured
    inner join {{ ref('dim_customer') }} as customers
        on measured.customer_key = customers.customer_key
    where {{ computed_once() }}
){% for covariate in ['tenure_days', 'occasion_count', 'recency_days'] %},

-- Each number is looked up once: a join by intervals sorts all that it joins.
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
    ranked.customer_key,
    cast(ranked.tenure_days as bigint) as tenure_days,
    cast(ranked.occasion_count as bigint) as occasion_count,
    cast(ranked.recency_days as bigint) as recency_days,
    ranked.mean_spend_amount,
    ranked.is_guest,
    ranked.is_store_buyer,
    cast(ranked.follow_up_count as bigint) as follow_up_count,
    ranked.follow_up_net_amount,
    cast(ranked.late_count as bigint) as late_count,
    cast(ranked.landmark_date as string)
    || '/tenure ' || cast(tenure_days_bands.band as string)
    || '/occasions ' || cast(occasion_count_bands.band as string)
    || '/recency ' || cast(recency_days_bands.band as string)
    || case
        when 3 * ranked.spend_position <= 1 then '/low'
        when 3 * ranked.spend_position <= 2 then '/middle'
        else '/high'
    end
    || case when ranked.is_guest then '/guest' else '/known' end
    || case when ranked.is_store_buyer then '/store' else '/remote' end as stratum
from ranked
{% for covariate in ['tenure_days', 'occasion_count', 'recency_days'] %}
inner join {{ covariate }}_bands on ranked.{{ covariate }} = {{ covariate }}_bands.{{ covariate }}
{% endfor %}
