"""What is done about what is heard, for each kind of handshake: functions over a link's sending half."""

from __future__ import annotations

from collections.abc import Callable

from hil.ecr.frames import FrameHeard, Heard, SignalHeard
from hil.ecr.link import MessageHeard, Notice, Verdict, Why
from hil.ecr.sending import DATA, HELLO, HELLO_BACK, Sending, State


def makes_way(link: Sending, heard: Heard, now_ms: int) -> bool:
    """Whether this tells what has become of ours, whose acknowledgement is still waited for.

    Whoever speaks of something else has it, or has given it up.  It is told before this is taken:
    what is said to a request depends on it.
    """
    if link.state is not State.AWAITING_ACK:
        return False
    match heard:
        case SignalHeard("enq"):
            _overtaken(link, now_ms)
        case FrameHeard(head=head) if link.rule.form == "numbered":
            if not link.connected or head.type != DATA or head.ack != link.id:
                return False
            link.acknowledged(now_ms)
        case FrameHeard(data=data, raw=raw) if link.rule.form == "ack":
            if raw == link.last_frame or link.judge(bytes(link.parts) + data) is Verdict.KNOWN:
                return False
            _overtaken(link, now_ms)
        case _:
            return False
    return True


def refuse_spoilt(link: Sending, now_ms: int) -> None:
    """A spoilt frame came: the other side is to send it again."""
    if link.rule.form == "enquiry" and link.state is not State.RECEIVING:
        return
    if link.rule.form in {"ack", "enquiry"} and link.rule.bad_frame == "nak":
        link.answer(link.rule.nak, now_ms)
        link.notice(Notice.NAK_SENT)
        if link.state is State.RECEIVING:
            link.wait_in(State.RECEIVING, now_ms)


def heard_ack(link: Sending, now_ms: int) -> None:
    """An ACK came."""
    if link.state is State.AWAITING_GO:
        link.tries, link.unanswered = 0, False
        link.send_block(now_ms)
    elif link.state is State.AWAITING_ACK:
        link.acknowledged(now_ms)
    else:
        link.notice(Notice.STRAY)


def heard_nak(link: Sending, now_ms: int) -> None:
    """A NAK came."""
    if link.state in {State.AWAITING_GO, State.AWAITING_ACK}:
        link.notice(Notice.NAK_HEARD)
        link.again(now_ms, Why.REFUSED)
    else:
        link.notice(Notice.STRAY)


def heard_enq(link: Sending, now_ms: int) -> None:
    """The other side wants to send."""
    if link.state is State.AWAITING_GO and link.side == "till":
        return  # both want to send: the till goes first
    if link.state is State.AWAITING_ACK:
        return
    if link.state is State.AWAITING_EOT:
        _end_of_theirs(link, now_ms)
    if not link.ready():
        link.answer(link.rule.nak, now_ms)
        link.notice(Notice.NAK_SENT)
        return
    link.answer(link.rule.ack, now_ms)
    link.wait_in(State.RECEIVING, now_ms)


def heard_eot(link: Sending, now_ms: int) -> None:
    """The other side has ended."""
    if link.state is State.AWAITING_EOT:
        _end_of_theirs(link, now_ms)
    elif link.state is State.RECEIVING:
        link.rest()
        link.go_on(now_ms)
    elif link.state is State.IDLE:
        link.notice(Notice.STRAY)


def _end_of_theirs(link: Sending, now_ms: int) -> None:
    """What was taken is told, and what waited goes on."""
    taken, link.taken = link.taken, None
    link.rest()
    if taken is not None:
        link.events.append(MessageHeard(taken))
    link.go_on(now_ms)


def _whole(link: Sending, heard: FrameHeard) -> bytes | None:
    """The message, once its last block is there."""
    if len(link.parts) + len(heard.data) > link.profile.said.framing.longest:
        link.parts.clear()
        link.notice(Notice.SPOILT, len(heard.data))
        return None
    link.parts += heard.data
    if heard.more:
        return None
    data = bytes(link.parts)
    link.parts.clear()
    return data


def frame_plain(link: Sending, heard: FrameHeard, _now_ms: int) -> None:
    """A frame where nobody acknowledges any."""
    data = _whole(link, heard)
    if data is not None:
        link.events.append(MessageHeard(data))


def frame_acknowledged(link: Sending, heard: FrameHeard, now_ms: int) -> None:
    """A frame that wants ACK or NAK."""
    if heard.raw == link.last_frame:
        link.notice(Notice.DUPLICATE)
        link.answer(link.rule.ack, now_ms)
        return
    verdict = Verdict.TAKE if heard.more else link.judge(bytes(link.parts) + heard.data)
    if verdict is not Verdict.TAKE:
        link.parts.clear()
        _not_taken(link, verdict, now_ms)
        return
    link.answer(link.rule.ack, now_ms)
    link.last_frame = heard.raw
    data = _whole(link, heard)
    if data is not None:
        link.events.append(MessageHeard(data))


