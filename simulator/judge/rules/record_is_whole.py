"""Invariant 31: the record is whole: what comes in pairs does, and time never goes back.

What is missing is the harness's own fault, and is named so.  Judged only of a trace whose writer says
that it sees all; a live host's may have been cut, and shows one end of a line.
"""

from __future__ import annotations

import msgspec

from simulator.judge.rule import Case, Evidence, Rule
from simulator.judge.tracking.moments import SaleClosed
from simulator.judge.tracking.stretches import SaleAsked, SaleDecided, SaleReached, SaleShown
from simulator.judge.transactions import APPROVING, HOST, RETURNING, REVERSIBLE, TAKING
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence
from simulator.local_time import DAY_MS, HOUR_MS
from simulator.trace.records import (
    Arrived,
    Concluded,
    FaultBegan,
    FaultEnded,
    FaultFired,
    ItemCleared,
    Lost,
    MerchantSettled,
    PayoutPosted,
    PayoutReturned,
    PayoutSent,
    PhaseEntered,
    Released,
    Restarted,
    RunStarted,
    SaleUndone,
    Sent,
    Suspended,
    key_of,
)

PHASES = ("faults", "heal", "drain", "ended")
FLIGHT_MS = 6 * HOUR_MS  # so long a line may hold a message back
DARKENING = frozenset({"cut_power", "hang", "crash"})  # verbs after which a restart is told
FORGING = "forge"
HOLDING_BACK = frozenset({"delay", "duplicate", FORGING})
ORDERS_KEPT = 20_000
ASIDE_KEPT = 8  # sendings of one terminal


class Pairs(msgspec.Struct, gc=False):
    """What waits for its other half."""

    whole: bool = False
    last_ms: int = 0
    phase: int = -1
    flying: dict[str, list[Sent]] = msgspec.field(default_factory=dict)
    held: dict[str, None] = msgspec.field(default_factory=dict)  # TIDs whose messages a fault held
    forged: dict[str, None] = msgspec.field(default_factory=dict)  # TIDs in whose name a fault forged
    aside: dict[str, list[Sent]] = msgspec.field(default_factory=dict)  # landed, or a forgery did in their name
    cut: dict[str, None] = msgspec.field(default_factory=dict)  # keys whose outcome a restart kept from the counter
    dark: dict[str, int] = msgspec.field(default_factory=dict)  # actors that a fault put out
    undone: dict[str, None] = msgspec.field(default_factory=dict)  # orders of voids and refunds
    began: dict[str, int] = msgspec.field(default_factory=dict)  # windows, by label
    payouts: dict[str, tuple[int, str]] = msgspec.field(default_factory=dict)  # unanswered: when, MID
    suspended: dict[str, int] = msgspec.field(default_factory=dict)
    merchants: dict[str, None] = msgspec.field(default_factory=dict)  # told of already
    terminals: dict[str, None] = msgspec.field(default_factory=dict)


_Case = Case[Pairs]


def started(case: _Case, record: RunStarted) -> None:
    """Whoever writes the trace says what it sees."""
    case.memory.whole = record.whole


# ---- lines -----------------------------------------------------------------------------------


def sent(case: _Case, record: Sent) -> None:
    """A message leaves: it will arrive, or be lost."""
    memory = case.memory
    if not memory.whole:
        return
    if record.at_ms < memory.last_ms:
        _lacks(case, "time_went_back", record.at_ms, since_ms=record.at_ms)
    memory.last_ms = record.at_ms
    tid = record.tid
    flying = memory.flying.get(tid)
    if flying is None:
        flying = memory.flying[tid] = []
        _introduced(case, record)
    flying.append(record)
    if record.actor != HOST:
        if memory.dark and record.actor in memory.dark:
            _lacks(case, "restart_missing", record.at_ms, tid=tid,
                   since_ms=memory.dark.pop(record.actor), who=record.actor)
        if record.what in RETURNING and record.sale and record.sale not in memory.undone:
            _lacks(case, "undoing_missing", record.at_ms, tid=tid, order=record.sale)


