"""How each claim about brand loyalty, wallets, choosing and early signals is broken: one statement."""

BREAKS = {
    "loyalty_rules_are_complete": """
        delete from seeds.loyalty_rules where rule = 'overdue_z'
    """,
}
