"""The sample world hangs together, and its extracts add up to its truth."""

from __future__ import annotations

import pytest

# child source, child table, child column, parent source, parent table, parent column
REFERENCES = [
    ("sales", "sales_order_lines", "order_id", "sales", "sales_orders", "order_id"),
    ("sales", "sales_order_lines", "product_id", "sales", "sales_products", "product_id"),
    ("sales", "sales_order_lines", "promo_id", "sales", "sales_promotions", "promo_id"),
    ("sales", "sales_line_discounts", "promo_id", "sales", "sales_promotions", "promo_id"),
    ("sales", "sales_orders", "customer_id", "crm", "crm_customers", "customer_id"),
    ("sales", "sales_orders", "member_id", "crm", "loyalty_members", "member_id"),
    ("sales", "sales_payments", "order_id", "sales", "sales_orders", "order_id"),
    ("sales", "sales_contracts", "customer_id", "crm", "crm_customers", "customer_id"),
    ("sales", "web_events", "customer_id", "crm", "crm_customers", "customer_id"),
    ("sales", "web_events", "product_id", "sales", "sales_products", "product_id"),
    ("crm", "crm_identities", "customer_id", "crm", "crm_customers", "customer_id"),
    ("crm", "crm_consents", "customer_id", "crm", "crm_customers", "customer_id"),
    ("crm", "crm_interactions", "customer_id", "crm", "crm_customers", "customer_id"),
    ("crm", "crm_tickets", "customer_id", "crm", "crm_customers", "customer_id"),
    ("crm", "crm_tickets", "order_id", "sales", "sales_orders", "order_id"),
    ("crm", "crm_ticket_events", "ticket_id", "crm", "crm_tickets", "ticket_id"),
    ("crm", "crm_survey_responses", "customer_id", "crm", "crm_customers", "customer_id"),
    ("crm", "crm_survey_responses", "order_id", "sales", "sales_orders", "order_id"),
    ("crm", "crm_survey_responses", "ticket_id", "crm", "crm_tickets", "ticket_id"),
    ("crm", "crm_campaign_assignments", "campaign_id", "crm", "crm_campaigns", "campaign_id"),
    ("crm", "crm_campaign_assignments", "customer_id", "crm", "crm_customers", "customer_id"),
    ("crm", "crm_message_events", "campaign_id", "crm", "crm_campaigns", "campaign_id"),
    ("crm", "crm_offer_events", "order_id", "sales", "sales_orders", "order_id"),
    ("crm", "crm_referrals", "referrer_id", "crm", "crm_customers", "customer_id"),
    ("crm", "crm_referrals", "referee_id", "crm", "crm_customers", "customer_id"),
    ("crm", "crm_credit", "customer_id", "crm", "crm_customers", "customer_id"),
    ("crm", "crm_category_wallet", "customer_id", "crm", "crm_customers", "customer_id"),
    ("crm", "loyalty_members", "customer_id", "crm", "crm_customers", "customer_id"),
    ("crm", "loyalty_ledger", "member_id", "crm", "loyalty_members", "member_id"),
    ("crm", "loyalty_ledger", "order_id", "sales", "sales_orders", "order_id"),
    ("crm", "loyalty_tier_history", "member_id", "crm", "loyalty_members", "member_id"),
    ("crm", "privacy_requests", "customer_id", "crm", "crm_customers", "customer_id"),
    ("crm", "ugc_items", "customer_id", "crm", "crm_customers", "customer_id"),
]


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda r: f"{r[1]}.{r[2]}")
def test_what_is_referred_to_exists(world, rows, reference) -> None:
    source, table, column, parent_source, parent, parent_column = reference
    orphans = rows(
        f"select distinct {column} from {world.latest(source, table)} where {column} is not null "
        f"except select {parent_column} from {world.latest(parent_source, parent)}"
    )
    assert orphans == []
    assert rows(f"select count({column}) from {world.latest(source, table)}")[0][0] > 0


def test_every_customer_is_named_with_the_system_that_knows_them(world, rows) -> None:
    """C... are contacts of the CRM, S... accounts of the shop, whichever system delivers them."""
    known = world.latest("crm", "crm_customers")
    for source, table, column in {
        (source, table, column)
        for source, table, column, *_, parent_column in REFERENCES
        if parent_column == "customer_id" and table not in ("sales_orders",)
    }:
        assert (
            rows(
                f"select source_system, {column} from {world.latest(source, table)} "
                f"where {column} is not null except select source_system, customer_id from {known}"
            )
            == []
        ), table


