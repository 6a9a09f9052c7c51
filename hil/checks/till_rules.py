"""Rules of what the counter is told, and of what a terminal sends or does not send for it.

Source: docs/unionpay.md (codes), rules 8, 14 and 16 of the judge.
"""

from __future__ import annotations

from collections.abc import Iterator

from hil.checks.evidence import Evidence, Rule, Step
from hil.checks.line import (
    FINANCIAL,
    REPEATED,
    first_sent,
    heard_reply,
    is_told_as,
    requests,
)
from hil.checks.results import NotObservableError, NotReachedError, Reading, Wrong
from hil.relay.seen import SeenMessage, Way
from simulator.catalogue.language import Told
from simulator.judge.transactions import SEALED
from simulator.wire.message import Message

DARK = ""  # what the counter is told where the power went
MAC_WRONG = "A0"
APPROVED, DECLINED, REFUSED = "approved", "declined", "refused"
# F39 by which an issuer, or the way to it, declines whatever the terminal did.
OF_THE_BANK = frozenset({"14", "15", "41", "43", "51", "54", "55", "57", "59", "61", "62", "65", "68", "75", "91", "92",
                         "96", "98"})


def told(step: str, *results: str) -> Rule:
    """The counter is told one of these results."""
    def look(evidence: Evidence) -> Reading:
        done = evidence.step(step)
        result = done.answer.result
        if APPROVED in results and result not in results:
            _excuse_a_bank(evidence, done)
        if DECLINED in results:
            _excuse_itself(evidence, done)
        wrong = () if result in results else (Wrong(
            what=Told(f"the till was told {_result(done)} of {step}; right is {' or '.join(results)}",
                      f"{step} 告知收银 {_result(done)}；应为 {' 或 '.join(results)}"),
            number=_number(evidence, done), money_fen=done.wish.amount_fen),)
        return Reading(value=result or "dark", limit=" or ".join(each or "dark" for each in results), wrong=wrong)

    return Rule("till_told", Told(f"what the till was told of {step}", f"收银得知的 {step} 结果"), "result", look)


def _excuse_a_bank(evidence: Evidence, done: Step) -> None:
    """What a bank declines for reasons of its own is no fault of the terminal; it was only not reached."""
    request = request_of_step(evidence, done)
    reply = heard_reply(evidence.seen, request) if request is not None else None
    if reply is not None and reply.response_code in OF_THE_BANK and done.answer.result != APPROVED:
        raise NotReachedError(Told(
            f"{done.name} was declined by the bank ({reply.response_code})",
            f"{done.name} 被银行拒绝（{reply.response_code}）"))


def _excuse_itself(evidence: Evidence, done: Step) -> None:
    """Who sees by itself that a card is none asks no host, and need not: then there was no decline to tell."""
    if done.answer.result == REFUSED and not _asked_for_money(evidence, done):
        raise NotReachedError(Told(f"the terminal refuses {done.name} by itself ({done.answer.reason})",
                                   f"终端自行拒绝 {done.name}（{done.answer.reason}）"))


def _asked_for_money(evidence: Evidence, done: Step) -> list[SeenMessage]:
    return [each for each in requests(evidence.seen)
            if done.begun_ms <= each.at_ms <= done.ended_ms and each.mti in FINANCIAL | {"0220"}]


def not_told(step: str, *results: str) -> Rule:
    """The counter is told none of these results."""
    def look(evidence: Evidence) -> Reading:
        done = evidence.step(step)
        result = done.answer.result
        wrong = () if result not in results else (Wrong(
            what=Told(f"the till was told {_result(done)} of {step}", f"{step} 告知收银 {_result(done)}"),
            number=_number(evidence, done), money_fen=done.wish.amount_fen),)
        return Reading(value=result or "dark", limit="not " + " or ".join(results), wrong=wrong)

    return Rule("till_told", Told(f"what the till was told of {step}", f"收银得知的 {step} 结果"), "result", look)


def told_code(step: str, code: str) -> Rule:
    """The counter is told the host's own code, where the till shows codes."""
    def look(evidence: Evidence) -> Reading:
        done = evidence.step(step)
        said = done.answer.response_code
        if not said:
            raise NotObservableError(Told(f"no code was told of {step}", f"{step} 没有告知应答码"), whole=False)
        wrong = () if said == code else (Wrong(
            what=Told(f"the till was told {said}, the host said {code}", f"收银得知 {said}，主机应答为 {code}"),
            number=_number(evidence, done), money_fen=done.wish.amount_fen),)
        return Reading(value=said, limit=code, wrong=wrong)

    return Rule("code_told", Told(f"code told of {step}", f"{step} 告知的应答码"), "F39", look)


