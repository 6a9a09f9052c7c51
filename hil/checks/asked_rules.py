"""Rules of requests beside what was asked for: sum, card, time, and the same again when it is repeated.

Source: rules 17, 19 and 27 of the judge, held to by what the line shows.  A field that a request does
not have says nothing; what is wrong is one that says something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from hil.checks.evidence import Evidence, Rule, Step
from hil.checks.line import heard_reply, requests
from hil.checks.results import NotObservableError, NotReachedError, Reading, Wrong
from hil.checks.till_rules import request_of_step
from hil.relay.seen import SeenMessage
from simulator.catalogue.language import Told
from simulator.judge.words.sentences import yuan
from simulator.machines.terminal.profile import Card
from simulator.wire.message import Message

CLOCK_OFF = timedelta(minutes=30)  # a terminal's own clock may be wrong by so much; no time zone is
_A_YEAR = timedelta(days=366)
# Of a stored request when it goes up again; F55 and F64 are made anew.
AGAIN: tuple[tuple[str, str], ...] = (
    ("F2", "pan"), ("F3", "processing_code"), ("F4", "amount_fen"), ("F12", "local_time"), ("F13", "local_date"),
    ("F14", "expiry"), ("F22", "entry_mode"), ("F25", "condition_code"), ("F37", "rrn"), ("F38", "auth_code"),
    ("F49", "currency"), ("F61", "original"),
)
_SECRET = frozenset({"pan", "expiry"})


def sent_as_asked(*steps: str) -> Rule:
    """F4 of a request is the sum that the terminal was asked for, to the fen."""
    def look(evidence: Evidence) -> Reading:
        wrong, said = [], ""
        for name in steps:
            done = evidence.step(name)
            request, message = _sent(evidence, done)
            asked, sent = done.wish.amount_fen, message.amount_fen
            said = f"{said} {yuan(asked)}"
            if sent != asked:
                shown = "nothing" if sent is None else yuan(sent)
                wrong.append(Wrong(
                    what=Told(f"{name} was asked for with {yuan(asked)}, and {request.mti} {request.stan:06} has {shown}",
                              f"{name} 请求的金额为 {yuan(asked)}，{request.mti} {request.stan:06} 为 {shown}"),
                    number=request.number, money_fen=abs((sent or 0) - asked)))
        return Reading(value=str(len(wrong)), limit=f"0;{said}", wrong=tuple(wrong))

    return Rule("sums_sent", Told("requests of another sum than was asked for", "金额与请求不同的报文"), "fen", look)


def on_the_card(*steps: str) -> Rule:
    """F2 or F35 of a request is of the card that was presented, and no other's."""
    def look(evidence: Evidence) -> Reading:
        wrong, seen = [], 0
        for name in steps:
            done = evidence.step(name)
            request, message = _sent(evidence, done)
            card, pan = done.wish.card, _pan_of(message)
            if not isinstance(card, Card) or not pan:
                continue
            seen += 1
            if pan != card.pan:
                wrong.append(Wrong(
                    what=Told(f"{request.mti} {request.stan:06} is of a card that ends with {pan[-4:]}; "
                              f"the one presented for {name} ends with {card.pan[-4:]}",
                              f"{request.mti} {request.stan:06} 的卡号尾号为 {pan[-4:]}；{name} 出示的卡尾号为 {card.pan[-4:]}"),
                    number=request.number, money_fen=done.wish.amount_fen))
        if not seen:
            raise NotObservableError(Told("no request shows its card in clear", "请求中看不到明文卡号"))
        return Reading(value=str(len(wrong)), limit=f"0 of {seen}", wrong=tuple(wrong))

    return Rule("cards_sent", Told("requests of another card than was presented", "卡号与出示的卡不同的报文"), "F2", look)


def dated_by_the_clock(*steps: str) -> Rule:
    """F12 and F13 of a request, where it has them, are the local time: that of the host's reply, about."""
    def look(evidence: Evidence) -> Reading:
        wrong, worst, seen = [], timedelta(0), 0
        for name in steps:
            request, message = _sent(evidence, evidence.step(name))
            reply = heard_reply(evidence.seen, request)
            ours = _moment(message)
            theirs = _moment(reply.message) if reply is not None and reply.message is not None else None
            if ours is None or theirs is None:
                continue
            seen += 1
            apart = abs(ours - theirs)
            apart = min(apart, abs(_A_YEAR - apart))
            worst = max(worst, apart)
            if apart > CLOCK_OFF:
                wrong.append(Wrong(
                    what=Told(f"{request.mti} {request.stan:06} is dated {ours:%m-%d %H:%M}, the host replied at "
                              f"{theirs:%m-%d %H:%M}",
                              f"{request.mti} {request.stan:06} 的时间为 {ours:%m-%d %H:%M}，主机应答于 {theirs:%m-%d %H:%M}"),
                    number=request.number))
        if not seen:
            raise NotObservableError(Told("no request has F12 and F13", "请求中没有 F12、F13"), whole=False)
        return Reading(value=str(int(worst.total_seconds())), limit=f"<= {int(CLOCK_OFF.total_seconds())}",
                       wrong=tuple(wrong))

    return Rule("clock_off", Told("F12 and F13 of a request beside the reply's", "请求与应答的时间差"), "s", look)


def repeated_unchanged(step: str) -> Rule:
    """A stored request that goes up again is the same message, but for what is made anew for each sending."""
    def look(evidence: Evidence) -> Reading:
        request, message = _sent(evidence, evidence.step(step))
        again = [each for each in requests(evidence.seen, request.kind)
                 if each.stan == request.stan and each.batch == request.batch and each.number > request.number]
        if not again:
            raise NotReachedError(Told(f"the request of {step} was not repeated", f"{step} 的请求没有重发"))
        wrong = tuple(found for each in again for found in _changes(request, message, each))
        return Reading(value=str(len(wrong)), limit="0", wrong=wrong)

    return Rule("repetition_changed", Told("fields that changed when a stored request was repeated",
                                           "重发待送达交易时改变的域"), "fields", look)


def _changes(request: SeenMessage, message: Message, again: SeenMessage) -> Iterator[Wrong]:
    if again.message is None:
        return
    for field, name in AGAIN:
        before, now = getattr(message, name), getattr(again.message, name)
        if before != now:
            shown = "" if name in _SECRET else f": {before or '–'}, {now or '–'}"
            yield Wrong(
                what=Told(f"{field} of {request.mti} {request.stan:06} changed when it was repeated{shown}",
                          f"{request.mti} {request.stan:06} 重发时 {field} 改变{shown}"),
                number=again.number, money_fen=message.amount_fen or 0)


def _sent(evidence: Evidence, done: Step) -> tuple[SeenMessage, Message]:
    request = request_of_step(evidence, done)
    if request is None or request.message is None:
        raise NotReachedError(Told(f"no request of {done.name} was seen", f"没有看到 {done.name} 的请求"))
    return request, request.message


def _pan_of(message: Message) -> str:
    """The card of a message that shows it: F2, or what stands before the separator of F35."""
    track = message.track2.replace("D", "=").partition("=")[0]
    return message.pan or (track if track.isdecimal() else "")


def _moment(message: Message) -> datetime | None:
    """F13 and F12 in a year that has all days; None where one is missing, or is none."""
    if not message.local_time or not message.local_date:
        return None
    try:
        return datetime.strptime(f"2000{message.local_date}{message.local_time}", "%Y%m%d%H%M%S")  # noqa: DTZ007 - both are local
    except ValueError:
        return None
