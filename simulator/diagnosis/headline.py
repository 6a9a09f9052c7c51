"""The first thing that is said: where the money is, since or until when, how much, and who must do what about it.

What is not where it should be comes first; what nobody took, or was given back, is said where nothing else is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from simulator.catalogue.language import Message, Told
from simulator.catalogue.money_reasons import PayoutReason
from simulator.diagnosis.codes import code_told
from simulator.diagnosis.evidence import Evidence
from simulator.diagnosis.money import SaleMoney
from simulator.diagnosis.words import counted
from simulator.local_time import MINUTE_MS, datetime_at
from simulator.trace.records import (
    ActionTaken,
    CarriedForward,
    MerchantSettled,
    PayoutPosted,
    PayoutSent,
    Suspended,
)

_M = Message
_P = PayoutReason
_SUSPENDED = _M(
    "suspended", "{sum} ({count} [sale|sales]) stands in suspense since {since}: {why}. {todo}",
    "{sum}（{count} 笔）自 {since} 起挂账：{why}。{todo}")
_PUT_OFF = _M(
    "put_off", "{sum} ({count} [sale|sales]), due {due}, was put off: {why}. {todo}", "{sum}（{count} 笔）应于 {due} 到账，已被暂缓：{why}。{todo}")
_PAPERS = _M("papers", "It was asked for, and this is missing: {papers}; the merchant must hand it in.", "已申请释放，尚缺：{papers}；商户须补交。")
_OVERDUE = _M(
    "overdue", "{sum} ({count} [sale|sales]) was due {due} and has not come: the acquirer must say where its payout is.",
    "{sum}（{count} 笔）应于 {due} 到账而未到：收单机构须说明该笔付款的去向。")
_ONE_SIDED = _M(
    "one_sided", "{sum} ({count} [sale|sales]) was taken from cardholders and the acquirer has not captured it: the terminal must "
    "deliver its reversal, or the acquirer have the issuer give it back; do not sell again before.",
    "{sum}（{count} 笔）已从持卡人扣款而收单机构未入账：终端须送达冲正，或由收单机构要求发卡行退还；此前勿重做。")
_UNSETTLED = _M(
    "unsettled", "{sum} ({count} [sale|sales]) is at the acquirer in a batch that nobody has settled: the merchant must settle the "
    "terminal; before {until} it is due {due}.",
    "{sum}（{count} 笔）在收单机构，批次尚未结算：商户须在终端做结算；{until} 前结算的，应于 {due} 到账。")
_MISSED = _M(
    "missed", "{sum} ({count} [sale|sales]) is at the acquirer in a batch that nobody has settled, though its day ended {missed}: "
    "the merchant must settle the terminal; before {until} it is due {due}.",
    "{sum}（{count} 笔）在收单机构，其营业日已于 {missed} 结束而批次仍未结算：商户须在终端做结算；{until} 前结算的，应于 {due} 到账。")
_TO_COME = _M("to_come", "{sum} ({count} [sale|sales]) is on its way, due {due}: nobody need do anything.", "{sum}（{count} 笔）在途，应于 {due} 到账：无须处理。")
_NO_TIME = _M("no_time", "{sum} ({count} [sale|sales]) is on its way.", "{sum}（{count} 笔）在途。")
_NETTED = _M(
    "netted", "{sum} ({count} [sale|sales]) was taken off what the merchant owed the acquirer: it is paid by owing less.",
    "{sum}（{count} 笔）已抵扣商户对收单机构的欠款：以减少欠款的方式付清。")
_LOST = _M(
    "lost", "{sum} ({count} [sale|sales]) was taken back in a dispute on {since}, and the dispute is lost: it does not come again.",
    "{sum}（{count} 笔）已于 {since} 因争议扣回，争议败诉：不再到账。")
_CHARGED_BACK = _M(
    "charged_back", "{sum} ({count} [sale|sales]) was taken back in a dispute on {since}: whoever thinks otherwise answers it with the slip.",
    "{sum}（{count} 笔）已于 {since} 因争议扣回：有异议者须以签购单答复。")
_OWES = _M("owes", "The merchant owes the acquirer {sum}; it is taken off what it is paid next.", "商户欠收单机构 {sum}，将从下次付款中扣除。")
_THERE = _M("there", "{sum} came to the account, the last of it {since}.", "{sum} 已到账，最后一笔于 {since}。")
_THERE_LATE = _M(
    "there_late", "{sum} came to the account, the last of it {last}; {part} of it came {since} and was due {due}.",
    "{sum} 已到账，最后一笔于 {last}；其中 {part} 于 {since} 到账，应到时间为 {due}。")
_ALL_LATE = _M("all_late", "{sum} came to the account {since}; it was due {due}.", "{sum} 已于 {since} 到账，应到时间为 {due}。")
_SHORT = _M(
    "short", "{sum} is missing: {came} of the {sent} that was paid out came to the account. The acquirer must say where the rest is.",
    "少 {sum}：已付出 {sent}，账户只收到 {came}。收单机构须说明其余款项的去向。")
_BACK_IN_PART = _M(
    "back_in_part", "{sum} of {count} [sale|sales] went back to cardholders; the rest of [it|them] is told above.",
    "{count} 笔交易中有 {sum} 已退还持卡人，其余见上。")
_HELD = _M(
    "held", "{sum} ({count} [pre-authorisation|pre-authorisations]) is held on cards and not taken: nothing of it comes before it is completed.",
    "{sum}（{count} 笔预授权）在卡内冻结，尚未扣款：预授权完成前不会到账。")
_GIVEN_BACK = _M("given_back", "{sum} ({count} [sale|sales]) went back to cardholders: nothing of it is to come.", "{sum}（{count} 笔）已退还持卡人：不会到账。")
_NOT_TAKEN = _M("not_taken", "{sum} ({count} [sale|sales]) was never taken from anybody: nothing of it is to come.", "{sum}（{count} 笔）未曾扣款：不会到账。")
_NOTHING = _M("nothing_sold", "No sale is in this evidence.", "证据中没有交易。")

_CORRECT = Told(
    "The merchant must have the bound account corrected; then the acquirer releases the sum.", "商户须更正绑定账户；更正后由收单机构释放。")
TODO: dict[PayoutReason, Told] = {
    _P.FROZEN: Told(
        "The merchant must have its bank unfreeze the account, then ask the acquirer to release the sum.", "商户须联系银行解冻账户，再向收单机构申请释放。"),
    _P.CLOSED: _CORRECT, _P.DORMANT: _CORRECT, _P.ABNORMAL: _CORRECT, _P.NO_SUCH_ACCOUNT: _CORRECT, _P.NAME_MISMATCH: _CORRECT,
    _P.LEGAL_HOLD: Told("It is released when whoever had it held lifts that; the merchant must settle it with them.", "申请冻结方解除后释放；商户须与其了结。"),
    _P.DEFERRED: Told("It is released when the time is over for which it was put off.", "延期期满后释放。"),
    _P.RISK: Told(
        "The merchant must hand in the slips that risk control asks for; then the acquirer releases the sum or takes it back.",
        "商户须提交风控所要的签购单；之后由收单机构释放或收回。"),
    _P.MAINTENANCE: Told("The acquirer pays it again when the bank is back.", "银行恢复后由收单机构重新付款。"),
    _P.OUTSIDE_HOURS: Told("The acquirer pays it again when the bank is open.", "银行营业后由收单机构重新付款。"),
    _P.CARRIED_FORWARD: Told("Nothing is paid until more is due than is owed.", "应付超过欠款后再付。"),
}
_ON_ITS_WAY = ("captured", "cleared", "paid_out")
_LATE_MS = 10 * MINUTE_MS  # banks take a moment


def headline(evidence: Evidence, sales: Sequence[SaleMoney], mids: frozenset[str], yuan: Callable[[int], str]) -> list[Told]:
    """Where the money of these sales is: a sentence for each place, the worst first; of these merchants all that came.

    ``mids`` empty: the sales by themselves, and not what their merchants were paid and owe beside.
    """
    if not sales:
        return [_NOTHING.both()]
    groups: dict[tuple[int, int, str], list[SaleMoney]] = defaultdict(list)
    for each in sales:
        if each.state != "completed":  # told with what completed it
            groups[_place_of(each, evidence.last_ms)].append(each)
    owed_fen = sum(fen for mid, fen in _owed(evidence).items() if mid in mids)
    owes = [_OWES.both(sum=yuan(owed_fen))] if owed_fen else []
    came = _came(evidence, mids)
    said = _short(evidence, {each.payout for each in sales}, yuan)
    if came and not any(rank == _ARRIVED_RANK for rank, _, _ in groups):
        groups[_ARRIVED_RANK, 0, ""] = []  # of what went back since, or was disputed
    for (rank, _, _), group in sorted(groups.items()):
        if rank == _ARRIVED_RANK:
            said += [*owes, _there(group, came, yuan)]
            owes = []
        else:
            said.append(_said(_ROWS[rank], group, yuan, _stands(evidence) if mids else {}))
            said += _papers(evidence, group) if _ROWS[rank] is _SUSPENDED else []
    part = [each for each in sales if each.back_fen and each.left_fen]
    if part:
        said.append(counted(_BACK_IN_PART, len(part), sum=yuan(sum(each.back_fen for each in part))))
    return [*said, *owes]


def _short(evidence: Evidence, payouts: set[str], yuan: Callable[[int], str]) -> list[Told]:
    """Of these payouts what was sent and did not come with the rest."""
    sent = {each.payout: each.net_fen for each in evidence.of(PayoutSent) if each.payout in payouts}
    less = [each for each in evidence.of(PayoutPosted) if each.net_fen < sent.get(each.payout, 0)]
    if not less:
        return []
    came_fen, sent_fen = sum(each.net_fen for each in less), sum(sent[each.payout] for each in less)
    return [_SHORT.both(sum=yuan(sent_fen - came_fen), came=yuan(came_fen), sent=yuan(sent_fen))]


def _papers(evidence: Evidence, group: Sequence[SaleMoney]) -> list[Told]:
    """What a release waits for, where it was asked for and a document was missing."""
    merchants = {each.merchant for each in group}
    missing = {each.missing for each in evidence.of(ActionTaken) if each.missing and each.actor.removeprefix("merchant.") in merchants}
    return [_PAPERS.both(papers=code_told("papers_missing", each)) for each in sorted(missing)]


def _place_of(sale: SaleMoney, now_ms: int) -> tuple[int, int, str]:
    """Its row, and what sales must have in common to be told in one sentence."""
    if sale.state in _ON_ITS_WAY:
        due_ms = sale.due_ms
        if due_ms is None:
            return _ROWS.index(_NO_TIME), 0, ""
        if sale.missed_ms is not None:
            return _ROWS.index(_MISSED), sale.missed_ms, ""
        row = _UNSETTLED if sale.settled_by_ms is not None else _OVERDUE if due_ms + _LATE_MS < now_ms else _TO_COME
        return _ROWS.index(row), due_ms, ""
    row = _BY_STATE[sale.why if sale.why == "lost" else sale.state]
    since_ms = sale.since_ms or sale.due_ms or 0
    return _ROWS.index(row), since_ms if row in _DATED else 0, sale.why


def _said(row: Message, group: Sequence[SaleMoney], yuan: Callable[[int], str], stands: Mapping[str, int]) -> Told:
    """``stands``: what is in suspense, by payout; of a sale by itself it is what it comes to less its fee."""
    first = group[0]
    reason = PayoutReason.of(first.why) if first.state in ("suspended", "put_off") else None
    fen = sum(_sum_of(each, row, after_fees=reason is not None) for each in group)
    if row is _SUSPENDED and stands:
        fen = sum(stands[payout] for payout in {each.payout for each in group})
    return counted(
        row, len(group), sum=yuan(fen),
        due=_moment(first.due_ms), since=_moment(first.since_ms), until=_moment(first.settled_by_ms), missed=_moment(first.missed_ms),
        why=Told(reason.en, reason.zh) if reason is not None else "", todo=TODO[reason] if reason is not None else "")


def _sum_of(sale: SaleMoney, row: Message, *, after_fees: bool) -> int:
    """What a sentence says of a sale."""
    if row in (_CHARGED_BACK, _LOST):
        return sale.disputed_fen
    if row in (_GIVEN_BACK, _NOT_TAKEN, _HELD):
        return sale.amount_fen
    return sale.net_fen if after_fees and sale.net_fen is not None else sale.left_fen


def _there(group: Sequence[SaleMoney], came: Sequence[PayoutPosted], yuan: Callable[[int], str]) -> Told:
    """What is in the account: of merchants all that came, of sales alone what they come to less their fees."""
    fen = sum(each.net_fen for each in came) if came else sum(each.left_fen if each.net_fen is None else each.net_fen for each in group)
    last_ms = max([each.at_ms for each in came] or [each.since_ms or 0 for each in group])
    late = [each for each in group if each.due_ms is not None and (each.since_ms or 0) > each.due_ms + _LATE_MS]
    if not late:
        return _THERE.both(sum=yuan(fen), since=_moment(last_ms))
    last = max(late, key=lambda each: each.since_ms or 0)
    part = sum(each.net_fen for each in came if each.payout == last.payout) if came else fen
    row = _ALL_LATE if part == fen else _THERE_LATE
    return row.both(
        sum=yuan(fen), part=yuan(part), since=_moment(last.since_ms), due=_moment(last.due_ms), last=_moment(last_ms))


def _came(evidence: Evidence, mids: frozenset[str]) -> list[PayoutPosted]:
    return [each for each in evidence.of(PayoutPosted) if each.mid in mids and each.net_fen > 0]


def _stands(evidence: Evidence) -> dict[str, int]:
    """What each payout came to when it was last put on suspense."""
    return {each.payout: each.net_fen for each in evidence.of(Suspended)}


def _owed(evidence: Evidence) -> dict[str, int]:
    """What each merchant owes by the last that was settled with it."""
    moves: list[CarriedForward | MerchantSettled] = [*evidence.of(CarriedForward), *evidence.of(MerchantSettled)]
    owed: dict[str, int] = {}
    for each in sorted(moves, key=lambda record: (record.at_ms, isinstance(record, CarriedForward))):
        owed[each.mid] = each.owed_fen if isinstance(each, CarriedForward) else 0
    return owed


def _moment(at_ms: int | None) -> str:
    return "" if at_ms is None else datetime_at(at_ms).strftime("%Y-%m-%d %H:%M")


_ROWS = (  # the worst first
    _SUSPENDED, _PUT_OFF, _OVERDUE, _ONE_SIDED, _CHARGED_BACK, _LOST, _MISSED, _UNSETTLED, _TO_COME, _NO_TIME, _THERE, _NETTED, _HELD, _GIVEN_BACK, _NOT_TAKEN)
_ARRIVED_RANK = _ROWS.index(_THERE)
_DATED = (_SUSPENDED, _PUT_OFF, _CHARGED_BACK, _LOST)
_BY_STATE = {
    "suspended": _SUSPENDED, "put_off": _PUT_OFF, "debited": _ONE_SIDED, "charged_back": _CHARGED_BACK, "lost": _LOST, "netted": _NETTED, "arrived": _THERE,
    "held": _HELD, "given_back": _GIVEN_BACK, "not_taken": _NOT_TAKEN}
