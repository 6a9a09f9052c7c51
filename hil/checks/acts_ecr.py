"""What is done to the line between till and terminal: an answer lost, a request twice, the cable pulled."""

from __future__ import annotations

from msgspec.structs import replace

from hil.checks.acts import FIRST, HIT, NEXT, goes_on, reply, request
from hil.checks.check import Act
from hil.checks.evidence import Step
from hil.checks.results import NotReachedError
from hil.checks.stage import Stage
from hil.control.live_process import wall_ms
from hil.relay.decisions import PASS
from hil.relay.matching import Match
from hil.tills.ecr_till import EcrTill
from hil.tills.ends import Told as Answer
from hil.tills.ends import Wish
from simulator.catalogue.language import Told
from simulator.wire.kinds import Kind

LAST, AGAIN, SENT_AGAIN, WATCHED = "last result", "asked again", "sent again", "watched"
CAME = "came"
HIDDEN, WHOLE = "hidden", "whole"  # how a card number stood on the till's line
UNTIL_AGAIN = 2  # times of the profile: by then it has come, or does not
SLOW_MS = 400  # each way, so that something happens while the terminal waits for the host
WITHIN_S = 10.0


def last_result(stage: Stage, name: str) -> None:
    """The till asks the terminal how its last order ended, and keeps that under a name."""
    ecr, begun_ms = stage.ecr(Kind.SALE), float(wall_ms())
    able = ecr.can_tell_last
    if not able:
        raise NotReachedError(Told(able.why, able.why))
    said = ecr.last_result()
    told = Answer("") if said is None else Answer(
        said.result.value, said.response_code, said.reason, batch=said.batch, stan=said.stan, rrn=said.rrn,
        auth_code=said.auth_code, amount_fen=said.amount_fen)
    stage.note(Step(name, Wish(kind=Kind.ECHO_TEST), told, begun_ms, float(wall_ms())))


def repeat(stage: Stage, name: str, of: str) -> None:
    """The till asks once more for what it asked for, under the same number."""
    ecr, first, begun_ms = stage.ecr(Kind.SALE), stage.step(of), float(wall_ms())
    wish = replace(first.wish, order=first.answer.order)
    answer = ecr.begin(wish, ecr.number).wait()
    stage.note(Step(name, wish, answer, begun_ms, float(wall_ms())))


def answer_lost(stage: Stage, kind: Kind) -> None:
    """The host has answered; the terminal's own answer to the till is lost, and with it the cable."""
    ecr = stage.ecr(kind)
    asked = stage.prepared(kind)
    stage.disturb(HIT, reply(kind), PASS)
    stage.when(reply(kind), ecr.pull_at_answer)
    stage.do(FIRST, kind, **asked)
    stage.rest()


def asked_for_last(kind: Kind) -> Act:
    """An answer is lost; the till plugs in again and asks how the last order ended."""
    def act(stage: Stage) -> None:
        answer_lost(stage, kind)
        last_result(stage, LAST)
        goes_on(stage)

    return act


def asked_again(kind: Kind) -> Act:
    """An answer is lost; the till asks for the same order once more, under its number."""
    def act(stage: Stage) -> None:
        answer_lost(stage, kind)
        repeat(stage, AGAIN, FIRST)
        stage.rest()
        goes_on(stage)

    return act


def pulled_while_asked(kind: Kind) -> Act:
    """The cable goes while the terminal waits for the host; then the till asks how it ended."""
    def act(stage: Stage) -> None:
        ecr = stage.ecr(kind)
        asked = stage.prepared(kind)
        stage.disturb(HIT, reply(kind), PASS)
        stage.rig.line.line(latency_ms=SLOW_MS)
        stage.when(request(kind), ecr.pull)
        stage.do(FIRST, kind, **asked)
        stage.wait_for(lambda: stage.struck(HIT) > 0, WITHIN_S)
        stage.rig.line.line()
        stage.rest()
        last_result(stage, LAST)
        goes_on(stage)

    return act