def _not_taken(link: Sending, verdict: Verdict, now_ms: int) -> None:
    """A right frame that is not taken: say so, as the verdict wants."""
    if verdict is Verdict.NAK:
        link.answer(link.rule.nak, now_ms)
        link.notice(Notice.NAK_SENT)
    elif verdict is Verdict.KNOWN:
        link.notice(Notice.DUPLICATE)
        link.answer(link.rule.ack, now_ms)


def _overtaken(link: Sending, now_ms: int) -> None:
    """A new message instead of an acknowledgement: the till knows that its own has come."""
    if link.side == "till":
        assert link.message is not None
        link.block = len(link.message) - 1
        link.acknowledged(now_ms)
    else:
        link.fail(Why.OVERTAKEN, certain=False)


def frame_asked(link: Sending, heard: FrameHeard, now_ms: int) -> None:
    """A frame between ENQ and EOT."""
    if link.state is State.AWAITING_EOT and heard.raw == link.last_frame:
        link.notice(Notice.DUPLICATE)
        link.answer(link.rule.ack, now_ms)
        link.wait_in(State.AWAITING_EOT, now_ms)
        return
    if link.state is not State.RECEIVING:
        link.notice(Notice.STRAY)
        return
    verdict = link.judge(heard.data)
    if verdict is not Verdict.TAKE:
        _not_taken(link, verdict, now_ms)
        return
    link.answer(link.rule.ack, now_ms)
    link.last_frame, link.taken = heard.raw, heard.data
    link.wait_in(State.AWAITING_EOT, now_ms)


def frame_numbered(link: Sending, heard: FrameHeard, now_ms: int) -> None:
    """A frame with ids."""
    head = heard.head
    if link.side == "till" and link.timers.silent_ms and link.connected:
        link.silent_at = now_ms + link.timers.silent_ms
    if head.type == HELLO:
        _welcome(link, now_ms)
        return
    if head.type == HELLO_BACK:
        _welcomed(link, now_ms)
        return
    if head.type != DATA or not link.connected:
        link.notice(Notice.STRAY)
        return
    if not head.id:
        return
    if head.id == link.last_id:
        link.notice(Notice.DUPLICATE)
        link.numbered(DATA, 0, b"", ack=head.id)
        return
    verdict = link.judge(heard.data)
    if verdict in {Verdict.NAK, Verdict.SILENCE}:
        return
    link.last_id = head.id
    link.numbered(DATA, 0, b"", ack=head.id)
    if verdict is Verdict.KNOWN:
        link.notice(Notice.DUPLICATE)
        return
    data = _whole(link, heard)
    if data is not None:
        link.events.append(MessageHeard(data))


def _welcome(link: Sending, now_ms: int) -> None:
    """A till connects: all that was between us is void."""
    if link.side == "till":
        link.notice(Notice.STRAY)
        return
    link.id, link.last_id, link.connected = 0, 0, True
    link.numbered(HELLO_BACK, 0, b"", ack=0)
    if link.timers.heartbeat_ms:
        link.beat_due = now_ms + link.timers.heartbeat_ms
    if link.message is not None:
        link.fail(Why.CONNECTED_ANEW, certain=False)


def _welcomed(link: Sending, now_ms: int) -> None:
    """The terminal is connected."""
    if link.state is not State.AWAITING_HELLO:
        link.notice(Notice.STRAY)
        return
    link.id, link.last_id, link.connected = 0, 0, True
    if link.timers.silent_ms:
        link.silent_at = now_ms + link.timers.silent_ms
    link.rest()
    link.go_on(now_ms)


def time_out(link: Sending, now_ms: int) -> None:
    """What was waited for did not come."""
    if link.state is State.AWAITING_EOT:
        _end_of_theirs(link, now_ms)
    elif link.state is State.RECEIVING:
        link.rest()
        link.go_on(now_ms)
    elif link.state is not State.IDLE:
        link.again(now_ms, Why.NO_ACK)


SIGNALS: dict[str, Callable[[Sending, int], None]] = {
    "ack": heard_ack, "nak": heard_nak, "enq": heard_enq, "eot": heard_eot,
}
FRAMES: dict[str, Callable[[Sending, FrameHeard, int], None]] = {
    "none": frame_plain, "ack": frame_acknowledged, "enquiry": frame_asked,
    "numbered": frame_numbered,
}