def told_as_answered(step: str) -> Rule:
    """Number, reference, authorisation code and sum that the till was told are those of the reply."""
    def look(evidence: Evidence) -> Reading:
        done = evidence.step(step)
        answer = done.answer
        request = request_of_step(evidence, done)
        reply = heard_reply(evidence.seen, request) if request is not None else None
        if request is None or reply is None or reply.message is None:
            raise NotReachedError(Told(f"no reply to {step} was seen", f"没有看到 {step} 的应答"))
        pairs = (
            ("F11", f"{answer.stan:06}" if answer.stan else "", f"{request.stan:06}"),
            ("F37", answer.rrn, reply.message.rrn), ("F38", answer.auth_code, reply.message.auth_code),
            ("F4", str(answer.amount_fen or ""), str(reply.message.amount_fen or "")),
        )
        if not any(said and right for _, said, right in pairs):
            raise NotObservableError(Told(
                f"the till was told nothing of {step} but its result", f"{step} 除结果外未告知任何内容"))
        wrong = tuple(
            Wrong(what=Told(f"the till was told {field} {said}, the reply says {right}",
                            f"收银得知 {field} 为 {said}，应答中为 {right}"),
                  number=reply.number, money_fen=done.wish.amount_fen)
            for field, said, right in pairs if said and right and not is_told_as(said, right))
        return Reading(value=str(len(wrong)), limit="0", wrong=wrong)

    return Rule("told_otherwise", Told("facts told otherwise than the reply has them", "告知收银与应答不符的内容"),
                "facts", look)


def sends_nothing(step: str) -> Rule:
    """A terminal that refuses by itself asks nobody."""
    def look(evidence: Evidence) -> Reading:
        done = evidence.step(step)
        sent = _asked_for_money(evidence, done)
        return Reading(value=str(len(sent)), limit="0", wrong=tuple(
            Wrong(what=Told(f"{each.mti} {each.kind} left although {step} was to be refused here",
                            f"本应由终端拒绝的 {step} 仍发出了 {each.mti} {each.kind}"),
                  number=each.number, money_fen=done.wish.amount_fen) for each in sent))

    return Rule("sent_for_it", Told(f"requests sent for {step}", f"为 {step} 发出的请求"), "msg", look)


def numbers_are_new() -> Rule:
    """No trace number serves two transactions of a batch."""
    def look(evidence: Evidence) -> Reading:
        wrong = tuple(_used_again(evidence))
        return Reading(value=str(len(wrong)), limit="0", wrong=wrong)

    return Rule("numbers_used_twice", Told("trace numbers that serve two transactions", "用于两笔交易的流水号"),
                "F11", look)


def _used_again(evidence: Evidence) -> Iterator[Wrong]:
    known: dict[tuple[str, int, int], SeenMessage] = {}
    for each in requests(evidence.seen):
        if each.mti == "0400" or not each.stan or each.message is None or _is_load(each):
            continue
        key = each.tid, each.batch, each.stan
        first = known.setdefault(key, each)
        if first is each or (each.mti in REPEATED and _is_same(first.message, each.message)):
            continue
        if each.mti == first.mti and each.frame == first.frame:
            continue
        if each.mti == "0320" and _is_detail_of(first.message, each.message):
            continue
        yield Wrong(
            what=Told(f"{each.mti} {each.kind} has {each.stan:06}, as {first.mti} {first.kind} had",
                      f"{each.mti} {each.kind} 使用流水号 {each.stan:06}，与 {first.mti} {first.kind} 相同"),
            number=each.number, money_fen=each.message.amount_fen or 0)


def _is_load(each: SeenMessage) -> bool:
    return each.mti in ("0800", "0820")


def _is_detail_of(first: Message | None, again: Message) -> bool:
    """Whether a record goes up as it was, number and all: a notice with another MTI, a chip transaction.

    Of an approval in part the part goes up; a card number that was in the track alone is not compared.
    """
    return first is not None and (again.amount_fen or 0) <= (first.amount_fen or 0) and (
        not (first.pan and again.pan) or first.pan == again.pan)


