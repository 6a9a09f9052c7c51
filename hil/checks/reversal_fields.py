"""Rules of what stands in a reversal: the fields of its request, dates, chip data, reason.

Source: docs/unionpay.md#reversal, and rules 7 and 11 of the judge.
"""

from __future__ import annotations

from collections.abc import Iterator

from hil.checks.evidence import Evidence, Rule
from hil.checks.line import (
    answers_to,
    reply_to,
    reversals_of,
)
from hil.checks.results import NotReachedError, Reading, Wrong
from hil.checks.reversal_rules import fen_of
from hil.relay.seen import SeenMessage, Way
from simulator.catalogue.language import Told
from simulator.machines.terminal.reversal_form import NO_REPLY_DATE, REVERSAL_TAGS
from simulator.wire.message import Message
from simulator.wire.tlv import elements

# What a 0400 repeats of its request as it is; F55, F61 and F13 have rules of their own.
REPEATED: tuple[tuple[str, str], ...] = (
    ("F2", "pan"), ("F3", "processing_code"), ("F4", "amount_fen"), ("F11", "stan"), ("F14", "expiry"),
    ("F22", "entry_mode"), ("F23", "card_sequence"), ("F25", "condition_code"), ("F41", "tid"),
    ("F42", "mid"), ("F49", "currency"), ("60.1", "type_code"), ("60.2", "batch"),
)
MAY_LACK = frozenset({"pan", "expiry", "entry_mode", "card_sequence", "currency"})  # some hosts want none
ALWAYS_TOLD = frozenset({"95", "9F1E", "9F10"})  # by the chip's reversal, where the request did
NEVER: tuple[tuple[str, str], ...] = (("F35", "track2"), ("F36", "track3"), ("F52", "pin_block"))

def repeats_original(*names: str) -> Rule:
    """A 0400 has the fields of its request, and none of the card's secrets."""
    def look(evidence: Evidence) -> Reading:
        wrong: list[Wrong] = []
        for name in names:
            request = evidence.request(name)
            for reversal in reversals_of(evidence.seen, request):
                wrong += differences(request, reversal)
                wrong += _other_code(evidence, request, reversal)
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


def _other_code(evidence: Evidence, request: SeenMessage, reversal: SeenMessage) -> Iterator[Wrong]:
    """F38 is that of the approval where one came, else the one that the request named; of a code it may lack."""
    asked, undone = request.message, reversal.message
    if asked is None or undone is None or not asked.auth_code or (request.kind.startswith("qr_") and not undone.auth_code):
        return
    came = {each.message.auth_code for each in answers_to(evidence.seen, request) if each.message is not None}
    if undone.auth_code not in {asked.auth_code, *came - {""}}:
        yield Wrong(
            what=Told(f"F38 of the 0400 of {request.stan:06} is {undone.auth_code or 'not there'}, the request had "
                      f"{asked.auth_code}",
                      f"{request.stan:06} 的 0400 的 F38 为{undone.auth_code or '空'}，原请求为 {asked.auth_code}"),
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
                            number=reversal.number, money_fen=fen_of(request)))
        return Reading(value=str(len(wrong)), limit="0", wrong=tuple(wrong))

    return Rule("reversal_dates", Told("dates in the reversal that are no original's", "冲正中与原交易不符的日期"),
                "fields", look)


def chip_data(name: str) -> Rule:
    """F55 of a 0400: of what the request had 95, 9F1E and 9F10, perhaps 9F36 or DF31, and nothing else."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        if not sent:
            raise NotReachedError(Told("no reversal came", "没有冲正"))
        wrong = [each for reversal in sent for each in (*_wrong_tags(reversal), *_lacking_tags(request, reversal))]
        return Reading(value=str(len(wrong)), limit="0", wrong=tuple(wrong))

    return Rule("reversal_tags", Told("tags in F55 of a reversal too many or too few", "冲正 F55 中多余或缺少的标签"),
                "tags", look)


def _tags(seen: SeenMessage) -> frozenset[str]:
    data = seen.message.icc_data if seen.message is not None else None
    return frozenset(each.tag for each in elements(data.hex().upper()) or ()) if data else frozenset()


def _wrong_tags(reversal: SeenMessage) -> Iterator[Wrong]:
    for tag in sorted(_tags(reversal) - REVERSAL_TAGS):
        yield Wrong(what=Told(f"tag {tag} in F55 of a 0400", f"0400 的 F55 中有标签 {tag}"), number=reversal.number)


def _lacking_tags(request: SeenMessage, reversal: SeenMessage) -> Iterator[Wrong]:
    for tag in sorted((_tags(request) & ALWAYS_TOLD) - _tags(reversal)):
        yield Wrong(what=Told(f"tag {tag} of the request is not in F55 of its 0400", f"0400 的 F55 中缺少原请求的标签 {tag}"),
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
                  number=reversal.number, money_fen=fen_of(request))
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


def unchanged(name: str) -> Rule:
    """A repeated reversal is the same message, but for its reason and MAC."""
    def look(evidence: Evidence) -> Reading:
        request = evidence.request(name)
        sent = reversals_of(evidence.seen, request)
        if len(sent) < 2:
            raise NotReachedError(Told("the reversal was not repeated", "冲正没有重发"))
        first = sent[0]
        wrong = [each for reversal in sent[1:] for each in (*differences(first, reversal), *_dated_anew(first, reversal))]
        return Reading(value=str(len(wrong)), limit="0", wrong=tuple(wrong))

    return Rule("reversal_changed", Told("fields that changed when the reversal was repeated", "重发冲正时改变的域"),
                "fields", look)


def _dated_anew(first: SeenMessage, again: SeenMessage) -> Iterator[Wrong]:
    """Dates and times of a repetition that are not those of the first; who learnt a date meanwhile may tell it."""
    before, now = first.message, again.message
    if before is None or now is None:
        return
    pairs = (
        ("F12", before.local_time, now.local_time), ("F13", before.local_date, now.local_date),
        ("61.3", _date_named(before), _date_named(now)))
    for field, was, said in pairs:
        if was and said != was:
            yield Wrong(
                what=Told(f"{field} of the 0400 of {first.stan:06} was {was}, and is {said or 'not there'} when it is repeated",
                          f"{first.stan:06} 的 0400 中 {field} 原为 {was}，重发时为 {said or '空'}"),
                number=again.number, money_fen=before.amount_fen or 0)


def _date_named(message: Message) -> str:
    date = message.original.date if message.original is not None else ""
    return "" if date == NO_REPLY_DATE else date
