"""Rules of what a till is told over a line that lost or repeated something: the line to the host is the truth.

Source: rules 2, 8 and 16 of the judge; docs/ecr.md (lost answers, repeats).
"""

from __future__ import annotations

import re

from hil.checks.acts_ecr import HIDDEN
from hil.checks.evidence import Evidence, Rule, Step
from hil.checks.line import (
    APPROVED,
    CLEARLY_HEARD,
    answers_to,
    first_sent,
    is_told_as,
    reversals_of,
)
from hil.checks.results import NotObservableError, NotReachedError, Reading, Wrong
from hil.relay.seen import Fate, SeenMessage
from simulator.catalogue.language import Told
from simulator.judge.words.sentences import yuan

IN_TIME = CLEARLY_HEARD | {Fate.HELD}  # what came too late shows in a reversal


def one_sale(step: str, until: str) -> Rule:
    """However often it was asked for until then, one order left under one number."""
    def look(evidence: Evidence) -> Reading:
        sent = _sent(evidence, step, until)
        if not sent:
            raise NotReachedError(Told(f"no request of {step} was seen", f"没有看到 {step} 的请求"))
        numbers = sorted({each.stan for each in sent})
        wrong = tuple(
            Wrong(what=Told(f"{each.mti} {each.stan:06} is a second transaction of one order",
                            f"{each.mti} {each.stan:06} 是同一请求的第二笔交易"),
                  number=each.number, money_fen=(each.message.amount_fen or 0) if each.message else 0)
            for each in sent if each.stan != sent[0].stan)
        return Reading(value=str(len(numbers)), limit="1", wrong=wrong)

    return Rule("transactions", Told(f"transactions for {step}", f"{step} 产生的交易数"), "F11", look)


def tells_truth(name: str, of: str) -> Rule:
    """What the terminal says of an order whose answer was lost is what became of it on the line."""
    def look(evidence: Evidence) -> Reading:
        said = evidence.step(name)
        request = _first(evidence, of, name)
        answer = said.answer
        if not answer.result:
            raise NotObservableError(Told(
                "the terminal said nothing of its last order", "终端没有告知上一笔的结果"))
        stands = _stands(evidence, request)
        is_ours = answer.stan in (0, request.stan)
        wrong: list[Wrong] = []
        if stands and not (answer.approved and is_ours):
            wrong.append(Wrong(
                what=Told(f"{request.stan:06} was approved and stands; the till was told {_shown(said)}",
                          f"{request.stan:06} 已批准且有效；收银得知 {_shown(said)}"),
                number=request.number, money_fen=_fen(request)))
        elif not stands and answer.approved and is_ours:
            wrong.append(Wrong(
                what=Told(f"{request.stan:06} does not stand; the till was told {_shown(said)}",
                          f"{request.stan:06} 未成立；收银得知 {_shown(said)}"),
                number=request.number, money_fen=_fen(request)))
        return Reading(
            value=answer.result, limit="approved" if stands else "not approved",
            wrong=(*wrong, *_other_facts(evidence, said, request)))

    return Rule("last_result", Told(f"what was told of {of} afterwards", f"事后告知的 {of} 结果"), "result", look)


def tells_no_other(name: str, of: str) -> Rule:
    """A request that comes again is refused, or given the answer of the first: never another approval."""
    def look(evidence: Evidence) -> Reading:
        said = evidence.step(name)
        request = _first(evidence, of, name)
        wrong = _other_facts(evidence, said, request)
        if said.answer.approved and not _stands(evidence, request):
            wrong = (*wrong, Wrong(
                what=Told(f"{request.stan:06} does not stand; the till was told {_shown(said)}",
                          f"{request.stan:06} 未成立；收银得知 {_shown(said)}"),
                number=request.number, money_fen=_fen(request)))
        return Reading(value=said.answer.result or "dark", limit="as the first, or refused", wrong=wrong)

    return Rule("told_again", Told(f"what the till was told when {of} came again", f"{of} 重发时收银得知的结果"), "result", look)


def sent_again(name: str) -> Rule:
    """What the till did not acknowledge comes once more; it had it already, so nothing else shows that."""
    def look(evidence: Evidence) -> Reading:
        came = bool(evidence.step(name).answer.result)
        wrong = () if came else (Wrong(what=Told(
            "an answer that was not acknowledged was not sent again: a till that never got it would wait in vain",
            "未获确认的结果没有重发：真正没有收到的收银会空等")),)
        return Reading(value="yes" if came else "no", limit="yes", wrong=wrong)

    return Rule("answer_sent_again", Told("the answer came again without its acknowledgement", "未获确认的结果是否重发"),
                "frame", look)


