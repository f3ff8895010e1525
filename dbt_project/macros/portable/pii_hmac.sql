{#- Keyed hash (HMAC-SHA256, RFC 2104, hexadecimal) of a personal value: what joins records on a
    person's e-mail, phone or number without holding it in clear.

    Belongs here: how the hash is computed on each engine. How a value is standardised first is in
    macros/staging/standardise.sql; which columns are personal stands in the contracts.

    `domain` (a SQL expression) goes in front of the value, so that a phone number and a customer
    number of the same digits do not meet. The padded key comes from session variables; without
    them the statement fails, because a hash without a key is no protection. Null stays null. -#}
{% macro pii_hmac(domain, value) -%}
    {{ return(adapter.dispatch('pii_hmac')(domain, value)) }}
{%- endmacro %}

{% macro duckdb__pii_hmac(domain, value) -%}
    sha256(
        {{ duckdb_pii_pad('pii_outer_pad') }}
        || unhex(sha256({{ duckdb_pii_pad('pii_inner_pad') }} || encode({{ domain }} || ':' || {{ value }})))
    )
{%- endmacro %}

{#- The cast is what makes a missing key fail: without a type of its own the error folds to null. -#}
{% macro duckdb_pii_pad(variable) -%}
    coalesce(
        unhex(getvariable('{{ variable }}')),
        cast(error('no key for personal data: set PATRON_PII_KEY') as blob)
    )
{%- endmacro %}

{#- Spark 3.5 has no session variables. The padded key is read from the environment of the process
    that computes the hash, so that it stands in no plan and on no page of Spark's UI. -#}
{% macro spark__pii_hmac(domain, value) -%}
    sha2(
        concat(
            {{ spark_pii_pad('PATRON_SECRET_OUTER_PAD') }},
            unhex(sha2(
                concat(
                    {{ spark_pii_pad('PATRON_SECRET_INNER_PAD') }},
                    encode({{ domain }} || ':' || {{ value }}, 'utf-8')
                ),
                256
            ))
        ),
        256
    )
{%- endmacro %}

{% macro spark_pii_pad(variable) -%}
    coalesce(
        unhex(java_method('java.lang.System', 'getenv', '{{ variable }}')),
        cast(raise_error('no key for personal data: set PATRON_PII_KEY') as binary)
    )
{%- endmacro %}
