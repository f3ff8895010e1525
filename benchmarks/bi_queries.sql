-- Twenty questions that BI tools put to the published tables; each is asked of the DuckDB file and
-- of PostgreSQL as it stands. {key}, {keys}, {stage}, {tier}, {region}, {level} and {scheme} are
-- drawn anew each time. A name, a colon and a kind head each question.

-- one customer: single
select * from seg_customer where customer_key = {key};
-- one customer's value beside the profile: single
select c.lifecycle_stage, c.recommended_action, v.*
from seg_customer as c inner join seg_customer_value as v on c.customer_key = v.customer_key
where c.customer_key = {key};
-- twenty customers of a list: single
select customer_key, lifecycle_stage, value_tier, total_amount
from seg_customer where customer_key in ({keys}) order by customer_key;
-- a page of the explorer: single
select customer_key, region, value_tier, net_amount
from seg_customer where customer_key > {key} and lifecycle_stage = {stage}
order by customer_key limit 50;
-- the twenty with the highest sales: top-n
select customer_key, region, net_amount from seg_customer
where net_amount is not null order by net_amount desc, customer_key limit 20;
-- the fifty of highest value in a tier: top-n
select customer_key, total_amount, potential_amount from seg_customer_value
where value_tier = {tier} and total_amount is not null
order by total_amount desc, customer_key limit 50;
-- the hundred with most value at risk: top-n
select customer_key, value_at_risk_amount, churn_risk_rate, churn_driver_1 from seg_customer
where value_at_risk_amount is not null order by value_at_risk_amount desc, customer_key limit 100;
-- customers by stage: group-by
select lifecycle_stage, count(*) as customers from seg_customer group by lifecycle_stage;
-- customers by tier: group-by
select value_tier, count(*) as customers from seg_customer group by value_tier;
-- sales by tier: group-by
select value_tier, count(*) as customers, sum(net_amount) as sales
from seg_customer group by value_tier;
-- value by region: group-by
select region, sum(total_amount) as value, avg(churn_risk_rate) as churn_risk
from seg_customer group by region;
-- stage by tier: group-by
select lifecycle_stage, value_tier, count(*) as customers, sum(total_amount) as value
from seg_customer group by lifecycle_stage, value_tier;
-- new customers by month: group-by
select date_trunc('month', first_purchase_date) as month, count(*) as customers
from seg_customer where first_purchase_date >= date '2024-07-01' group by 1 order by 1;
-- churn risk in tenths: group-by
select floor(churn_risk_rate * 10) as tenth, count(*) as customers from seg_customer
where churn_risk_rate is not null group by 1 order by 1;
-- what is to be done at a level of service: filter
select recommended_action, count(*) as customers, sum(contact_budget_per_month) as contacts
from seg_customer where service_level = {level} group by recommended_action;
-- a cell of the dashboard's filters: filter
select count(*) as customers, sum(net_amount) as sales, sum(total_amount) as value
from seg_customer where lifecycle_stage = {stage} and value_tier = {tier} and region = {region};
-- promoters of a stage: filter
select nps_class, count(*) as customers from seg_customer
where lifecycle_stage = {stage} group by nps_class;
-- segments of a scheme: filter
select segment, customer_count, net_amount, attractiveness_rank
from seg_segment where scheme = {scheme} order by display_rank;
-- potential by stage: join
select c.lifecycle_stage, sum(v.potential_amount) as potential, sum(v.established_amount) as made
from seg_customer as c inner join seg_customer_value as v on c.customer_key = v.customer_key
where c.region = {region} group by c.lifecycle_stage;
-- the valuable who may leave: join
select c.customer_key, v.total_amount, v.p_alive, c.recommended_action
from seg_customer as c inner join seg_customer_value as v on c.customer_key = v.customer_key
where c.lifecycle_stage = 'declining' and v.value_tier = 'high' and v.p_alive < 0.7
order by v.total_amount desc, c.customer_key limit 100;
