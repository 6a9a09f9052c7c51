"""Rules of reversals: that one comes, before what, with which fields, for which reason, how often.

Source: docs/unionpay.md#reversal, and rules 4, 7 and 11 of the judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

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
from simulator.machines.terminal.reversal_form import COUNTER_TAG, NO_REPLY_DATE, REVERSAL_TAGS
from simulator.wire.kinds import REVERSIBLE
from simulator.wire.tlv import elements

# What a 0400 repeats of its request as it is; F55, F61 and F13 have rules of their own.
REPEATED: tuple[tuple[str, str], ...] = (
    ("F2", "pan"), ("F3", "processing_code"), ("F4", "amount_fen"), ("F11", "stan"), ("F14", "expiry"),
    ("F22", "entry_mode"), ("F23", "card_sequence"), ("F25", "condition_code"), ("F41", "tid"),
    ("F42", "mid"), ("F49", "currency"), ("60.1", "type_code"), ("60.2", "batch"),
)
MAY_LACK = frozenset({"pan", "expiry", "entry_mode", "card_sequence", "currency"})  # some hosts want none
NEVER: tuple[tuple[str, str], ...] = (("F35", "track2"), ("F36", "track3"), ("F52", "pin_block"))
UNKNOWN_BY_NUMBER = "0"


def _fen(request: SeenMessage) -> int:
    return (request.message.amount_fen or 0) if request.message is not None else 0


def _no_reversal(request: SeenMessage) -> Wrong:
    return Wrong(
        what=Told(f"{request.mti} {request.stan:06} had no answer, and no 0400 of it came",
                  f"{request.mti} {request.stan:06} 没有应答，却没有它的 0400"),
        number=request.number, money_fen=_fen(request))


def comes(name: str) -> Rule:
    """The request of a disturbance is reversed."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        return Reading(value=str(len(sent)), limit=">= 1", wrong=() if sent else (_no_reversal(request),))

    return Rule("reversals", Told("reversals of what was not answered", "未获应答交易的冲正次数"), "0400", look)


def comes_unless_refused(name: str, setting: str) -> Rule:
    """As :func:`comes`, where a setting of the profile says that one is owed; else there is none to be wrong."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        owed = bool(getattr_of(evidence, setting))
        return Reading(
            value=str(len(sent)), limit=">= 1" if owed else ">= 0",
            wrong=(_no_reversal(request),) if owed and not sent else ())

    return Rule("reversals", Told("reversals by the profile", "按参数应有的冲正次数"), "0400", look)


def getattr_of(evidence: Evidence, setting: str) -> bool:
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
            number=(sent or [request])[-1].number, money_fen=_fen(request)),)
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
                  number=each.number, money_fen=_fen(each))
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
                number=each.number, money_fen=_fen(request))


def repeats_original(*names: str) -> Rule:
    """A 0400 has the fields of its request, and none of the card's secrets."""
    def look(evidence: Evidence) -> Reading:
        wrong: list[Wrong] = []
        for name in names:
            request = evidence.request(name)
            for reversal in reversals_of(evidence.seen, request):
                wrong += differences(request, reversal)
        wrong += strangers(evidence)
        return Reading(value=str(len(wrong)), limit="0", wrong=tuple(wrong))

    return Rule("reversal_differs", Told("fields of the reversal that are not its request's", "冲正与原请求不一致的域"),
                "fields", look)


def differences(request: SeenMessage, reversal: SeenMessage) -> Iterator[Wrong]:
    """What a 0400 says otherwise than its request."""
    asked, undone = request.message, reversal.message
    if asked is None or undone is None:
        return
    for field, name in REPEATED:
        ours, theirs = getattr(asked, name), getattr(undone, name)
        if ours != theirs and not (name in MAY_LACK and not theirs):
            shown = ("", "") if name in ("pan", "expiry") else (f" {theirs}", f" {ours}")
            yield Wrong(
                what=Told(f"{field} of the 0400 of {request.stan:06} is{shown[0]}, the request had{shown[1]}"
                          if shown[0] else f"{field} of the 0400 of {request.stan:06} is not that of the request",
                          f"{request.stan:06} 的 0400 中 {field} 与原请求不一致{shown[0]}"),
                number=reversal.number, money_fen=asked.amount_fen or 0)
    for field, name in NEVER:
        if getattr(undone, name):
            yield Wrong(
                what=Told(f"{field} stands in a 0400: track and PIN are never sent again",
                          f"0400 中带有 {field}：磁道与密码不得再次发送"), number=reversal.number)
    named = undone.original
    if named is not None and (named.batch, named.stan) not in (
        (request.batch, request.stan), *(((asked.original.batch, asked.original.stan),) if asked.original else ()),
    ):
        yield Wrong(
            what=Told(f"F61 of the 0400 of {request.stan:06} names {named.batch:06}/{named.stan:06}",
                      f"{request.stan:06} 的 0400 的 F61 指向 {named.batch:06}/{named.stan:06}"),
            number=reversal.number, money_fen=asked.amount_fen or 0)


