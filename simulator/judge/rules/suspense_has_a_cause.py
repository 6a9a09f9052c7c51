"""Invariant 26: what comes back or stands in suspense (挂账) has a cause, and leaves it by somebody's act.

A bank returns a payout because of the account, its hours, or a fault; what it returns for good stands
in suspense for the same reason.  It leaves suspense when somebody had the reason removed, and then it
does; what an order kept back leaves it with the order.
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.money_reasons import PayoutReason
from simulator.judge.book import Book
from simulator.judge.rule import Case, Rule
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.judge.words.story import local
from simulator.judge.words.terms import reason_said
from simulator.local_time import MINUTE_MS, time_of_day_ms
from simulator.trace.records import (
    ActionTaken,
    BankOpened,
    FaultEnded,
    PayoutPosted,
    PayoutReturned,
    PayoutSent,
    Released,
    RiskLooked,
    Suspended,
)

AT_ONCE_MS = MINUTE_MS
CORRECTS, RELEASES, DEFERS = "correct_account", "release_suspense", "defer_payout"
CURED = frozenset({  # by another account
    PayoutReason.NAME_MISMATCH, PayoutReason.CLOSED, PayoutReason.DORMANT, PayoutReason.ABNORMAL,
    PayoutReason.NO_SUCH_ACCOUNT,
})
OF_STATUS: dict[str, frozenset[str]] = {
    "frozen": frozenset({PayoutReason.FROZEN}), "closed": frozenset({PayoutReason.CLOSED}),
}
BY_ORDER = frozenset({PayoutReason.LEGAL_HOLD, PayoutReason.RISK, PayoutReason.DEFERRED})


class Kept(msgspec.Struct, gc=False):
    """One payout that came back, or stands in suspense."""

    mid: str
    at_ms: int
    net_fen: int = 0
    reason: str = ""
    is_suspended: bool = False
    freed_ms: int = 0  # when somebody had its reason removed
    freed_by: str = ""


class Suspense(msgspec.Struct, gc=False):
    """What stands in suspense, and what was done about it."""

    kept: dict[str, Kept] = msgspec.field(default_factory=dict)  # by payout
    hours: dict[str, tuple[int, int]] = msgspec.field(default_factory=dict)  # by bank
    acted_ms: dict[str, int] = msgspec.field(default_factory=dict)  # by merchant, or "run" for all
    released_ms: dict[str, int] = msgspec.field(default_factory=dict)  # the same, of what lets money go
    corrected_ms: dict[str, int] = msgspec.field(default_factory=dict)  # the same, of another account
    deferred_ms: dict[str, int] = msgspec.field(default_factory=dict)  # until when, by merchant or "run"
    refused_ms: dict[str, int] = msgspec.field(default_factory=dict)  # asked in vain, for want of a paper
    looked: dict[str, RiskLooked] = msgspec.field(default_factory=dict)  # by case: a sale that is looked into
    done_ms: dict[str, int] = msgspec.field(default_factory=dict)  # by merchant: when that was over
    ended_ms: int = -1  # when a fault last ended
    doubtful: dict[str, tuple[Released, Kept]] = msgspec.field(default_factory=dict)


_Case = Case[Suspense]


def opened(case: _Case, record: BankOpened) -> None:
    """A bank and its hours."""
    case.memory.hours[record.actor] = (record.payout_from_ms, record.payout_until_ms)


def acted(case: _Case, record: ActionTaken) -> None:
    """Somebody tried a remedy: what it frees has to go now."""
    memory = case.memory
    if record.missing:  # nothing was done, nor may it be before somebody asks again
        memory.refused_ms[record.actor] = record.at_ms
        return
    memory.acted_ms[record.actor] = record.at_ms
    if record.action == DEFERS:
        memory.deferred_ms[record.actor] = record.until_ms
    if record.action not in (CORRECTS, RELEASES):
        return
    (memory.released_ms if record.action == RELEASES else memory.corrected_ms)[record.actor] = record.at_ms
    for kept in memory.kept.values():
        merchant = case.book.merchants.get(kept.mid)
        is_concerned = record.actor == "run" or (
            merchant is not None and merchant.actor == record.actor)
        if kept.is_suspended and is_concerned and (
            record.action == RELEASES or kept.reason in CURED
        ):
            kept.freed_ms, kept.freed_by = record.at_ms, record.action


def looked(case: _Case, record: RiskLooked) -> None:
    """The acquirer holds a merchant's money to look into its sales, or is done and lets it go."""
    memory = case.memory
    if record.held:
        memory.looked[record.case] = record
        return
    memory.looked.pop(record.case, None)
    if _held(memory, record.mid) is not None:
        return  # for another sale
    memory.done_ms[record.mid] = record.at_ms
    for kept in memory.kept.values():
        if kept.is_suspended and kept.mid == record.mid and kept.reason == PayoutReason.RISK:
            kept.freed_ms, kept.freed_by = record.at_ms, RELEASES


