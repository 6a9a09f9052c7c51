"""Remedies by which somebody only looks: what stands in which record, side by side; changes nothing.

What a merchant cannot see because it has no access to the back office is said to be unseen.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.local_time import datetime_at
from simulator.money.merchant_bank import AccountStatus
from simulator.money.statement import yuan
from simulator.scenario.places import PlacedMerchant
from simulator.scenario.story import PlannedAction
from simulator.trace.records import key_of
from simulator.wire.kinds import Kind
from simulator.world import settings
from simulator.world.remedies.whom import order_of, placed_of
from simulator.world.time.kernel import now_ms
from simulator.world.world import World

APPROVED = "00"
UNSEEN = "not seen: no access to the back office"
STATUS = {
    AccountStatus.NORMAL: "in order", AccountStatus.FROZEN: "frozen",
    AccountStatus.CLOSED: "closed", AccountStatus.DORMANT: "dormant",
}


def found(world: World, action: PlannedAction) -> str:
    """What somebody learns by looking; "" for remedies that do not look."""
    look = LOOKS.get(action.do)
    if look is None:
        return ""
    return "; ".join(
        ("" if action.by else f"{placed.merchant.name}: ") + look(world, placed, action)
        for placed in placed_of(world, action))


def _records(world: World, placed: PlacedMerchant, _action: PlannedAction) -> str:
    """The terminals' records, the back office and the bank statement of a merchant, side by side."""
    held = [
        item.amount_fen for terminal in placed.terminals
        if (body := world.bodies.get(terminal.tid)) is not None
        for item in body.machine.memory.items
    ]
    paid = [line.amount_fen for line in world.house.paymaster.statement(placed.bank, placed.mid)]
    columns = [
        f"terminals' open batches {_sums(held)}", *_back_office(world, placed),
        f"bank statement {_sums(paid)}",
    ]
    return ", ".join(columns)


def _back_office(world: World, placed: PlacedMerchant) -> list[str]:
    if world.is_blind(placed.mid):
        return [f"back office {UNSEEN}"]
    waiting = [
        item.amount_fen for item in world.house.clearing.open_items() if item.mid == placed.mid]
    suspended = [
        each.net_fen for each in world.house.paymaster.payouts.suspended() if each.mid == placed.mid]
    return [f"back office, not cleared {_sums(waiting)}", f"in suspense {_sums(suspended)}"]


def _sums(fen: list[int]) -> str:
    return f"{len(fen)} of {yuan(sum(fen))}"


def _expected(world: World, placed: PlacedMerchant, _action: PlannedAction) -> str:
    payout = placed.merchant.payout
    expected = world.house.expected_ms(
        settings.rest_of(payout), settings.first_date_of(payout, world.scenario.start_ms))
    return f"expected {datetime_at(expected):%Y-%m-%d %H:%M}"


def _account(world: World, placed: PlacedMerchant, _action: PlannedAction) -> str:
    """The bound account: in whose name, and how it is."""
    paymaster = world.house.paymaster
    bound = paymaster.payouts.bound_account(placed.mid)
    name = "in the merchant's name" if bound.holder == bound.legal_name else "IN ANOTHER NAME"
    status = STATUS[paymaster.account_status(placed.bank, placed.mid)]
    return f"bound account at {placed.bank} {name}, own account {status}"


def _fees(world: World, placed: PlacedMerchant, _action: PlannedAction) -> str:
    """What the terms say, and what the payouts so far came to after it."""
    if world.is_blind(placed.mid):
        return UNSEEN
    fee = placed.merchant.fee
    said = [f"{fee.basis_points / 100:.2f} %"]
    said += [f"at most {yuan(fee.cap_fen)}"] if fee.cap_fen else []
    said += [f"{yuan(fee.plus_fen)} on each sale"] if fee.plus_fen else []
    said += [
        f"{each.name} {yuan(each.fen)}" for each in settings.charges_of(placed.merchant.payout)]
    paid = [line.amount_fen for line in world.house.paymaster.statement(placed.bank, placed.mid)]
    return f"terms: {', '.join(said)}; paid so far {_sums(paid)}"


def _statement(world: World, placed: PlacedMerchant, _action: PlannedAction) -> str:
    lines = world.house.paymaster.statement(placed.bank, placed.mid)
    return f"bank statement {_sums([line.amount_fen for line in lines])}"


def _at_bank(world: World, placed: PlacedMerchant, _action: PlannedAction) -> str:
    """What the bank says of payouts that are not in the account."""
    payouts = world.house.paymaster.payouts
    open_now = [each for each in payouts.pending() if each.mid == placed.mid]
    held = [each for each in payouts.suspended() if each.mid == placed.mid]
    told = [f"payout {each.payout} of {yuan(each.net_fen)} {each.state.value}" for each in open_now]
    told += [f"payout {each.payout} of {yuan(each.net_fen)} in suspense: {each.reason.en}"
             for each in held]
    return ", ".join(told) or "nothing is open"


def _wallet(world: World, _placed: PlacedMerchant, action: PlannedAction) -> str:
    """Whether a wallet's own record has the payment."""
    known = order_of(world, action)
    if known is None:
        return f"{action.sale}: never keyed"
    _, counter, order = known
    if order.kind is not Kind.QR_SALE:
        return f"{action.sale}: no wallet payment"
    if order.sold is not None:
        name = key_of(counter.body.tid, order.sold.batch, order.sold.stan)
        channel, _ = world.channel_of(order)
        paid = world.books_of(channel).state_of(name) == APPROVED
        return f"{action.sale}: paid, says {channel}" if paid else f"{action.sale}: given back, says {channel}"
    if not order.ended or counter.body.waits_for(order.sale):
        return f"{action.sale}: open; wait, and pay by nothing else meanwhile"
    if counter.body.machine.memory.armed is not None:
        return f"{action.sale}: failed, its reversal is still to go; wait for it"
    return f"{action.sale}: not paid"


def _evidence(world: World, placed: PlacedMerchant, action: PlannedAction) -> str:
    at = f"{datetime_at(now_ms(world.env)):%Y-%m-%d %H:%M}"
    return f"kept at {at}: {action.sale or 'all of ' + placed.merchant.name}"


def is_locked_out(world: World, action: PlannedAction) -> bool:
    """Whether somebody wanted to see the back office by it, and was not let in."""
    return action.do in IN_BACK_OFFICE and any(
        world.is_blind(placed.mid) for placed in placed_of(world, action))


IN_BACK_OFFICE = frozenset({"check_records", "check_fee"})
"""For which somebody logs in to the back office."""
LOOKS: dict[str, Callable[[World, PlacedMerchant, PlannedAction], str]] = {
    "check_records": _records, "warn_customers": _expected, "wait": _expected,
    "check_account": _account, "check_fee": _fees, "check_statement": _statement,
    "contact_bank": _at_bank, "query_payment": _wallet, "keep_evidence": _evidence,
}
