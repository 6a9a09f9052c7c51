"""Rules of settlement: totals, details, how an upload ends, which batch comes next.

Source: docs/unionpay.md#settlement, rules 5, 12 and 14 of the judge.
"""

from __future__ import annotations

from collections.abc import Iterator

from hil.checks.evidence import Evidence, Rule
from hil.checks.line import (
    CLEARLY_HEARD,
    ENDS,
    asked_by_chip,
    counted,
    doubtful,
    first_sent,
    following,
    heard_reply,
    reply_to,
    request_of,
    requests,
    totals,
    uploaded,
    uploaded_as_failed,
    uploaded_in,
)
from hil.checks.results import NotObservableError, NotReachedError, Reading, Wrong
from hil.relay.seen import Fate, SeenMessage, Way
from simulator.catalogue.language import Told
from simulator.judge.words.sentences import yuan
from simulator.machines.terminal.memory import CHIP_ENTRY
from simulator.wire.errors import WireError
from simulator.wire.kinds import Kind
from simulator.wire.subfields import (
    BALANCED,
    UNBALANCED,
    UPLOAD_END,
    UPLOAD_NOTICE,
    CardTotals,
    SettlementTotals,
    parse_settlement_totals,
    parse_upload_end,
)

SETTLEMENT = Kind.SETTLEMENT.value
UPLOAD = Kind.BATCH_UPLOAD.value


def settlements(evidence: Evidence) -> list[SeenMessage]:
    """The 0500s; the case did not come so far where there are none."""
    found = list(requests(evidence.seen, SETTLEMENT))
    if not found:
        raise NotReachedError(Told("no 0500 was seen", "没有看到 0500"))
    return found


def totals_agree() -> Rule:
    """F48 of a 0500 is what was approved on the line and not undone."""
    def look(evidence: Evidence) -> Reading:
        wrong: list[Wrong] = []
        said = ""
        for request in settlements(evidence):
            assert request.message is not None
            if doubtful(evidence.seen, request.batch):
                continue  # what the terminal made of a late or damaged reply is another rule's business
            right = totals(evidence.seen, request.batch, evidence.profile.domestic_prefixes)
            said = f"{yuan(_net(right))}"
            try:
                given = parse_settlement_totals(request.message.details)
            except WireError:
                wrong.append(Wrong(what=Told("F48 of a 0500 cannot be read", "0500 的 F48 无法读出"),
                                   number=request.number))
                continue
            if _plain(given) != _plain(right):
                wrong.append(Wrong(
                    what=Told(f"0500 of batch {request.batch:06} says {_shown(given)}; approved were {_shown(right)}",
                              f"批次 {request.batch:06} 的 0500 为 {_shown(given)}；实际批准 {_shown(right)}"),
                    number=request.number, money_fen=abs(_net(given) - _net(right)) or _gross(right)))
        if not said:
            raise NotObservableError(Told(
                "what the terminal made of a late or damaged reply of the batch does not show",
                "终端如何处理批次中迟到或损坏的应答，外部看不到"), whole=False)
        return Reading(value=str(len(wrong)), limit=f"0; {said}", wrong=tuple(wrong))

    return Rule("totals_wrong", Told("settlements whose totals are not what was approved", "总额与已批准交易不符的结算"),
                "0500", look)


def _plain(said: SettlementTotals) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return _four(said.domestic), _four(said.foreign)


def _four(half: CardTotals) -> tuple[int, ...]:
    return half.debit_fen, half.debit_count, half.credit_fen, half.credit_count


def _net(said: SettlementTotals) -> int:
    return sum(half.debit_fen - half.credit_fen for half in (said.domestic, said.foreign))


def _gross(said: SettlementTotals) -> int:
    return sum(half.debit_fen + half.credit_fen for half in (said.domestic, said.foreign))


def _shown(said: SettlementTotals) -> str:
    halves = [
        f"+{half.debit_count} {yuan(half.debit_fen)} -{half.credit_count} {yuan(half.credit_fen)}"
        for half in (said.domestic, said.foreign) if any(_four(half))]
    return " / ".join(halves) or "0"


def ends_with(result: str) -> Rule:
    """An upload ends with the code that belongs to the host's result."""
    def look(evidence: Evidence) -> Reading:
        code = UPLOAD_END[result]
        asked = settlements(evidence)[0]
        ends = [each for each in requests(evidence.seen, UPLOAD)
                if each.message is not None and each.message.network_code in ENDS and each.batch == asked.batch]
        if not ends:
            return Reading(value="-", limit=code, wrong=(Wrong(
                what=Told("the upload was not ended", "批上送没有结束"), number=asked.number),))
        last = ends[-1]
        assert last.message is not None
        said = last.message.network_code
        wrong = () if said == code else (Wrong(
            what=Told(f"the upload ends with {said}; after this result it is {code}",
                      f"批上送以 {said} 结束；按该结果应为 {code}"), number=last.number),)
        return Reading(value=said, limit=code, wrong=wrong)

    return Rule("upload_end", Told("code that ends the upload", "批上送结束码"), "60.3", look)


