"""What a remedy needs to be accepted: its keys, and a shop in which they mean something."""

from __future__ import annotations

SHOP = """
title = "a remedy"
start = 2026-01-27T10:00:00+08:00
until = "3d"
[[merchants]]
name = "shop"
terminals = { count = 2, profile = "lakala-touch" }
script = [{ at = "10m", sale = "S1", amount = "68.00" }]
[[merchants]]
name = "bar"
terminals = { count = 1, profile = "lakala-keypad" }
[[actions]]
do = "back_up"
by = "shop"
at = "1m"
"""
_NEEDED = {
    "update_software": 'software = "32000000"',
    "restore_system": 'software = "31000000"',
    "another_terminal": 'by = "shop"\nterminal = 2',
    "another_payment_method": 'pay = "card"',
    "change_password": 'by = "shop"\nclerk = "01"\npassword = "4711"',
    "sign_on_as_clerk": 'clerk = "01"',
    "restore_data": 'by = "shop"',
    "monitor": '[plan]\nteam = [{ who = "ann", reacts = "5m" }]\nalarms = [{ name = "quiet", watch = "no_sale", for = "1h" }]',
    **dict.fromkeys(
        ("query_payment", "refund_and_scan", "sell_again", "void_or_refund", "another_function"),
        'sale = "S1"'),
}


def taken(do: str) -> str:
    """The lines of an action with all that it needs, after an hour."""
    return f'[[actions]]\ndo = "{do}"\nat = "1h"\n{_NEEDED.get(do, "")}\n'
