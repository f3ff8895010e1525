"""All extract tables of a world, one after the other.

Belongs here: which tables there are, and which of them get late, repeated and deleted rows. Does
not belong here: columns.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestration.sample_world.delivery import planting
from orchestration.sample_world.delivery.tables import Table
from orchestration.sample_world.extracts import (
    campaigns,
    community,
    customers,
    finance,
    marketing,
    merchandise,
    programme,
    sales,
    service,
    surveys,
    tiers,
    web,
)
from orchestration.sample_world.firm.world import World


def tables_of(world: World, first_extract: int) -> Iterator[Table]:
    """All tables, one at a time, so that only one is held in memory beside the world.

    Versions that were replaced by the day ``first_extract`` may be missing: no extract shows them.
    """
    for table in _sound_tables(world, first_extract):
        if table.mode == "events" and table.cadence == "daily":
            late = planting.with_late_rows(table, world.seed, world.calendar.last_day, world.par)
            yield planting.with_redelivered_rows(
                late, world.seed, world.calendar.last_day, world.par
            )
        elif table.name in DELETED_BY:
            yield planting.with_deleted_rows(
                table, DELETED_BY[table.name], world.seed, world.calendar.last_day, world.par
            )
        else:
            yield table


# Tables in which rows are entered by mistake and deleted, with the id that tells them apart.
DELETED_BY = {
    "crm_customers": "customer_id",
    "sales_orders": "order_id",
    "crm_tickets": "ticket_id",
}


def _sound_tables(w: World, first_extract: int) -> Iterator[Table]:
    yield from _shop_tables(w, first_extract)
    yield from _customer_tables(w)
    yield from _service_tables(w)
    yield from _marketing_tables(w)


def _shop_tables(w: World, first_extract: int) -> Iterator[Table]:
    yield merchandise.calendar_table(w.calendar)
    yield merchandise.rates_table(w.catalogue)
    yield merchandise.products_table(w.catalogue, w.calendar)
    yield merchandise.promotions_table(w.catalogue, w.calendar)
    yield sales.orders_table(w.people, w.records, w.orders, w.calendar, first_extract)
    yield sales.lines_table(w.seed, w.orders, w.lines, w.calendar, w.par)
    yield sales.line_discounts_table(w.orders, w.lines)
    yield sales.returns_table(w.lines, w.returns)
    yield sales.payments_table(w.seed, w.orders, w.calendar, w.par)
    yield finance.contracts_table(w.seed, w.people, w.records, w.calendar, w.par)
    yield finance.cost_to_serve_table(w.calendar)
    yield web.web_table(
        w.seed, w.people, w.records, w.orders, w.lines, w.catalogue, w.calendar, w.par
    )


def _customer_tables(w: World) -> Iterator[Table]:
    yield customers.customers_table(w.seed, w.people, w.records, w.calendar, w.par)
    yield customers.identities_table(w.seed, w.people, w.records, w.calendar)
    yield customers.privacy_requests_table(w.records)
    yield customers.members_table(w.seed, w.people, w.records, w.enrolled, w.calendar)
    yield programme.programs_table(w.calendar, w.par)
    ledger = programme.draw_ledger(
        w.seed, w.enrolled, w.orders, w.lines, w.returns, w.calendar, w.par
    )
    yield programme.ledger_table(w.seed, ledger, w.par)
    yield tiers.tiers_table(w.enrolled, w.orders, w.calendar, w.par)
    yield finance.credit_table(w.seed, w.people, w.records, w.calendar, w.par)
    yield finance.wallet_table(
        w.seed, w.people, w.records, w.orders, w.lines, w.catalogue, w.calendar, w.par
    )


def _service_tables(w: World) -> Iterator[Table]:
    tickets = service.draw_tickets(
        w.seed, w.people, w.records, w.orders, w.lines, w.calendar, w.par
    )
    yield service.tickets_table(w.seed, w.people, w.records, tickets, w.calendar)
    yield service.ticket_events_table(w.seed, tickets, w.calendar)
    yield service.interactions_table(w.seed, w.people, w.records, w.calendar, w.par)
    answers = surveys.survey_answers(w.seed, w.people, w.records, w.orders, w.calendar, w.par)
    effort = service.effort_answers(w.seed, w.people, tickets, w.calendar, w.par)
    yield surveys.survey_table(w.seed, w.people, w.records, [*answers, effort])


def _marketing_tables(w: World) -> Iterator[Table]:
    outreach = campaigns.draw_outreach(w.seed, w.people, w.records, w.calendar, w.par)
    yield campaigns.campaigns_table(outreach, w.calendar)
    yield campaigns.assignments_table(w.people, w.records, outreach, w.par)
    yield campaigns.messages_table(w.people, w.records, outreach)
    yield campaigns.consents_table(w.seed, w.people, w.records, outreach, w.calendar, w.par)
    yield marketing.offers_table(w.people, w.records, outreach, w.orders, w.lines, w.calendar)
    yield marketing.referrals_table(w.seed, w.people, w.records, w.calendar, w.par)
    yield marketing.spend_table(w.seed, w.people, outreach, w.calendar)
    yield community.accounts_table(w.seed, w.people, w.calendar)
    yield community.mentions_table(w.seed, w.people, w.calendar)
    yield community.contributions_table(
        w.seed, w.people, w.records, w.orders, w.lines, w.calendar, w.par
    )
