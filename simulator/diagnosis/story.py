"""The way of one sale, record by record, through terminal, line, host, bank, clearing and payout."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from simulator.catalogue.kind_words import RESULTS_ZH
from simulator.catalogue.language import Message, Told
from simulator.catalogue.money_reasons import PayoutReason
from simulator.diagnosis.codes import answer_told, asked_told, kind_told, reason_told
from simulator.diagnosis.evidence import HOST, Evidence
from simulator.diagnosis.money import SaleMoney
from simulator.diagnosis.passages import passages_of
from simulator.trace import records as r
from simulator.trace.records import Record, key_of

_M = Message


class Stage(msgspec.Struct, frozen=True):
    """One thing that happened on the way."""

    at_ms: int
    layer: str
    told: Told


LAYERS: dict[str, Message] = {row.code: row for row in (
    _M("counter", "counter", "柜台"), _M("terminal", "terminal", "终端"), _M("line", "line", "线路"),
    _M("host", "host", "主机"), _M("bank", "bank", "银行"), _M("clearing", "clearing", "清算"),
    _M("payout", "payout", "付款"),
)}
_MEANT = _M("meant", "a customer wants to pay {sum}", "顾客付款 {sum}")
_SENT = _M("sent", "{what} {mti} sent, STAN {stan:06}", "发出 {what} {mti}，流水号 {stan:06}")
_UNHEARD = _M("unheard", "{mti} STAN {stan:06} is in no log of the other side", "{mti} 流水号 {stan:06} 对端日志中没有")
_REFUSED = _M("refused", "{mti} STAN {stan:06} did not leave: no connection", "{mti} 流水号 {stan:06} 未发出：无连接")
_HEARD = _M("heard", "{mti} STAN {stan:06} heard {late}", "收到 {mti}，流水号 {stan:06} {late}")
_ANSWERS = _M("answers", "answers {mti} with {code}", "应答 {mti}，应答码 {code}")
_SAID = _M("said", "{who} answers {asked}: {code}", "{who} 对 {asked} 应答：{code}")
_ENDED = _M("ended", "{what} {result}: {code}", "{what}{result}：{code}")
_RECEIPT = _M("receipt", "the customer has a receipt", "顾客拿到签购单")
_AGAIN = _M("again", "the receipt is printed once more: the same sale, no second one", "补打签购单：仍是同一笔交易，并非第二笔")
_GONE = _M("gone", "the receipt cannot be printed again: no such sale in the open batch", "签购单无法补打：未结批次中没有该笔交易")
_CLEARED = _M("cleared", "cleared for {date}: {sum}, fee {fee}", "计入 {date} 清算：{sum}，手续费 {fee}")
_PAID = _M("paid", "payout {payout}: {sum} sent to {bank}", "付款 {payout}：{sum} 发往 {bank}")
_ARRIVED = _M("arrived", "payout {payout} is in the account", "付款 {payout} 已入账")
_RETURNED = _M("returned", "payout {payout} came back: {why}", "付款 {payout} 退回：{why}")
_SUSPENDED = _M("suspended", "payout {payout} stands on suspense: {why}", "付款 {payout} 挂账：{why}")
_RELEASED = _M("released", "payout {payout} was released", "付款 {payout} 已解除挂账")
_UNDONE = _M("undone", "to be undone: {how}", "需撤回：{how}")


def story_of(evidence: Evidence, sale: SaleMoney, yuan: Callable[[int], str]) -> list[Stage]:
    """Everything that somebody has of a sale, in the order of time."""
    keys = _with_undoings(evidence, set(sale.keys))
    orders = {sale.sale, *(each.order for each in evidence.of(r.SaleUndone) if each.sale == sale.sale and each.order)}
    stages: list[Stage] = []

    def add(record: Record, layer: str, row: Message, **facts: object) -> None:
        stages.append(Stage(record.at_ms, layer, row.both(**facts)))

    for meant in evidence.meant():
        if meant.sale == sale.sale:
            add(meant, "counter", _MEANT, sum=yuan(meant.amount_fen))
    for undone in evidence.of(r.SaleUndone):
        if undone.sale == sale.sale:
            add(undone, "counter", _UNDONE, how=kind_told(undone.how))
    _messages(evidence, keys, add)
    for said in evidence.of(r.ChannelAnswered):
        if said.key in keys:
            add(said, "bank", _SAID, who=said.actor, asked=asked_told(said.asked), code=answer_told(said.response_code))
    for ended in evidence.of(r.Concluded):
        if ended.sale in orders:
            code = answer_told(ended.response_code) if ended.response_code else reason_told(
                str.__str__(ended.reason) if ended.reason else "")
            add(ended, "terminal", _ENDED, what=kind_told(ended.what), result=_result(ended.result), code=code)
    for receipt in evidence.of(r.ReceiptGiven):
        if receipt.sale in orders:
            add(receipt, "counter", _AGAIN if receipt.again else _RECEIPT)
    for slip in evidence.of(r.SlipReprinted):
        if slip.sale == sale.sale:
            add(slip, "counter", _AGAIN if slip.printed else _GONE)
    _payouts(evidence, keys, add, yuan)
    return sorted(stages, key=lambda stage: stage.at_ms)


Add = Callable[..., None]


def _with_undoings(evidence: Evidence, keys: set[str]) -> set[str]:
    """The keys of a sale, and of what voids, refunds or completes it."""
    return keys | {
        key_of(sent.tid, sent.batch, sent.stan) for sent in evidence.of(r.Sent)
        if sent.original in keys and sent.what != "reversal" and sent.actor != HOST}


def _messages(evidence: Evidence, keys: set[str], add: Add) -> None:
    for passage in passages_of(evidence).all:
        sent = passage.sent
        if key_of(sent.tid, sent.batch, sent.stan) not in keys and sent.original not in keys:
            continue
        facts: dict[str, object] = {"mti": sent.mti, "stan": sent.stan}
        if sent.actor == HOST:
            add(sent, "host", _ANSWERS, code=answer_told(sent.response_code), mti=sent.mti)
        else:
            add(sent, "terminal", _SENT, what=kind_told(sent.what), **facts)
        if passage.refused is not None:
            add(passage.refused, "line", _REFUSED, **facts)
        elif passage.heard is None:
            add(sent, "line", _UNHEARD, **facts)
        elif passage.took_ms >= 1000:
            late = f"(+{passage.took_ms / 1000:.1f} s)"
            add(passage.heard, "line", _HEARD, late=late, **facts)


def _payouts(evidence: Evidence, keys: set[str], add: Add, yuan: Callable[[int], str]) -> None:
    payouts = set()
    for cleared in evidence.of(r.ItemCleared):
        if cleared.key in keys:
            add(cleared, "clearing", _CLEARED, date=cleared.settlement_date,
                sum=yuan(cleared.amount_fen), fee=yuan(cleared.fee_fen))
            payouts |= {cleared.payout} if cleared.payout else {
                each.payout for each in evidence.of(r.MerchantSettled)
                if (each.mid, each.settlement_date) == (cleared.mid, cleared.settlement_date)}
    for sent in evidence.of(r.PayoutSent):
        if sent.payout in payouts:
            add(sent, "payout", _PAID, payout=sent.payout, sum=yuan(sent.net_fen), bank=sent.bank)
    for posted in evidence.of(r.PayoutPosted):
        if posted.payout in payouts:
            add(posted, "bank", _ARRIVED, payout=posted.payout)
    for back in evidence.of(r.PayoutReturned):
        if back.payout in payouts:
            add(back, "bank", _RETURNED, payout=back.payout, why=_said(back.reason))
    for held in evidence.of(r.Suspended):
        if held.payout in payouts:
            add(held, "clearing", _SUSPENDED, payout=held.payout, why=_said(held.reason))
    for freed in evidence.of(r.Released):
        if freed.payout in payouts:
            add(freed, "clearing", _RELEASED, payout=freed.payout)


def _result(result: str) -> Told:
    return Told(result, RESULTS_ZH.get(result, result))


def _said(reason: PayoutReason) -> Told:
    return Told(reason.en, reason.zh)
