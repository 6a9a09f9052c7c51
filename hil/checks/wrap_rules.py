"""Rules of numbers at their end, of a batch at its limit, and of sums that a reply made smaller.

Source: docs/unionpay.md (numbers, settlement), rules 8, 12 and 14 of the judge.
"""

from __future__ import annotations

from itertools import pairwise

from hil.checks.batch_rules import settlements
from hil.checks.evidence import Evidence, Rule
from hil.checks.line import (
    FINANCIAL,
    counted,
    doubtful,
    first_sent,
    following,
    reversals_of,
    totals,
)
from hil.checks.results import NotObservableError, NotReachedError, Reading, Wrong
from hil.relay.seen import SeenMessage
from simulator.catalogue.language import Told
from simulator.judge.words.sentences import yuan
from simulator.machines.terminal.memory import LAST_NUMBER
from simulator.wire.errors import WireError
from simulator.wire.subfields import SettlementTotals, parse_settlement_totals

NEW = FINANCIAL | {"0220"}


def numbers_wrap() -> Rule:
    """After 999999 comes 000001 and the numbers rise again, in the same batch or another."""
    def look(evidence: Evidence) -> Reading:
        sent = [each for each in first_sent(evidence.seen) if each.stan]
        last = next((at for at, each in enumerate(sent) if each.stan > LAST_NUMBER // 2
                     and any(later.stan < each.stan for later in sent[at + 1:])), None)
        if last is None:
            raise NotReachedError(Told("no trace number came near 999999 and went on", "流水号没有接近 999999 并继续"))
        wrong = [
            Wrong(what=Told(f"{after.mti} {after.stan:06} comes after {before.stan:06}",
                            f"{after.mti} {after.stan:06} 出现在 {before.stan:06} 之后"),
                  number=after.number, money_fen=_fen(after))
            for before, after in pairwise(sent)
            if not 0 < (after.stan - before.stan) % LAST_NUMBER < LAST_NUMBER // 2]
        wrong += [
            Wrong(what=Told(f"{each.mti} has no trace number", f"{each.mti} 没有流水号"), number=each.number)
            for each in evidence.seen if each.mti in NEW and each.message is not None and not each.stan]
        return Reading(value=" ".join(f"{each.stan:06}" for each in sent), limit="999999 000001", wrong=tuple(wrong))

    return Rule("numbers_after_wrap", Told("trace numbers over their end", "越过上限的流水号"), "F11", look)


def batch_wraps(step: str) -> Rule:
    """The batch after 999999 is 000001."""
    def look(evidence: Evidence) -> Reading:
        if not any(each.batch == LAST_NUMBER for each in settlements(evidence)):
            raise NotReachedError(Told("no batch 999999 was settled", "没有结算批次 999999"))
        done = evidence.step(step)
        later = next((each for each in first_sent(evidence.seen) if each.at_ms >= done.begun_ms), None)
        if later is None:
            raise NotReachedError(Told(f"nothing was sent for {step}", f"{step} 没有发出请求"))
        right = following(LAST_NUMBER)
        wrong = () if later.batch == right else (Wrong(
            what=Told(f"{later.mti} is of batch {later.batch:06}; after 999999 comes 000001",
                      f"{later.mti} 属批次 {later.batch:06}；999999 之后为 000001"),
            number=later.number, money_fen=_fen(later)),)
        return Reading(value=f"{later.batch:06}", limit=f"{right:06}", wrong=wrong)

    return Rule("batch_after_wrap", Told("batch after 999999", "999999 之后的批次号"), "60.2", look)


def limit_is_kept() -> Rule:
    """No batch holds more transactions than the terminal's limit, whoever settles it."""
    def look(evidence: Evidence) -> Reading:
        limit = evidence.profile.batch_limit
        held = {batch: counted(evidence.seen, batch) for batch in {each.batch for each in first_sent(evidence.seen)}}
        most = max((len(each) for each in held.values()), default=0)
        if most < limit:
            raise NotReachedError(Told(f"no batch came to its limit of {limit}", f"没有批次达到上限 {limit}"))
        wrong = tuple(
            Wrong(what=Told(f"{each.mti} {each.stan:06} is number {place} of batch {batch:06}; it holds {limit}",
                            f"{each.mti} {each.stan:06} 是批次 {batch:06} 的第 {place} 笔；上限为 {limit}"),
                  number=each.number, money_fen=_fen(each))
            for batch, items in sorted(held.items()) for place, each in enumerate(items, 1) if place > limit)
        return Reading(value=str(most), limit=str(limit), wrong=wrong)

    return Rule("batch_holds", Told("transactions of the fullest batch", "最满批次的交易数"), "records", look)


def settles_by_itself(step: str, clerk: str) -> Rule:
    """A full batch is settled without a clerk: after this step, and before the clerk's own settlement."""
    def look(evidence: Evidence) -> Reading:
        from_ms, until_ms = evidence.step(step).begun_ms, evidence.step(clerk).begun_ms
        own = [each for each in settlements(evidence) if from_ms <= each.at_ms < until_ms]
        wrong = () if own else (Wrong(
            what=Told("the full batch was not settled until the clerk did it", "批次已满而终端未自行结算"),
            number=settlements(evidence)[0].number),)
        return Reading(value=str(len(own)), limit=">= 1", wrong=wrong)

    return Rule("own_settlements", Told("settlements without a clerk", "终端自行发起的结算"), "0500", look)


def told_part(step: str, part_fen: int) -> Rule:
    """Who is approved in part is told that part, not what was asked for; or it is reversed whole."""
    def look(evidence: Evidence) -> Reading:
        done = evidence.step(step)
        said = done.answer.amount_fen if done.answer.approved else 0
        if not done.answer.result:
            raise NotObservableError(Told(f"nothing was told of {step}", f"{step} 没有告知结果"))
        wrong = () if said in (0, part_fen) else (Wrong(
            what=Told(f"the till was told {yuan(said)}; {yuan(part_fen)} of it was approved",
                      f"收银得知 {yuan(said)}；实际批准 {yuan(part_fen)}"),
            money_fen=abs(said - part_fen)),)
        return Reading(value=str(said), limit=str(part_fen), wrong=wrong)

    return Rule("part_told", Told("sum told of an approval in part", "部分批准时告知的金额"), "fen", look)


def counts_part(name: str, part_fen: int) -> Rule:
    """The totals count an approval in part with its part; where it was reversed, not at all."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        asked = next((each for each in settlements(evidence) if each.batch == request.batch), None)
        if asked is None or asked.message is None:
            raise NotReachedError(Told("its batch was not settled", "其批次没有结算"))
        if any(each.stan != request.stan for each in doubtful(evidence.seen, request.batch)):
            raise NotReachedError(Told("another transaction of the batch is in doubt", "同批次另有结果不明的交易"))
        others = _debits(totals(evidence.seen, request.batch, evidence.profile.domestic_prefixes))
        right = others + (0 if reversals_of(evidence.seen, request) else part_fen)
        try:
            said = _debits(parse_settlement_totals(asked.message.details))
        except WireError:
            said = -1
        wrong = () if said == right else (Wrong(
            what=Told(f"the 0500 says {yuan(said)}; with the part that was approved it is {yuan(right)}",
                      f"0500 为 {yuan(said)}；按部分批准金额应为 {yuan(right)}"),
            number=asked.number, money_fen=abs(said - right)),)
        return Reading(value=str(said), limit=str(right), wrong=wrong)

    return Rule("totals_of_part", Told("debits of a batch with an approval in part", "含部分批准的借记总额"), "fen", look)


def counts_foreign() -> Rule:
    """Cards without a domestic prefix stand in the second half of F48, and none of them in the first."""
    def look(evidence: Evidence) -> Reading:
        asked = settlements(evidence)[0]
        assert asked.message is not None
        right = totals(evidence.seen, asked.batch, evidence.profile.domestic_prefixes).foreign
        if not right.debit_count:
            raise NotReachedError(Told("no foreign card was sold to", "没有外卡交易"))
        try:
            said = parse_settlement_totals(asked.message.details).foreign
        except WireError:
            raise NotReachedError(Told("F48 cannot be read", "F48 无法读出")) from None
        same = (said.debit_fen, said.debit_count) == (right.debit_fen, right.debit_count)
        wrong = () if same else (Wrong(
            what=Told(f"the 0500 has {said.debit_count} foreign sales, {yuan(said.debit_fen)}; "
                      f"approved were {right.debit_count}, {yuan(right.debit_fen)}",
                      f"0500 外卡 {said.debit_count} 笔 {yuan(said.debit_fen)}；"
                      f"实际批准 {right.debit_count} 笔 {yuan(right.debit_fen)}"),
            number=asked.number, money_fen=abs(said.debit_fen - right.debit_fen)),)
        return Reading(value=str(said.debit_fen), limit=str(right.debit_fen), wrong=wrong)

    return Rule("foreign_totals", Told("debits of foreign cards in F48", "F48 中的外卡借记"), "fen", look)


def _debits(said: SettlementTotals) -> int:
    return said.domestic.debit_fen + said.foreign.debit_fen


def _fen(each: SeenMessage) -> int:
    return (each.message.amount_fen or 0) if each.message is not None else 0
