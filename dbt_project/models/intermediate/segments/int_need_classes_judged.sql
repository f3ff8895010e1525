-- One row per customer of dim_customer, the unknown member left out: the need class (J3) that today's facts
-- give by the precedence of seed need_classes, and the smallest change that leads into another.
with
rules as (
    {{ segment_thresholds(['frequency_min_occasions']) }}
),

{{ nearest_class('int_need_changes_classed', 'need_classes') }}

select
    classed.customer_key,
    'need_class' as scheme,
    classed.need_class as raw_segment,
    {{ need_reason() }} as segment_reason,
    classed.exit_class as nearest_segment,
    cast(classed.size as double) as distance_to_exit,
    classed.distance_unit,
    classed.size_share as clear_rate,
    {{ change_in_words('outside of premium tiers') }} || ': ' || {{ segment_in_words('classed.exit_class') }}
        as exit_condition
from classed
cross join rules