def arrived(case: _Case, record: Arrived) -> None:
    """A message comes: it was sent."""
    memory = case.memory
    if not memory.whole or record.copy:
        return
    case.exercised += 1
    flying = memory.flying.get(record.tid)
    if flying and len(flying) == 1:
        first = flying[0]
        if first.stan == record.stan and first.mti == record.mti:
            _aside(memory, record, first)
            flying.clear()
            return
    landed = _landed(flying or [], record.mti, record.stan)
    if landed is not None:
        _aside(memory, record, landed)
    elif record.genuine and _landed(memory.aside.get(record.tid, []), record.mti, record.stan) is None:
        _lacks(case, "sending_missing", record.at_ms, tid=record.tid, key=_key(record),
               message=f"{record.mti} {record.what}")


def lost(case: _Case, record: Lost) -> None:
    """A message will not come."""
    flying = case.memory.flying.get(record.tid)
    if flying is not None:
        _landed(flying, record.mti, record.stan)


def _landed(flying: list[Sent], mti: str, stan: int) -> Sent | None:
    for place, each in enumerate(flying):
        if each.stan == stan and each.mti == mti:
            del flying[place]
            return each
    return None


def _aside(memory: Pairs, record: Arrived, taken: Sent) -> None:
    """What is forged may bear the number of what is right, and that comes yet."""
    if not record.genuine and record.tid in memory.forged:
        aside = memory.aside.setdefault(record.tid, [])
        aside.append(taken)
        del aside[:-ASIDE_KEPT]


def _introduced(case: _Case, record: Sent) -> None:
    terminal = case.book.terminals.get(record.tid)
    if terminal is None or not terminal.opened.mid:
        _lacks(case, "terminal_not_opened", record.at_ms, tid=record.tid)


# ---- machines, people, faults ----------------------------------------------------------------


def fired(case: _Case, record: FaultFired) -> None:
    """A fault puts a machine out, or holds a message back."""
    memory = case.memory
    if not memory.whole:
        return
    tid = record.anchor.rsplit("/", 4)[0]
    if record.verb in DARKENING:
        actor = HOST if record.verb == "crash" else f"terminal.{tid}"
        memory.dark[actor] = record.at_ms
    elif record.verb in HOLDING_BACK:
        memory.held[tid] = None
        if record.verb == FORGING:
            memory.forged[tid] = None


def restarted(case: _Case, record: Restarted) -> None:
    """And it is there again; a decline that it had heard and not shown, it shows no more."""
    memory = case.memory
    memory.dark.pop(record.actor, None)
    terminal = case.book.terminal_of_actor.get(record.actor)
    last = terminal.current if terminal is not None else None
    if last is not None and not last.shown and last.code and last.code not in APPROVING:
        memory.cut[last.key] = None
        if len(memory.cut) > ORDERS_KEPT:
            del memory.cut[next(iter(memory.cut))]


def undone(case: _Case, record: SaleUndone) -> None:
    """Customer and merchant agree to undo a sale."""
    undone_ = case.memory.undone
    undone_[record.order or record.sale] = None
    if len(undone_) > ORDERS_KEPT:
        del undone_[next(iter(undone_))]


def began(case: _Case, record: FaultBegan) -> None:
    """A window opens."""
    case.memory.began[record.fault] = case.memory.began.get(record.fault, 0) + 1


def ended(case: _Case, record: FaultEnded) -> None:
    """A window closes; a remedy may end it for some only."""
    memory = case.memory
    if not memory.whole or record.only:
        return
    if not memory.began.get(record.fault):
        _lacks(case, "beginning_missing", record.at_ms, fault=record.fault)
    else:
        memory.began[record.fault] -= 1


def entered(case: _Case, record: PhaseEntered) -> None:
    """A run has four phases, in their order."""
    memory = case.memory
    if not memory.whole or record.phase not in PHASES:
        return
    place = PHASES.index(record.phase)
    if place != memory.phase + 1:
        _lacks(case, "phase_missing", record.at_ms, phase=record.phase,
               right=PHASES[min(memory.phase + 1, len(PHASES) - 1)])
    memory.phase = place


# ---- money -----------------------------------------------------------------------------------


def instructed(case: _Case, record: PayoutSent) -> None:
    """A payout goes to the merchant's bank."""
    if case.memory.whole:
        case.memory.payouts[record.payout] = record.at_ms, record.mid


def paid(case: _Case, record: PayoutPosted) -> None:
    """The bank has it."""
    _answered(case, record.payout, record.mid, record.at_ms)