def strangers(evidence: Evidence) -> Iterator[Wrong]:
    """Reversals under a number that nothing was asked for with, in a case whose power was not cut."""
    if evidence.cuts:
        return
    asked = {(each.batch, each.stan) for each in evidence.seen if each.way is Way.UP and each.mti != "0400"}
    for each in evidence.seen:
        if each.way is Way.UP and each.mti == "0400" and (each.batch, each.stan) not in asked:
            yield Wrong(
                what=Told(f"0400 of {each.batch:06}/{each.stan:06}, which was never sent",
                          f"冲正了从未发送过的 {each.batch:06}/{each.stan:06}"), number=each.number)


def date_is_original(*names: str) -> Rule:
    """F13 of a 0400, where it has one, is its request's, whatever day it is; so is the date in F61."""
    def look(evidence: Evidence) -> Reading:
        wrong: list[Wrong] = []
        for name in names:
            request = evidence.request(name)
            reply = reply_to(evidence.seen, request)
            asked = request.message.local_date if request.message is not None else ""
            dates = {asked, "", NO_REPLY_DATE}
            if reply is not None and reply.message is not None:
                dates.add(reply.message.local_date)
            for reversal in reversals_of(evidence.seen, request):
                undone = reversal.message
                if undone is None:
                    continue
                for field, said in (("F13", undone.local_date),
                                    ("61.3", undone.original.date if undone.original else "")):
                    if said not in dates:
                        wrong.append(Wrong(
                            what=Told(f"{field} of the 0400 is {said}, its request was of {asked}",
                                      f"0400 的 {field} 为 {said}，原请求日期为 {asked}"),
                            number=reversal.number, money_fen=_fen(request)))
        return Reading(value=str(len(wrong)), limit="0", wrong=tuple(wrong))

    return Rule("reversal_dates", Told("dates in the reversal that are no original's", "冲正中与原交易不符的日期"),
                "fields", look)


def chip_data(name: str) -> Rule:
    """F55 of a 0400: 95, 9F1E, 9F10, 9F36, DF31 and nothing else, of those that the request had."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        if not sent:
            raise NotReachedError(Told("no reversal came", "没有冲正"))
        wrong = [each for reversal in sent for each in _wrong_tags(reversal)]
        return Reading(value=str(len(wrong)), limit="0", wrong=tuple(wrong))

    return Rule("reversal_tags", Told("tags in F55 of a reversal that do not belong there", "冲正 F55 中多余的标签"),
                "tags", look)


def _wrong_tags(reversal: SeenMessage) -> Iterator[Wrong]:
    data = reversal.message.icc_data if reversal.message is not None else None
    for each in elements(data.hex().upper()) or () if data else ():
        if each.tag not in REVERSAL_TAGS | {COUNTER_TAG}:
            yield Wrong(what=Told(f"tag {each.tag} in F55 of a 0400", f"0400 的 F55 中有标签 {each.tag}"),
                        number=reversal.number)


def reason(name: str, *allowed: str) -> Rule:
    """F39 of the reversals of a disturbance is one of these."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        if not sent:
            raise NotReachedError(Told("no reversal came", "没有冲正"))
        said = [each.message.response_code if each.message is not None else "" for each in sent]
        right = _reasons(evidence, allowed)
        wrong = tuple(
            Wrong(what=Told(f"F39 of the 0400 of {request.stan:06} is {code or 'missing'}; allowed: {', '.join(right)}",
                            f"{request.stan:06} 的 0400 的 F39 为 {code or '空'}；只能是 {', '.join(right)}"),
                  number=reversal.number, money_fen=_fen(request))
            for reversal, code in zip(sent, said, strict=True) if code not in right)
        return Reading(value=" ".join(code or "-" for code in said), limit=" or ".join(right), wrong=wrong)

    return Rule("reversal_reason", Told("reason of the reversal", "冲正原因码"), "F39", look)


