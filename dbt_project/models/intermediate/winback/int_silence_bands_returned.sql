-- One row per band of silence (seed winback_silences): of the customers of the base who were silent for
-- so long, how many bought again within response_window_days from there, by an offer or without. The
-- rate is drawn to that of the band and the one before together by prior_silences: a band of few then
-- follows its neighbour, since the longer a silence lasts the fewer return.
with
run_context as (
    select * from {{ source('raw', 'run_context') }}
),

rules as (
    select
        cast(max(case when rule = 'response_window_days' then value end) as integer) as window_days,
        max(case when rule = 'prior_silences' then value end) as prior_silences
    from {{ ref('winback_rules') }}
),

-- The whole window must lie behind the as-of date: who returns says so early.
reached as (
    select
        bands.silence_band,
        bands.from_days,
        case
            when
                silences.silence_end_date is not null
                and silences.silence_days <= bands.from_days + rules.window_days
                then 1
            else 0
        end as is_returned
    from {{ ref('winback_silences') }} as bands
    cross join rules
    cross join run_context
    inner join {{ ref('int_silences_dated') }} as silences
        on
            not silences.is_test_customer
            and bands.from_days < silences.silence_days
            and {{ dbt.datediff('silences.silence_start_date', 'run_context.as_of_date', 'day') }}
            >= bands.from_days + rules.window_days
),

counted as (
    select
        bands.silence_band,
        bands.from_days,
        count(reached.is_returned) as reached_count,
        coalesce(sum(reached.is_returned), 0) as returned_count
    from {{ ref('winback_silences') }} as bands
    left join reached on bands.silence_band = reached.silence_band
    group by bands.silence_band, bands.from_days
),

base as (
    select
        counted.*,
        rules.prior_silences,
        {% for column in ['returned_count', 'reached_count'] %}
        sum(counted.{{ column }}) over (
            order by counted.from_days rows between 1 preceding and current row
        ) as near_{{ column }},
        {% endfor %}
        cast(sum(counted.returned_count) over () as double)
        / nullif(cast(sum(counted.reached_count) over () as double), 0) as base_rate
    from counted
    cross join rules
)

select
    silence_band,
    cast(from_days as bigint) as from_days,
    cast(reached_count as bigint) as reached_count,
    cast(returned_count as bigint) as returned_count,
    round(
        (
            cast(returned_count as double)
            + cast(prior_silences as double)
            * coalesce(
                cast(near_returned_count as double) / nullif(near_reached_count, 0), base_rate
            )
        )
        / (cast(reached_count as double) + cast(prior_silences as double)),
        12
    ) as return_rate
from base
