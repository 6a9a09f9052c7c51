"""ECR ports built wrong on purpose: what a till is told is not what became of its order.

The terminal behind them is a right one, and so is its line to the host: only the checks of the
till's line can see them.  They are built into a virtual device as defects of terminals are.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hil.device.ecr_port import EcrPort
from hil.ecr.facts import Facts, order_of
from hil.ecr.link import Notice, Noticed
from hil.ecr.profile import CommandRow
from hil.ecr.terminal import Memory, OrderHeard, Remembered, TerminalSession
from hil.ecr.values import MOVES_MONEY, Answer, Order, Result
from simulator.defect import (
    Build,
    Defect,
    Part,
    Replacement,
    Replacements,
    by_name,
    instead,
    wrong_class,
)
from simulator.machines.terminal.events import Conclude
from simulator.machines.terminal.profile import Card
from simulator.machines.terminal.receipts import SUM_PRINTED
from simulator.machines.terminal.work import TerminalTable
from simulator.wire.masking import mask_pan
from simulator.world.defects import DEFECTS

Answering = Callable[[EcrPort, Conclude, Order, Card | None], Answer]
_MORE_FEN = 100
_ONE_BIT = 0x01


def _answering(change: Callable[[Answer], Answer]) -> Replacements:
    def wrong(
        right: Answering, port: EcrPort, effect: Conclude, order: Order, card: Card | None,
    ) -> Answer:
        answer = right(port, effect, order, card)
        return change(answer) if order.kind in MOVES_MONEY else answer

    return instead(EcrPort, (EcrPort._answer, wrong))


# Tells another sum than was approved.


def _other_sum(answer: Answer) -> Answer:
    return msgspec.structs.replace(answer, amount_fen=answer.amount_fen + _MORE_FEN)


# Tells approved whatever became of it.


def _approved(answer: Answer) -> Answer:
    if answer.result in (Result.DECLINED, Result.FAILED):
        return msgspec.structs.replace(answer, result=Result.APPROVED, response_code="00")
    return answer


# Tells declined whatever became of it.


def _declined(answer: Answer) -> Answer:
    if answer.result == Result.APPROVED:
        return msgspec.structs.replace(answer, result=Result.DECLINED, response_code="05")
    return answer


# Tells the number and reference of the transaction before.


def _last_numbers(answer: Answer) -> Answer:
    if answer.result != Result.APPROVED or answer.stan <= 1:
        return answer
    rrn = f"{int(answer.rrn) - 1:012}" if answer.rrn.isdecimal() else answer.rrn
    return msgspec.structs.replace(answer, stan=answer.stan - 1, rrn=rrn)


# Takes a request that comes again for another order.


def _known_to_nobody(_right: object, _session: TerminalSession, _request: str) -> None:
    return None


# Tells of the order before the last when it is asked for the last.


def _one_too_early(
    right: Callable[[TerminalSession, CommandRow, Facts, int], None], session: TerminalSession,
    command: CommandRow, facts: Facts, now_ms: int,
) -> None:
    kept = session.memory
    money = [each for each in kept.orders if each.kind in MOVES_MONEY]
    if money:
        session.memory = Memory(tuple(each for each in kept.orders if each is not money[-1]))
    right(session, command, facts, now_ms)
    session.memory = kept


# Says that the last order was approved, whatever became of it.


def _always_approved(
    right: Callable[[TerminalSession, CommandRow, Facts, int], None], session: TerminalSession,
    command: CommandRow, facts: Facts, now_ms: int,
) -> None:
    kept = session.memory
    session.memory = Memory(tuple(_as_approved(each) for each in kept.orders))
    right(session, command, facts, now_ms)
    session.memory = kept


def _as_approved(order: Remembered) -> Remembered:
    if order.answer is None:
        return order
    return msgspec.structs.replace(order, answer=_approved(order.answer))


# Says after a power cut that what was under way was approved.


def _approved_after_a_cut(right: Callable[[EcrPort], Memory], port: EcrPort) -> Memory:
    return Memory(tuple(_as_approved(each) for each in right(port).orders))


# The last byte of a frame, where its LRC or CRC stands, is another one.


def _wrong_check(right: Callable[[TerminalSession], bytes], session: TerminalSession) -> bytes:
    out = right(session)
    return out[:-1] + bytes([out[-1] ^ _ONE_BIT]) if len(out) > 1 else out


# Takes a NAK of the till for an ACK.


def _nak_for_ack(
    right: Callable[[TerminalSession, bytes, int], None], session: TerminalSession, data: bytes, now_ms: int,
) -> None:
    rule = session.profile.said.handshake
    if rule.nak and not data.strip(bytes.fromhex(rule.nak)):
        data = bytes.fromhex(rule.ack)
    right(session, data, now_ms)


# Gives the till a receipt with a digit too many.


def _receipt_of_more(answer: Answer) -> Answer:
    return msgspec.structs.replace(answer, receipt=tuple(
        line.replace(SUM_PRINTED, f"{SUM_PRINTED}1") for line in answer.receipt))


# Gives the till the whole number of the card that paid: as a fact of its own, and on the receipt.


def _whole_card(right: Answering, port: EcrPort, effect: Conclude, order: Order, card: Card | None) -> Answer:
    answer = right(port, effect, order, card)
    if card is None:
        return answer
    return msgspec.structs.replace(
        answer, card=card.pan, receipt=tuple(line.replace(mask_pan(card.pan), card.pan) for line in answer.receipt))


# Forgets an order whose answer nobody acknowledged.


def _forgets(right: Callable[[TerminalSession, str], None], session: TerminalSession, why: str) -> None:
    right(session, why)
    session.memory = Memory(session.memory.orders[:-1])


# Takes it for granted that the till has an answer.


def _not_again(right: Callable[[TerminalSession, int], None], session: TerminalSession, now_ms: int) -> None:
    if session._answering is not None:
        session._speaker.link.drop()
    right(session, now_ms)


# Takes an answer that nobody acknowledged for an order that was not done, and does it once more.


def _does_it_anew(right: Callable[[TerminalSession, int], None], session: TerminalSession, now_ms: int) -> None:
    right(session, now_ms)
    told = session._answering
    is_unheard = any(isinstance(each, Noticed) and each.what is Notice.RESENT for each in session.events)
    if is_unheard and told is not None and told.kind in MOVES_MONEY and session._under_way is None:
        session._under_way = msgspec.structs.replace(told, answer=None)
        session.events.append(OrderHeard(order_of(told.kind, told.asked)))


ROWS = (
    Defect("till.wrong_lrc", "each frame to the till ends with a wrong check byte",
           (), instead(TerminalSession, (TerminalSession.take_outbox, _wrong_check)),
           zh="发给收银的每一帧校验字节都错误"),
    Defect("till.takes_nak_for_ack", "a frame that the till refused is not sent again",
           (), instead(TerminalSession, (TerminalSession.receive, _nak_for_ack)),
           zh="收银以 NAK 拒收的帧不再重发"),
    Defect("till.receipt_other_sum", "the till is given a receipt with a digit too many",
           (), _answering(_receipt_of_more), zh="传给收银的凭条金额多一位"),
    Defect("till.whole_card", "the till is given the whole number of the card",
           (), instead(EcrPort, (EcrPort._answer, _whole_card)), zh="把完整卡号传给收银"),
    Defect("till.forgets_unacknowledged", "an order whose answer was not acknowledged is forgotten",
           (), instead(TerminalSession, (TerminalSession._lost, _forgets)),
           zh="结果未获收银确认的请求被忘掉"),
    Defect("till.never_sends_again", "an answer that was not acknowledged is not sent again",
           (), instead(TerminalSession, (TerminalSession.tick, _not_again)),
           zh="未获收银确认的结果不再重发"),
    Defect("till.does_unacknowledged_anew", "an order whose answer was not acknowledged is done once more",
           (), instead(TerminalSession, (TerminalSession.tick, _does_it_anew)),
           zh="结果未获收银确认的请求被再做一次"),
    Defect("till.told_other_sum", "the till is told another sum than was approved",
           (), _answering(_other_sum), zh="告知收银的金额与批准金额不同"),
    Defect("till.told_approved", "a decline is told to the till as an approval",
           (), _answering(_approved), zh="把拒绝告知收银为批准"),
    Defect("till.told_declined", "an approval is told to the till as a decline",
           (), _answering(_declined), zh="把批准告知收银为拒绝"),
    Defect("till.told_last_numbers", "the till is told number and reference of the transaction before",
           (), _answering(_last_numbers), zh="告知收银的是上一笔交易的流水号和参考号"),
    Defect("till.repeats_are_new", "a request that comes again is a second order",
           (), instead(TerminalSession, (TerminalSession._known, _known_to_nobody)),
           zh="重复的请求被当作新的请求"),
    Defect("till.last_but_one", "asked for its last result the terminal tells the one before",
           (), instead(TerminalSession, (TerminalSession._by_itself, _one_too_early)),
           zh="询问上一笔结果时告知的是再前一笔"),
    Defect("till.last_always_approved", "asked for its last result the terminal always says approved",
           (), instead(TerminalSession, (TerminalSession._by_itself, _always_approved)),
           zh="询问上一笔结果时总说已批准"),
    Defect("till.approved_after_cut", "what was under way at a power cut is told as approved",
           (), instead(EcrPort, (EcrPort._after_a_cut, _approved_after_a_cut)),
           zh="断电时进行中的交易一律告知为批准"),
)
ECR_DEFECTS: dict[str, Defect] = by_name(*ROWS)
ALL_DEFECTS: dict[str, Defect] = {**DEFECTS, **ECR_DEFECTS}


def is_of_device(name: str) -> bool:
    """Whether a defect is one of the device: of its terminal or of its ECR port."""
    return name in ECR_DEFECTS or DEFECTS[name].is_of(TerminalTable)


def ecr_built(names: tuple[str, ...]) -> Build:
    """What gives the parts of an ECR port with these defects in them; other names change nothing."""
    replacements: list[Replacement[..., object]] = [
        each for name in names if name in ECR_DEFECTS for each in ECR_DEFECTS[name].replacements()]

    def build(right: type[Part], /) -> type[Part]:
        return wrong_class(right, replacements)

    return build