def ends_by_result() -> Rule:
    """Whatever the host said last of the totals: the end that follows is its own."""
    def look(evidence: Evidence) -> Reading:
        wrong: list[Wrong] = []
        result = ""
        ended = 0
        for each in evidence.seen:
            message = each.message
            if message is None:
                continue
            if each.way is Way.DOWN and each.mti == "0510" and each.fate in CLEARLY_HEARD:
                result = _result_in(message.details)
            elif each.way is Way.UP and each.kind == UPLOAD and message.network_code in ENDS and result:
                ended += 1
                if message.network_code != UPLOAD_END.get(result, message.network_code):
                    wrong.append(Wrong(
                        what=Told(f"the upload ends with {message.network_code} after result {result}",
                                  f"结果 {result} 之后批上送以 {message.network_code} 结束"), number=each.number))
        return Reading(value=str(len(wrong)), limit=f"0 of {ended}", wrong=tuple(wrong))

    return Rule("wrong_ends", Told("uploads that end with another result's code", "结束码与对账结果不符的批上送"),
                "0320", look)


def _result_in(details: str) -> str:
    try:
        said = parse_settlement_totals(details)
    except WireError:
        return ""
    both = {said.domestic.result, said.foreign.result}
    return UNBALANCED if UNBALANCED in both else BALANCED if BALANCED in both else ""


def details_are_whole() -> Rule:
    """After unbalanced totals every approval goes up, each once, and the end says how many."""
    def look(evidence: Evidence) -> Reading:
        batch = settlements(evidence)[0].batch
        right = sorted(each.stan for each in counted(evidence.seen, batch))
        sent = uploaded(evidence.seen, batch)
        parts = list(requests(evidence.seen, UPLOAD))
        if not parts:
            raise NotReachedError(Told("no details went up", "没有批上送"))
        failed = set(uploaded_as_failed(evidence.seen, batch))
        by_chip = failed & asked_by_chip(evidence.seen, batch)
        wrong = [
            *(_missing(evidence, batch, stan) for stan in right if stan not in sent),
            *_called_failed(evidence, batch, failed),
            *(Wrong(what=Told(f"{stan:06} went up, which was not approved", f"上送了未获批准的 {stan:06}"),
                    number=parts[0].number) for stan in sorted(set(sent) - set(right) - by_chip)
              if not doubtful(evidence.seen, batch)),
            *(Wrong(what=Told(f"{stan:06} went up {sent.count(stan)} times", f"{stan:06} 上送了 {sent.count(stan)} 次"),
                    number=parts[0].number) for stan in sorted(set(sent)) if sent.count(stan) > 1),
            *_wrong_counts(evidence, batch, {len(sent), len(sent) - len(failed)}),
        ]
        return Reading(value=f"{len(set(sent) & set(right))}", limit=f"{len(right)}", wrong=tuple(wrong))

    return Rule("records_uploaded", Told("approvals that went up in the details", "批上送中的已批准交易"), "records", look)


def details_are_whole_of_chip() -> Rule:
    """After balanced totals the chip records go up, and those alone."""
    def look(evidence: Evidence) -> Reading:
        batch = settlements(evidence)[0].batch
        right = sorted(
            each.stan for each in counted(evidence.seen, batch)
            if each.message is not None and each.message.entry_mode[:2] in CHIP_ENTRY)
        failed = set(uploaded_as_failed(evidence.seen, batch))
        by_chip = (failed & asked_by_chip(evidence.seen, batch)) - set(right)
        sent = [stan for stan in uploaded(evidence.seen, batch) if stan not in by_chip]
        asked = settlements(evidence)[0]
        wrong = tuple(_called_failed(evidence, batch, failed)) if sorted(set(sent)) == right else (Wrong(
            what=Told(f"chip records {_numbers(right)} were to go up, {_numbers(sent)} did",
                      f"应上送芯片卡记录 {_numbers(right)}，实际为 {_numbers(sent)}"), number=asked.number),)
        return Reading(value=str(len(set(sent))), limit=str(len(right)), wrong=wrong)

    return Rule("records_uploaded", Told("chip records that went up", "上送的芯片卡记录"), "records", look)