def _reasons(evidence: Evidence, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """What the profile makes of the reasons that a rule names."""
    profile = evidence.profile
    right = list(allowed)
    if "96" in right and profile.reversal_not_finished_reason == "06":
        right.append("06")
    if profile.reversal_first_reason == "06" and evidence.cuts:
        right.append("06")
    if profile.reversal_first_reason == "none" and evidence.cuts:
        right.append("")
    if profile.reversal_reason_at_reply == "06" and "98" not in allowed:
        right.append("06")
    if profile.reversal_reason_when_refused == "06":
        right.append("06")
    return tuple(dict.fromkeys(right))


def not_before_time_out(name: str) -> Rule:
    """The first 0400 of what had no answer at all comes no sooner than the reply timeout."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        if not sent:
            raise NotReachedError(Told("no reversal came", "没有冲正"))
        waited_ms = sent[0].at_ms - request.at_ms
        return _no_sooner(evidence, waited_ms, sent[0], Told("the first 0400 came", "第一次 0400"))

    return Rule("first_reversal_after", Told("from the request to its first reversal", "请求到第一次冲正的时间"),
                "ms", look, timed=True)


def spaced(name: str) -> Rule:
    """Reversals that nobody answers come no sooner after one another than the reply timeout."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        if len(sent) < 2:
            raise NotReachedError(Told("the reversal was not repeated", "冲正没有重发"))
        pairs = [
            (second.at_ms - first.at_ms, second) for first, second in pairwise(sent)
            if not any(each.way is Way.DOWN and each.mti == "0410" and first.number < each.number < second.number
                       and each.fate.value not in ("lost", "nowhere") for each in evidence.seen)
        ]
        if not pairs:
            raise NotReachedError(Told("every reversal was answered", "每次冲正都有应答"))
        soonest, second = min(pairs, key=lambda pair: pair[0])
        return _no_sooner(evidence, soonest, second, Told("a 0400 was repeated", "0400 重发"))

    return Rule("reversals_apart", Told("between two reversals", "两次冲正的间隔"), "ms", look, timed=True)


def _no_sooner(evidence: Evidence, measured_ms: float, shown: SeenMessage, what: Told) -> Reading:
    limit = evidence.profile.reply_timeout_ms
    margin = evidence.margin_ms
    missing = limit - margin - measured_ms
    wrong = () if missing <= 0 else (Wrong(
        what=Told(f"{what.en} after {measured_ms:.0f} ms; the reply timeout is {limit} ms",
                  f"{what.zh}仅隔 {measured_ms:.0f} 毫秒；应答超时为 {limit} 毫秒"),
        number=shown.number, missed_by_ms=missing),)
    return Reading(value=f"{measured_ms:.0f}", limit=f">= {limit}", margin=f"{margin:.0f}", wrong=wrong)


def unchanged(name: str) -> Rule:
    """A repeated reversal is the same message, but for its reason and MAC."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        if len(sent) < 2:
            raise NotReachedError(Told("the reversal was not repeated", "冲正没有重发"))
        first = sent[0]
        wrong = [each for reversal in sent[1:] for each in differences(first, reversal)]
        return Reading(value=str(len(wrong)), limit="0", wrong=tuple(wrong))

    return Rule("reversal_changed", Told("fields that changed when the reversal was repeated", "重发冲正时改变的域"),
                "fields", look)


def repeated(name: str, least: int = 2) -> Rule:
    """A reversal without a valid 0410 is sent again."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        if not sent:
            return Reading(value="0", limit=f">= {least}", wrong=(_no_reversal(request),))
        tries = min(least, evidence.profile.reversal_tries) if (
            evidence.profile.after_last_try is AfterLastTry.DROP) else least
        wrong = () if len(sent) >= tries else (Wrong(
            what=Told(f"the 0400 of {request.stan:06} had no valid 0410 and was sent {len(sent)} time(s)",
                      f"{request.stan:06} 的 0400 没有有效的 0410，只发送了 {len(sent)} 次"),
            number=sent[-1].number, money_fen=_fen(request)),)
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
                wrong.append(_no_reversal(request))
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
                    number=reversal.number, money_fen=_fen(request)))
        return Reading(value=str(len(wrong)), limit="0", wrong=tuple(wrong))

    return Rule("reversals_refused", Told("reversals that the host had to refuse", "主机不得不拒绝的冲正"), "0400", look)


def kept_number(name: str) -> Rule:
    """A 0400 keeps the number of its request, and the next transaction has another one."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        if not sent:
            return Reading(value="0", limit=f"{request.stan:06}", wrong=(_no_reversal(request),))
        again = [each for each in first_sent(evidence.seen)
                 if each.number > request.number and each.stan == request.stan and each.batch == request.batch]
        return Reading(value=f"{sent[0].stan:06}", limit=f"{request.stan:06}", wrong=tuple(
            Wrong(what=Told(f"{each.mti} bears {each.stan:06}, the number of what was reversed",
                            f"{each.mti} 使用了已冲正交易的流水号 {each.stan:06}"),
                  number=each.number, money_fen=_fen(each)) for each in again))

    return Rule("number_of_reversal", Told("trace number of the reversal", "冲正的流水号"), "F11", look)


