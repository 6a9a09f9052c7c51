"""Invariant 14: a terminal sends nothing that the host has to refuse.

A finding here is the terminal's fault and cost nobody money: the host stood against it.  Refusals
that are no fault of the terminal are none of its findings: of an issuer, of a message that the line
changed, of keys that the host itself withdrew or whose sign-on was never answered.
"""

from __future__ import annotations

from simulator.judge.rule import Rule
from simulator.judge.rules.nothing_to_refuse.heard import (
    arrived,
    asked,
    came_again,
    changed,
    counted,
    decided,
    journaled,
    lost,
    reached,
    restarted,
)
from simulator.judge.rules.nothing_to_refuse.refusals import sent, warned
from simulator.judge.rules.nothing_to_refuse.standing import Known
from simulator.judge.tracking.moments import ForgeryArrived, NumberCameAgain
from simulator.judge.tracking.stretches import SaleAsked, SaleDecided, SaleReached, SaleShown
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence
from simulator.trace.records import Arrived, BatchCounted, Journaled, Lost, Restarted, Sent, Warned

RULE = Rule(
    number=14, en="nothing for the host to refuse", zh="不发主机须拒绝的报文", remembers=Known,
    findings=(
        Sentence("refused_before_sign_on", Urgency.REFUSED,
                 "terminal {tid} sent {what} {key} before it had signed on",
                 "终端 {tid} 尚未签到即发出 {what} {key}"),
        Sentence("refused_mac", Urgency.REFUSED,
                 "terminal {tid} sent {what} {key} with a wrong MAC",
                 "终端 {tid} 发出的 {what} {key} MAC 错误"),
        Sentence("refused_batch", Urgency.REFUSED,
                 "terminal {tid} sent {what} {key} in a stale batch: it was given {right}",
                 "终端 {tid} 以过期批次发出 {what} {key}：应使用批次 {right}"),
        Sentence("refused_number", Urgency.REFUSED,
                 "terminal {tid} sent {what} {key} under a number that it had used already",
                 "终端 {tid} 以已用过的流水号发出 {what} {key}"),
        Sentence("refused_reference", Urgency.REFUSED,
                 "terminal {tid} sent {what} {key}, which cannot be: {why}",
                 "终端 {tid} 发出的 {what} {key} 不成立：{why_zh}"),
        Sentence("answered_as_before", Urgency.REFUSED,
                 "terminal {tid} sent {what} {key} once more though it had its answer; the host took it for"
                 " a copy",
                 "终端 {tid} 已收到应答却再次以同一流水号发出 {what} {key}；主机按重复报文处理"),
        Sentence("refused_content", Urgency.REFUSED,
                 "terminal {tid} sent {why}: {what}", "终端 {tid} 的报文有误：{why_zh}（{what}）"),
        Sentence("refused_kind", Urgency.REFUSED,
                 "terminal {tid} sent a message that the dialect does not allow: {what}",
                 "终端 {tid} 发出方言不允许的报文：{what}"),
    ),
    only={Journaled: frozenset({"keysvoided", "batchsettled", "signedoff", "signedon"})},
    plain={SaleAsked: asked, SaleReached: reached, SaleDecided: decided, SaleShown: 0},
    hears={
        Sent: sent, Arrived: arrived, ForgeryArrived: changed, NumberCameAgain: came_again,
        Journaled: journaled, BatchCounted: counted, Lost: lost, Restarted: restarted, Warned: warned,
    },
)