def _held(memory: Suspense, mid: str) -> RiskLooked | None:
    """A sale for which a merchant's payouts are held."""
    return next((each for each in memory.looked.values() if each.mid == mid), None)


def fault_ended(case: _Case, record: FaultEnded) -> None:
    """An order that held money is over."""
    memory = case.memory
    memory.ended_ms = record.at_ms
    memory.doubtful = {
        payout: doubt for payout, doubt in memory.doubtful.items() if doubt[0].at_ms != record.at_ms}


def sent(case: _Case, record: PayoutSent) -> None:
    """It is under way, or once more; nothing is while a sale of its merchant is looked into."""
    case.memory.kept.pop(record.payout, None)
    held = _held(case.memory, record.mid)
    if held is not None:
        case.find(
            "sent_though_held", at_ms=record.at_ms, mid=record.mid, payout=record.payout, key=held.key,
            sum=yuan(record.net_fen), held=local(held.at_ms), sold=yuan(held.amount_fen),
            amount_fen=record.net_fen)


def posted(case: _Case, record: PayoutPosted) -> None:
    """And arrived."""
    case.memory.kept.pop(record.payout, None)


def returned(case: _Case, record: PayoutReturned) -> None:
    """A bank did not book a payout."""
    case.exercised += 1
    if not record.retry:
        case.memory.kept[record.payout] = Kept(record.mid, record.at_ms, reason=record.reason)
    if not _may_return(case, record) and not _fault(case.book, record.mid, record.at_ms):
        why, why_zh = reason_said("payout_returned.reason", record.reason)
        case.find(
            "returned_without_cause", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
            bank=record.actor, why=why, why_zh=why_zh,
        )


def _may_return(case: _Case, record: PayoutReturned) -> bool:
    """Whether account or hours explain it; also where nobody says how they are."""
    if record.reason == PayoutReason.OUTSIDE_HOURS:
        hours = case.memory.hours.get(record.actor)
        return hours is None or not hours[0] <= time_of_day_ms(record.at_ms) < hours[1]
    return _is_of_account(case.book, record.mid, record.reason)


def _is_of_account(book: Book, mid: str, reason: str) -> bool:
    merchant = book.merchants.get(mid)
    if merchant is None or not merchant.opened.account_status:
        return True
    opened = merchant.opened
    if reason in (PayoutReason.NAME_MISMATCH, PayoutReason.NO_SUCH_ACCOUNT):
        return not opened.account_name_matches
    return reason in OF_STATUS.get(opened.account_status, ())


def _fault(book: Book, mid: str, at_ms: int) -> str:
    """The mode of a fault that explains what becomes of a merchant's payout now."""
    return book.faults.cause((), book.actors_of("", mid), at_ms - AT_ONCE_MS, at_ms)


def suspended(case: _Case, record: Suspended) -> None:
    """Money stands in suspense."""
    if record.net_fen <= 0:
        return  # carried forward: nothing stands anywhere
    case.exercised += 1
    memory = case.memory
    before = memory.kept.get(record.payout)
    memory.kept[record.payout] = Kept(
        record.mid, record.at_ms, record.net_fen, record.reason, is_suspended=True)
    if before is not None and not before.is_suspended and before.reason != record.reason and (
        record.reason not in BY_ORDER
    ):
        _find(case, "suspended_for_other_reason", record, before.reason)
    elif before is None and not _may_suspend(case, record):
        _find(case, "suspended_without_cause", record, record.reason)


