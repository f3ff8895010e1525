-- One row per customer of dim_customer, the unknown member left out: the behaviour class (J4) that today's facts
-- give by the precedence of seed behaviour_classes, and the smallest change that leads into another.
with
{{ nearest_class('int_behaviour_changes_classed', 'behaviour_classes') }}

select
    customer_key,
    'behaviour_class' as scheme,
    behaviour_class as raw_segment,
    {{ behaviour_reason() }} as segment_reason,
    exit_class as nearest_segment,
    cast(size as double) as distance_to_exit,
    distance_unit,
    size_share as clear_rate,
    {{ change_in_words('without promotion', behaviour_waiting()) }} || ': ' || {{ segment_in_words('exit_class') }}
        as exit_condition
from classed