def card_is_hidden(name: str) -> Rule:
    """What the terminal says to its till never holds the whole number of the card that paid."""
    def look(evidence: Evidence) -> Reading:
        seen = evidence.step(name).answer.result
        if not seen:
            raise NotObservableError(Told(
                "no card number is known to the bench, or the terminal said nothing", "测试台不知道卡号，或终端没有应答"))
        wrong = () if seen == HIDDEN else (Wrong(what=Told(
            "the whole number of the card stood on the line to the till", "完整卡号出现在通往收银的线路上")),)
        return Reading(value=seen, limit=HIDDEN, wrong=wrong)

    return Rule("card_on_line", Told("card number on the till's line", "收银线路上的卡号"), "frame", look)


def receipt_has_the_sum(step: str) -> Rule:
    """Where the till is given the receipt of an approval, the sum of the reply stands on it."""
    def look(evidence: Evidence) -> Reading:
        done = evidence.step(step)
        lines, reply = done.answer.receipt, None
        request = next((each for each in first_sent(evidence.seen) if each.kind == done.wish.kind.value
                        and done.begun_ms <= each.at_ms <= done.ended_ms), None)
        if request is not None:
            reply = _reply(evidence, request)
        if not lines or not done.answer.approved or request is None or reply is None or reply.message is None:
            raise NotObservableError(Told(
                f"the till was given no receipt of {step}", f"没有把 {step} 的凭条传给收银"), whole=False)
        right = reply.message.amount_fen or _fen(request)
        sums = {said for line in lines for said in _sums_on(line)}
        wrong = () if right in sums else (Wrong(
            what=Told(f"the receipt of {step} does not have the sum of the reply, {yuan(right)}",
                      f"{step} 的凭条上没有应答中的金额 {yuan(right)}"), number=reply.number, money_fen=right),)
        return Reading(value="there" if not wrong else "not there", limit=yuan(right), wrong=wrong)

    return Rule("receipt_sum", Told(f"sum on the receipt of {step}", f"{step} 凭条上的金额"), "fen", look)


def _sums_on(line: str) -> set[int]:
    """What sums in fen a line of a receipt may mean, with or without the digits behind the point.

    >>> sorted(_sums_on("RMB 1,010.11")), sorted(_sums_on("TOTAL 15"))
    ([101011], [15, 1500])
    """
    found = set()
    for said in re.findall(r"\d[\d.,]*", line):
        digits = int(re.sub(r"\D", "", said))
        found.add(digits)
        if re.fullmatch(r"\d+", said):
            found.add(digits * 100)
    return found


def _other_facts(evidence: Evidence, said: Step, request: SeenMessage) -> tuple[Wrong, ...]:
    """Number, sum, reference and code that an approval was told with, where they are another's."""
    answer = said.answer
    if not answer.approved:
        return ()
    reply = _reply(evidence, request)
    message = reply.message if reply is not None else None
    pairs = [("F11", f"{answer.stan:06}" if answer.stan else "", f"{request.stan:06}"),
             ("F4", str(answer.amount_fen or ""), str(_fen(request) or ""))]
    if message is not None:
        pairs += [("F37", answer.rrn, message.rrn), ("F38", answer.auth_code, message.auth_code)]
    return tuple(
        Wrong(what=Told(f"{field} was told as {told}, it is {right}", f"{field} 告知为 {told}，实为 {right}"),
              number=request.number, money_fen=_fen(request))
        for field, told, right in pairs if told and right and not is_told_as(told, right))


def _sent(evidence: Evidence, step: str, until: str) -> list[SeenMessage]:
    done, end = evidence.step(step), evidence.step(until)
    return [each for each in first_sent(evidence.seen)
            if each.kind == done.wish.kind.value and done.begun_ms <= each.at_ms < end.begun_ms]


def _first(evidence: Evidence, of: str, until: str) -> SeenMessage:
    sent = _sent(evidence, of, until)
    if not sent:
        raise NotReachedError(Told(f"no request of {of} was seen", f"没有看到 {of} 的请求"))
    return sent[0]


def _stands(evidence: Evidence, request: SeenMessage) -> bool:
    reply = _reply(evidence, request)
    return reply is not None and reply.response_code in APPROVED and not reversals_of(evidence.seen, request)


def _reply(evidence: Evidence, request: SeenMessage) -> SeenMessage | None:
    return next((each for each in answers_to(evidence.seen, request) if each.fate in IN_TIME), None)


def _fen(request: SeenMessage) -> int:
    return (request.message.amount_fen or 0) if request.message is not None else 0


def _shown(said: Step) -> str:
    answer = said.answer
    number = f" {answer.stan:06}" if answer.stan else ""
    return f"{answer.result}{number}"