def returned(case: _Case, record: PayoutReturned) -> None:
    """The bank sends it back."""
    _answered(case, record.payout, record.mid, record.at_ms)


def _answered(case: _Case, payout: str, mid: str, at_ms: int) -> None:
    if case.memory.whole and case.memory.payouts.pop(payout, None) is None:
        _lacks(case, "instruction_missing", at_ms, mid=mid, payout=payout)


def suspended(case: _Case, record: Suspended) -> None:
    """Money stands in suspense."""
    if record.net_fen > 0:
        case.memory.suspended[record.payout] = record.at_ms


def released(case: _Case, record: Released) -> None:
    """And leaves it."""
    if case.memory.whole and case.memory.suspended.pop(record.payout, None) is None:
        _lacks(case, "suspension_missing", record.at_ms, mid=record.mid, payout=record.payout)


def cleared(case: _Case, record: ItemCleared) -> None:
    """An item of a merchant that was introduced."""
    _known(case, record.mid, record.at_ms)


def settled(case: _Case, record: MerchantSettled) -> None:
    """A date of a merchant that was introduced."""
    _known(case, record.mid, record.at_ms)


def _known(case: _Case, mid: str, at_ms: int) -> None:
    memory = case.memory
    if memory.whole and mid not in case.book.merchants and mid not in memory.merchants:
        memory.merchants[mid] = None
        _lacks(case, "merchant_not_opened", at_ms, mid=mid)


def concluded(case: _Case, record: Concluded) -> None:
    """A terminal that shows something was introduced."""
    tid = record.actor.removeprefix("terminal.")
    if (
        case.memory.whole and record.actor not in case.book.terminal_of_actor
        and tid not in case.memory.terminals and tid not in case.memory.flying
    ):
        case.memory.terminals[tid] = None
        _lacks(case, "terminal_not_opened", record.at_ms, tid=tid)


def closed(case: _Case, moment: SaleClosed) -> None:
    """A sale is answered for: somebody meant it."""
    sale = moment.sale
    if (
        case.memory.whole and sale.keys and not sale.is_meant and sale.what in TAKING
        and sale.approvals
    ):
        _lacks(case, "meaning_missing", moment.at_ms, tid=sale.tid, order=sale.sale)
    if not case.memory.whole:
        return
    transactions = case.book.transactions
    for key in sale.keys:
        each = transactions.get(key)
        if each is not None and not each.shown and each.code and not each.reversals and (
            each.what in REVERSIBLE and key not in case.memory.cut
        ):
            _lacks(case, "outcome_missing", moment.at_ms, tid=sale.tid, key=key, told=each.code)


# ---- the end ---------------------------------------------------------------------------------


def at_end(case: _Case) -> None:
    """What has not met its other half."""
    memory, now_ms = case.memory, case.book.now_ms
    if not memory.whole or not case.book.is_whole():
        return
    for tid, flying in memory.flying.items():
        for each in flying:
            if now_ms - each.at_ms > FLIGHT_MS and tid not in memory.held:
                _lacks(case, "arrival_missing", each.at_ms, tid=tid,
                       key=key_of(tid, each.batch, each.stan), message=f"{each.mti} {each.what}")
    for fault, windows in memory.began.items():
        if windows > 0:
            _lacks(case, "end_missing", now_ms, fault=fault)
    for payout, (at_ms, mid) in memory.payouts.items():
        if now_ms - at_ms > DAY_MS:
            _lacks(case, "bank_answer_missing", at_ms, mid=mid, payout=payout)


def _key(record: Arrived) -> str:
    return key_of(record.tid, record.batch, record.stan)


def _lacks(case: _Case, code: str, at_ms: int, **facts: object) -> None:
    case.find(code, at_ms=at_ms, cause="", **facts)  # type: ignore[arg-type]


def _is_promised(case: _Case) -> bool:
    return case.memory.whole


def _s(code: str, en: str, zh: str) -> Sentence:
    return Sentence(
        code, Urgency.SAFETY, f"the record is incomplete (a fault of the harness): {en}",
        f"记录不完整（测试平台自身问题）：{zh}")


def _either(code: str, en: str, zh: str) -> Sentence:
    return Sentence(
        code, Urgency.SAFETY, f"{en}; or the record is incomplete (a fault of the harness)",
        f"{zh}；或记录不完整（测试平台自身问题）")