def _numbers(stans: list[int]) -> str:
    return " ".join(f"{stan:06}" for stan in stans) or "-"


def _missing(evidence: Evidence, batch: int, stan: int) -> Wrong:
    request = next(each for each in counted(evidence.seen, batch) if each.stan == stan)
    assert request.message is not None
    return Wrong(what=Told(f"{stan:06} was approved and did not go up", f"已批准的 {stan:06} 没有上送"),
                 number=request.number, money_fen=request.message.amount_fen or 0)


def _called_failed(evidence: Evidence, batch: int, failed: set[int]) -> Iterator[Wrong]:
    """Approvals whose record says that they failed: their money goes nowhere."""
    for each in counted(evidence.seen, batch):
        if each.stan in failed:
            assert each.message is not None
            yield Wrong(what=Told(f"{each.stan:06} was approved and went up as failed",
                                  f"已批准的 {each.stan:06} 按失败交易上送"),
                        number=each.number, money_fen=each.message.amount_fen or 0)


def _wrong_counts(evidence: Evidence, batch: int, counts: set[int]) -> Iterator[Wrong]:
    for each in requests(evidence.seen, UPLOAD):
        message = each.message
        if message is None or each.batch != batch or message.network_code not in ENDS:
            continue
        try:
            said = parse_upload_end(message.details)
        except WireError:
            said = -1
        if said not in counts:
            yield Wrong(what=Told(f"the end announces {said} records, {max(counts)} went up",
                                  f"结束报文称 {said} 条，实际上送 {max(counts)} 条"), number=each.number)


def batch_moves_on(step: str) -> Rule:
    """After a settlement whose end was answered the batch number is the next one; before it, the old one."""
    def look(evidence: Evidence) -> Reading:
        done = evidence.step(step)
        settled = [each for each in settlements(evidence) if each.at_ms <= done.begun_ms]
        if not settled:
            raise NotReachedError(Told(f"nothing was settled before {step}", f"{step} 之前没有结算"))
        later = next((each for each in first_sent(evidence.seen) if each.at_ms >= done.begun_ms), None)
        if later is None:
            raise NotReachedError(Told(f"nothing was sent for {step}", f"{step} 没有发出请求"))
        right = following(settled[-1].batch)
        wrong = () if later.batch == right else (Wrong(
            what=Told(f"{later.mti} is of batch {later.batch:06}; {settled[-1].batch:06} is settled",
                      f"{later.mti} 属批次 {later.batch:06}；{settled[-1].batch:06} 已结算"),
            number=later.number, money_fen=done.wish.amount_fen),)
        return Reading(value=f"{later.batch:06}", limit=f"{right:06}", wrong=wrong)

    return Rule("next_batch", Told("batch after the settlement", "结算之后的批次号"), "60.2", look)


def totals_repeat() -> Rule:
    """A 0500 that is sent again for the same batch says the same totals."""
    def look(evidence: Evidence) -> Reading:
        asked = settlements(evidence)
        first = asked[0]
        again = [each for each in asked[1:] if each.batch == first.batch]
        if not again:
            raise NotReachedError(Told("the 0500 was not repeated", "0500 没有重发"))
        wrong = tuple(
            Wrong(what=Told("the repeated 0500 says other totals", "重发的 0500 总额不同"), number=each.number)
            for each in again if each.message is not None and first.message is not None
            and each.message.details != first.message.details)
        return Reading(value=str(len(wrong)), limit="0", wrong=wrong)

    return Rule("totals_changed", Told("repeated settlements with other totals", "总额改变的重发结算"), "0500", look)


def stored_before_settlement() -> Rule:
    """What was approved offline has been delivered when the totals go up."""
    def look(evidence: Evidence) -> Reading:
        asked = settlements(evidence)[0]
        late = [each for each in first_sent(evidence.seen) if each.mti == "0220" and (
            each.number > asked.number) and each.batch == asked.batch]
        return Reading(value=str(len(late)), limit="0", wrong=tuple(
            Wrong(what=Told(f"0220 {each.stan:06} left after the totals of its batch",
                            f"0220 {each.stan:06} 在其批次的总额之后才发出"),
                  number=each.number, money_fen=(each.message.amount_fen or 0) if each.message else 0)
            for each in late))

    return Rule("stored_left", Told("stored requests sent after the totals", "总额之后才发出的待送达交易"), "0220", look)


