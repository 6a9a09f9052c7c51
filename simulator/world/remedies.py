"""What each documented remedy does in the world; the table of them is in ``actions``."""

from __future__ import annotations

from collections.abc import Callable

from simulator.catalogue.remedies import ACTIONS
from simulator.faults.schedule import Window
from simulator.faults.targets import choose
from simulator.local_time import DAY_MS, datetime_at
from simulator.machines.acquirer.events import DownloadDemanded
from simulator.money.merchant_bank import AccountStatus
from simulator.money.statement import yuan
from simulator.scenario.places import PlacedMerchant
from simulator.scenario.story import PlannedAction
from simulator.trace.records import ActionTaken
from simulator.wire.kinds import Kind
from simulator.world import settings
from simulator.world.bodies.terminal_body import UPDATE_MS, TerminalBody
from simulator.world.people.orders import Order
from simulator.world.people.shop import Shop
from simulator.world.time.kernel import Call, call_at, call_in, now_ms
from simulator.world.world import World

RESTART_MS = 30_000  # switching a terminal off and on by hand
EVERYBODY_PAUSES_MS = 365 * DAY_MS


def schedule(world: World, actions: tuple[PlannedAction, ...]) -> None:
    """Have each action taken at its moment."""
    for place, action in enumerate(actions):
        world.ahead.add(place)
        call_at(world.env, action.at_ms, _is_due, (world, place, action))


def take(world: World, action: PlannedAction) -> None:
    """Take an action now."""
    world.recorder.emit(
        ActionTaken(
            now_ms(world.env), f"merchant.{action.by}" if action.by else "run",
            action=action.do, target=action.target or (
                f"{action.by}/{action.terminal}" if action.terminal else ""),
            detail=action.sale or action.software or _found(world, action),
        ),
    )
    _end_faults(world, action)
    REMEDIES[action.do](world, action)


def _found(world: World, action: PlannedAction) -> str:
    """What somebody learns by looking, for the remedies that only look or tell."""
    if action.do == "check_records":
        return "; ".join(
            _whose(placed, action) + _records(world, placed) for placed in _placed(world, action))
    if action.do == "warn_customers":
        return "; ".join(
            f"{_whose(placed, action)}expected {datetime_at(expected):%Y-%m-%d %H:%M}"
            for placed in _placed(world, action)
            for payout in (placed.merchant.payout,)
            for expected in (world.house.expected_ms(
                settings.rest_of(payout), settings.first_date_of(payout, world.scenario.start_ms)),)
        )
    return ""


def _records(world: World, placed: PlacedMerchant) -> str:
    """The terminals' records, the back office and the bank statement of a merchant, side by side."""
    held = [
        item.amount_fen for terminal in placed.terminals
        if (body := world.bodies.get(terminal.tid)) is not None
        for item in body.machine.memory.items
    ]
    waiting = [
        item.amount_fen for item in world.house.clearing.open_items() if item.mid == placed.mid]
    suspended = [
        each.net_fen for each in world.house.paymaster.payouts.suspended() if each.mid == placed.mid]
    paid = [line.amount_fen for line in world.house.paymaster.statement(placed.bank, placed.mid)]
    columns = (
        ("terminals' open batches", held), ("back office, not cleared", waiting),
        ("in suspense", suspended), ("bank statement", paid),
    )
    return ", ".join(f"{name} {len(sums)} of {yuan(sum(sums))}" for name, sums in columns)


def _whose(placed: PlacedMerchant, action: PlannedAction) -> str:
    """The merchant's name, where an action is of several."""
    return "" if action.by else f"{placed.merchant.name}: "


def _is_due(call: Call) -> None:
    world, place, action = call.arg
    world.ahead.discard(place)
    take(world, action)
    world.taken.add(place)


def _end_faults(world: World, action: PlannedAction) -> None:
    """Some remedies are what ends a fault: the cable is found, the router restarted."""
    modes = ACTIONS[action.do].ends
    if not modes:
        return
    card = action.target if action.target.startswith("card.") else ""
    actors = frozenset() if card else frozenset(_actors(world, action))
    labels = {
        label for actor in actors or ("",) for label in world.faults.labels(modes, actor, card)}
    windows: dict[str, Window] = {window.label: window for window in world.windows}
    for label in sorted(labels):
        over = world.faults.end(label, actors)
        if label in windows:
            world.window_ended(windows[label], () if over else tuple(sorted(actors)))


