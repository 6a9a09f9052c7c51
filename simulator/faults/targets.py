"""Which terminals, banks, wallets, cards and merchants a target names; knows no fault.

Forms: nothing or ``all`` · ``acquirer`` · ``terminal:10000001`` · a merchant's name (all its
terminals, its account) · ``name/2`` (its second terminal) · ``router.x`` · ``isp.x`` · a region ·
``bank.x`` · ``wallet.x`` · ``card.x``.
"""

from __future__ import annotations

import msgspec

from simulator.faults.modes import TargetKind


class TerminalPlace(msgspec.Struct, frozen=True, gc=False):
    """Where a terminal stands."""

    tid: str
    merchant: str
    mid: str
    router: str
    isp: str
    region: str = ""


class Topology(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a target can name.  ``terminals`` in the order of their merchants."""

    terminals: tuple[TerminalPlace, ...]
    merchants: tuple[tuple[str, str], ...]  # name, MID
    banks: tuple[str, ...] = ()
    wallets: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()


class Chosen(msgspec.Struct, frozen=True):
    """What a target names; None where it does not restrict.

    ``actors`` are TIDs and MIDs; ``bank`` and ``card`` are compared with an anchor's own.
    """

    kind: TargetKind
    actors: frozenset[str] | None = None
    bank: str = ""
    card: str = ""


class UnknownTargetError(ValueError):
    """A target that names nothing; the text says what there is."""


def choose(target: str, topology: Topology) -> Chosen:
    """What a target names, or UnknownTargetError."""
    if target in ("", "all"):
        return Chosen(TargetKind.ALL)
    if target == "acquirer":
        return Chosen(TargetKind.ACQUIRER)
    for kind, names in (
        (TargetKind.BANK, topology.banks), (TargetKind.WALLET, topology.wallets),
    ):
        if target in names:
            return Chosen(kind, bank=target)
    if target in topology.cards:
        return Chosen(TargetKind.CARD, card=target)
    mids = [mid for name, mid in topology.merchants if name == target]
    if mids:
        tids = [place.tid for place in topology.terminals if place.merchant == target]
        return Chosen(TargetKind.MERCHANT, frozenset(mids + tids))
    return _place(target, topology)


def _place(target: str, topology: Topology) -> Chosen:
    places = topology.terminals
    if target.startswith("terminal:"):
        tids = [place.tid for place in places if place.tid == target[len("terminal:"):]]
        if tids:
            return Chosen(TargetKind.TERMINAL, frozenset(tids))
    merchant, slash, number = target.rpartition("/")
    if slash and number.isascii() and number.isdigit() and len(number) < 8:
        tids = [place.tid for place in places if place.merchant == merchant]
        if 1 <= int(number) <= len(tids):
            return Chosen(TargetKind.TERMINAL, frozenset({tids[int(number) - 1]}))
    for kind, facet in (
        (TargetKind.ROUTER, "router"), (TargetKind.ISP, "isp"), (TargetKind.REGION, "region"),
    ):
        tids = [place.tid for place in places if getattr(place, facet) == target]
        if tids:
            mids = [place.mid for place in places if place.region == target]
            return Chosen(kind, frozenset(tids + mids))
    raise UnknownTargetError(", ".join(named(topology)))


def named(topology: Topology) -> tuple[str, ...]:
    """What a target can name here, each once; terminals by their forms only."""
    return tuple(dict.fromkeys((
        "all", "acquirer", *(name for name, _ in topology.merchants),
        *(f"{name}/1" for name, _ in topology.merchants[:1]),
        *(f"terminal:{place.tid}" for place in topology.terminals[:1]),
        *(place.router for place in topology.terminals),
        *(place.isp for place in topology.terminals),
        *(place.region for place in topology.terminals if place.region),
        *topology.banks, *topology.wallets, *topology.cards,
    )))