def upload_goes_on(name: str) -> Rule:
    """After a cut or a lost reply an upload goes on: what was answered does not go up again from the start."""
    def look(evidence: Evidence) -> Reading:
        struck = evidence.at(name)
        parts = list(requests(evidence.seen, UPLOAD))
        before = [each for each in parts if each.number < struck.number and heard_reply(evidence.seen, each) is not None]
        answered = {_part(each) for each in before if _part(each)}
        again = [each for each in parts if each.number > struck.number and _part(each) in answered]
        return Reading(value=str(len(again)), limit="0", wrong=tuple(
            Wrong(what=Told("details that were answered went up again", "已应答的明细再次上送"), number=each.number)
            for each in again))

    return Rule("details_again", Told("answered details that went up again", "再次上送的已应答明细"), "0320", look)


def refused_details_go_up_again(name: str) -> Rule:
    """Details that the host refused were not taken: they go up again before the upload is ended, or all begins anew.

    In blocks of another size too.
    """
    def look(evidence: Evidence) -> Reading:
        struck = evidence.at(name)
        refused = request_of(evidence.seen, struck)
        assert refused is not None
        left = set(uploaded_in(refused))
        wrong: tuple[Wrong, ...] = ()
        for each in requests(evidence.seen, UPLOAD, SETTLEMENT):
            if each.number < struck.number or each.batch != refused.batch:
                continue
            left -= set(uploaded_in(each)) if each.kind == UPLOAD else left
            if not left or _is_end(each):
                wrong = () if not left else (Wrong(
                    what=Told(f"the upload was ended without {_numbers(sorted(left))}, which the host had refused",
                              f"主机拒绝的 {_numbers(sorted(left))} 未重发，批上送就结束了"), number=each.number),)
                break
        return Reading(value=str(len(wrong)), limit="0", wrong=wrong)

    return Rule("details_left", Told("refused details that did not go up again", "被拒绝而未重发的明细"), "0320", look)


def refused_end_is_no_end(name: str) -> Rule:
    """An end that the host refused closes nothing: it goes up again, or the totals do."""
    def look(evidence: Evidence) -> Reading:
        struck = evidence.at(name)
        refused = request_of(evidence.seen, struck)
        assert refused is not None
        again = any(each.number > struck.number and each.batch == refused.batch
                    for each in requests(evidence.seen, UPLOAD, SETTLEMENT))
        wrong = () if again else (Wrong(
            what=Told(f"the host refused the end of batch {refused.batch:06}, and the terminal left it so",
                      f"主机拒绝批次 {refused.batch:06} 的结束报文，终端就此作罢"), number=struck.number),)
        return Reading(value=str(len(wrong)), limit="0", wrong=wrong)

    return Rule("refused_ends", Told("refused ends that were taken for the end", "被拒绝却当作结束的结束报文"), "0320", look)


def _is_end(each: SeenMessage) -> bool:
    return each.message is not None and each.message.network_code in ENDS


def _part(each: SeenMessage) -> str:
    message = each.message
    if message is None or message.network_code in ENDS:
        return ""
    original = f"{message.original.batch}/{message.original.stan}" if message.original else ""
    is_own = message.network_code == UPLOAD_NOTICE or not (message.details or original)
    own = f" {each.stan}" if is_own else ""  # of a record under the number of its transaction
    return f"{message.network_code} {message.details} {original}{own}"


def all_settled() -> Rule:
    """By the end the last batch with money in it was settled: totals answered, upload ended and answered."""
    def look(evidence: Evidence) -> Reading:
        last = settlements(evidence)[-1]
        reply = reply_to(evidence.seen, last)
        ended = next((
            each for each in evidence.seen
            if each.way is Way.DOWN and each.mti == "0330" and each.number > last.number
            and each.fate in CLEARLY_HEARD | {Fate.HELD} and each.response_code in ("00", "94", "")
            and _answers_end(evidence, each)), None)
        done = reply is not None and (ended is not None or _result_of(reply) == BALANCED)
        wrong = () if done else (Wrong(
            what=Told(f"the settlement of batch {last.batch:06} did not come to its end",
                      f"批次 {last.batch:06} 的结算没有完成"), number=last.number,
            money_fen=_gross(totals(evidence.seen, last.batch, evidence.profile.domestic_prefixes))),)
        return Reading(value="1" if done else "0", limit="1", wrong=wrong)

    return Rule("settled", Told("settlements that came to their end", "完成的结算"), "batch", look)


def _result_of(reply: SeenMessage) -> str:
    return _result_in(reply.message.details) if reply.message is not None else ""


def _answers_end(evidence: Evidence, reply: SeenMessage) -> bool:
    return any(
        each.way is Way.UP and each.kind == UPLOAD and each.stan == reply.stan and each.message is not None
        and each.message.network_code in ENDS for each in evidence.seen)
