"""What each documented remedy does in the world: the table of them, and when each is taken.

Rows and words are in ``catalogue.remedies``; whom a remedy is about, what people learn by it, and
what it does at counters and about money stand in a module each.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import msgspec

from simulator.catalogue.remedies import ACTIONS, PAPERS
from simulator.faults.schedule import Window
from simulator.scenario.story import PlannedAction
from simulator.trace.records import ActionTaken
from simulator.wire.kinds import Kind
from simulator.world.remedies import about_money, at_counters
from simulator.world.remedies.looking import found, is_locked_out
from simulator.world.remedies.whom import actors_of, bodies_of, order_of, placed_of, shops_of
from simulator.world.time.kernel import Call, call_at, now_ms
from simulator.world.world import World


def schedule(world: World, actions: tuple[PlannedAction, ...]) -> None:
    """Have each action taken at its moment."""
    for place, action in enumerate(actions):
        world.ahead.add(place)
        call_at(world.env, action.at_ms, _is_due, (world, place, action))
    if world.emergency is not None:
        world.emergency.prepare(
            partial(take, world), begin=all(each.do != MONITOR for each in world.scenario.actions))


def take(world: World, action: PlannedAction) -> bool:
    """Take an action now; False where there is nothing to take it on, as with a sale never keyed."""
    possible = POSSIBLE.get(action.do)
    if possible is not None and not possible(world, action):
        return False
    if action.do in NEEDS_PAPERS and (missing := _missing(world, action)):
        for placed in placed_of(world, action):
            _ask(world, msgspec.structs.replace(action, by=placed.merchant.name), missing)
        return True
    _do(world, action)
    return True


def _missing(world: World, action: PlannedAction) -> dict[str, str]:
    """The documents that are wanted, by the names of merchants whose papers are not complete."""
    return {
        placed.merchant.name: missing for placed in placed_of(world, action)
        if (missing := world.states.missing(placed.mid))}


def _ask(world: World, action: PlannedAction, missing: dict[str, str]) -> None:
    """One merchant asks: it is done, or it waits until the document is there, and is done then."""
    paper = missing.get(action.by, "")
    if not paper:
        _do(world, action)
        return
    world.recorder.emit(ActionTaken(
        now_ms(world.env), f"merchant.{action.by}", action=action.do, missing=paper,
        detail=f"waits for {PAPERS[paper].en}"))
    for placed in placed_of(world, action):
        if action.do == "release_suspense":
            world.house.paymaster.release(placed.mid)
    world.waiting.append(action)
    world.states.on_papers = lambda: _papers_came(world)


def _papers_came(world: World) -> None:
    waiting, world.waiting = world.waiting, []
    for action in waiting:
        if _missing(world, action):
            world.waiting.append(action)
        else:
            _do(world, action)


def _do(world: World, action: PlannedAction) -> None:
    world.recorder.emit(
        ActionTaken(
            now_ms(world.env), f"merchant.{action.by}" if action.by else "run",
            action=action.do, target=action.target or (
                f"{action.by}/{action.terminal}" if action.terminal else ""),
            detail=found(world, action) or action.sale or action.software,
            until_ms=now_ms(world.env) + action.for_ms if action.for_ms else 0,
            locked_out=is_locked_out(world, action),
        ),
    )
    _end_faults(world, action)
    REMEDIES[action.do](world, action)


def _is_due(call: Call) -> None:
    world, place, action = call.arg
    world.ahead.discard(place)
    if take(world, action):
        world.taken.add(place)


def _end_faults(world: World, action: PlannedAction) -> None:
    """Some remedies are what ends a fault: the cable is found, the router restarted."""
    modes = ACTIONS[action.do].ends
    if not modes:
        return
    card = action.target if action.target.startswith("card.") else ""
    actors = frozenset() if card else frozenset(actors_of(world, action))
    if not actors and not card and ACTIONS[action.do].backup_route:
        return
    labels = {
        label for actor in actors or ("",) for label in world.faults.labels(modes, actor, card)}
    windows: dict[str, Window] = {window.label: window for window in world.windows}
    for label in sorted(labels):
        over = world.faults.end(label, actors)
        if label in windows:
            world.window_ended(windows[label], () if over else tuple(sorted(actors)))


def _was_keyed(world: World, action: PlannedAction) -> bool:
    return order_of(world, action) is not None


def _was_sold(world: World, action: PlannedAction) -> bool:
    known = order_of(world, action)
    return known is not None and known[2].sold is not None


def _was_scanned(world: World, action: PlannedAction) -> bool:
    known = order_of(world, action)
    return known is not None and known[2].kind is Kind.QR_SALE


MONITOR = "monitor"  # where an action switches the plan's monitoring on, nobody looks before
NEEDS_PAPERS = frozenset({"release_suspense", "correct_account", "unfreeze_account"})
"""What nobody does without the papers that are asked for."""
def _may_lose(world: World, action: PlannedAction) -> bool:
    """No terminal lets its memory go while it still owes the host a reversal or an advice."""
    return all(
        body.may_lose() for shop in shops_of(world, action) for body in bodies_of(shop, action))


POSSIBLE: dict[str, Callable[[World, PlannedAction], bool]] = {
    "void_or_refund": _was_sold, "another_function": _was_sold, "refund_and_scan": _was_scanned,
    "sell_again": _was_keyed, "factory_reset": _may_lose, "restore_data": _may_lose,
}
"""On what a remedy can be taken that is about a sale, or about what a terminal holds."""


def _monitor(world: World, _action: PlannedAction) -> None:
    """Somebody looks from now on, and alarms go off."""
    if world.emergency is not None:
        world.emergency.begin()


def _keep_evidence(world: World, action: PlannedAction) -> None:
    """Receipts and logs are kept; slips that are not there are printed again while they can be."""
    for placed in placed_of(world, action):
        world.money.disputes.reprint(placed.mid)


def _ends_faults_only(_world: World, _action: PlannedAction) -> None:
    """What the action ends is over already."""


def _only_looks(_world: World, _action: PlannedAction) -> None:
    """What was found, or told, stands in the trace with the action."""


REMEDIES: dict[str, Callable[[World, PlannedAction], None]] = {
    "retry_after_maintenance": at_counters.settle,
    "settle": at_counters.settle,
    "pause_sales": at_counters.pause,
    "resume_sales": at_counters.resume,
    "restart_terminal": at_counters.restart,
    "restart_router": _ends_faults_only,
    "check_network": _ends_faults_only,
    "complete_papers": _ends_faults_only,
    "move_terminal": _ends_faults_only,
    "open_firewall": _ends_faults_only,
    "contact_provider": at_counters.use_backup_route,
    "update_software": at_counters.update,
    "update_drivers": at_counters.update_drivers,
    "restore_system": at_counters.restore_system,
    "factory_reset": at_counters.factory_reset,
    "back_up": at_counters.back_up,
    "restore_data": at_counters.restore_data,
    "demand_download": at_counters.demand,
    "sign_on_again": at_counters.sign_on,
    "sign_on_as_clerk": at_counters.sign_on,
    "change_password": at_counters.change_password,
    "wait_do_not_repeat": at_counters.give_up_at_once,
    "another_terminal": at_counters.use_terminal,
    "another_payment_method": at_counters.pay_by,
    "query_payment": at_counters.pay_by,
    "void_or_refund": at_counters.void_or_refund,
    "another_function": at_counters.void_or_refund,
    "refund_and_scan": at_counters.refund_and_scan,
    "sell_again": at_counters.sell_again,
    "unfreeze_account": about_money.unfreeze,
    "correct_account": about_money.correct_account,
    "release_suspense": about_money.release,
    "defer_payout": about_money.defer,
    "contact_bank": about_money.ask_bank,
    "contact_support": at_counters.contact_support,
    "keep_evidence": _keep_evidence,
    MONITOR: _monitor,
    **dict.fromkeys((
        "check_records", "check_account", "check_fee", "check_statement",
        "wait", "warn_customers"), _only_looks),
}