def test_returned_lines_were_sold(world, rows) -> None:
    unsold = rows(
        f"select r.return_line_id from {world.latest('sales', 'sales_returns')} r "
        f"left join {world.latest('sales', 'sales_order_lines')} l using (order_id, line_no) "
        "where l.order_id is null or r.qty > l.qty or r.amount > l.qty * l.unit_price - l.discount"
    )
    assert unsold == []


def test_orders_lines_and_returns_add_up_to_the_truth(world, rows) -> None:
    """Per day and currency, to the fourth decimal."""
    different = rows(
        f"""
        with money as (
            select order_id, sum(cast(qty * unit_price as decimal(18, 4)) - discount) as raw_amount
            from {world.latest("sales", "sales_order_lines")} group by 1
        ),
        back as (
            select order_id, sum(amount) as returned
            from {world.latest("sales", "sales_returns")} group by 1
        ),
        daily as (
            select cast(ordered_at as date) as order_date, currency, count(*) as orders,
                coalesce(sum(raw_amount), 0) as raw_amount,
                coalesce(sum(raw_amount) filter (where status = 'cancelled'), 0) as cancelled,
                coalesce(sum(raw_amount) filter (where status = 'failed'), 0) as failed,
                coalesce(sum(returned), 0) as returned
            from {world.latest("sales", "sales_orders")}
            left join money using (order_id) left join back using (order_id)
            group by 1, 2
        )
        select * from {world.truth("totals")} t
        full join daily d on t.order_date = d.order_date and t.currency_code = d.currency
        where (t.orders, t.raw_amount, t.cancelled_amount, t.failed_amount, t.returned_amount,
               t.net_amount)
            is distinct from (d.orders, d.raw_amount, d.cancelled, d.failed, d.returned,
               d.raw_amount - d.cancelled - d.failed - d.returned)
        """
    )
    assert different == []


def test_the_spend_of_an_occasion_is_in_its_orders(world, rows) -> None:
    """Σ good orders of a person = Σ drawn spend, to the cent, in the reporting currency."""
    assert (
        rows(
            f"select person_id from {world.truth('persons')} left join (select person_id, "
            f"sum(spend_amount) as bought, count(distinct cast(ordered_at as date)) as days "
            f"from {world.truth('orders')} where outcome = 'good' group by 1) using (person_id) "
            "where occasions is not null and (bought <> spend_amount or days <> occasions)"
        )
        == []
    )


def test_the_status_of_each_order_is_the_true_outcome(world, rows) -> None:
    found = dict(
        rows(
            f"select outcome, list_sort(list(distinct status)) from {world.truth('orders')} "
            f"join {world.latest('sales', 'sales_orders')} using (order_id) group by 1"
        )
    )
    assert found["cancelled"] == ["cancelled"]
    assert found["failed"] == ["failed"]
    assert set(found["good"]) <= {"placed", "paid", "shipped", "delivered", "completed"}


def test_stacked_promotions_share_the_discount_of_their_line(world, rows) -> None:
    parts = world.latest("sales", "sales_line_discounts")
    assert rows(f"select count(*) from {parts}")[0][0] > 0
    assert (
        rows(
            f"select order_id, line_no from (select order_id, line_no, sum(amount) as parts, "
            f"count(*) as promos from {parts} group by 1, 2) "
            f"left join {world.latest('sales', 'sales_order_lines')} using (order_id, line_no) "
            "where parts is distinct from discount or promos <> 2"
        )
        == []
    )


def test_the_ledger_is_never_negative_and_closes_by_lot(world, rows) -> None:
    ledger = world.latest("crm", "loyalty_ledger")
    running = (
        "select min(balance) from (select sum(points) over (partition by {} "
        f'order by "at", entry_id) as balance from {ledger})'
    )
    assert rows(running.format("member_id")) == [(0,)]
    assert rows(running.format("lot_id")) == [(0,)]
    assert {kind for (kind,) in rows(f"select distinct kind from {ledger}")} >= {
        "opening", "earn", "burn", "expire", "reverse"
    }  # fmt: skip


