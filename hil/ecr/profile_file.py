"""What a profile's file must keep to, so that nothing that works with a profile has to ask: line and frame.

A value that would have no effect is refused too.  What is said of messages is checked in
:mod:`hil.ecr.message_checks`.
"""

from __future__ import annotations

from collections.abc import Iterator

from hil.ecr.check_bytes import WIDTH
from hil.ecr.message_checks import problems_of_messages, spread
from hil.ecr.profile import (
    SIGNALS,
    CheckRule,
    FramingRule,
    HandshakeRule,
    Piece,
    ProfileFile,
    Timers,
)
from hil.ecr.values import MOVES_MONEY, Ask

LONGEST = 65_535
_LONGEST_WAIT_MS = 3_600_000
_MOST_TRIES = 10
_HEAD = ("type", "ack", "id")


def problems_of(said: ProfileFile) -> Iterator[str]:
    """What is wrong with a file, the first of it first: where, what, what is allowed."""
    yield from _of_line(said)
    yield from _of_hex(said)
    yield from _of_framing(said.framing, said.handshake)
    yield from _of_length(said.framing)
    yield from _of_check(said.framing.check, said.framing)
    yield from _of_handshake(said.handshake)
    yield from _of_signals(said)
    yield from _of_timers(said.timers, said)
    yield from _of_reply(said)
    yield from problems_of_messages(said)
    yield from _of_repeats(said)
    yield from _of_busy(said)


def _given(place: str, value: object, allowed: str) -> str:
    return f"{place}: {value} given; allowed: {allowed}"


def _no_effect(place: str, why: str) -> str:
    return f"{place}: has no effect {why}"


def _of_line(said: ProfileFile) -> Iterator[str]:
    if not 50 <= said.line.baud <= 4_000_000:
        yield _given("line.baud", said.line.baud, "50 to 4000000")
    if not 0 <= said.line.tcp_port <= LONGEST:
        yield _given("line.tcp_port", said.line.tcp_port, "0 to 65535")


def _of_hex(said: ProfileFile) -> Iterator[str]:
    """Bytes are written in hex digits, two for each."""
    framing, hands, reply = said.framing, said.handshake, said.reply
    values = [
        ("framing.start", framing.start, 0, 4), ("framing.end", framing.end, 0, 4),
        ("framing.escape", framing.escape, 0, 1), ("framing.more", framing.more, 0, 1),
        ("framing.check.base", framing.check.base, 0, WIDTH[framing.check.name]),
        ("handshake.ack", hands.ack, 1, 4), ("handshake.nak", hands.nak, 1, 4),
        ("handshake.enq", hands.enq, 1, 4), ("handshake.eot", hands.eot, 1, 4),
        ("reply.positive", reply.positive, 0, 8), ("reply.negative", reply.negative, 0, 4),
        ("reply.negative_rest", reply.negative_rest, 0, 4), ("reply.busy", reply.busy, 0, 1),
        ("reply.unknown", reply.unknown, 0, 1),
    ]
    if framing.progress:
        values += [("framing.progress.start", framing.progress.start, 1, 4),
                   ("framing.progress.end", framing.progress.end, 1, 4)]
    for place, value, least, most in values:
        size = _bytes_in(value)
        if size is None or not least <= size <= most:
            yield _given(place, value or "nothing", f"{least} to {most} bytes in hex")


def _bytes_in(value: str) -> int | None:
    if len(value) % 2 or any(char not in "0123456789abcdefABCDEF" for char in value):
        return None
    return len(value) // 2


