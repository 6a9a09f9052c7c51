"""Remedies that people take at their counters: what clerks key, and how they go on from then on."""

from __future__ import annotations

from simulator.local_time import DAY_MS
from simulator.machines.acquirer.events import DownloadDemanded
from simulator.scenario.story import PlannedAction
from simulator.wire.kinds import Kind
from simulator.world.bodies.terminal_body import UPDATE_MS
from simulator.world.people.counter import Counter
from simulator.world.people.orders import Order
from simulator.world.remedies.whom import (
    bodies_of,
    counters_of,
    order_of,
    placed_of,
    shops_of,
)
from simulator.world.time.kernel import call_in, now_ms
from simulator.world.world import World

RESTART_MS = 30_000  # switching a terminal off and on by hand
EVERYBODY_PAUSES_MS = 365 * DAY_MS
AGAIN = "again"  # what is sold once more has the sale's name and this


def _until_ms(world: World, action: PlannedAction) -> int:
    return now_ms(world.env) + (action.for_ms or EVERYBODY_PAUSES_MS)


def settle(world: World, action: PlannedAction) -> None:
    """Sell again, and settle by hand."""
    for shop in shops_of(world, action):
        shop.resume()
        shop.settle(action.terminal)


def pause(world: World, action: PlannedAction) -> None:
    """Sell nothing for a time."""
    for shop in shops_of(world, action):
        shop.pause(_until_ms(world, action))


def resume(world: World, action: PlannedAction) -> None:
    """Sell again, and as before: here, by whatever customers have, trying again as is the habit."""
    for shop in shops_of(world, action):
        shop.resume()


def restart(world: World, action: PlannedAction) -> None:
    """Off and on again."""
    for shop in shops_of(world, action):
        for body in bodies_of(shop, action):
            body.cut_power(RESTART_MS)


def update(world: World, action: PlannedAction) -> None:
    """New software by hand."""
    for shop in shops_of(world, action):
        for body in bodies_of(shop, action):
            body.software_offered = action.software or body.software_offered
            call_in(world.env, UPDATE_MS, body.install_by_hand)


def restore_system(world: World, action: PlannedAction) -> None:
    """The software of before comes back, with its faults; keys are renewed by a sign-on."""
    for shop in shops_of(world, action):
        for counter in counters_of(shop, action):
            counter.body.roll_back(action.software)
            counter.ask(_sign_on(counter, now_ms(world.env)))


def factory_reset(world: World, action: PlannedAction) -> None:
    """Journal, batch and counters are gone, whatever is open."""
    for shop in shops_of(world, action):
        for body in bodies_of(shop, action):
            body.wipe()


def back_up(world: World, action: PlannedAction) -> None:
    """Keep a copy of the journals, to be restored."""
    for shop in shops_of(world, action):
        for body in bodies_of(shop, action):
            body.back_up()


def restore_data(world: World, action: PlannedAction) -> None:
    """The journals of the last backup come back: what was done since is in the host's record only."""
    for shop in shops_of(world, action):
        for body in bodies_of(shop, action):
            body.restore()


def update_drivers(world: World, action: PlannedAction) -> None:
    """A printer or reader that failed works again."""
    for shop in shops_of(world, action):
        for body in bodies_of(shop, action):
            body.printer_fails = False


def demand(world: World, action: PlannedAction) -> None:
    """The next replies to these terminals ask for it, until they take it up."""
    tids = [""] if not action.by else [
        terminal.tid for placed in placed_of(world, action)
        for number, terminal in enumerate(placed.terminals, 1) if action.terminal in (0, number)
    ]
    for tid in tids:
        world.acquirer.give(DownloadDemanded(tid, action.download))


def contact_support(world: World, action: PlannedAction) -> None:
    """Support has the terminals say what they hold: an echo, and what waits is sent."""
    for shop in shops_of(world, action):
        for counter in shop.counters.values():
            echo = Order(Kind.ECHO_TEST, f"support.{counter.body.tid}.{now_ms(world.env)}")
            counter.ask(echo)


