"""Invariant 13: a terminal signs on before it sells, and anew where it is told to.

It is told by F39 of a reply (77, 99, A0) or by the processing request 3 in a reply's header, and acts
on it before its next transaction.  A reply that came when the terminal had given up may be unheard,
and one before a power cut is not known to be kept until the terminal has shown how it ended.

Keys whose check value does not fit are no keys: who gets some signs on again before it sends anything
about money, and a host gives none.
"""

from __future__ import annotations

import msgspec

from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.stretches import SaleAsked, SaleShown
from simulator.judge.tracking.under_way import PROMPT_MS
from simulator.judge.transactions import HOST, MUST_SIGN_ON, SEALED
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence
from simulator.trace.records import Arrived, Concluded, KeysUnfit, Restarted, Sent, key_of

NO_REPLY = "98"  # reason of a reversal
SIGN_ON_ASKED = "3"  # processing request
_NEW = frozenset({"0100", "0200"})
_ABOUT_MONEY = _NEW | {"0220", "0320", "0400", "0500"}


class Standing(msgspec.Struct, gc=False):
    """How one terminal stands."""

    asked_ms: int = -1  # when its last request left
    asked: str = ""  # its message type
    what: str = ""  # its kind
    stan: int = 0  # and number
    is_answered: bool = False  # by whatever came first: what comes later is passed over
    told: Arrived | None = None  # what told it to sign on
    has_shown: bool = False  # the end of what it was told in: it was kept
    unfit: KeysUnfit | None = None  # keys that came and cannot be used, until it signs on again


_Case = Case[dict[str, Standing]]


def sent(case: _Case, record: Sent) -> None:
    """A request leaves a terminal."""
    if record.actor == HOST:
        return
    standing = case.memory.get(record.tid)
    if standing is None:
        if record.what == "sign_on":  # nothing was told, and its reply tells nothing
            return
        standing = case.memory[record.tid] = Standing()
    told, unfit = standing.told, standing.unfit
    if unfit is not None:
        if record.mti in _ABOUT_MONEY:
            standing.unfit = None
            _find_unfit(case, record, unfit)
        elif record.what == "sign_on":
            standing.unfit = None
    if told is not None:
        if record.mti in _NEW:
            standing.told = None
            _find(case, record, told)
        elif record.what == "sign_on" or _is_unheard(record, told):
            standing.told = None
    standing.asked_ms = record.at_ms
    standing.asked = record.mti
    standing.what = record.what
    standing.stan = record.stan
    standing.is_answered = False


def _is_unheard(record: Sent, told: Arrived) -> bool:
    """Whether its reversal says that no reply came."""
    return record.mti == "0400" and record.stan == told.stan and record.response_code == NO_REPLY


def arrived(case: _Case, record: Arrived) -> None:
    """A reply reached a terminal."""
    if record.actor == HOST:
        return
    standing = case.memory.get(record.tid)
    if standing is None or standing.is_answered or (
        record.stan != standing.stan or record.mti[:2] != standing.asked[:2]
    ):
        return  # of a sale that is being reversed by now nothing is heard any more
    standing.is_answered = True
    code = record.response_code
    if record.what != standing.what:
        return  # to another request under its number (a forged one): no answer to what it asked
    if (
        not (record.asks == SIGN_ON_ASKED or code in MUST_SIGN_ON) or not record.genuine
        or record.what == "sign_on" or record.copy or record.at_ms - standing.asked_ms >= PROMPT_MS
    ):
        return
    case.exercised += 1
    if code not in MUST_SIGN_ON or record.what in SEALED:
        standing.told = record
        standing.has_shown = False


def keys_unfit(case: _Case, record: KeysUnfit) -> None:
    """Keys that cannot be used: given by the host, or come so to a terminal."""
    case.exercised += 1
    if record.actor == HOST:
        case.find("gives_unfit_keys", at_ms=record.at_ms, tid=record.tid, stan=f"{record.stan:06}", unfit=record.key,
                  story=[record])
        return
    case.memory.setdefault(record.tid, Standing()).unfit = record