def _is_same(first: Message | None, again: Message) -> bool:
    """Whether a message is the repetition of another one."""
    return first is not None and (first.mti, first.processing_code, first.amount_fen, first.pan, first.network_code) == (
        again.mti, again.processing_code, again.amount_fen, again.pan, again.network_code)


def numbers_can_be() -> Rule:
    """Trace numbers are 000001 to 999999."""
    def look(evidence: Evidence) -> Reading:
        wrong = tuple(
            Wrong(what=Told(f"{each.mti} has no trace number", f"{each.mti} 没有流水号"), number=each.number)
            for each in requests(evidence.seen) if each.mti in FINANCIAL | {"0220", "0400"} and not each.stan)
        return Reading(value=str(len(wrong)), limit="0", wrong=wrong)

    return Rule("without_number", Told("requests without a trace number", "没有流水号的请求"), "msg", look)


def repeats_as_it_was(step: str) -> Rule:
    """A stored request goes up again under its own number until the host has answered it."""
    def look(evidence: Evidence) -> Reading:
        done = evidence.step(step)
        request = request_of_step(evidence, done)
        if request is None:
            raise NotReachedError(Told(f"no request of {step} was seen", f"没有看到 {step} 的请求"))
        same = [each for each in requests(evidence.seen, request.kind)
                if each.stan == request.stan and each.batch == request.batch]
        others = [each for each in requests(evidence.seen, request.kind)
                  if each.stan != request.stan and each.number > request.number
                  and each.message is not None and request.message is not None
                  and each.message.amount_fen == request.message.amount_fen]
        answered = any(heard_reply(evidence.seen, each) is not None for each in same)
        wrong = []
        if not answered:
            wrong.append(Wrong(
                what=Told(f"{request.mti} {request.stan:06} was not delivered by the end",
                          f"到结束时 {request.mti} {request.stan:06} 仍未送达"),
                number=same[-1].number, money_fen=done.wish.amount_fen))
        wrong += [Wrong(
            what=Told(f"{each.mti} {each.stan:06} is {request.stan:06} once more under another number",
                      f"{each.mti} {each.stan:06} 以新流水号重发了 {request.stan:06}"),
            number=each.number, money_fen=done.wish.amount_fen) for each in others]
        return Reading(value=str(len(same)), limit=">= 2", wrong=tuple(wrong))

    return Rule("times_sent", Told(f"times that the request of {step} was sent", f"{step} 请求的发送次数"), "msg", look)


def sealed() -> Rule:
    """Every request that carries a MAC has one, and the host found none of them wrong."""
    def look(evidence: Evidence) -> Reading:
        spoilt = {each.stan for struck in evidence.struck.values() for each in struck if each.way is Way.UP}
        wrong = [
            Wrong(what=Told(f"{each.mti} {each.kind} without F64", f"{each.mti} {each.kind} 没有 F64"),
                  number=each.number, money_fen=each.message.amount_fen or 0)
            for each in requests(evidence.seen)
            if each.kind in SEALED and each.message is not None and not each.message.mac]
        wrong += [
            Wrong(what=Told(f"the host called the MAC of {each.stan:06} wrong (A0)",
                            f"主机判 {each.stan:06} 的 MAC 错误（A0）"), number=each.number)
            for each in evidence.seen
            if each.way is Way.DOWN and each.response_code == MAC_WRONG and each.stan not in spoilt]
        return Reading(value=str(len(wrong)), limit="0", wrong=tuple(wrong))

    return Rule("wrong_macs", Told("requests whose MAC is missing or wrong", "缺少 MAC 或 MAC 错误的请求"), "msg", look)


def field_is(step: str, name: str, field: str, right: str) -> Rule:
    """A field of the request of a step: present, absent, or one of the texts given."""
    def look(evidence: Evidence) -> Reading:
        done = evidence.step(step)
        request = request_of_step(evidence, done)
        if request is None or request.message is None:
            raise NotReachedError(Told(f"no request of {step} was seen", f"没有看到 {step} 的请求"))
        value = _value(request.message, name)
        holds = {"present": bool(value), "absent": not value}.get(right, value == right)
        wrong = () if holds else (Wrong(
            what=Told(f"{field} of the request of {step} is not as it must be ({right})",
                      f"{step} 请求的 {field} 不符（应为 {right}）"),
            number=request.number, money_fen=done.wish.amount_fen),)
        return Reading(value="right" if holds else "wrong", limit=right, wrong=wrong)

    return Rule("field_of_request", Told(f"{field} of {step}", f"{step} 的 {field}"), field, look)


