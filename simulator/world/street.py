"""Everybody who sells: merchants with their clerks, terminals and lines; built, and connected.

Terminals that stand outside (a port instead of a body) are left out and plugged in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import shake_256

import msgspec

from simulator.machines.sealing import Sealer
from simulator.machines.terminal.events import Conclude, NvmRecord
from simulator.machines.terminal.journal import compact
from simulator.machines.terminal.machine import TABLE, Terminal
from simulator.machines.terminal.profile import TerminalIdentity, TerminalProfile
from simulator.machines.terminal.work import TerminalTable
from simulator.scenario.places import PlacedMerchant, PlacedTerminal
from simulator.world.bodies.acquirer_body import AcquirerBody
from simulator.world.bodies.kept_records import Memory, WorldMemory
from simulator.world.bodies.memory_service import MemoryService
from simulator.world.bodies.terminal_body import TerminalBody
from simulator.world.ground import Ground
from simulator.world.network.lines import Line, Outside, Shared
from simulator.world.network.link import Link
from simulator.world.network.wire_codec import WireCodec
from simulator.world.people.announcements import Announcements
from simulator.world.people.card_deck import CardDeck
from simulator.world.people.counter import Counter
from simulator.world.people.demand import Mixture, Stream, opening_of
from simulator.world.people.orders import Order
from simulator.world.people.shop import Shop
from simulator.world.time.kernel import now_ms


class Street:
    """All shops of a world, their terminals by TID, and the way of each to the host."""

    def __init__(
        self, ground: Ground, acquirer: AcquirerBody, deck: CardDeck, announcements: Announcements,
    ) -> None:
        self._ground = ground
        self._acquirer = acquirer
        self._deck = deck
        self._announcements = announcements
        self._random_bytes = random_bytes(ground)
        self._shared: dict[str, Shared] = {}
        self.bodies: dict[str, TerminalBody] = {}
        self.links: dict[str, Link] = {}
        self.shops: dict[str, Shop] = {}
        for number, placed in enumerate(ground.places.merchants):
            self._build_merchant(number, placed)

    def sold_as(self, sale: str) -> tuple[str, str, Order] | None:
        """MID, TID and order of a script's sale; None where it was never begun."""
        for shop in self.shops.values():
            found = shop.sold_as(sale)
            if found is not None:
                return shop.mid, *found
        return None

    def _build_merchant(self, number: int, placed: PlacedMerchant) -> None:
        ground, merchant = self._ground, placed.merchant
        shop = Shop(
            ground.env, ground.choices.seed, merchant, placed.mid, number, self._deck,
            self._announcements, ground.places.codes, ground.scenario.until_ms,
            None if ground.choices.street_memory is None else ground.choices.street_memory.noted,
        )
        self.shops[merchant.name] = shop
        opening = mixture = None
        if merchant.sales is not None:
            inside = sum(each.tid not in ground.choices.external for each in placed.terminals)
            opening = opening_of(merchant.open, merchant.sales, max(1, inside))
            mixture = Mixture(merchant.sales)
        for position, terminal in enumerate(placed.terminals, 1):
            link = self._build_link(terminal)
            if terminal.tid in ground.choices.external:
                continue
            counter = Counter(ground.env, ground.recorder, ground.faults, shop)
            counter.body = self._build_body(placed, terminal, link, counter.concluded)
            counter.profile = terminal.profile
            counter.body.on_boot = counter.restarted
            if ground.choices.street_memory is not None:
                counter.body.on_silence = counter.noted
            stream = None
            if opening is not None and mixture is not None:
                stream = Stream(ground.choices.seed, terminal.tid, opening, mixture)
            shop.add_counter(position, counter, stream, dict(terminal.profile.clerks))

    def _build_link(self, terminal: PlacedTerminal) -> Link:
        ground = self._ground
        outside = terminal.tid in ground.choices.external
        link = Link(
            ground.env, ground.recorder, ground.faults, self._acquirer, terminal.tid,
            Outside() if outside else self._build_line(terminal),
            # What stands outside has its bytes made and recorded at its port; beside it those
            # inside carry objects.
            WireCodec(ground.codec) if ground.choices.wire and not ground.choices.external else None,
        )
        self.links[terminal.tid] = link
        self._acquirer.links[terminal.tid] = link
        return link

    def use_backup(self, tid: str) -> None:
        """A terminal goes by its second access line, where it has one; not by its router's any more."""
        terminal = next(
            each for placed in self._ground.places.merchants for each in placed.terminals
            if each.tid == tid)
        if len(terminal.profile.links) > 1:
            network = self._ground.scenario.network
            self.links[tid].use(Line(
                self._ground.choices.seed, tid, getattr(network, terminal.profile.links[1]), ()))

    def _build_line(self, terminal: PlacedTerminal) -> Line:
        ground = self._ground
        place, network = terminal.place, ground.scenario.network
        shared = tuple(
            self._shared.setdefault(name, Shared(name, bytes_per_second))
            for name, bytes_per_second in (
                (place.router, network.router_bytes_per_second),
                (place.isp, network.isp_bytes_per_second),
            ) if bytes_per_second
        )
        return Line(ground.choices.seed, terminal.tid, getattr(network, terminal.profile.links[0]),
                    shared)

    def _memory_of(self, tid: str) -> Memory:
        kept = self._ground.choices.street_memory
        return WorldMemory(compact) if kept is None else kept.of_terminal(tid)

    def _build_body(
        self, placed: PlacedMerchant, terminal: PlacedTerminal, link: Link,
        concluded: Callable[[Conclude], None],
    ) -> TerminalBody:
        ground = self._ground
        identity = TerminalIdentity(
            terminal.tid, placed.mid, master_key=ground.choices.keys.key_of(terminal.tid).octets)
        body = TerminalBody(
            ground.env, ground.recorder, ground.faults, ground.deadlines, terminal.tid,
            Builder(ground.workshop.table(TABLE), identity, terminal.profile, ground.sealer),
            self._memory_of(terminal.tid), link, concluded,
        )
        body.random_bytes = self._random_bytes
        body.service = ground.workshop.build(MemoryService)()
        body.software_offered = ground.scenario.acquirer.minimum_software
        link.terminal = body
        self.bodies[terminal.tid] = body
        return body


def random_bytes(ground: Ground) -> Callable[[str, int], bytes]:
    """What terminals of a world draw: decided by seed, TID and moment."""
    def draw(tid: str, count: int) -> bytes:
        name = f"random bytes {ground.choices.seed} {tid} {now_ms(ground.env)}"
        return shake_256(name.encode()).digest(count)

    return draw


class Builder(msgspec.Struct, frozen=True, gc=False):
    """How one terminal's machine is built from a journal, right or wrong."""

    table: TerminalTable
    identity: TerminalIdentity
    profile: TerminalProfile
    sealer: Sealer

    def __call__(self, records: Iterable[NvmRecord]) -> Terminal:
        """The machine as it comes up on these records."""
        return Terminal(self.identity, self.profile, self.sealer, records, table=self.table)
