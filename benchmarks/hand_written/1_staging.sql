-- Latest version of each row, personal values hashed, people bridge_customer_identity.
create macro hmac(domain, value) as sha256(
    unhex(getvariable('outer_pad'))
    || unhex(sha256(unhex(getvariable('inner_pad')) || encode(domain || ':' || value)))
);
create macro mail(value) as nullif(lower(trim(value)), '');
create macro digits(value) as regexp_replace(replace(value, '(0)', ''), '[^0-9]', '', 'g');
create macro phone(value) as nullif(case
    when trim(value) like '+%' then digits(value)
    when digits(value) like '00%' then substr(digits(value), 3)
    when digits(value) like '0%' then '44' || substr(digits(value), 2)
    else digits(value)
end, '');
create macro number_of(kind, value) as hmac('identifier:' || kind, nullif(trim(value), ''));
create macro entity_key(system, id) as md5(concat_ws('|', system, id));

create table customers as
select
    source_system, customer_id, created_at as first_seen_at, updated_at, deleted_at,
    hmac('email', mail(email)) as email_hmac,
    hmac('phone', phone(phone)) as phone_hmac,
    nullif(trim(full_name), '') is not null as has_name,
    extract(year from birth_date)::integer as birth_year,
    gender, region, city, occupation, income_band, education, acquisition_channel,
    acquisition_campaign_id, sales_rep_id, coalesce(is_test, false) as is_test
from latest_crm_customers;

create table orders as
select
    entity_key(source_system, order_id) as order_key,
    source_system, order_id, customer_id, member, guest_mail, guest_number,
    coalesce(
        customer_id, 'guest:member:' || member, 'guest:email:' || guest_mail,
        'guest:phone:' || guest_number
    ) as record_id,
    ordered_at,
    ordered_at::date as purchase_date,
    case coalesce(status, case when cancelled_at is null then 'placed' else 'cancelled' end)
        when 'dispatched' then 'shipped' when 'canceled' then 'cancelled'
        else coalesce(status, case when cancelled_at is null then 'placed' else 'cancelled' end)
    end as order_status,
    order_status in ('cancelled', 'failed') as is_cancelled,
    channel, store_id,
    coalesce(currency, 'GBP') as currency_code
from (
    select
        *,
        number_of('loyalty_no', member_id) as member,
        hmac('email', mail(guest_email)) as guest_mail,
        hmac('phone', phone(guest_phone)) as guest_number
    from latest_sales_orders
)
where ordered_at < getvariable('as_of')::date + 1;

create table records as
select source_system, customer_id, false as is_guest, first_seen_at from customers
union all
select source_system, record_id, is_guest, first_seen_at
from (
    select source_system, record_id, customer_id is null as is_guest,
        min(ordered_at) as first_seen_at
    from orders where record_id is not null group by all
) as of_orders
anti join customers
    on of_orders.source_system = customers.source_system
    and of_orders.record_id = customers.customer_id;

-- Verified identifiers that two to five records share.
create table shared as
with identifiers as (
    select source_system, customer_id, lower(id_type) as id_type,
        case lower(id_type)
            when 'email' then hmac('email', mail(id_value))
            when 'phone' then hmac('phone', phone(id_value))
            else number_of(lower(id_type), id_value)
        end as value
    from latest_crm_identities where verified
    union
    select source_system, customer_id, 'loyalty_no', number_of('loyalty_no', member_id)
    from latest_loyalty_members
    union
    select source_system, record_id, kind, value
    from (
        select source_system, record_id,
            unnest(['email', 'phone', 'loyalty_no']) as kind,
            unnest([guest_mail, guest_number, member]) as value
        from orders where customer_id is null
    )
)
select records.*, id_type || value as identifier, id_type
from identifiers
join records using (source_system, customer_id)
where value is not null and id_type in ('email', 'phone', 'loyalty_no')
qualify count(*) over (partition by id_type, value) between 2 and 5;

create table linked as
with ranked as (
    select source_system, customer_id,
        row_number() over (
            order by is_guest, first_seen_at nulls last, source_system, customer_id
        ) as rank
    from (select distinct source_system, customer_id, is_guest, first_seen_at from shared)
)
select identifier, id_type, source_system, customer_id, rank, rank as smallest
from shared join ranked using (source_system, customer_id);