def _of_framing(rule: FramingRule, handshake: HandshakeRule) -> Iterator[str]:
    form = rule.length.form
    if not 1 <= rule.longest <= LONGEST:
        yield _given("framing.longest", rule.longest, "1 to 65535 bytes")
    if form == "none" and not (rule.start and rule.end):
        yield "framing: without a length start and end are needed"
    if not rule.start and (form != "apdu" or handshake.form != "none"):
        yield _given("framing.start", "nothing", "a start, but for length.form apdu without handshake")
    if rule.escape and form != "none":
        yield _no_effect("framing.escape", "where there is a length")
    if rule.escape and rule.escape in {rule.start, rule.end}:
        yield _given("framing.escape", rule.escape, "another byte than start and end")
    if rule.head and (handshake.form != "numbered" or sorted(rule.head) != sorted(_HEAD)):
        yield _given("framing.head", ", ".join(rule.head), "type, ack, id, with handshake.form numbered")
    if handshake.form == "numbered" and not rule.head:
        yield _given("framing.head", "nothing", "type, ack, id, with handshake.form numbered")
    if bool(rule.more) != bool(rule.block):
        yield "framing: more and block are given together or not at all"
    elif rule.more and not 1 <= rule.block < rule.longest:
        yield _given("framing.block", rule.block, "1 byte or more, less than longest")
    if rule.more and handshake.form == "enquiry":
        yield _no_effect("framing.more", "with handshake.form enquiry")
    if rule.progress and not 1 <= rule.progress.width <= 255:
        yield _given("framing.progress.width", rule.progress.width, "1 to 255 bytes")


def _of_length(rule: FramingRule) -> Iterator[str]:
    length = rule.length
    if length.form in {"none", "apdu"}:
        if (length.width, length.counts) != (2, ("data",)):
            yield _no_effect("framing.length", f"with form {length.form}")
        return
    if not 1 <= length.width <= 4:
        yield _given("framing.length.width", length.width, "1 to 4 bytes")
        return
    yield from _of_pieces("framing.length.counts", length.counts, rule)
    if "data" not in length.counts:
        yield _given("framing.length.counts", ", ".join(length.counts), "data among them")
    most = 10 ** (2 * length.width) - 1 if length.form == "bcd" else 256 ** length.width - 1
    if rule.longest + 16 > most:
        yield _given("framing.longest", rule.longest, f"at most {most - 16}, as the length has room for")


def _of_check(check: CheckRule, rule: FramingRule) -> Iterator[str]:
    usual = CheckRule()
    if check.name == "none":
        if check != usual:
            yield _no_effect("framing.check", "with name none")
        return
    if not check.covers:
        yield _given("framing.check.covers", "nothing", "start, head, length, data, end")
    yield from _of_pieces("framing.check.covers", check.covers, rule)
    if check.before_end and not rule.end:
        yield _no_effect("framing.check.before_end", "without an end")
    if check.order != usual.order and WIDTH[check.name] == 1:
        yield _no_effect("framing.check.order", "with one byte")


def _of_pieces(place: str, pieces: tuple[Piece, ...], rule: FramingRule) -> Iterator[str]:
    there: dict[Piece, bool] = {
        "start": bool(rule.start), "head": bool(rule.head), "data": True, "end": bool(rule.end),
        "length": rule.length.form not in {"none", "apdu"},
    }
    for piece in pieces:
        if pieces.count(piece) > 1:
            yield f"{place}: {piece} stands there twice"
        if not there[piece]:
            yield _given(place, piece, ", ".join(name for name, is_there in there.items() if is_there))


def _of_handshake(rule: HandshakeRule) -> Iterator[str]:
    usual = HandshakeRule()
    if not 1 <= rule.tries <= _MOST_TRIES:
        yield _given("handshake.tries", rule.tries, f"1 to {_MOST_TRIES}")
    if not 0 <= rule.ack_delay_ms <= _LONGEST_WAIT_MS:
        yield _given("handshake.ack_delay_ms", rule.ack_delay_ms, f"0 to {_LONGEST_WAIT_MS}")
    without = f"with handshake.form {rule.form}"
    if rule.form not in SIGNALS:
        for name, given, same in (
            ("ack", rule.ack, usual.ack), ("nak", rule.nak, usual.nak),
            ("ack_delay_ms", rule.ack_delay_ms, 0), ("bad_frame", rule.bad_frame, usual.bad_frame),
        ):
            if given != same:
                yield _no_effect(f"handshake.{name}", without)
    if rule.form != "enquiry" and (rule.enq, rule.eot) != (usual.enq, usual.eot):
        yield _no_effect("handshake.enq", without)