def _actors(world: World, action: PlannedAction) -> list[str]:
    """MIDs and TIDs that an action is about: by whom, at which terminal, of which target."""
    topology = world.places.topology
    chosen = choose(action.target, topology).actors
    actors = [
        actor for placed in _placed(world, action)
        for actor in (placed.mid, *(
            terminal.tid for number, terminal in enumerate(placed.terminals, 1)
            if action.terminal in (0, number)))
        if chosen is None or actor in chosen
    ]
    if ACTIONS[action.do].shared_router:
        restarted = {place.router for place in topology.terminals if place.tid in actors}
        actors += [place.tid for place in topology.terminals if place.router in restarted]
    return actors


def _shops(world: World, action: PlannedAction) -> list[Shop]:
    return [world.shops[action.by]] if action.by else list(world.shops.values())


def _bodies(shop: Shop, action: PlannedAction) -> list[TerminalBody]:
    return [
        counter.body for number, counter in shop.counters.items()
        if action.terminal in (0, number)
    ]


def _placed(world: World, action: PlannedAction) -> list[PlacedMerchant]:
    return [
        placed for placed in world.places.merchants
        if action.by in ("", placed.merchant.name)
    ]


def _settle(world: World, action: PlannedAction) -> None:
    for shop in _shops(world, action):
        shop.resume()
        shop.settle(action.terminal)


def _pause(world: World, action: PlannedAction) -> None:
    until_ms = now_ms(world.env) + (action.for_ms or EVERYBODY_PAUSES_MS)
    for shop in _shops(world, action):
        shop.pause(until_ms)


def _resume(world: World, action: PlannedAction) -> None:
    for shop in _shops(world, action):
        shop.resume()


def _restart(world: World, action: PlannedAction) -> None:
    for shop in _shops(world, action):
        for body in _bodies(shop, action):
            body.cut_power(RESTART_MS)


def _ends_faults_only(_world: World, _action: PlannedAction) -> None:
    """What the action ends is over already."""


def _only_looks(_world: World, _action: PlannedAction) -> None:
    """What was found, or told, stands in the trace with the action."""


def _update(world: World, action: PlannedAction) -> None:
    for shop in _shops(world, action):
        for body in _bodies(shop, action):
            body.software_offered = action.software or body.software_offered
            call_in(world.env, UPDATE_MS, body.install_by_hand)


def _demand(world: World, action: PlannedAction) -> None:
    """The next replies to these terminals ask for it, until they take it up."""
    tids = [""] if not action.by else [
        terminal.tid for placed in _placed(world, action)
        for number, terminal in enumerate(placed.terminals, 1) if action.terminal in (0, number)
    ]
    for tid in tids:
        world.acquirer.give(DownloadDemanded(tid, action.download))


def _unfreeze(world: World, action: PlannedAction) -> None:
    if action.target.startswith("card."):
        return  # it is frozen by a fault, which has just ended
    concerned = _actors(world, action)
    for placed in _placed(world, action):
        if placed.mid in concerned:
            world.house.paymaster.set_account_status(placed.bank, placed.mid, AccountStatus.NORMAL)
            world.introduce_merchant(placed)


def _correct_account(world: World, action: PlannedAction) -> None:
    for placed in _placed(world, action):
        account = settings.account_of(placed)
        world.house.paymaster.set_account_status(placed.bank, placed.mid, AccountStatus.NORMAL)
        world.introduce_merchant(placed, corrected=True)
        world.house.paymaster.correct_account(settings.with_right_name(account))


def _release(world: World, action: PlannedAction) -> None:
    for placed in _placed(world, action):
        world.house.paymaster.release(placed.mid)


def _contact_support(world: World, action: PlannedAction) -> None:
    """Support has the terminals say what they hold: an echo, and what waits is sent."""
    for shop in _shops(world, action):
        for counter in shop.counters.values():
            echo = Order(Kind.ECHO_TEST, f"support.{counter.body.tid}.{now_ms(world.env)}")
            counter.ask(echo)


REMEDIES: dict[str, Callable[[World, PlannedAction], None]] = {
    "retry_after_maintenance": _settle,
    "settle": _settle,
    "pause_sales": _pause,
    "resume_sales": _resume,
    "restart_terminal": _restart,
    "restart_router": _ends_faults_only,
    "check_network": _ends_faults_only,
    "update_software": _update,
    "demand_download": _demand,
    "unfreeze_account": _unfreeze,
    "correct_account": _correct_account,
    "release_suspense": _release,
    "contact_support": _contact_support,
    "check_records": _only_looks,
    "warn_customers": _only_looks,
}
