"""Invariant 29: totals are those of what was captured, on both sides, and what is settled is cleared.

The totals of each batch are added up here from the captures that the host booked.  Neither side is
asked: both may be wrong alike.  Cards of both classes (domestic, foreign) stand apart in F48.
"""

from __future__ import annotations

from simulator.judge.evidence import BOOKS
from simulator.judge.rule import Rule
from simulator.judge.rules.totals_recomputed.batches import (
    asked,
    at_end,
    cleared,
    closed,
    decided,
    host_counted,
    journaled,
    posted,
    replied,
    restarted,
)
from simulator.judge.rules.totals_recomputed.sums import Batches
from simulator.judge.tracking.moments import HostCounted, SettlementAsked, SettlementReplied
from simulator.judge.tracking.postings import BOOKING
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence
from simulator.trace.records import BatchCounted, ItemCleared, Journaled, Posted, Restarted

RULE = Rule(
    number=29, en="totals are those of what was captured", zh="总额与已入账交易一致",
    remembers=Batches, needs=BOOKS,
    findings=(
        Sentence("host_totals_not_as_captured", Urgency.SAFETY,
                 "the host closes batch {batch} of terminal {tid} with {said}; what it captured makes {right}",
                 "主机以 {said_zh} 关闭终端 {tid} 批次 {batch}；其已入账交易合计为 {right_zh}"),
        Sentence("batch_closed_twice", Urgency.SAFETY,
                 "the host closes batch {batch} of terminal {tid} a second time ({totals})",
                 "主机第二次关闭终端 {tid} 批次 {batch}（{totals_zh}）"),
        Sentence("classes_mixed", Urgency.SAFETY,
                 "terminal {tid} settles batch {batch} with {said} of foreign cards (debits, credits: fen/count);"
                 " by the cards it is {right}",
                 "终端 {tid} 批次 {batch} 的外卡总额为 {said}（借、贷：分/笔）；按卡号应为 {right}"),
        Sentence("called_unbalanced", Urgency.SAFETY,
                 "terminal {tid} asked for the settlement of batch {batch} with {asked} (debits, credits:"
                 " fen/count), which is what was captured, and the host answered that it does not balance",
                 "终端 {tid} 批次 {batch} 请求结算 {asked}（借、贷：分/笔），与已入账交易一致，主机却答复对账不平"),
        Sentence("cleared_other_sum", Urgency.SAFETY,
                 "batch {batch} of terminal {tid} is cleared whole, and {fen} fen of what was captured in it are"
                 " left over",
                 "终端 {tid} 批次 {batch} 已全部清算，但其入账金额尚余 {fen} 分"),
        Sentence("held_and_cleared", Urgency.SAFETY,
                 "{key} is not in the totals that the host settled after the upload, was let go by nobody, and"
                 " {sum} of it were cleared",
                 "{key} 不在主机批上送后结算的总额中，也未解除挂起，却清算了 {sum}"),
        Sentence("settled_not_cleared", Urgency.LIVENESS,
                 "batch {batch} of terminal {tid} is settled, a cut-over has passed, and {items} of its items"
                 " ({fen} fen in all) were not cleared",
                 "终端 {tid} 批次 {batch} 已结算且已过日切，仍有 {items} 笔（合计 {fen} 分）未清算"),
    ),
    only={Journaled: frozenset({"cutover", "heldreleased", "undone"}), Posted: BOOKING},
    plain={SaleDecided: decided},
    hears={
        Posted: posted, HostCounted: host_counted, SettlementAsked: asked, SettlementReplied: replied,
        ItemCleared: cleared, Journaled: journaled, BatchCounted: closed, Restarted: restarted,
    },
    at_end=at_end,
)
