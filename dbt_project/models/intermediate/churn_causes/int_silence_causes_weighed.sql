-- One row per silence and cause (customer_key, silence_start_date, cause) of every buyer: the weight of
-- the cause and what it rests on. What the customer declared displaces what is inferred; beside
-- inferred causes not knowing keeps its weight. Weights of a silence add up to 1 exactly. Of a
-- customer who has not lapsed they say why it would be, if it were.
with
judged as (
    select
        *,
        bool_or(is_declared) over (partition by customer_key, silence_start_date) as has_declared
    from {{ ref('int_silence_evidence_matched') }}
),

placed as (
    select
        *,
        row_number() over (
            partition by customer_key, silence_start_date, cause
            order by strength desc, last_date desc, words asc
        ) as place,
        nullif(words, '') || ' (' || cast(last_date as string) || ')' as dated_words
    from judged
    where is_declared = has_declared
),

caused as (
    select
        customer_key,
        silence_start_date,
        cause,
        is_declared,
        sum(strength) as strength,
        count(nullif(words, '')) as evidence_count,
        min(first_date) as first_evidence_date,
        max(last_date) as last_evidence_date,
        nullif(concat_ws(
            '; ',
            {% for place in [1, 2, 3, 4] %}
            max(case when place = {{ place }} then dated_words end){{ ',' if not loop.last }}
            {% endfor %}
        ), '') as evidence
    from placed
    group by customer_key, silence_start_date, cause, is_declared
),

running as (
    select
        caused.*,
        sum(caused.strength) over (
            partition by caused.customer_key, caused.silence_start_date
            order by causes.display_rank
            rows between unbounded preceding and current row
        ) as running_strength,
        sum(caused.strength) over (partition by caused.customer_key, caused.silence_start_date)
            as total_strength,
        causes.display_rank
    from caused
    inner join {{ ref('churn_causes') }} as causes on caused.cause = causes.cause
),

-- Differences of a rounded running share: they add up to 1 to the last digit.
weighed as (
    select
        *,
        cast(cast(running_strength as double) / cast(total_strength as double) as decimal(9, 6))
        - cast(
            cast(running_strength - strength as double) / cast(total_strength as double)
            as decimal(9, 6)
        ) as weight
    from running
)

select
    customer_key,
    silence_start_date,
    cause,
    cast(weight as decimal(9, 6)) as weight,
    row_number() over (
        partition by customer_key, silence_start_date
        -- What is known comes before what is not, where they weigh the same.
        order by strength desc, display_rank asc
    ) as cause_rank,
    is_declared,
    cast(evidence_count as bigint) as evidence_count,
    evidence,
    first_evidence_date,
    last_evidence_date
from weighed