def _may_suspend(case: _Case, record: Suspended) -> bool:
    """Whether what nobody sent may stand in suspense: by the name check, or by an order."""
    if record.reason == PayoutReason.RISK and _held(case.memory, record.mid) is not None:
        return True
    if record.reason in BY_ORDER:
        merchant = case.book.merchants.get(record.mid)
        actors = ("run", merchant.actor if merchant is not None else "")
        return bool(_fault(case.book, record.mid, record.at_ms)) or any(
            actor in case.memory.acted_ms for actor in actors)
    return record.reason == PayoutReason.NAME_MISMATCH and _is_of_account(
        case.book, record.mid, record.reason)


def _find(case: _Case, code: str, record: Suspended, before: str) -> None:
    why, why_zh = reason_said("suspended.reason", record.reason)
    was, was_zh = reason_said("payout_returned.reason", before)
    case.find(
        code, at_ms=record.at_ms, mid=record.mid, payout=record.payout, sum=yuan(record.net_fen),
        why=why, why_zh=why_zh, was=was, was_zh=was_zh, amount_fen=record.net_fen,
    )


def released(case: _Case, record: Released) -> None:
    """Money left suspense; somebody must have seen to that."""
    memory = case.memory
    kept = memory.kept.pop(record.payout, None)
    if kept is None or not kept.is_suspended:
        return  # invariants of the books tell of that
    case.exercised += 1
    actor = _actor(case.book, record.mid)
    if _let_go_ms(memory, kept, record.mid, actor) >= max(kept.at_ms, memory.refused_ms.get(actor, 0)) or (
        _is_over(memory, kept, actor, record.at_ms)
    ):
        return
    if kept.reason in BY_ORDER:
        memory.doubtful[record.payout] = (record, kept)  # its order may end in this very moment
    else:
        _released_by_nobody(case, record, kept)


def _let_go_ms(memory: Suspense, kept: Kept, mid: str, actor: str) -> int:
    """When that was last done which lets money go that stands for this reason; an order ends with its fault."""
    acts = [memory.released_ms]
    if kept.reason in CURED:
        acts.append(memory.corrected_ms)
    moments = [act.get(who, -1) for act in acts for who in ("run", actor)]
    if kept.reason in BY_ORDER:
        moments.append(memory.ended_ms)
    if kept.reason == PayoutReason.RISK:
        moments.append(memory.done_ms.get(mid, -1))
    return max(moments)


def _is_order_over(case: _Case, kept: Kept) -> bool:
    """Whether what was kept back by an order, and by nobody's own wish, is kept by none any more."""
    memory, now_ms = case.memory, case.book.now_ms
    if kept.reason not in BY_ORDER or kept.mid in memory.looked:
        return False
    if kept.reason == PayoutReason.DEFERRED and {"run", _actor(case.book, kept.mid)} & memory.acted_ms.keys():
        return False  # until it is asked for, or its own time is over
    return bool(_fault(case.book, kept.mid, kept.at_ms)) and not _fault(case.book, kept.mid, now_ms)


def _is_over(memory: Suspense, kept: Kept, actor: str, at_ms: int) -> bool:
    """Whether what was put off until a moment is due by now."""
    return kept.reason == PayoutReason.DEFERRED and any(
        0 < memory.deferred_ms.get(each, 0) <= at_ms for each in ("run", actor))


def _released_by_nobody(case: _Case, record: Released, kept: Kept) -> None:
    why, why_zh = reason_said("suspended.reason", kept.reason)
    case.find(
        "released_without_cause", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
        sum=yuan(record.net_fen), why=why, why_zh=why_zh, amount_fen=record.net_fen,
    )


def _actor(book: Book, mid: str) -> str:
    merchant = book.merchants.get(mid)
    return merchant.actor if merchant is not None else ""


