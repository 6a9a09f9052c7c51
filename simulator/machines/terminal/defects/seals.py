"""Terminals that get keys and MACs wrong."""

from __future__ import annotations

from collections.abc import Callable

from simulator.defect import Defect, instead
from simulator.machines.terminal import work
from simulator.machines.terminal.events import NvmRecord
from simulator.machines.terminal.records import SignOnDemanded
from simulator.machines.terminal.work import Exchange, TerminalTable, Work
from simulator.wire.message import Message

# Believes every reply.


def _believe(_right: object, _w: Work, _exchange: Exchange, _reply: Message) -> bool:
    return True


# Goes on with its old keys, whatever it is told.


def _stay_signed_on(
    store: Callable[[Work, NvmRecord], None], w: Work, record: NvmRecord,
) -> None:
    if not isinstance(record, SignOnDemanded):
        store(w, record)


ROWS = (
    Defect("terminal.ignores_mac", "a reply with a wrong MAC is believed",
           (9, 16), instead(TerminalTable, (work.is_proven, _believe)), shown_by="defects/mac-failure",
           zh="MAC 错误的应答也被采信"),
    Defect("terminal.ignores_sign_on_request",
           "a terminal that is told to sign on again goes on as if nothing had been said",
           (13,), instead(TerminalTable, (work.store, _stay_signed_on)), shown_by="defects/mac-failure",
           zh="被要求重新签到的终端若无其事地继续"),
)
