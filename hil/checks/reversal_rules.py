"""Rules of reversals: that one comes, before what, how often, and when it ends.

Source: docs/unionpay.md#reversal, and rules 4 and 7 of the judge.
"""

from __future__ import annotations

from collections.abc import Iterator

from hil.checks.evidence import Evidence, Rule
from hil.checks.line import (
    FINANCIAL,
    delivered,
    first_sent,
    heard_reply,
    reply_to,
    reversals_of,
)
from hil.checks.results import NotReachedError, Reading, Wrong
from hil.relay.seen import SeenMessage, Way
from simulator.catalogue.language import Told
from simulator.catalogue.response_codes import REVERSAL_DONE
from simulator.machines.terminal.profile import AfterLastTry
from simulator.wire.kinds import REVERSIBLE


def fen_of(request: SeenMessage) -> int:
    """The sum of a request."""
    return (request.message.amount_fen or 0) if request.message is not None else 0


def no_reversal(request: SeenMessage) -> Wrong:
    """What is wrong where nothing was reversed."""
    return Wrong(
        what=Told(f"{request.mti} {request.stan:06} had no answer, and no 0400 of it came",
                  f"{request.mti} {request.stan:06} 没有应答，却没有它的 0400"),
        number=request.number, money_fen=fen_of(request))


def comes(name: str) -> Rule:
    """The request of a disturbance is reversed."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        return Reading(value=str(len(sent)), limit=">= 1", wrong=() if sent else (no_reversal(request),))

    return Rule("reversals", Told("reversals of what was not answered", "未获应答交易的冲正次数"), "0400", look)


def comes_unless_refused(name: str, setting: str) -> Rule:
    """As :func:`comes`, where a setting of the profile says that one is owed; else there is none to be wrong."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        owed = bool(is_owed(evidence, setting))
        return Reading(
            value=str(len(sent)), limit=">= 1" if owed else ">= 0",
            wrong=(no_reversal(request),) if owed and not sent else ())

    return Rule("reversals", Told("reversals by the profile", "按参数应有的冲正次数"), "0400", look)


def is_owed(evidence: Evidence, setting: str) -> bool:
    """One of the settings of a profile that say whether a reversal is owed."""
    profile = evidence.profile
    owed = {
        "reversal_after_failed_connect": profile.reversal_after_failed_connect,
        "reversal_after_mismatched_reply": profile.reversal_after_mismatched_reply,
        "unsealed_declines": profile.unsealed_declines == "reverse",
    }
    return owed[setting]


def is_delivered(name: str) -> Rule:
    """The reversal of a disturbance reached its end: a 0410 with 00, 12 or 25."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        done = delivered(evidence.seen, request)
        wrong = () if done is not None else (Wrong(
            what=Told(f"the reversal of {request.stan:06} was not delivered by the end",
                      f"到结束时 {request.stan:06} 的冲正仍未送达"),
            number=(sent or [request])[-1].number, money_fen=fen_of(request)),)
        return Reading(value="1" if done is not None else "0", limit="1", wrong=wrong)

    return Rule("reversal_delivered", Told("reversals delivered", "已送达的冲正"), "0410", look)


def none(*names: str) -> Rule:
    """Nothing is reversed of these disturbances; without one: nothing at all."""
    def look(evidence: Evidence) -> Reading:
        if names:
            sent = [each for name in names for each in reversals_of(evidence.seen, evidence.request(name))]
        else:
            sent = [each for each in evidence.seen if each.way is Way.UP and each.mti == "0400"]
        return Reading(value=str(len(sent)), limit="0", wrong=tuple(
            Wrong(what=Told(f"0400 of {each.stan:06}: nothing was to be reversed",
                            f"出现 {each.stan:06} 的 0400：没有需要冲正的交易"),
                  number=each.number, money_fen=fen_of(each))
            for each in sent))

    return Rule("reversals", Told("reversals of what was answered", "已获应答交易的冲正次数"), "0400", look)


def goes_first(*names: str) -> Rule:
    """Nothing financial leaves the terminal between a request and the end of its reversal."""
    def look(evidence: Evidence) -> Reading:
        wrong: list[Wrong] = []
        for name in names:
            wrong += _overtaking(evidence, evidence.request(name))
        return Reading(value=str(len(wrong)), limit="0", wrong=tuple(wrong))

    return Rule("went_before_reversal", Told("requests before the reversal was delivered", "冲正送达之前发出的请求"),
                "msg", look)


def _overtaking(evidence: Evidence, request: SeenMessage) -> Iterator[Wrong]:
    seen = evidence.seen
    done = delivered(seen, request)
    sent = reversals_of(seen, request)
    dropped = (
        evidence.profile.after_last_try is AfterLastTry.DROP
        and len(sent) >= evidence.profile.reversal_tries
    )
    until = done.number if done is not None else sent[-1].number if dropped else seen[-1].number + 1
    for each in first_sent(seen):
        if request.number < each.number < until and each.stan != request.stan and each.mti in FINANCIAL:
            yield Wrong(
                what=Told(f"{each.mti} {each.kind} {each.stan:06} left before the reversal of {request.stan:06} "
                          "was delivered",
                          f"{request.stan:06} 的冲正送达之前发出了 {each.mti} {each.kind} {each.stan:06}"),
                number=each.number, money_fen=fen_of(request))


def repeated(name: str, least: int = 2) -> Rule:
    """A reversal without a valid 0410 is sent again."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        if not sent:
            return Reading(value="0", limit=f">= {least}", wrong=(no_reversal(request),))
        tries = min(least, evidence.profile.reversal_tries) if (
            evidence.profile.after_last_try is AfterLastTry.DROP) else least
        wrong = () if len(sent) >= tries else (Wrong(
            what=Told(f"the 0400 of {request.stan:06} had no valid 0410 and was sent {len(sent)} time(s)",
                      f"{request.stan:06} 的 0400 没有有效的 0410，只发送了 {len(sent)} 次"),
            number=sent[-1].number, money_fen=fen_of(request)),)
        return Reading(value=str(len(sent)), limit=f">= {tries}", wrong=wrong)

    return Rule("reversals", Told("times that the reversal was sent", "冲正发送次数"), "0400", look)


