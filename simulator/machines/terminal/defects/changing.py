"""How a wrong terminal changes what a right one does: its effects, its requests, its jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from simulator.defect import Replacements, instead
from simulator.machines.terminal import advice, sale
from simulator.machines.terminal.events import NvmRecord, Operated, Send, TerminalEffect
from simulator.machines.terminal.machine import MOVES
from simulator.machines.terminal.work import Exchange, Move, Start, TerminalTable, Work, store
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

Effects = Iterable[TerminalEffect]
ALL_MOVES = frozenset(move for moves in MOVES.values() for move in moves.values())


def doing(change: Callable[[Work, TerminalEffect], Effects]) -> Replacements:
    """A terminal each of whose effects becomes what ``change`` makes of it."""
    def wrong(move: Move, w: Work, waiting: object, event: object) -> None:
        move(w, waiting, event)
        w.out[:] = [each for effect in w.out for each in change(w, effect)]

    return instead(TerminalTable, *((move, wrong) for move in ALL_MOVES))


def sending(
    change: Callable[[Work, Message], Message], *kinds: Kind, attempt: int = 0,
) -> Replacements:
    """A terminal whose requests of these kinds are changed before they are sealed.

    From the try ``attempt`` on.  It waits for the reply to what it really sent, and what it
    reverses is what it should have sent.
    """
    def changed(w: Work, effect: TerminalEffect) -> Effects:
        if not isinstance(effect, Send) or effect.kind not in kinds or effect.attempt < attempt:
            return (effect,)
        message = change(w, effect.message)
        if message.mac is not None:
            message = w.sealer.seal(replace(message, mac=None), w.memory.mak)
        if isinstance(w.waiting, Exchange):
            w.waiting = replace(w.waiting, request=message)
        return (replace(effect, message=message),)

    return doing(changed)


def asked_for(change: Callable[[Work, Operated], Operated], *kinds: Kind) -> Replacements:
    """A terminal that takes an order of these kinds for another one, and does that throughout."""
    def wrong(start: Start, w: Work) -> None:
        job = w.job
        if job is not None and job.kind in kinds:
            w.job = change(w, job)
        start(w)

    return instead(
        TerminalTable, (sale.start_reversible, wrong), (advice.start_stored, wrong),
        (advice.start_offline, wrong))


def storing(change: Callable[[Work, NvmRecord], NvmRecord | None]) -> Replacements:
    """A terminal that writes down what ``change`` makes of a record; nothing where that is None."""
    def wrong(right: Callable[[Work, NvmRecord], None], w: Work, record: NvmRecord) -> None:
        changed = change(w, record)
        if changed is not None:
            right(w, changed)

    return instead(TerminalTable, (store, wrong))
