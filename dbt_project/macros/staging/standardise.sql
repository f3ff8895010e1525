{#- One spelling per personal value, so that equal people have equal hashes (A4).

    Belongs here: standardisation by kind (the piiKind of the contracts). A value with nothing left
    is null: an empty e-mail identifies nobody. -#}
{% macro standardise(column, kind) -%}
    {%- if kind == 'email' -%}
        nullif(lower(trim({{ column }})), '')
    {%- elif kind == 'phone' -%}
        {{ standardise_phone(column) }}
    {%- elif kind in ('name', 'address') -%}
        nullif(upper(trim({{ regexp_replace_all(column, '\\s+', ' ') }})), '')
    {%- elif kind == 'date_of_birth' -%}
        cast(cast({{ column }} as date) as string)
    {%- elif kind in ('identifier', 'text') -%}
        nullif(trim({{ column }}), '')
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            "unknown kind of personal data '" ~ kind ~ "' of column " ~ column
            ~ "; known: email, phone, name, address, date_of_birth, identifier, text"
        ) }}
    {%- endif -%}
{%- endmacro %}

{#- Digits with the country code: +44 20.., 0044 20.. and 020.. are one number. "(0)" behind a
    country code is a spelling of the national prefix and no digit of the international number. -#}
{% macro standardise_phone(column) -%}
    {%- set digits = regexp_replace_all("replace(" ~ column ~ ", '(0)', '')", '[^0-9]', '') -%}
    nullif(
        case
            when trim({{ column }}) like '+%' then {{ digits }}
            when {{ digits }} like '00%' then substr({{ digits }}, 3)
            when {{ digits }} like '0%'
                then '{{ var("default_country_code") }}' || substr({{ digits }}, 2)
            else {{ digits }}
        end,
        ''
    )
{%- endmacro %}

{#- Keyed hash of one column by its kind. -#}
{% macro personal_hmac(column, kind) -%}
    {{ pii_hmac("'" ~ kind ~ "'", standardise(column, kind)) }}
{%- endmacro %}

{#- Keyed hash of an identifier whose kind is `id_type` (a SQL expression). E-mails and phones are
    hashed as such everywhere, so an identity, a profile and a guest order with the same e-mail
    have the same hash; other numbers are only equal within their type. -#}
{% macro identity_hmac(column, id_type) -%}
    case lower({{ id_type }})
        when 'email' then {{ personal_hmac(column, 'email') }}
        when 'phone' then {{ personal_hmac(column, 'phone') }}
        else {{ identifier_hmac(column, id_type) }}
    end
{%- endmacro %}

{% macro identifier_hmac(column, id_type) -%}
    {{ pii_hmac("'identifier:' || lower(" ~ id_type ~ ")", standardise(column, 'identifier')) }}
{%- endmacro %}