def ends_when_answered(name: str) -> Rule:
    """After a 0410 with 00, 12 or 25 the reversal is not sent again."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        done = delivered(evidence.seen, request)
        if done is None:
            raise NotReachedError(Told("no 0410 ended the reversal", "没有结束冲正的 0410"))
        again = [each for each in reversals_of(evidence.seen, request) if each.number > done.number]
        return Reading(value=str(len(again)), limit="0", wrong=tuple(
            Wrong(what=Told(f"0400 of {request.stan:06} again after its 0410 {done.response_code}",
                            f"收到 0410 {done.response_code} 之后再次发送 {request.stan:06} 的 0400"),
                  number=each.number) for each in again))

    return Rule("reversals_after_the_end", Told("reversals after the answer that ends them", "冲正结束后再次发送的次数"),
                "0400", look)


def not_again_after(name: str, answer: str) -> Rule:
    """After one answer, whatever was done to it, the reversal is not sent again."""
    def look(evidence: Evidence) -> Reading:
        request, end = evidence.request(name), evidence.at(answer)
        again = [each for each in reversals_of(evidence.seen, request) if each.number > end.number]
        return Reading(value=str(len(again)), limit="0", wrong=tuple(
            Wrong(what=Told(f"0400 of {request.stan:06} again after the 0410 that ends it",
                            f"收到结束冲正的 0410 之后再次发送 {request.stan:06} 的 0400"),
                  number=each.number) for each in again))

    return Rule("reversals_after_the_end", Told("reversals after the answer that ends them", "冲正结束后再次发送的次数"),
                "0400", look)


def after_last_try(name: str) -> Rule:
    """What a terminal does once all tries have failed: it refuses, or goes on, as its profile says."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        tries = evidence.profile.reversal_tries
        if len(sent) < tries:
            raise NotReachedError(Told(f"{len(sent)} of {tries} tries came", f"{tries} 次中只出现 {len(sent)} 次"))
        wrong = tuple(_overtaking(evidence, request))
        keeps = evidence.profile.after_last_try is AfterLastTry.KEEP
        return Reading(value=str(len(wrong)), limit="0", margin="", wrong=wrong if keeps else ())

    return Rule("went_on_owing", Told("requests after the last try failed", "最后一次冲正失败之后发出的请求"), "msg", look)


def all_unknown_are_reversed() -> Rule:
    """Whatever reversible request had no reply at all on the line is reversed by the end."""
    def look(evidence: Evidence) -> Reading:
        wrong = []
        for request in first_sent(evidence.seen):
            kinds = {kind.value for kind in REVERSIBLE}
            if request.kind not in kinds or heard_reply(evidence.seen, request) is not None:
                continue
            if request.fate.value in ("nowhere", "hung_up", "reset"):
                continue  # whether it left is the profile's business
            answered = any(
                each.way is Way.DOWN and each.stan == request.stan and each.number > request.number
                and each.fate.value not in ("lost", "nowhere") for each in evidence.seen)
            if not answered and not reversals_of(evidence.seen, request):
                wrong.append(no_reversal(request))
        return Reading(value=str(len(wrong)), limit="0", wrong=tuple(wrong))

    return Rule("never_reversed", Told("requests without answer and without reversal", "既无应答又未冲正的请求"),
                "msg", look)


def sealed_and_taken(name: str) -> Rule:
    """The host finds the MAC of the 0400 right: it answers by what ends it."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        if not sent:
            raise NotReachedError(Told("no reversal came", "没有冲正"))
        wrong = []
        for reversal in sent:
            reply = reply_to(evidence.seen, reversal)
            if reversal.message is not None and not reversal.message.mac:
                wrong.append(Wrong(what=Told("a 0400 without F64", "0400 没有 F64"), number=reversal.number))
            elif reply is not None and reply.response_code not in REVERSAL_DONE:
                wrong.append(Wrong(
                    what=Told(f"the host answered {reply.response_code} to the 0400 of {request.stan:06}",
                              f"主机对 {request.stan:06} 的 0400 应答 {reply.response_code}"),
                    number=reversal.number, money_fen=fen_of(request)))
        return Reading(value=str(len(wrong)), limit="0", wrong=tuple(wrong))

    return Rule("reversals_refused", Told("reversals that the host had to refuse", "主机不得不拒绝的冲正"), "0400", look)


def kept_number(name: str) -> Rule:
    """A 0400 keeps the number of its request, and the next transaction has another one."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        if not sent:
            return Reading(value="0", limit=f"{request.stan:06}", wrong=(no_reversal(request),))
        again = [each for each in first_sent(evidence.seen)
                 if each.number > request.number and each.stan == request.stan and each.batch == request.batch]
        return Reading(value=f"{sent[0].stan:06}", limit=f"{request.stan:06}", wrong=tuple(
            Wrong(what=Told(f"{each.mti} bears {each.stan:06}, the number of what was reversed",
                            f"{each.mti} 使用了已冲正交易的流水号 {each.stan:06}"),
                  number=each.number, money_fen=fen_of(each)) for each in again))

    return Rule("number_of_reversal", Told("trace number of the reversal", "冲正的流水号"), "F11", look)
