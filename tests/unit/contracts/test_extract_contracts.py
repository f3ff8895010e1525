"""What holds for every extract contract of the project, whatever table it describes."""

from __future__ import annotations

import re

import pytest

from orchestration.contracts import ExtractContract, load_extract_contracts
from orchestration.settings import CONTRACTS_ROOT, known_sources

CONTRACTS = load_extract_contracts(CONTRACTS_ROOT, known_sources())
EVERY = pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda c: c.table)

# The minimum complete input of the metric catalogue.
CRM_TABLES = """
    crm_customers crm_identities crm_consents crm_interactions crm_tickets crm_ticket_events
    crm_survey_responses crm_category_wallet crm_campaigns crm_campaign_assignments
    crm_offer_events crm_message_events crm_referrals crm_credit loyalty_programs loyalty_members
    loyalty_ledger loyalty_tier_history privacy_requests social_daily social_mentions ugc_items
"""
SALES_TABLES = """
    sales_orders sales_order_lines sales_returns sales_payments sales_line_discounts
    sales_products sales_promotions sales_contracts sales_cost_to_serve marketing_spend
    web_events calendar fx_rates
"""

# How personal data is usually called, and what it must be classified as.
PERSONAL_NAMES = {
    r"(full|first|last|sur)_?name": "name",
    r"(.*_)?e?mail": "email",
    r"(.*_)?(phone|mobile)": "phone",
    r"street|address(_line.*)?": "address",
    r"birth_?da(te|y)|date_of_birth": "date_of_birth",
    r"id_value|author_ref|.*_handle": "identifier",
    r"text|comment|remark|note": "text",
}


def test_every_table_of_the_catalogue_has_a_contract():
    expected = {("crm", table) for table in CRM_TABLES.split()}
    expected |= {("sales", table) for table in SALES_TABLES.split()}
    expected |= {("online_retail", "online_retail_lines")}
    assert set(CONTRACTS) == expected


def test_the_refresh_needs_customers_orders_and_lines_and_no_more():
    required = {contract.table for contract in CONTRACTS.values() if contract.is_required}
    assert required == {
        "crm_customers",
        "sales_orders",
        "sales_order_lines",
        "online_retail_lines",
    }


@EVERY
def test_personal_sounding_columns_are_classified(contract: ExtractContract):
    for column in contract.columns:
        for pattern, kind in PERSONAL_NAMES.items():
            if re.fullmatch(pattern, column.name):
                assert column.pii_kind == kind, f"{contract.table}.{column.name}"


@EVERY
def test_a_column_is_named_once_and_described_in_a_sentence(contract: ExtractContract):
    names = [column.name for column in contract.raw_columns]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert all(column.description for column in contract.columns)
    assert contract.description.endswith(".")
    assert contract.owner


@EVERY
def test_only_keys_owners_and_event_times_are_required(contract: ExtractContract):
    for column in contract.columns:
        if column.is_key:
            assert column.required, f"{column.name} is a key"
        elif column.required:
            owner_or_event = column.name.endswith(("_id", "_no")) or column.type in (
                "date",
                "timestamp",
            )
            assert owner_or_event, f"{column.name} must not be required"


@EVERY
def test_source_words_map_onto_words_of_the_enum(contract: ExtractContract):
    for column in contract.columns:
        words = dict(column.value_map)
        assert set(words.values()) <= set(column.enum), column.name
        assert not set(words) & set(column.enum), f"{column.name} maps a canonical word"


@EVERY
def test_enums_hold_words_and_no_yaml_booleans(contract: ExtractContract):
    for column in contract.columns:
        assert not {"True", "False", "None"} & set(column.enum), column.name
        assert len(set(column.enum)) == len(column.enum)


@EVERY
def test_money_is_decimal_and_instants_are_timestamps(contract: ExtractContract):
    for column in contract.columns:
        if column.name == "at" or column.name.endswith("_at"):
            assert column.type == "timestamp", column.name
        if re.fullmatch(r"(.*_)?(price|cost|amount|spend|fee|budget|tax|shipping)", column.name):
            assert column.type.startswith("decimal"), column.name


@EVERY
def test_expectations_name_columns_of_the_table(contract: ExtractContract):
    assert contract.expectations, "an empty suite checks nothing"
    known = {column.name for column in contract.raw_columns}
    for expectation in contract.expectations:
        kwargs = expectation["kwargs"]
        named = {kwargs[key] for key in ("column", "column_A", "column_B") if key in kwargs}
        assert named | set(kwargs.get("column_list", ())) <= known
        if expectation["type"] == "unexpected_rows_expectation":
            assert "{batch}" in kwargs["unexpected_rows_query"]
            assert kwargs["description"].endswith(".")


@EVERY
def test_a_contract_says_how_much_and_how_late(contract: ExtractContract):
    assert 0 <= contract.quarantine_limit <= 0.05
    if contract.source != "online_retail":  # delivered once, in 2011
        assert contract.freshness_days is not None


def test_order_states_are_mapped_onto_the_seven_canonical_words():
    status = CONTRACTS["sales", "sales_orders"].column("status")
    assert set(status.enum) == {
        "placed", "paid", "shipped", "delivered", "completed", "cancelled", "failed",
    }  # fmt: skip
    assert dict(status.value_map) == {"dispatched": "shipped", "canceled": "cancelled"}


def test_the_online_retail_columns_carry_the_names_of_the_file():
    contract = CONTRACTS["online_retail", "online_retail_lines"]
    assert contract.key == ()
    assert {c.source_name: c.name for c in contract.columns[:9]} == {
        "Invoice": "invoice_no",
        "StockCode": "stock_code",
        "Description": "description",
        "Quantity": "quantity",
        "InvoiceDate": "invoiced_at",
        "Price": "unit_price",
        "Customer ID": "customer_id",
        "Country": "country",
        "sheet": "sheet",
    }