def _value(message: Message, name: str) -> str:
    facts: dict[str, object] = {
        "pan": message.pan, "track2": message.track2, "expiry": message.expiry, "rrn": message.rrn,
        "auth_code": message.auth_code, "entry_mode": message.entry_mode[:2], "field59": message.field59,
        "original": message.original, "operator": message.operator,
        "original_date": message.original.date if message.original else "",
    }
    value = facts[name]
    return value if isinstance(value, str) else "present" if value else ""


def names_original(step: str, of: str) -> Rule:
    """F37 and F61 of a request name the transaction that it refers to."""
    def look(evidence: Evidence) -> Reading:
        done, sold = evidence.step(step), evidence.step(of).answer
        request = request_of_step(evidence, done)
        if request is None or request.message is None:
            raise NotReachedError(Told(f"no request of {step} was seen", f"没有看到 {step} 的请求"))
        message = request.message
        named = message.original
        if named is not None and not (sold.stan or sold.rrn):
            raise NotObservableError(Told(f"the till knows no number of {of}", f"收银不知道 {of} 的任何编号"))
        wrong = []
        if named is not None and named.stan and sold.stan and (named.stan != sold.stan or (
                sold.batch and named.batch != sold.batch)):
            wrong.append(Wrong(
                what=Told(f"F61 names {named.batch:06}/{named.stan:06}, the original is {sold.batch:06}/{sold.stan:06}",
                          f"F61 指向 {named.batch:06}/{named.stan:06}，原交易为 {sold.batch:06}/{sold.stan:06}"),
                number=request.number, money_fen=done.wish.amount_fen))
        if named is None:
            wrong.append(Wrong(what=Told("F61 is missing", "缺少 F61"), number=request.number))
        if message.rrn and sold.rrn and message.rrn != sold.rrn and message.rrn.strip("0"):
            wrong.append(Wrong(
                what=Told(f"F37 is {message.rrn}, the original has {sold.rrn}",
                          f"F37 为 {message.rrn}，原交易为 {sold.rrn}"), number=request.number))
        return Reading(value=str(len(wrong)), limit="0", wrong=tuple(wrong))

    return Rule("names_original", Told(f"references of {step} that do not fit", f"{step} 中不符的引用"), "fields", look)


def sent_once(step: str) -> Rule:
    """One wish is one transaction: its request leaves under one number."""
    def look(evidence: Evidence) -> Reading:
        done = evidence.step(step)
        later = [each.begun_ms for each in evidence.steps if each.begun_ms > done.begun_ms]
        until = min(later, default=float("inf"))
        numbers = sorted({
            each.stan for each in first_sent(evidence.seen)
            if each.kind == done.wish.kind.value and done.begun_ms <= each.at_ms < until})
        wrong = () if len(numbers) <= 1 else (Wrong(
            what=Told(f"{step} left under {len(numbers)} numbers", f"{step} 以 {len(numbers)} 个流水号发出"),
            number=_number(evidence, done), money_fen=done.wish.amount_fen),)
        return Reading(value=str(len(numbers)), limit="1", wrong=wrong)

    return Rule("transactions", Told(f"transactions for {step}", f"{step} 产生的交易数"), "F11", look)


def request_of_step(evidence: Evidence, done: Step) -> SeenMessage | None:
    """The request that left for what was asked for; None where none did."""
    kind = done.wish.kind.value
    found = [each for each in first_sent(evidence.seen)
             if each.kind == kind and done.begun_ms <= each.at_ms <= done.ended_ms]
    if found:
        return found[0]
    stan = done.answer.stan
    return next((each for each in requests(evidence.seen, kind) if stan and each.stan == stan), None)


def _number(evidence: Evidence, done: Step) -> int:
    request = request_of_step(evidence, done)
    if request is None:
        return 0
    reply = heard_reply(evidence.seen, request)
    return reply.number if reply is not None else request.number


def _result(done: Step) -> str:
    answer = done.answer
    behind = " ".join(filter(None, (answer.response_code, answer.reason)))
    return f"{answer.result or 'dark'}{f' ({behind})' if behind else ''}"