def use_backup_route(world: World, action: PlannedAction) -> None:
    """Terminals that have a second kind of access line use it from now on."""
    for shop in shops_of(world, action):
        for body in bodies_of(shop, action):
            world.street.use_backup(body.tid)


# ---- how clerks go on ------------------------------------------------------------------------


def give_up_at_once(world: World, action: PlannedAction) -> None:
    """A sale that failed is not keyed again; its outcome is awaited."""
    for shop in shops_of(world, action):
        shop.go_easy()


def use_terminal(world: World, action: PlannedAction) -> None:
    """Customers are sent to another terminal for a time."""
    for shop in shops_of(world, action):
        shop.send_to(action.terminal, _until_ms(world, action))


def pay_by(world: World, action: PlannedAction) -> None:
    """Customers pay otherwise for a time: also who is at a counter, and does not know yet."""
    for shop in shops_of(world, action):
        shop.pay_by(action.pay, _until_ms(world, action))


def change_password(world: World, action: PlannedAction) -> None:
    """A clerk's password is another one; whoever knew the usual one is out."""
    for shop in shops_of(world, action):
        for number, counter in shop.counters.items():
            if action.terminal in (0, number):
                counter.body.change_password(action.clerk, action.password)
                shop.password_changed(number, action.clerk, action.password)


# ---- what clerks key -------------------------------------------------------------------------


def sign_on(world: World, action: PlannedAction) -> None:
    """Sign on, as somebody or as the usual clerk."""
    for shop in shops_of(world, action):
        for counter in counters_of(shop, action):
            counter.ask(_sign_on(counter, now_ms(world.env), action.clerk))


def _sign_on(counter: Counter, at_ms: int, clerk: str = "") -> Order:
    return Order(Kind.SIGN_ON, f"sign_on.{counter.body.tid}.{at_ms}", clerk=clerk or "01")


def void_or_refund(world: World, action: PlannedAction) -> None:
    """Give a sale back, by what is enabled and still possible; sell the right sum where one is given."""
    known = order_of(world, action)
    if known is None or known[2].sold is None:
        return
    shop, counter, order = known
    kind = _undoing(counter, order)
    counter.ask(Order(
        kind, f"{order.sale}-{kind.value}", order.amount_fen, order.card, of=order,
        qr_code=order.qr_code))
    if action.amount_fen:
        counter.ask(shop.once_more(order, AGAIN, action.amount_fen))


def _undoing(counter: Counter, order: Order) -> Kind:
    """A void in the open batch, a refund after it; the other one where a function is switched off."""
    assert order.sold is not None
    memory = counter.body.machine.memory
    in_batch = memory.batch == order.sold.batch
    wallet = order.kind is Kind.QR_SALE
    void, refund = (Kind.QR_VOID, Kind.QR_REFUND) if wallet else (Kind.VOID, Kind.REFUND)
    disabled = counter.body.disabled
    if in_batch and void.value not in disabled:
        return void
    return refund


def refund_and_scan(world: World, action: PlannedAction) -> None:
    """What was paid with the wrong code goes back; then the right one is scanned."""
    known = order_of(world, action)
    if known is None or known[2].kind is not Kind.QR_SALE:
        return
    shop, counter, order = known
    if order.sold is not None:
        counter.ask(Order(
            Kind.QR_REFUND, f"{order.sale}-{Kind.QR_REFUND.value}", order.amount_fen, of=order,
            qr_code=order.qr_code))
    counter.ask(shop.once_more(order, AGAIN, order.amount_fen))


def sell_again(world: World, action: PlannedAction) -> None:
    """The same sale once more: where the first was good after all, the customer pays twice."""
    known = order_of(world, action)
    if known is None:
        return
    shop, counter, order = known
    counter.ask(shop.once_more(order, AGAIN, order.amount_fen))