def test_expired_lots_hold_nothing(world, rows) -> None:
    ledger = world.latest("crm", "loyalty_ledger")
    assert (
        rows(
            f"select lot_id from {ledger} group by 1 "
            f"having max(expires_at) < timestamp '2025-06-02' and sum(points) <> 0"
        )
        == []
    )


def test_nobody_is_assigned_without_consent(world, rows) -> None:
    """A11: the latest decision before the assignment is a grant."""
    consents = world.latest("crm", "crm_consents")
    assigned = world.latest("crm", "crm_campaign_assignments")
    assert (
        rows(
            f"select a.customer_id from {assigned} a asof left join (select * from {consents} "
            "where channel = 'email') c on a.customer_id = c.customer_id "
            "and a.assigned_at >= c.effective_at where c.status is distinct from 'granted'"
        )
        == []
    )


def test_nobody_is_written_to_after_opting_out(world, rows) -> None:
    consents = world.latest("crm", "crm_consents")
    messages = world.latest("crm", "crm_message_events")
    assert rows(f"select count(*) from {consents} where status = 'withdrawn'")[0][0] > 0
    assert (
        rows(
            f"select m.event_id from {messages} m join {consents} c using (customer_id) "
            "where c.status = 'withdrawn' and c.channel = 'email' and m.event = 'sent' "
            'and m."at" > c.effective_at'
        )
        == []
    )


def test_identities_of_one_person_agree_and_traps_do_not(world, rows) -> None:
    """Records that share a verified own address are one person; shared mailboxes hold many."""
    truth = world.truth("identities")
    assert (
        rows(
            f"select email from {truth} where email_verified and not is_shared_mailbox "
            "group by 1 having count(distinct person_id) > 1"
        )
        == []
    )
    assert rows(
        f"select min(n) from (select count(distinct person_id) as n from {truth} "
        "where is_shared_mailbox group by email)"
    ) == [(12,)]
    two_systems = rows(
        f"select count(*) from (select person_id from {truth} where email_verified "
        "group by person_id, email having count(distinct source_system) = 2)"
    )
    assert two_systems[0][0] > 50


def _standardised(kind: str, value: str) -> str:
    """An independent, plain reading of what people type."""
    if kind == "email":
        return value.strip().lower()
    if kind == "phone":
        digits = value.replace(" ", "").replace("+", "00")
        return digits if digits.startswith("00") else "0044" + digits.removeprefix("0")
    return value


def test_linked_records_are_what_verified_identifiers_connect(world, rows) -> None:
    """Union-find over the delivered identifiers gives the clusters of the truth."""
    truth = {
        (system, customer): (linked, person, shared)
        for system, customer, linked, person, shared in rows(
            "select source_system, customer_id, linked_customer_id, person_id, is_shared_mailbox "
            f"from {world.truth('identities')}"
        )
    }
    parent = {record: record for record in truth}

    def root(record: tuple[str, str]) -> tuple[str, str]:
        while parent[record] != record:
            record = parent[record]
        return record

    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for system, customer, kind, value in rows(
        "select source_system, customer_id, id_type, id_value "
        f"from {world.latest('crm', 'crm_identities')} where verified order by all"
    ):
        if kind == "email" and truth[system, customer][2]:
            continue
        identifier = (kind, _standardised(kind, value))
        first = seen.setdefault(identifier, (system, customer))
        parent[root((system, customer))] = root(first)
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    expected: dict[str, set[tuple[str, str]]] = {}
    for record, (linked, _, _) in truth.items():
        found.setdefault(root(record), set()).add(record)
        expected.setdefault(linked, set()).add(record)
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, expected.values()))
    assert len(expected) < len(truth)
    assert all(len({truth[r][1] for r in cluster}) == 1 for cluster in expected.values())


def test_erased_records_keep_nothing_personal(world, rows) -> None:
    customers = world.latest("crm", "crm_customers")
    erased = f"from {customers} where deleted_at is not null"
    assert rows(f"select count(*) {erased}")[0][0] > 0
    assert rows(f"select count(coalesce(full_name, email, phone, street)) {erased}") == [(0,)]


def test_satisfied_customers_answer_better(world, rows) -> None:
    correlation = rows(
        f"select corr(a.score, p.satisfaction) "
        f"from {world.latest('crm', 'crm_survey_responses')} a "
        f"join {world.truth('identities')} using (source_system, customer_id) "
        f"join {world.truth('persons')} p using (person_id) where a.kind = 'nps'"
    )[0][0]
    assert correlation > 0.5
