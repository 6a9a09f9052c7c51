"""How a wrong host changes what a right one does: its effects, its replies, its settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from simulator.defect import Replacements, instead
from simulator.machines.acquirer.events import (
    AcquirerEffect,
    AcquirerEvent,
    AskIssuer,
    AskWallet,
    Capture,
    Reply,
)
from simulator.machines.acquirer.machine import handle
from simulator.machines.acquirer.work import Effects, HostTable, Request, Step, Work
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

Changed = Iterable[AcquirerEffect]


def doing(change: Callable[[Work, AcquirerEffect], Changed]) -> Replacements:
    """A host each of whose effects becomes what ``change`` makes of it."""
    def wrong(
        right: Callable[[Work, AcquirerEvent, int], Effects], work: Work, event: AcquirerEvent,
        now_ms: int,
    ) -> Effects:
        return [each for effect in right(work, event, now_ms) for each in change(work, effect)]

    return instead(HostTable, (handle, wrong))


def capturing(
    change: Callable[[Work, Capture], Iterable[Capture]], *kinds: Kind,
) -> Replacements:
    """A host that books other things for a merchant than a right one, of these kinds or of all."""
    def changed(work: Work, effect: AcquirerEffect) -> Changed:
        if not isinstance(effect, Capture) or (kinds and effect.kind not in kinds):
            return (effect,)
        return change(work, effect)

    return doing(changed)


def asking(change: Callable[[Work, AskIssuer], Iterable[AskIssuer]]) -> Replacements:
    """A host that asks issuers for other things."""
    def changed(work: Work, effect: AcquirerEffect) -> Changed:
        return change(work, effect) if isinstance(effect, AskIssuer) else (effect,)

    return doing(changed)


def asking_wallets(change: Callable[[Work, AskWallet], Iterable[AskWallet]]) -> Replacements:
    """A host that asks wallets for other things."""
    def changed(work: Work, effect: AcquirerEffect) -> Changed:
        return change(work, effect) if isinstance(effect, AskWallet) else (effect,)

    return doing(changed)


def answering(change: Callable[[Work, Message], Message], *kinds: Kind) -> Replacements:
    """A host whose replies to these kinds are changed, and sealed anew where they approve."""
    def changed(work: Work, effect: AcquirerEffect) -> Changed:
        if not isinstance(effect, Reply) or effect.kind not in kinds:
            return (effect,)
        message = change(work, effect.message)
        if message is effect.message:
            return (effect,)
        terminal = work.books.terminals.get(message.tid)
        keys = terminal.keys if terminal is not None else None
        if keys is not None and work.sealer.dialect.kind[effect.kind].sealed:
            message = work.sealer.seal(replace(message, mac=None), keys.mak)
        return (replace(effect, message=message),)

    return doing(changed)


def on_request(
    right: Step, wrong: Callable[[Step, Work, Request], Effects], *kinds: Kind,
) -> Replacements:
    """A host whose step for these kinds is another; ``right`` is the one that stands there."""
    def chosen(standing: Step, work: Work, request: Request) -> Effects:
        if request.kind in kinds:
            return wrong(standing, work, request)
        return standing(work, request)

    return instead(HostTable, (right, chosen))


def with_settings(work: Work, step: Callable[..., Effects], *given: Any, **settings: Any) -> Effects:
    """What a step does where the host is set in another way."""
    before = work.settings
    work.settings = replace(before, **settings)
    try:
        return step(work, *given)
    finally:
        work.settings = before