def asked(case: _Case, stretch: SaleAsked) -> None:
    """A sale leaves its terminal."""
    _flies(case, stretch.sent)


def reached(case: _Case, stretch: SaleReached) -> None:
    """It arrives."""
    _lands(case, stretch.arrived)


def decided(case: _Case, stretch: SaleDecided) -> None:
    """Its answer leaves the host."""
    _flies(case, stretch.reply)


def shown(case: _Case, stretch: SaleShown) -> None:
    """And arrives."""
    _lands(case, stretch.arrived)


def _flies(case: _Case, record: Sent) -> None:
    memory = case.memory
    flying = memory.flying.get(record.tid)
    if not memory.whole or record.at_ms < memory.last_ms or flying is None or memory.dark:
        sent(case, record)
        return
    memory.last_ms = record.at_ms
    flying.append(record)


def _lands(case: _Case, record: Arrived) -> None:
    memory = case.memory
    flying = memory.flying.get(record.tid)
    if not memory.whole or not flying or len(flying) != 1:
        arrived(case, record)
        return
    first = flying[0]
    if first.stan != record.stan or first.mti != record.mti:
        arrived(case, record)
        return
    case.exercised += 1
    flying.clear()


RULE = Rule(
    number=31, en="the record is whole", zh="记录完整", remembers=Pairs,
    needs=Evidence("a trace whose writer sees all", "由全程可见者所写的记录", _is_promised),
    findings=(
        _s("time_went_back", "a record bears an earlier time than the one before it",
           "某条记录的时间早于前一条"),
        _s("arrival_missing", "{message} {key} was sent, and neither arrived nor was lost",
           "{message} {key} 已发出，既无到达也无丢失记录"),
        _s("sending_missing", "{message} {key} arrived, and nobody sent it",
           "{message} {key} 到达，却无发出记录"),
        _s("restart_missing", "{who} was put out by a fault, and sends without having come up again",
           "{who} 因故障停机，无重启记录却已发出报文"),
        _either("undoing_missing", "terminal {tid} undoes {order}, and nobody agreed to that",
           "终端 {tid} 执行 {order}，却无客户与商户同意的记录"),
        _s("meaning_missing", "terminal {tid} sold {order}, and no customer meant it",
           "终端 {tid} 完成 {order}，却无顾客意图的记录"),
        _either("outcome_missing", "terminal {tid} heard F39 = {told} for {key}, and the counter saw no outcome",
           "终端 {tid} 已收到 {key} 的应答 F39 = {told}，柜台却无结果记录"),
        _s("beginning_missing", "fault {fault} ended and never began", "故障 {fault} 有结束而无开始"),
        _s("end_missing", "fault {fault} began and never ended", "故障 {fault} 有开始而无结束"),
        _s("phase_missing", "phase {phase} came, and {right} was next", "进入阶段 {phase}，而应为 {right}"),
        _either("instruction_missing", "the bank answers payout {payout} of merchant {mid}, which was not sent",
           "银行应答商户 {mid} 的付款 {payout}，却无付款指令"),
        _either("bank_answer_missing", "payout {payout} of merchant {mid} was sent, and the bank never answered",
           "商户 {mid} 的付款 {payout} 已发出，银行从未应答"),
        _s("suspension_missing", "payout {payout} of merchant {mid} left suspense, where it never stood",
           "商户 {mid} 的付款 {payout} 解除挂账，却无挂账记录"),
        _s("merchant_not_opened", "merchant {mid} was never introduced", "商户 {mid} 从未登记"),
        _s("terminal_not_opened", "terminal {tid} was never introduced", "终端 {tid} 从未登记"),
    ),
    plain={SaleAsked: asked, SaleReached: reached, SaleDecided: decided, SaleShown: shown},
    hears={
        RunStarted: started, Sent: sent, Arrived: arrived, Lost: lost, FaultFired: fired,
        Restarted: restarted, SaleUndone: undone, FaultBegan: began, FaultEnded: ended,
        PhaseEntered: entered, PayoutSent: instructed, PayoutPosted: paid,
        PayoutReturned: returned, Suspended: suspended, Released: released, ItemCleared: cleared,
        MerchantSettled: settled, Concluded: concluded, SaleClosed: closed,
    },
    at_end=at_end,
)
