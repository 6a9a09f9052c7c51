"""Whom a remedy is about: shops, terminals, merchants, all behind a router; changes nothing."""

from __future__ import annotations

from simulator.catalogue.remedies import ACTIONS
from simulator.faults.targets import choose
from simulator.scenario.places import PlacedMerchant
from simulator.scenario.story import PlannedAction
from simulator.world.bodies.terminal_body import TerminalBody
from simulator.world.people.counter import Counter
from simulator.world.people.orders import Order
from simulator.world.people.shop import Shop
from simulator.world.world import World


def actors_of(world: World, action: PlannedAction) -> list[str]:
    """MIDs and TIDs that an action is about: by whom, at which terminal, of which target."""
    topology = world.places.topology
    chosen = choose(action.target, topology).actors
    routed = ACTIONS[action.do].backup_route
    actors = [
        actor for placed in placed_of(world, action)
        for actor in (*(() if routed else (placed.mid,)), *(
            terminal.tid for number, terminal in enumerate(placed.terminals, 1)
            if action.terminal in (0, number)
            and (not routed or len(terminal.profile.links) > 1)))
        if chosen is None or actor in chosen
    ]
    if ACTIONS[action.do].shared_router:
        restarted = {place.router for place in topology.terminals if place.tid in actors}
        actors += [place.tid for place in topology.terminals if place.router in restarted]
    return actors


def shops_of(world: World, action: PlannedAction) -> list[Shop]:
    """The shops that take it."""
    return [world.shops[action.by]] if action.by else list(world.shops.values())


def counters_of(shop: Shop, action: PlannedAction) -> list[Counter]:
    """The counters of a shop at which it is taken."""
    return [
        counter for number, counter in shop.counters.items() if action.terminal in (0, number)]


def bodies_of(shop: Shop, action: PlannedAction) -> list[TerminalBody]:
    """The terminals of a shop to which it is done."""
    return [counter.body for counter in counters_of(shop, action)]


def placed_of(world: World, action: PlannedAction) -> list[PlacedMerchant]:
    """The merchants that take it."""
    return [
        placed for placed in world.places.merchants if action.by in ("", placed.merchant.name)]


def order_of(world: World, action: PlannedAction) -> tuple[Shop, Counter, Order] | None:
    """Where the sale that it names was keyed; None where it was not, or not yet."""
    for shop in shops_of(world, action):
        if (order := shop.order_of(action.sale)) is not None and (
            counter := shop.counters.get(order.terminal)
        ) is not None:
            return shop, counter, order
    return None
