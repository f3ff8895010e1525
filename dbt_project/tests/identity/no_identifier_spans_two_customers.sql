-- Claim: records that share a usable identifier are one customer: the propagation of labels has
-- converged (A3). Fails on each identifier of several customers: raise `identity_rounds`.
select
    shared.id_type,
    shared.id_value_hmac,
    count(distinct bridge.customer_key) as customer_count
from {{ ref('int_identifiers_shared') }} as shared
inner join {{ ref('bridge_customer_identity') }} as bridge
    on
        shared.source_system = bridge.source_system
        and shared.customer_id = bridge.customer_id
group by shared.id_type, shared.id_value_hmac
having count(distinct bridge.customer_key) > 1
