"""Terminals that get keys and MACs wrong."""

from __future__ import annotations

from collections.abc import Callable

from simulator.defect import Defect, instead
from simulator.machines.terminal import sign_on, work
from simulator.machines.terminal.events import NvmRecord
from simulator.machines.terminal.records import SignOnDemanded
from simulator.machines.terminal.work import Exchange, TerminalTable, Work
from simulator.wire.errors import KeyCheckError
from simulator.wire.keys import WorkingKeys, unchecked_working_keys
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


# Takes whatever keys it is given, and never looks at what stands behind them.


def _take_any(right: Callable[[Work, Message], WorkingKeys], w: Work, reply: Message) -> WorkingKeys:
    try:
        return right(w, reply)
    except KeyCheckError:
        return unchecked_working_keys(reply.private or b"", w.memory.master_key or w.identity.master_key)


ROWS = (
    Defect("terminal.ignores_mac", "a reply with a wrong MAC is believed",
           (9, 16), instead(TerminalTable, (work.is_proven, _believe)), shown_by="defects/mac-failure",
           zh="MAC 错误的应答也被采信"),
    Defect("terminal.ignores_sign_on_request",
           "a terminal that is told to sign on again goes on as if nothing had been said",
           (13,), instead(TerminalTable, (work.store, _stay_signed_on)), shown_by="defects/mac-failure",
           zh="被要求重新签到的终端若无其事地继续"),
    Defect("terminal.takes_unfit_keys", "working keys are taken whose check value does not fit",
           (13,), instead(TerminalTable, (sign_on.keys_in, _take_any)), shown_by="judge/keys-do-not-fit",
           zh="校验值不符的工作密钥也照用"),
)
