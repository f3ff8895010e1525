-- One row per source record of a person (source_system, customer_id) with the customer it belongs to.
--
-- Records that share an identifier are one person. Each record starts with its own rank and takes
-- the smallest rank among the records it shares an identifier with, round by round, so the
-- smallest spreads over chains of records (`identity_rounds` hops; no_identifier_spans_two_customers
-- fails when that was too few). Only records that share anything take part.
-- The surviving record, which gives the customer_key, is a known customer before a guest, then the
-- one seen first: a record that comes later does not change the key of those that are there.
with
records as (
    select * from {{ ref('int_source_records_unioned') }}
),

shared as (
    select * from {{ ref('int_identifiers_shared') }}
),

sharing_records as (
    select distinct
        source_system,
        customer_id
    from shared
),

ranked as (
    select
        records.source_system,
        records.customer_id,
        row_number() over (
            order by
                records.is_guest, records.first_seen_at nulls last,
                records.source_system, records.customer_id
        ) as record_rank
    from records
    inner join sharing_records
        on
            records.source_system = sharing_records.source_system
            and records.customer_id = sharing_records.customer_id
),

-- An identifier goes by the smallest rank among its records: numbers join in a fraction of what hashes
-- cost. Two identifiers of one rank share that record, so they are one anyway.
numbered as (
    select
        shared.id_type,
        ranked.record_rank,
        min(ranked.record_rank) over (partition by shared.id_type, shared.id_value_hmac)
            as identifier_rank
    from shared
    inner join ranked
        on
            shared.source_system = ranked.source_system
            and shared.customer_id = ranked.customer_id
    where {{ computed_once() }}
),

links as (
    select
        record_rank,
        identifier_rank,
        min(id_type) as id_type
    from numbered
    group by record_rank, identifier_rank
),

round_0 as (
    select
        record_rank,
        min(identifier_rank) as smallest_rank,
        min(id_type) as id_type
    from links
    group by record_rank
),

{% for round in range(1, var('identity_rounds')) %}
round_{{ round }}_by_identifier as (
    select
        links.identifier_rank,
        min(records_before.smallest_rank) as smallest_rank
    from links
    inner join round_{{ round - 1 }} as records_before
        on links.record_rank = records_before.record_rank
    group by links.identifier_rank
),

round_{{ round }} as (
    select
        links.record_rank,
        min(identifiers.smallest_rank) as smallest_rank,
        min(links.id_type) as id_type
    from links
    inner join round_{{ round }}_by_identifier as identifiers
        on links.identifier_rank = identifiers.identifier_rank
    group by links.record_rank
),

{% endfor %}
linked as (
    select * from round_{{ var('identity_rounds') - 1 }}
)

select
    records.source_system,
    records.customer_id,
    records.is_guest,
    records.first_seen_at,
    {{ surrogate_key([
        'coalesce(survivors.source_system, records.source_system)',
        'coalesce(survivors.customer_id, records.customer_id)',
    ]) }} as customer_key,
    coalesce(linked.id_type, 'single') as method
from records
left join ranked
    on
        records.source_system = ranked.source_system
        and records.customer_id = ranked.customer_id
left join linked on ranked.record_rank = linked.record_rank
left join ranked as survivors on linked.smallest_rank = survivors.record_rank
