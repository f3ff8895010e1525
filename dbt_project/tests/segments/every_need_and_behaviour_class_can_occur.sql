-- Claim: each need and behaviour class is one that the rules give to some customer, and they give no
-- other. A row is a class that can never fire (others of higher precedence take every case, or a threshold
-- cannot be met), or one that seed segments does not name. The classes are asked on made-up customers at
-- and just below each threshold.
{%- set counts = [
    'quality_min_occasions', 'frequency_min_occasions', 'trial_max_occasions', 'loyal_min_occasions',
    'price_min_occasions', 'occasional_max_occasions',
] %}
with
rules as (
    {{ segment_thresholds(counts + ['quality_min_share', 'price_min_share']) }}
),

need_ranks as (
    {{ precedence_of('need_classes', ['new', 'high_quality', 'high_frequency', 'trial', 'not_classed']) }}
),

behaviour_ranks as (
    {{ precedence_of('behaviour_classes', [
        'dormant', 'returning', 'sticky', 'price_driven', 'occasional', 'not_classed'
    ]) }}
),

counts as (
    {% for rule in counts %}
    select {{ rule }} as number from rules
    union
    select {{ rule }} + 1 as number from rules
    union
    {% endfor %}
    select 0 as number
    union
    select 1 as number
),

shares as (
    select cast(null as decimal(9, 4)) as share_amount
    union
    select 0 as share_amount
    union
    select least(quality_min_share, 1) as share_amount from rules
    union
    select least(price_min_share, 1) as share_amount from rules
),

answers as (
    select true as is_so
    union
    select false as is_so
),

histories as (
    select
        bought.number as occasion_count,
        lately.number as window_count,
        new.is_so as is_new
    from counts as bought
    inner join counts as lately on bought.number >= lately.number
    inner join answers as new
        on not new.is_so or (bought.number = lately.number and bought.number > 0)
),

needs as (
    select distinct {{ need_rank() }} as precedence
    from (
        select
            histories.*,
            shares.share_amount as premium_amount,
            case when shares.share_amount is not null then 1 end as tiered_amount
        from histories
        cross join shares
    ) as made_up
    cross join rules
    cross join need_ranks as ranks
),

-- Who is dormant is neither new nor just back, who is new has not been away, and the window holds a
-- purchase of whoever is not dormant.
behaviours as (
    select distinct {{ behaviour_rank() }} as precedence
    from (
        select
            histories.*,
            shares.share_amount as promoted_amount,
            case when shares.share_amount is not null then 1 end as promotion_known_amount,
            dormant.is_so as is_dormant,
            returned.is_so as is_returned,
            long_known.is_so as is_long_known,
            recommending.is_so as is_recommending
        from histories
        cross join shares
        inner join answers as dormant
            on
                case
                    when dormant.is_so then histories.occasion_count > 0 and not histories.is_new
                    else histories.window_count > 0 or histories.occasion_count = 0
                end
        inner join answers as returned
            on not returned.is_so
                or (histories.occasion_count > 1 and not histories.is_new and not dormant.is_so)
        inner join answers as long_known
            on not long_known.is_so or (histories.occasion_count > 0 and not histories.is_new)
        cross join answers as recommending
    ) as made_up
    cross join rules
    cross join behaviour_ranks as ranks
),

possible as (
    select
        'need_class' as scheme,
        classes.need_class as segment
    from needs
    inner join {{ ref('need_classes') }} as classes on needs.precedence = classes.precedence
    union
    select
        'behaviour_class' as scheme,
        classes.behaviour_class as segment
    from behaviours
    inner join {{ ref('behaviour_classes') }} as classes on behaviours.precedence = classes.precedence
),

{{ unnamed_or_impossible(['need_class', 'behaviour_class']) }}
