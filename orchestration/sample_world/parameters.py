"""Every number of the sample firm that has a meaning in business, with its unit and reason.

Belongs here: parameters. Does not belong here: what is drawn from them. They are written beside
the world as ``truth/parameters.json``, so that a test compares an estimate with its truth.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Parameters:
    """The firm's constants. Shares are 0..1, money is in the reporting currency, GBP."""

    # Purchase occasions: BG/NBD (Fader, Hardie & Lee 2005), unit weeks, occasions are days.
    # With acquisition spread over two years this gives about 4.1 occasions a customer.
    bgnbd_r: float = 0.8
    bgnbd_alpha: float = 8.0
    bgnbd_a: float = 0.6
    bgnbd_b: float = 3.0

    # Spend per occasion: Gamma-Gamma (Fader & Hardie 2013); mean p * v / (q - 1) = GBP 60.
    gamma_gamma_p: float = 6.0
    gamma_gamma_q: float = 4.0
    gamma_gamma_v: float = 30.0

    # Who the buyers are; the rest (to 1) have a shop account only.
    shop_and_crm_share: float = 0.30  # known to both systems: the join that identity must find
    crm_phone_share: float = 0.05  # CRM contacts that order by phone, as guests with a known id
    guest_share: float = 0.07  # never an account: one guest e-mail address
    anonymous_share: float = 0.03  # pay cash in a store: the unknown member
    prospects_per_buyer: float = 0.06  # CRM leads that never ordered

    # Identities.
    crm_duplicate_share: float = 0.08  # CRM contacts entered twice; 5 to 10 % is usual
    second_account_share: float = 0.03  # shop customers with two accounts
    same_email_share: float = 0.72  # of those known to both: linked by a verified address
    phone_only_share: float = 0.15  # ... by a verified phone alone
    loyalty_only_share: float = 0.08  # ... by the loyalty number alone; the rest not at all
    verified_email_share: float = 0.85
    verified_phone_share: float = 0.55
    family_phone_share: float = 0.02  # records that carry another person's phone, unverified
    shared_mailbox_share: float = 0.004  # records that give an info@ address used by many
    shared_mailbox_users: int = 12  # records per info@ address: far above one person's
    guest_checkout_share: float = 0.05  # orders of account holders placed without logging in
    test_account_share: float = 0.001
    record_change_share: float = 0.30  # records changed once after creation, spread over time
    erasure_share: float = 0.002  # records erased on request

    # Orders.
    second_order_share: float = 0.03  # occasions with two orders on the day
    extra_lines_mean: float = 1.45  # lines beyond the first, Poisson: about 10 lines a customer
    cancelled_share: float = 0.035  # extra orders beside the occasions, as are the next two
    failed_share: float = 0.010
    no_lines_share: float = 0.001
    promoted_line_share: float = 0.16
    stacked_share: float = 0.12  # of promoted lines
    manual_discount_share: float = 0.02
    returned_line_share: float = 0.05
    late_payment_share: float = 0.08  # of invoices
    member_card_share: float = 0.85  # member orders that carry the member number
    card_only_share: float = 0.15  # store orders of members known by the card alone

    # Catalogue.
    product_count: int = 1980  # 55 prices in each of the 36 leaf categories
    launch_share: float = 0.10  # products launched within the period
    own_brand_share: float = 0.25
    price_change_share: float = 0.35  # products whose price changed, once or twice

    # Loyalty programme.
    member_share: float = 0.45  # of account holders
    points_per_pound: int = 1
    points_expiry_months: int = 12
    point_value: float = 0.01  # a point pays one penny
    point_cost: float = 0.008  # what redeeming it costs the firm
    redeem_from_points: int = 200  # the least balance
    redeem_share: float = 0.35  # of orders at which the balance would allow it
    goodwill_share: float = 0.01  # of earning orders, points given as an excuse
    opening_share: float = 0.04  # members who brought points from the programme before
    # Tier -> spend of the last 365 days from which it holds, reviewed each quarter.
    tiers: dict[str, int] = field(default_factory=lambda: {"bronze": 0, "silver": 250, "gold": 600})

    # Service and surveys.
    ticket_rate: float = 0.06  # tickets per order
    interactions_yearly: float = 0.4  # per reachable person
    complaint_share: float = 0.35
    reopen_share: float = 0.08
    nps_response_share: float = 0.05  # of customers, per quarter
    csat_response_share: float = 0.08  # of orders
    ces_response_share: float = 0.35  # of closed tickets
    panel_share: float = 0.05  # customers who answer the yearly questionnaire

    # Marketing and web.
    consent_share: float = 0.75
    opt_out_share: float = 0.10  # of those who had agreed
    campaign_reach_share: float = 0.20  # of consenting contacts, per monthly campaign
    holdout_share: float = 0.15
    machine_open_share: float = 0.30  # opens made by mail proxies
    unsubscribe_share: float = 0.006  # of delivered messages
    referral_share: float = 0.05  # buyers that were brought by an earlier customer
    review_share: float = 0.02  # of lines of account holders
    credit_share: float = 0.08  # reachable persons that may pay by invoice
    contract_share: float = 0.06  # account holders with a subscription
    contract_price: float = 18.0  # of the monthly box
    sbg_alpha: float = 0.668  # monthly renewal, shifted beta-geometric: the high-end segment of
    sbg_beta: float = 3.806  # Fader & Hardie 2007, so 85 % stay after the first term
    web_history_days: int = 120  # tracking data is kept for four months
    browsing_per_buying: float = 1.6  # web sessions without an order, per session with one

    # Deliveries.
    late_share: float = 0.002  # orders and events that arrive one to three days late
    corrected_share: float = 0.002  # rows first delivered wrong and corrected the next day
    deleted_share: float = 0.001  # rows entered by mistake and deleted the next day
    redelivered_share: float = 0.002  # events delivered again the next day
    broken_share: float = 0.001  # broken rows added per delivered row, where a table has any
    broken_from_rows: int = 200  # smaller files carry none: one row would pass the limit
