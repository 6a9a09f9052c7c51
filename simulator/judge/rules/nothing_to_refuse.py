"""Invariant 14: a terminal sends nothing that the host has to refuse.

A finding here is the terminal's fault and cost nobody money: the host stood against it.  Refusals
that are no fault of the terminal are none of its findings: of an issuer, of a message that the line
changed, of keys that the host itself withdrew or whose sign-on was never answered.
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.host_reasons import AlarmCode, SettledHow
from simulator.catalogue.language import Told
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.batches import settled
from simulator.judge.tracking.moments import ForgeryArrived, NumberCameAgain
from simulator.judge.tracking.references import COMPLETING, why_not, why_not_signed
from simulator.judge.tracking.stretches import SaleAsked, SaleDecided, SaleReached, SaleShown
from simulator.judge.tracking.under_way import PROMPT_MS, REPEATED, UnderWay
from simulator.judge.transactions import HOST, LOADING, RETURNING
from simulator.judge.verdict import Urgency
from simulator.judge.wishes import WHOLE
from simulator.judge.words.sentences import Sentence
from simulator.judge.words.terms import reason_said
from simulator.trace.records import (
    Arrived,
    BatchCounted,
    Journaled,
    Lost,
    Record,
    Restarted,
    Sent,
    Warned,
    key_of,
)

MAC_ERROR, BATCH_MISMATCH = "A0", "77"
NOT_FOUND, FORMAT_ERROR = "25", "30"
KEPT = 5_000
_NOT_POSSIBLE = frozenset({"12", "13", "14", "25", "30", "61", "64"})
_REFERRING = RETURNING | COMPLETING
_NO_PICTURE = Told("it holds no picture", "未附签名")
_ANSWERS = frozenset({"0110", "0210", "0230"})
ADVICE_ANSWERED = "0230"
TOLD_ENOUGH = 2  # times: once to sign on, and once after that
KEPT_OF_ONE = 32  # keys of one terminal
_CODES = frozenset({MAC_ERROR, BATCH_MISMATCH})
_ANSWERED_BY = {"0230": "0220", "0410": "0400", "0630": "0620"}  # what is repeated under its number
_NO_KIND = frozenset({AlarmCode.UNKNOWN_KIND, AlarmCode.UNREADABLE})
# A message of a kind that there is, and wrong in what it holds.  What a terminal may have been
# brought to by a line or a power cut is not among them: a download that begins anew, or elsewhere.
_WRONG_CONTENT = frozenset({
    AlarmCode.UNKNOWN_MERCHANT, AlarmCode.TRACK_UNREADABLE, AlarmCode.TRACK_OF_OTHER,
    AlarmCode.PIN_UNREADABLE, AlarmCode.KEY_DOWNLOAD_REFUSED, AlarmCode.DOWNLOAD_UNREADABLE,
    AlarmCode.DOWNLOAD_ENDED_AS_OTHER, AlarmCode.KEY_CHECK_FAILED, AlarmCode.NO_KEY_TO_ACTIVATE,
    AlarmCode.NO_VOUCHER, AlarmCode.CRYPTOGRAM_OF_OTHER_SUM,
})


class Standing(msgspec.Struct, gc=False):
    """One terminal as the host knows it."""

    has_keys: bool = False  # a sign-on was answered, and the answer came
    excused: bool = False  # its keys may be wrong without its fault
    batch: int = 0  # that it was given
    forced: int = 0  # one that the host closed by itself, and the terminal has not signed on since
    asked: int = 0  # number of its last sign-on
    last_mti: str = ""  # of the last that it sent
    last_stan: int = 0  # and its number
    last_ms: int = 0  # and when it left
    given: int = 0  # number of the sign-on that the host answered last: its keys count
    alarmed: bool = False  # the host has just called a MAC wrong
    forged: bool = False  # what reached the host last was changed on the line, or a copy
    what: str = ""  # kind of the last that it sent
    before: str = ""  # and of the one before
    under_way: UnderWay | None = None  # of what is repeated
    closed_for: tuple[str, ...] = ()  # keys that it was told are of no batch any more


class Known(msgspec.Struct, gc=False):
    """What is known of all terminals, and of which messages the line changed."""

    wished: dict[str, None] = msgspec.field(default_factory=dict)  # keys sent as people meant them

    terminals: dict[str, Standing] = msgspec.field(default_factory=dict)
    changed: dict[tuple[str, str, int], None] = msgspec.field(default_factory=dict)
    again: dict[str, None] = msgspec.field(default_factory=dict)  # keys that came a second time


_Case = Case[Known]


def sent(case: _Case, record: Sent) -> None:
    """A reply leaves the host."""
    if record.actor != HOST:
        standing = case.memory.terminals.get(record.tid) or _standing(case, record.tid)
        standing.last_mti = record.mti
        standing.last_stan = record.stan
        standing.last_ms = record.at_ms
        standing.before = standing.what
        standing.what = record.what
        if record.what in _REFERRING and _is_wished(case, record):
            _keep(case.memory.wished, key_of(record.tid, record.batch, record.stan))
        if record.mti in REPEATED:
            standing.under_way = standing.under_way or UnderWay()
            standing.under_way.left(record.mti, record.stan)
        if record.what == "sign_on":
            standing.asked = record.stan
        return
    if record.response_code != MAC_ERROR and record.mti in _ANSWERED_BY:
        asker = case.memory.terminals.get(record.tid)
        if asker is not None and asker.under_way is not None:
            asker.under_way.taken(_ANSWERED_BY[record.mti], record.stan)
    if record.response_code in _CODES:
        _refused(case, record)
    elif record.response_code in _NOT_POSSIBLE and record.what in _REFERRING:
        _cannot_be(case, record)
    elif record.what == "signature_upload" and record.response_code in (NOT_FOUND, FORMAT_ERROR):
        _not_signed_for(case, record)
    elif record.mti == "0810" and record.what == "sign_on" and record.response_code == "00":
        standing = _standing(case, record.tid)
        standing.excused = True  # until it is there
        standing.given = record.stan
        standing.batch = record.batch
        standing.forced = 0
    elif case.memory.again:
        _answered_as_before(case, record)


def arrived(case: _Case, record: Arrived) -> None:
    """A sign-on or a sign-off is answered, or a message reached the host."""
    if record.actor == HOST:
        standing = case.memory.terminals.get(record.tid) or _standing(case, record.tid)
        standing.forged = not record.genuine or bool(record.copy)
        if record.what in LOADING and (record.copy or record.what != standing.what):
            standing.what = ""  # it was held back, and opens its table at the host once more
        if standing.under_way is not None and record.copy:
            standing.under_way.copied(record.mti, record.stan)
        return
    if record.response_code == BATCH_MISMATCH and record.mti == ADVICE_ANSWERED and record.genuine:
        standing = _standing(case, record.tid)
        if record.stan == standing.last_stan and record.at_ms - standing.last_ms < PROMPT_MS:
            key = key_of(record.tid, record.batch, record.stan)
            standing.closed_for = (*standing.closed_for[-KEPT_OF_ONE:], key)
    if (record.mti == "0830" and record.what == "sign_off") or record.response_code == MAC_ERROR:
        standing = _standing(case, record.tid)
        if record.stan == standing.last_stan and record.at_ms - standing.last_ms < PROMPT_MS:
            if standing.excused and standing.under_way is not None:
                standing.under_way.keys_changed()  # as far as it knew: what it sent before comes under those of then
            standing.excused = False  # it knows that its keys are gone; nobody gives up so soon
    if record.mti == "0810" and record.what == "sign_on" and record.response_code == "00" and record.genuine:
        standing = _standing(case, record.tid)
        standing.has_keys = True
        if standing.under_way is not None:
            standing.under_way.keys_changed()
        if record.stan == standing.given == standing.asked == standing.last_stan and (
            record.at_ms - standing.last_ms < PROMPT_MS
        ):
            standing.excused = False  # of an older one keys may be newer; of a late one only its journal says


def changed(case: _Case, moment: ForgeryArrived) -> None:
    """A message arrived that its sender never sent like this."""
    record = moment.record
    if record.actor == HOST:
        case.memory.changed[record.tid, record.mti, record.stan] = None
        if len(case.memory.changed) > KEPT:
            del case.memory.changed[next(iter(case.memory.changed))]


def came_again(case: _Case, moment: NumberCameAgain) -> None:
    """A number is used once more; what the host says to it comes next."""
    case.memory.again[moment.key] = None
    if len(case.memory.again) > KEPT:
        del case.memory.again[next(iter(case.memory.again))]


def journaled(case: _Case, record: Journaled) -> None:
    """The host withdraws keys, or takes a batch for closed; a terminal keeps what a sign-on gave it."""
    if record.actor != HOST:
        standing = case.memory.terminals.get(record.tid)
        if record.entry == "signedon" and standing is not None and standing.given == standing.asked:
            standing.excused = False
        return
    if record.entry == "keysvoided":
        whose = [record.tid] if record.tid else list(case.memory.terminals)
        for tid in whose:
            _standing(case, tid).excused = True
    elif record.entry == "batchsettled":
        standing = _standing(case, record.tid)
        if standing.batch == record.batch:
            standing.batch = record.batch + 1
    elif record.entry == "signedoff":
        standing = _standing(case, record.tid)
        standing.has_keys, standing.excused = False, True  # until it is told


def counted(case: _Case, record: BatchCounted) -> None:
    """The host closes a batch that nobody asked it to close: its terminal cannot know."""
    if record.actor == HOST and record.result == SettledHow.FORCED:
        _standing(case, record.tid).forced = record.batch


def lost(case: _Case, record: Lost) -> None:
    """A message will not arrive."""
    under_way = _standing(case, record.tid).under_way if record.mti in REPEATED else None
    if under_way is not None:
        under_way.lost(record.mti, record.stan)


def restarted(case: _Case, record: Restarted) -> None:
    """A terminal may have lost what it knew: reset, or its keys with the power."""
    terminal = case.book.terminal_of_actor.get(record.actor)
    if terminal is not None and terminal.opened.tid in case.memory.terminals:
        standing = case.memory.terminals[terminal.opened.tid]
        standing.excused = True
        standing.closed_for = ()


def warned(case: _Case, record: Warned) -> None:
    """The host raises an alarm."""
    if record.actor != HOST:
        return
    tid, _, text = record.text.partition(": ")
    if tid not in case.book.terminals:
        return  # no terminal of this run
    code = record.code
    if code == AlarmCode.BAD_MAC:
        _standing(case, tid).alarmed = True
    elif code in _NO_KIND:
        case.exercised += 1
        case.find("refused_kind", at_ms=record.at_ms, tid=tid, what=text)
    elif code in _WRONG_CONTENT:
        standing = _standing(case, tid)
        if standing.forged or standing.excused:
            return
        if code == AlarmCode.DOWNLOAD_ENDED_AS_OTHER and standing.before not in LOADING:
            return  # it was cut off, and that is the end of another one
        case.exercised += 1
        why, why_zh = reason_said("warned.code", code)
        case.find("refused_content", at_ms=record.at_ms, tid=tid, why=why, why_zh=why_zh, what=text)


def _refused(case: _Case, record: Sent) -> None:
    standing = _standing(case, record.tid)
    key = key_of(record.tid, record.batch, record.stan)
    request = f"{record.mti[:2]}{int(record.mti[2]) - 1}0"
    if (record.tid, request, record.stan) in case.memory.changed:
        standing.alarmed = False
        if standing.under_way is not None:
            standing.under_way.taken(request, record.stan)
        return
    case.exercised += 1  # whoever is to blame for it
    code = ""
    if record.response_code == MAC_ERROR:
        # It was under way while keys changed.
        old = standing.under_way is not None and standing.under_way.refused(request, record.stan)
        late = old or (standing.last_mti, standing.last_stan) != (request, record.stan)
        if standing.alarmed and not standing.excused and not standing.forged and not late:
            code = "refused_mac" if standing.has_keys else "refused_before_sign_on"
        standing.alarmed = False
        if not case.book.terminal(record.tid).heard:
            standing.excused = False  # at a port nobody sees whether it arrives: it has been told
    elif key in case.memory.again:
        del case.memory.again[key]
        code = "refused_number"
    elif standing.batch and record.batch not in (standing.batch, standing.forced) and not standing.excused:
        code = "" if _was_stored(case, standing, record, key) else "refused_batch"
    if code:
        case.find(
            code, at_ms=record.at_ms, tid=record.tid, key=key, what=record.what,
            amount_fen=record.amount_fen or 0, story=_story(case, key, record),
            batch=f"{record.batch:06}", right=f"{standing.batch:06}",
        )


def _was_stored(case: _Case, standing: Standing, record: Sent, key: str) -> bool:
    """Whether it was stored before its batch was closed: it bears that one, until it is told twice."""
    if record.mti != ADVICE_ANSWERED:
        return False
    transaction = case.book.transactions.get(key)
    stored = transaction is None or transaction.told or transaction.attempt > 0
    return stored and standing.closed_for.count(key) < TOLD_ENOUGH


def _cannot_be(case: _Case, record: Sent) -> None:
    """What refers to another transaction is refused; the terminal could know, or the host alone."""
    key = key_of(record.tid, record.batch, record.stan)
    transaction = case.book.transactions.get(key)
    if transaction is None:
        return
    original = transaction.original
    if transaction.names and original is None:
        return  # of a batch long closed, or of another till: the host knows, we do not
    case.exercised += 1
    why = why_not(transaction, original)
    if why is not None and key not in case.memory.wished:  # else people tried what cannot be
        case.find(
            "refused_reference", at_ms=record.at_ms, tid=record.tid, key=key, what=record.what,
            amount_fen=record.amount_fen or 0, story=_story(case, key, record),
            why=why.en, why_zh=why.zh,
        )


def _not_signed_for(case: _Case, record: Sent) -> None:
    """A signature is refused: nothing is there that was signed for, or it holds no picture."""
    standing = _standing(case, record.tid)
    if standing.forged:
        return
    key = key_of(record.tid, record.batch, record.stan)
    transaction = case.book.transactions.get(key)
    why: Told | None = _NO_PICTURE
    if record.response_code == NOT_FOUND:
        why = why_not_signed(
            record, transaction, is_settled=settled(case.book, record.tid, record.batch))
    if why is not None:
        case.exercised += 1
        case.find(
            "refused_reference", at_ms=record.at_ms, tid=record.tid, key=key, what=record.what,
            amount_fen=record.amount_fen or 0, story=_story(case, key, record),
            why=why.en, why_zh=why.zh,
        )


def _answered_as_before(case: _Case, record: Sent) -> None:
    """A second request under a number gets the answer of the first, and moves no money."""
    key = key_of(record.tid, record.batch, record.stan)
    if key not in case.memory.again or record.mti not in _ANSWERS:
        return
    del case.memory.again[key]
    case.exercised += 1
    case.find(
        "answered_as_before", at_ms=record.at_ms, tid=record.tid, key=key, what=record.what,
        amount_fen=record.amount_fen or 0, story=_story(case, key, record),
    )


def _story(case: _Case, key: str, record: Sent) -> list[Record]:
    transaction = case.book.transactions.get(key)
    story = transaction.sale.story if transaction is not None else None
    return [*(story or ()), record]


def _is_wished(case: _Case, record: Sent) -> bool:
    """Whether a terminal of the world sends what its clerk meant, of this very sale and sum."""
    terminal = case.book.terminals.get(record.tid)
    if terminal is None or not terminal.opened.observable:
        return False
    wish = case.book.wishes.of(record.sale, record.what)
    if wish is None or wish.fen not in (WHOLE, record.amount_fen):
        return False
    original = case.book.transactions.get(case.book.named_by(record))
    return not wish.sale or original is None or wish.sale in (original.sale.sale, *original.sale.also)


def _keep(kept: dict[str, None], key: str) -> None:
    kept[key] = None
    if len(kept) > KEPT:
        del kept[next(iter(kept))]


def _standing(case: _Case, tid: str) -> Standing:
    found = case.memory.terminals.get(tid)
    if found is None:
        found = case.memory.terminals[tid] = Standing()
    return found


def asked(case: _Case, stretch: SaleAsked) -> None:
    """A sale leaves its terminal."""
    record = stretch.sent
    standing = case.memory.terminals.get(record.tid) or _standing(case, record.tid)
    standing.last_mti = record.mti
    standing.last_stan = record.stan
    standing.last_ms = record.at_ms
    standing.before = standing.what
    standing.what = record.what


def reached(case: _Case, stretch: SaleReached) -> None:
    """It reaches the host as it was sent."""
    tid = stretch.arrived.tid
    standing = case.memory.terminals.get(tid) or _standing(case, tid)
    standing.forged = False


def decided(case: _Case, stretch: SaleDecided) -> None:
    """It is approved."""
    if case.memory.again:
        _answered_as_before(case, stretch.reply)


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
