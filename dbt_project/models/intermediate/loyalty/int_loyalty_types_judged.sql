-- One row per known customer and category it ever bought from, and one over all of them: the type of
-- loyalty, the cell of attitude and behaviour, and the rule that decided, by the thresholds of seed
-- loyalty_type_rules. What is not known decides nothing: there is then no type.
{%- set rules = [
    'attachment_high_min', 'recommending_high_min', 'recommending_low_max', 'sole_source_min_rate',
    'switching_easy_max', 'promotion_min_rate', 'one_store_min_rate', 'reward_min_rate',
    'inertia_min_causes',
] %}
{%- set evidence = [
    'customer_key', 'category', 'first_purchase_date', 'net_amount', 'history_net_amount',
    'occasion_count', 'category_buyer_count', 'often_from_count', 'sole_source_share_rate',
    'sole_source_share_reason', 'promotion_share_rate', 'promotion_known_net_amount',
    'one_store_share_rate', 'top_store_id', 'reward_share_rate', 'redemption_reason',
    'attachment_score', 'recommendation_score', 'switching_score', 'involvement_score',
    'best_choice_score', 'attitude_basis', 'is_attached', 'is_repeating', 'known_cause_count',
    'repeat_cause',
] %}
{#- The causes of repeat purchases without attachment, in the order in which they decide (D12). -#}
{%- set causes = ['monopoly', 'price', 'convenience', 'incentive'] %}
with
rules as (
    select
    {% for rule in rules %}
        max(case when rule = '{{ rule }}' then value end) as {{ rule }}
        {{- ',' if not loop.last }}
    {% endfor %}
    from {{ ref('loyalty_type_rules') }}
),

levels as (
    select
        measured.*,
        attitudes.attachment_score,
        attitudes.recommendation_score,
        attitudes.switching_score,
        attitudes.involvement_score,
        attitudes.best_choice_score,
        case
            when attitudes.attachment_score is not null then 'attachment'
            when attitudes.recommendation_score is not null then 'recommendation'
        end as attitude_basis,
        -- Where attachment was not asked, promoters and detractors tell of it; passives do not.
        case
            when attitudes.attachment_score is not null
                then attitudes.attachment_score >= rules.attachment_high_min
            when attitudes.recommendation_score >= rules.recommending_high_min then true
            when attitudes.recommendation_score <= rules.recommending_low_max then false
        end as is_attached,
        case
            when measured.occasion_count >= measured.often_from_count then true
            when not measured.is_new then false
        end as is_repeating,
        -- Whoever can leave with ease is no captive.
        measured.sole_source_share_rate >= rules.sole_source_min_rate
        and coalesce(attitudes.switching_score > rules.switching_easy_max, true) as is_monopoly,
        measured.promotion_share_rate >= rules.promotion_min_rate as is_price,
        measured.one_store_share_rate >= rules.one_store_min_rate as is_convenience,
        measured.reward_share_rate >= rules.reward_min_rate as is_incentive,
        rules.inertia_min_causes
    from {{ ref('int_customer_categories_measured') }} as measured
    cross join rules
    left join {{ ref('int_customers_attitudes_scored') }} as attitudes
        on measured.customer_key = attitudes.customer_key
),

counted as (
    select
        *,
        {% for cause in causes %}
        case when is_{{ cause }} is null then 0 else 1 end{{ ' +' if not loop.last }}
        {% endfor %} as known_cause_count
    from levels
),

-- What brings back the customer who buys often, whatever the attitude.
caused as (
    select
        *,
        case
            {% for cause in causes %}
            when is_{{ cause }} then '{{ cause }}'
            {% endfor %}
            when known_cause_count >= inertia_min_causes then 'none_found'
        end as repeat_cause
    from counted
)

select
    {% for column in evidence %}
    {{ column }},
    {% endfor %}
    case when is_repeating then repeat_cause end as repeat_driver,
    case
        when is_attached and is_repeating then 'true'
        when is_attached and not is_repeating then 'latent'
        when not is_attached and is_repeating then 'spurious'
        when not is_attached and not is_repeating then 'none'
    end as matrix_cell,
    case
        when is_attached and is_repeating then 'super_value'
        when is_attached and not is_repeating then 'latent'
        when not is_attached and is_repeating
            then case when repeat_cause = 'none_found' then 'inertia' else repeat_cause end
        when not is_attached and not is_repeating then 'none'
    end as loyalty_type,
    case
        when is_attached is null then 'attachment_unknown'
        when is_repeating is null then 'too_new_to_repeat'
        when is_attached and is_repeating then 'attached_and_repeating'
        when is_attached then 'attached_without_repeat'
        when not is_repeating then 'neither'
        when repeat_cause = 'monopoly' then 'sole_source'
        when repeat_cause = 'price' then 'promotion'
        when repeat_cause = 'convenience' then 'one_store'
        when repeat_cause = 'incentive' then 'reward'
        when repeat_cause = 'none_found' then 'no_other_cause'
        else 'cause_unknown'
    end as loyalty_rule
from caused