def _find_unfit(case: _Case, record: Sent, unfit: KeysUnfit) -> None:
    case.find(
        "uses_unfit_keys", at_ms=record.at_ms, tid=record.tid,
        key=key_of(record.tid, record.batch, record.stan), next=f"{record.mti} {record.what}",
        unfit=unfit.key, amount_fen=record.amount_fen or 0, story=[unfit, record],
    )


def concluded(case: _Case, record: Concluded) -> None:
    """A terminal shows how something ended."""
    standing = _standing_of(case, record.actor)
    if standing is not None:
        standing.has_shown = True
        if record.stan and record.stan == standing.stan:
            standing.is_answered = True  # it waits no more: what comes now is passed over


def restarted(case: _Case, record: Restarted) -> None:
    """The power may have gone before it could keep what it was told."""
    standing = _standing_of(case, record.actor)
    if standing is None:
        return
    standing.unfit = None  # what it signed on with before is good again as far as it knows
    if not standing.has_shown:
        standing.told = None


def _standing_of(case: _Case, actor: str) -> Standing | None:
    terminal = case.book.terminal_of_actor.get(actor)
    return None if terminal is None else case.memory.get(terminal.opened.tid)


def _find(case: _Case, record: Sent, told: Arrived) -> None:
    why = f"F39 = {told.response_code}" if told.response_code in MUST_SIGN_ON else (
        f"processing request {told.asks}")
    case.find(
        "did_not_sign_on", at_ms=record.at_ms, tid=record.tid,
        key=key_of(record.tid, record.batch, record.stan), next=f"{record.mti} {record.what}",
        why=why, amount_fen=record.amount_fen or 0, story=[told, record],
    )


def asked(case: _Case, stretch: SaleAsked) -> None:
    """A sale leaves its terminal."""
    record = stretch.sent
    standing = case.memory.get(record.tid)
    if standing is None:
        standing = case.memory[record.tid] = Standing()
    elif standing.told is not None or standing.unfit is not None:
        sent(case, record)
        return
    standing.asked_ms = record.at_ms
    standing.asked = record.mti
    standing.what = record.what
    standing.stan = record.stan
    standing.is_answered = False


def shown(case: _Case, stretch: SaleShown) -> None:
    """It is approved, and shown so."""
    record = stretch.arrived
    standing = case.memory.get(record.tid)
    if standing is not None:
        standing.has_shown = True
        if standing.stan == record.stan:
            standing.is_answered = True


RULE = Rule(
    number=13, en="signs on when told", zh="按要求重新签到", remembers=dict,
    findings=(
        Sentence("did_not_sign_on", Urgency.SAFETY,
                 "terminal {tid} was told to sign on ({why}) and sent {next} {key} first",
                 "终端 {tid} 被要求重新签到（{why}），却先发出 {next} {key}"),
        Sentence("uses_unfit_keys", Urgency.SAFETY,
                 "terminal {tid} got keys whose check value does not fit ({unfit}) and sent {next} {key} before it"
                 " signed on again",
                 "终端 {tid} 收到校验值不符的密钥（{unfit}），未重新签到即发出 {next} {key}"),
        Sentence("gives_unfit_keys", Urgency.SAFETY,
                 "the host gave terminal {tid} keys that cannot be used: the check value of {unfit} does not fit"
                 " (sign-on {stan})",
                 "主机向终端 {tid} 下发了无法使用的密钥：{unfit} 的校验值不符（签到 {stan}）"),
    ),
    only={Sent: frozenset({"terminal"}), Arrived: frozenset({"terminal"})},
    plain={SaleAsked: asked, SaleShown: shown},
    hears={Sent: sent, Arrived: arrived, Concluded: concluded, Restarted: restarted,
           KeysUnfit: keys_unfit},
)
