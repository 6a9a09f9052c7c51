"""The documented remedies that a scenario can take, as a table; what each does is the world's."""

from __future__ import annotations

import msgspec


class ActionRow(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One remedy: what it is, which keys it takes beside do, at, after and wait, what it ends."""

    what: str
    keys: frozenset[str] = frozenset()
    needed: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()  # fault modes that are over for whoever it was done to


def _row(what: str, keys: str, *, needed: str = "", ends: str = "") -> ActionRow:
    return ActionRow(
        what=what, keys=frozenset(keys.split()), needed=frozenset(needed.split()),
        ends=frozenset(ends.split()),
    )


ACTIONS: dict[str, ActionRow] = {
    "retry_after_maintenance": _row(
        "sell again, and settle what could not be settled (C)", "by terminal"),
    "settle": _row("settle by hand", "by terminal"),
    "pause_sales": _row("stop selling for a time, or until resume_sales (C)", "by for"),
    "resume_sales": _row("sell again", "by"),
    "restart_terminal": _row(
        "switch a terminal off and on (A, D, E)", "by terminal", ends="terminal.hung"),
    "restart_router": _row(
        "restart the router of a shop (C, D)", "by target", ends="network.router_down"),
    "check_network": _row(
        "check cable, signal and firewall (A, C, D)", "by terminal",
        ends="terminal.cable_loose network.firewall_blocked network.weak_signal"),
    "update_software": _row(
        "install the software that the host asks for (A-E)", "by terminal software"),
    "unfreeze_account": _row(
        "have the bank unfreeze a merchant's account, or a card", "by target",
        ends="account.frozen"),
    "correct_account": _row(
        "give a right account in place of a closed or mismatched one (A)", "by",
        ends="account.abnormal account.mismatch"),
    "release_suspense": _row("have what stands in suspense paid (D)", "by"),
    "contact_support": _row(
        "tell the acquirer time, place, sum and device (A, B)", "by sale"),
    "check_records": _row(
        "compare terminal, back office, bank statement and notices (A, B, E)", "by"),
    "warn_customers": _row("tell customers when the money is expected (A)", "by"),
}