def _of_signals(said: ProfileFile) -> Iterator[str]:
    """What a line begins with must be told by its first bytes."""
    rule = said.handshake
    begins = {"framing.start": said.framing.escape + said.framing.start}
    if rule.form in SIGNALS:
        begins |= {"handshake.ack": rule.ack, "handshake.nak": rule.nak}
    if rule.form == "enquiry":
        begins |= {"handshake.enq": rule.enq, "handshake.eot": rule.eot}
    if said.framing.progress:
        begins["framing.progress.start"] = said.framing.progress.start
    names = [name for name, value in begins.items() if value]
    for at, name in enumerate(names):
        for other in names[at + 1:]:
            one, two = begins[name].lower(), begins[other].lower()
            if one.startswith(two) or two.startswith(one):
                yield f"{other}: begins as {name} does"


def _of_timers(timers: Timers, said: ProfileFile) -> Iterator[str]:
    waits = {
        "byte_ms": timers.byte_ms, "ack_ms": timers.ack_ms, "reply_ms": timers.reply_ms,
        "answer_ms": timers.answer_ms, "heartbeat_ms": timers.heartbeat_ms,
        "silent_ms": timers.silent_ms,
    }
    for name, value in waits.items():
        least = 0 if name in {"byte_ms", "heartbeat_ms", "silent_ms"} else 1
        if not least <= value <= _LONGEST_WAIT_MS:
            yield _given(f"timers.{name}", value, f"{least} to {_LONGEST_WAIT_MS}")
    if said.handshake.form != "numbered" and (timers.heartbeat_ms or timers.silent_ms):
        yield _no_effect("timers.heartbeat_ms, timers.silent_ms", "without handshake.form numbered")
    if timers.silent_ms and timers.silent_ms <= timers.heartbeat_ms:
        yield _given("timers.silent_ms", timers.silent_ms, "more than heartbeat_ms")


def _of_reply(said: ProfileFile) -> Iterator[str]:
    reply = said.reply
    if bool(reply.positive) != bool(reply.negative):
        yield "reply: positive and negative are given together or not at all"
    elif not reply.positive and (reply.negative_rest or reply.busy or reply.unknown):
        yield _no_effect("reply", "without positive")
    elif reply.positive and not reply.unknown:
        yield _given("reply.unknown", "nothing", "a code in hex")


def _of_repeats(said: ProfileFile) -> Iterator[str]:
    rule = said.repeats
    kinds = {command.kind: command for command in said.commands}
    if rule.lost_answer == "ask_last" and Ask.LAST_RESULT not in kinds:
        yield _given("repeats.lost_answer", "ask_last", "repeat, give_up: there is no command last_result")
    if rule.lost_answer == "repeat" and rule.same_request != "same_order":
        yield _given("repeats.lost_answer", "repeat",
                     "ask_last, give_up: without same_request same_order it could be done twice")
    if rule.same_request != "same_order":
        return
    messages = {row.name: row for row in said.messages}
    for command in said.commands:
        if command.kind in MOVES_MONEY:
            parts = spread(messages[command.request].parts, said)
            if "order" not in {part.fact for part in parts}:
                yield (f"commands: {command.kind}: no place for order; "
                       "repeats.same_request same_order needs it")


def _of_busy(said: ProfileFile) -> Iterator[str]:
    how, allowed = said.busy.how, {"silence"}
    if any(row.reason == "busy" for row in said.codes):
        allowed.add("code")
    if said.reply.busy:
        allowed.add("reply")
    elif said.handshake.form in SIGNALS:
        allowed.add("nak")
    if how not in allowed:
        yield _given("busy.how", how, ", ".join(sorted(allowed)))
