"""What stands out in the host's log: restarts, silence, refusals of its own, banks that are late."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from simulator.diagnosis.evidence import HOST, Evidence
from simulator.diagnosis.hints import Hint
from simulator.diagnosis.passages import DOWN, UP, Passage, Passages
from simulator.local_time import MINUTE_MS, SECOND_MS
from simulator.trace.records import (
    BankOpened,
    ChannelAnswered,
    Journaled,
    Restarted,
    Sent,
    Warned,
    key_of,
)

LATE_MS = 10 * SECOND_MS  # a bank or a wallet usually answers within a second
NEAR_RESTART_MS = 20 * MINUTE_MS
_USUAL = frozenset({"", "00", "10", "11", "A2", "A4", "A5", "A6"})


def host_hints(evidence: Evidence, passages: Passages) -> Iterator[Hint]:
    """All of them."""
    restarts = [each for each in evidence.of(Restarted) if each.actor == HOST]
    for each in restarts:
        yield Hint("host_restarted", each.at_ms, records=(each,))
    moments = [each.at_ms for each in restarts]
    yield from _silent(evidence, passages, moments)
    yield from _channels(evidence, passages, moments)
    yield from _said(evidence, passages)
    for warned in evidence.of(Warned):
        if warned.actor == HOST:
            yield Hint("host_alarm", warned.at_ms, warned.text.partition(":")[0], code=str.__str__(warned.code), records=(warned,))


def near_restart(moments: list[int], at_ms: int) -> bool:
    """Whether the host started again soon after a moment."""
    place = bisect_left(moments, at_ms)
    return place < len(moments) and moments[place] - at_ms <= NEAR_RESTART_MS


def _silent(evidence: Evidence, passages: Passages, restarts: list[int]) -> Iterator[Hint]:
    """Requests that the host heard and never answered."""
    replies: dict[tuple[str, int, str], list[int]] = defaultdict(list)
    for passage in passages.all:
        if passage.way == DOWN:
            sent = passage.sent
            replies[sent.tid, sent.stan, sent.mti].append(sent.at_ms)
    for passage in passages.all:
        if passage.way != UP or passage.heard is None:
            continue
        sent, heard_ms = passage.sent, passage.heard.at_ms
        answer = f"{int(sent.mti) + 10:04}"
        moments = replies.get((sent.tid, sent.stan, answer), [])
        if any(at_ms >= heard_ms for at_ms in moments) or evidence.may_come(heard_ms) or near_restart(restarts, heard_ms):
            continue
        yield Hint("host_silent", heard_ms, sent.tid, code=sent.what, sale=sent.sale,
                   records=(passage.heard,))


def _said(evidence: Evidence, passages: Passages) -> Iterator[Hint]:
    """Refusals: those that a bank said, and those that the host said by itself."""
    requests = _requests(passages)
    said = {(each.key, each.response_code) for each in evidence.of(ChannelAnswered)}
    for each in evidence.of(Sent):
        if each.actor != HOST or each.response_code in _USUAL:
            continue
        key = key_of(each.tid, each.batch, each.stan)
        if (key, each.response_code) not in said:
            sale = requests[key].sent.sale if key in requests else ""
            yield Hint("host_says", each.at_ms, each.tid, code=each.response_code, sale=sale, records=(each,))


def _requests(passages: Passages) -> dict[str, Passage]:
    """What the host heard first of each transaction, by its key."""
    requests: dict[str, Passage] = {}
    for passage in passages.all:
        if passage.way == UP and passage.heard is not None:
            sent = passage.sent
            requests.setdefault(key_of(sent.tid, sent.batch, sent.stan), passage)
    return requests


def _channels(evidence: Evidence, passages: Passages, restarts: list[int]) -> Iterator[Hint]:
    """What banks and wallets answered, late or never."""
    requests = _requests(passages)
    answers: dict[str, list[ChannelAnswered]] = defaultdict(list)
    for answer in evidence.of(ChannelAnswered):
        answers[answer.key].append(answer)
        passage_of = requests.get(answer.key)
        if answer.response_code not in _GOOD:
            yield Hint(
                "channel_says", answer.at_ms, answer.key.rsplit("/", 2)[0], answer.actor,
                answer.response_code, passage_of.sent.sale if passage_of else "", records=(answer,))
    for asked in evidence.of(Journaled):
        if asked.actor != HOST or asked.entry != "asked":
            continue
        key = key_of(asked.tid, asked.batch, asked.stan)
        came = next((each for each in answers.get(key, ()) if each.at_ms >= asked.at_ms), None)
        known = requests.get(key)
        sale = known.sent.sale if known else ""
        if came is None:
            if not near_restart(restarts, asked.at_ms) and not evidence.may_come(asked.at_ms):
                yield Hint("channel_silent", asked.at_ms, asked.tid,
                           _bank_of(evidence, known), _sort(_bank_of(evidence, known)), sale, records=(asked,))
        elif came.at_ms - asked.at_ms > LATE_MS:
            yield Hint("channel_late", asked.at_ms, asked.tid, came.actor, _sort(came.actor), sale,
                       records=(asked, came))


_GOOD = frozenset({"00", "paid", "refunded", "cancelled", "10", "11"})


def _sort(actor: str) -> str:
    """Bank or wallet."""
    return actor.partition(".")[0]


def _bank_of(evidence: Evidence, passage: Passage | None) -> str:
    """Whose card it was, by the digits that nobody masks."""
    if passage is None:
        return ""
    if passage.sent.what.startswith("qr"):
        return "wallet"
    card = passage.sent.card
    return next((bank.actor for bank in evidence.of(BankOpened)
                 if bank.pan_prefix and card.startswith(bank.pan_prefix)), "")