def at_end(case: _Case) -> None:
    """What came back and went nowhere, and what stays in suspense though it was freed."""
    book = case.book
    if not book.is_whole():
        return
    for record, doubted in case.memory.doubtful.values():
        _released_by_nobody(case, record, doubted)
    for payout, kept in case.memory.kept.items():
        why, why_zh = reason_said("suspended.reason", kept.reason)
        if not kept.is_suspended and book.now_ms - kept.at_ms >= AT_ONCE_MS:
            case.find(
                "returned_and_dropped", mid=kept.mid, payout=payout, why=why, why_zh=why_zh,
                since_ms=kept.at_ms, returned=local(kept.at_ms),
            )
        elif kept.is_suspended and _is_over(
            case.memory, kept, _actor(book, kept.mid), book.now_ms - AT_ONCE_MS,
        ):
            case.find(
                "deferred_and_kept", mid=kept.mid, payout=payout, since_ms=kept.at_ms,
                sum=yuan(kept.net_fen), amount_fen=kept.net_fen,
            )
        elif kept.is_suspended and _is_order_over(case, kept):
            case.find(
                "kept_after_order", mid=kept.mid, payout=payout, why=why, why_zh=why_zh, since_ms=kept.at_ms,
                suspended=local(kept.at_ms), sum=yuan(kept.net_fen), amount_fen=kept.net_fen,
            )
        elif kept.freed_ms and book.now_ms - kept.freed_ms >= AT_ONCE_MS:
            case.find(
                "suspense_kept", mid=kept.mid, payout=payout, why=why, why_zh=why_zh,
                since_ms=kept.at_ms, freed=local(kept.freed_ms), action=kept.freed_by,
                sum=yuan(kept.net_fen), amount_fen=kept.net_fen,
            )


RULE = Rule(
    number=26, en="suspense has a cause and an end", zh="挂账有因有果", remembers=Suspense,
    findings=(
        Sentence("returned_without_cause", Urgency.SAFETY,
                 "{bank} returned payout {payout} of merchant {mid} ({why}), and nothing of that is so",
                 "{bank} 退回商户 {mid} 的付款 {payout}（{why_zh}），而事实并非如此"),
        Sentence("suspended_without_cause", Urgency.SAFETY,
                 "{sum} of payout {payout} were put on suspense for merchant {mid} ({why}), and nothing explains"
                 " it",
                 "商户 {mid} 的付款 {payout} {sum} 被挂账（{why_zh}），却没有缘由"),
        Sentence("suspended_for_other_reason", Urgency.SAFETY,
                 "payout {payout} of merchant {mid} came back because {was}, and stands in suspense because"
                 " {why}",
                 "商户 {mid} 的付款 {payout} 因{was_zh}退回，却因{why_zh}挂账"),
        Sentence("returned_and_dropped", Urgency.LIVENESS,
                 "payout {payout} of merchant {mid} came back for good {returned} ({why}), and was neither put"
                 " on suspense nor sent again",
                 "商户 {mid} 的付款 {payout} 于 {returned} 被退回（{why_zh}），既未挂账也未重发"),
        Sentence("released_without_cause", Urgency.SAFETY,
                 "{sum} of payout {payout} left suspense for merchant {mid}, where they stood because {why}, and"
                 " nobody had that removed",
                 "商户 {mid} 的付款 {payout} {sum} 因{why_zh}挂账，无人消除原因即被释放"),
        Sentence("sent_though_held", Urgency.SAFETY,
                 "{sum} of payout {payout} were sent to merchant {mid}, whose money is held since {held}: risk"
                 " control looks into sale {key} of {sold}",
                 "商户 {mid} 的付款 {payout} {sum} 被发出，而自 {held} 起因交易 {key}（{sold}）风控核查应暂停划付"),
        Sentence("suspense_kept", Urgency.LIVENESS,
                 "{sum} of payout {payout} still stand in suspense for merchant {mid} ({why}), though {action}"
                 " was done {freed}",
                 "商户 {mid} 的付款 {payout} {sum} 仍在挂账（{why_zh}），而 {freed} 已办理 {action}"),
        Sentence("kept_after_order", Urgency.LIVENESS,
                 "{sum} of payout {payout} stand in suspense for merchant {mid} since {suspended} ({why}), though"
                 " nothing keeps them there any more",
                 "商户 {mid} 的付款 {payout} {sum} 自 {suspended} 起挂账（{why_zh}），缘由已消除却仍未释放"),
        Sentence("deferred_and_kept", Urgency.LIVENESS,
                 "{sum} of payout {payout} still stand in suspense for merchant {mid}, though the time until"
                 " which they were put off is over",
                 "商户 {mid} 的付款 {payout} {sum} 延期已满，仍在挂账"),
    ),
    hears={
        BankOpened: opened, ActionTaken: acted, FaultEnded: fault_ended, PayoutSent: sent,
        PayoutPosted: posted, PayoutReturned: returned, Suspended: suspended, Released: released,
        RiskLooked: looked,
    },
    at_end=at_end,
)