def answer_spoilt(kind: Kind) -> Act:
    """The frame that ends the terminal's answer comes damaged; the sale before shows the how manieth it is."""
    def act(stage: Stage) -> None:
        ecr = _spoilable(stage, kind)
        asked = stage.prepared(kind)
        before = ecr.spoilt
        ecr.spoil_frame(ecr.acks)
        stage.do(FIRST, kind, **asked)
        _was_spoilt(ecr, before)
        stage.rest()
        goes_on(stage)

    return act


def ack_lost(kind: Kind) -> Act:
    """The till's acknowledgement of the frame that ends the answer never arrives, and the till waits what comes."""
    def act(stage: Stage) -> None:
        ecr = _spoilable(stage, kind)
        if not (within_ms := ecr.sends_again_ms):
            raise NotReachedError(Told("on this line nothing is sent twice", "此线路上不重发"))
        asked = stage.prepared(kind)
        before, again = ecr.spoilt, ecr.came_again
        ecr.lose_ack(ecr.acks)
        stage.do(FIRST, kind, **asked)
        _was_spoilt(ecr, before)
        begun_ms = float(wall_ms())
        stage.wait_for(lambda: ecr.came_again > again, UNTIL_AGAIN * within_ms / 1000)
        came = Answer(CAME if ecr.came_again > again else "")
        stage.note(Step(SENT_AGAIN, Wish(kind=Kind.ECHO_TEST), came, begun_ms, float(wall_ms())))
        stage.rest()
        goes_on(stage)

    return act


def _spoilable(stage: Stage, kind: Kind) -> EcrTill:
    ecr = stage.ecr(kind)
    if not (able := ecr.can_spoil):
        raise NotReachedError(Told(able.why, able.why))
    stage.must("undisturbed", kind)
    return ecr


def _was_spoilt(ecr: EcrTill, before: int) -> None:
    if ecr.spoilt == before:
        raise NotReachedError(Told("no frame of the answer came that could be spoilt", "没有出现可破坏的应答帧"))


def watched(kind: Kind) -> Act:
    """A card pays, the till asks how that ended where it can, and its line is looked through for the card's number."""
    def act(stage: Stage) -> None:
        ecr, begun_ms = stage.ecr(kind), float(wall_ms())
        before, exposed = ecr.cards.bytes_seen, ecr.cards.exposed
        stage.do(FIRST, kind, **stage.prepared(kind))
        stage.rest()
        if ecr.can_tell_last:
            last_result(stage, LAST)
        heard = ecr.cards.bytes_seen > before
        seen = Answer((WHOLE if ecr.cards.exposed > exposed else HIDDEN) if heard else "")
        stage.note(Step(WATCHED, Wish(kind=Kind.ECHO_TEST), seen, begun_ms, float(wall_ms())))
        goes_on(stage)

    return act


def doubled(kind: Kind) -> Act:
    """The line doubles a request: it comes once more while the first is under way."""
    def act(stage: Stage) -> None:
        ecr = stage.ecr(kind)
        asked = stage.prepared(kind)
        stage.rig.line.line(latency_ms=SLOW_MS)
        ecr.say_twice()
        stage.do(FIRST, kind, **asked)
        stage.rig.line.line()
        stage.rest()
        goes_on(stage)

    return act


def cut_before_told(kind: Kind) -> Act:
    """The power goes when the reply is in; with power again the terminal is asked how its last order ended."""
    def act(stage: Stage) -> None:
        stage.ecr(kind)
        asked = stage.prepared(kind)
        stage.cut(HIT, reply(kind), place="before")
        stage.do(FIRST, kind, **asked)
        stage.power_back(HIT)
        stage.rest()
        last_result(stage, LAST)
        goes_on(stage)

    return act


def settlement_pulled(match: Match, *, at_answer: bool) -> Act:
    """The cable goes in a settlement: at once when a message of it passes, or when the answer comes."""
    def act(stage: Stage) -> None:
        ecr = stage.ecr(Kind.SETTLEMENT)
        stage.must("sale 1", Kind.SALE)
        stage.disturb(HIT, match, PASS)
        stage.when(match, ecr.pull_at_answer if at_answer else ecr.pull)
        stage.do(FIRST, Kind.SETTLEMENT)
        stage.rest()
        stage.settle("settled again")
        stage.rest()
        stage.do(NEXT, Kind.SALE)
        stage.rest()

    return act
