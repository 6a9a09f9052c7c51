"""Invariant 5: terminal totals and host totals agree for each closed batch."""

from __future__ import annotations

from simulator.judge.rule import Case, Evidence, Rule
from simulator.judge.tracking.batches import sums
from simulator.judge.tracking.moments import BothCounted, HostCounted, UploadEnded
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence
from simulator.judge.words.story import totals, totals_zh

_Case = Case[None]
_BALANCED = "1"
_BALANCED_END = "207"
_AFTER_UPLOAD = "2"


def upload_ended(case: _Case, moment: UploadEnded) -> None:
    """An upload must end as the host answered."""
    batch, record = moment.batch, moment.record
    if record.network_code == _BALANCED_END:
        case.find(
            "wrong_end", at_ms=record.at_ms, tid=record.tid, batch=f"{record.batch:06}",
            end=record.network_code, story=batch.story,
        )


def host_counted(case: _Case, moment: HostCounted) -> None:
    """A host that says balanced must have been asked about what it holds."""
    batch, host, asked = moment.batch, moment.record, moment.asked
    if host.result == _BALANCED and asked is not None and sums(asked) != sums(host):
        case.find(
            "called_balanced", at_ms=host.at_ms, tid=batch.tid, batch=f"{batch.batch:06}",
            asked=totals(asked), asked_zh=totals_zh(asked), host=totals(host),
            host_zh=totals_zh(host), since_ms=batch.first_ms, story=batch.story,
            amount_fen=asked.debit_fen - asked.credit_fen - host.debit_fen + host.credit_fen,
        )


def both_counted(case: _Case, moment: BothCounted) -> None:
    """Both sides have closed a batch."""
    case.exercised += 1
    batch, terminal, host = moment.batch, moment.terminal, moment.host
    if sums(terminal) != sums(host) and not _was_told_apart(case, moment):
        case.find(
            "totals_differ", at_ms=max(terminal.at_ms, host.at_ms), tid=batch.tid,
            batch=f"{batch.batch:06}", terminal=totals(terminal), host=totals(host),
            terminal_zh=totals_zh(terminal), host_zh=totals_zh(host),
            amount_fen=terminal.debit_fen - terminal.credit_fen - host.debit_fen + host.credit_fen,
            since_ms=batch.first_ms, story=batch.story,
        )


def _was_told_apart(case: _Case, moment: BothCounted) -> bool:
    """Where nothing is held back, a host settles what its terminal lost as well.

    Both were told that they differ; whether each side's totals are right is for 12 and 29 to say.
    """
    acquirer, terminal, host = case.book.acquirer, moment.terminal, moment.host
    holds = acquirer is None or not (acquirer.capture == "host" or acquirer.settles_missing)
    if not moment.batch.unbalanced or host.result == _BALANCED or (host.result == _AFTER_UPLOAD and holds):
        return False
    return all(
        at_host >= at_terminal
        for at_host, at_terminal in zip(sums(host), sums(terminal), strict=True))


def at_end(case: _Case) -> None:
    """Batches that only the terminal closed."""
    if not case.book.is_whole():
        return
    for batch in case.book.batches.values():
        if batch.terminal is not None and batch.host is None:
            case.exercised += 1
            case.find(
                "closed_alone", at_ms=batch.terminal.at_ms, tid=batch.tid,
                batch=f"{batch.batch:06}", terminal=totals(batch.terminal),
                terminal_zh=totals_zh(batch.terminal),
                amount_fen=batch.terminal.debit_fen - batch.terminal.credit_fen,
                since_ms=batch.first_ms, story=batch.story,
            )


def _shows_totals(case: _Case) -> bool:
    """Both sides counted, or some terminal would have been seen to."""
    terminals = case.book.terminals
    return bool(case.exercised) or not terminals or any(
        each.opened.observable for each in terminals.values())


RULE = Rule(
    number=5, en="batch totals agree", zh="批次总额一致",
    needs=Evidence("totals of a terminal's batches", "终端的批次总额", _shows_totals),
    findings=(
        Sentence("totals_differ", Urgency.SAFETY,
                 "batch {batch} of terminal {tid} is closed with different totals: terminal {terminal}, host"
                 " {host}",
                 "终端 {tid} 批次 {batch} 结算后总额不一致：终端 {terminal_zh}，主机 {host_zh}"),
        Sentence("called_balanced", Urgency.SAFETY,
                 "terminal {tid} asked for the settlement of batch {batch} with {asked}, the host holds"
                 " {host} and called it balanced",
                 "终端 {tid} 批次 {batch} 请求结算总额 {asked_zh}，主机账为 {host_zh}，却答复对账平"),
        Sentence("closed_alone", Urgency.SAFETY,
                 "terminal {tid} closed its batch {batch} ({terminal}), the host never did",
                 "终端 {tid} 单方面关闭批次 {batch}（{terminal_zh}），主机未结算"),
        Sentence("wrong_end", Urgency.SAFETY,
                 "the host told terminal {tid} that batch {batch} does not balance, and it ended the upload"
                 " with {end}, which says that it does",
                 "主机告知终端 {tid} 批次 {batch} 不平，终端却以 {end}（对账平）结束批上送"),
    ),
    hears={UploadEnded: upload_ended, HostCounted: host_counted, BothCounted: both_counted},
    at_end=at_end,
)
