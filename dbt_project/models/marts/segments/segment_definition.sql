-- One row per scheme and segment (scheme, segment): the rule of the segment and the rule by which
-- customers are moved into it, in words. Schemes whose segments are data have the segments that
-- somebody is in or is judged to be in, beside those that the seed names.
with
schemes as (
    select * from {{ ref('segment_schemes') }}
),

segments as (
    select * from {{ ref('segments') }}
),

present as (
    select distinct
        scheme,
        segment
    from {{ ref('int_segments_held') }}
    union
    select distinct
        scheme,
        raw_segment as segment
    from {{ ref('int_segments_held') }}
),

defined as (
    select
        scheme,
        segment,
        display_rank,
        definition,
        is_entered_at_once,
        is_left_at_once,
        false as is_data
    from segments
    where segment <> '*'
    union all
    select
        present.scheme,
        present.segment,
        row_number() over (partition by present.scheme order by present.segment) as display_rank,
        segments.definition,
        segments.is_entered_at_once,
        segments.is_left_at_once,
        true as is_data
    from present
    inner join segments on present.scheme = segments.scheme and segments.segment = '*'
    left join segments as named
        on present.scheme = named.scheme and present.segment = named.segment
    where named.segment is null
)

select
    defined.scheme,
    defined.segment,
    schemes.metric as catalogue_number,
    schemes.definition_version,
    cast(defined.display_rank as integer) as display_rank,
    defined.is_data,
    defined.definition,
    defined.is_entered_at_once,
    defined.is_left_at_once,
    case
        when defined.is_entered_at_once then 'taken at once'
        when schemes.confirm_days = 0 and schemes.min_dwell_days = 0 then 'taken the same day'
        else 'taken when judged so for ' || {{ counted_in_words('schemes.confirm_days', 'day') }}
            || coalesce(
                ', or ' || cast(cast(round(100 * schemes.clear_rate) as integer) as string)
                || ' % inside its boundary', ''
            )
            || ', or after ' || {{ counted_in_words('schemes.give_up_days', 'day') }}
            || ' away from the segment held; not before '
            || {{ counted_in_words('schemes.min_dwell_days', 'day') }} || ' in that one'
    end as move_rule,
    schemes.reason as move_rule_reason
from defined
inner join schemes on defined.scheme = schemes.scheme
