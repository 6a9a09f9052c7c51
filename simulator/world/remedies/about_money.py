"""Remedies of merchants, banks and the acquirer about accounts and payouts."""

from __future__ import annotations

from simulator.catalogue.money_reasons import PayoutReason
from simulator.money.merchant_bank import AccountStatus
from simulator.scenario.story import PlannedAction
from simulator.world import settings
from simulator.world.remedies.whom import actors_of, placed_of
from simulator.world.time.kernel import Call, call_in
from simulator.world.world import World


def unfreeze(world: World, action: PlannedAction) -> None:
    """The bank unfreezes an account."""
    if action.target.startswith("card."):
        return  # it is frozen by a fault, which has just ended
    concerned = actors_of(world, action)
    for placed in placed_of(world, action):
        if placed.mid in concerned:
            world.house.paymaster.set_account_status(placed.bank, placed.mid, AccountStatus.NORMAL)
            world.introduce_merchant(placed)


def correct_account(world: World, action: PlannedAction) -> None:
    """The bound account is the merchant's own, and pays."""
    for placed in placed_of(world, action):
        account = settings.account_of(placed)
        world.house.paymaster.set_account_status(placed.bank, placed.mid, AccountStatus.NORMAL)
        world.introduce_merchant(placed, corrected=True)
        world.house.paymaster.correct_account(settings.with_right_name(account))


def release(world: World, action: PlannedAction) -> None:
    """Pay what stands in suspense."""
    for placed in placed_of(world, action):
        world.house.paymaster.release(placed.mid)


def defer(world: World, action: PlannedAction) -> None:
    """The merchant has its payouts put off: they stand in suspense until the time is over, or a release."""
    for placed in placed_of(world, action):
        world.house.paymaster.hold(placed.mid, PayoutReason.DEFERRED)
        if action.for_ms:
            call_in(world.env, action.for_ms, _is_over, (world, placed.mid))


def _is_over(call: Call) -> None:
    world, mid = call.arg
    world.house.paymaster.lift(mid, PayoutReason.DEFERRED)


def ask_bank(world: World, action: PlannedAction) -> None:
    """The bank looks into it: what it put off is tried again now."""
    for placed in placed_of(world, action):
        world.house.paymaster.ask_again(placed.mid)
