{#- Items of the loyalty scorecard by where they are known from, in the order of its columns; seed
    loyalty_items says what each is. -#}
{% macro loyalty_item_names(source) -%}
    {{ return({
        'attitudes': [
            'attachment', 'trust', 'best_choice', 'own_preference', 'involvement', 'switching',
            'price_attitude', 'quality_attitude', 'emotional_value', 'bearable_cost',
            'recommendation', 'satisfaction', 'ease',
        ],
        'patronage': [
            'frequency', 'active_quarters', 'tenure', 'wallet_share', 'full_price',
            'price_tolerance', 'premium_share', 'shock_stability',
        ],
        'advocacy': [
            'participation', 'referrals', 'proactive_referrals', 'contributions', 'review_rating',
        ],
    }[source]) }}
{%- endmacro %}

{#- Dimensions of the loyalty scorecard, in the order of its columns; seed loyalty_weights says what
    each is made of. The index is one more. -#}
{% macro loyalty_dimension_names() -%}
    {{ return([
        'affection', 'price', 'quality', 'relationship', 'value', 'emotional', 'cognitive',
        'experience', 'intention', 'behaviour', 'attitude', 'advocacy',
    ]) }}
{%- endmacro %}
