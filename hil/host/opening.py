"""What a person at a bench types into a terminal, said when a live host starts; shows no key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hil.host import opening_words as say
from hil.host.host import Host
from simulator.catalogue.language import Told
from simulator.report.wrap import filled, width_of, wrapped
from simulator.wire.dialect import Dialect, tpdu_of_reply
from simulator.wire.header import HeaderCodec
from simulator.wire.identifiers import shown
from simulator.wire.message import Message

FIRST_SHOWN = 10
WIDTH = 80


def opening_lines(host: Host, *, every_terminal: bool) -> Iterator[str]:
    """Address, framing and numbers of the terminals outside, with the check values of their keys."""
    yield ""
    yield say.TYPE_IN.say()
    acquirer = host.world.scenario.acquirer
    facts = [
        (say.ADDRESS, host.listener.places), *_of_dialect(host.world.codec.dialect, acquirer.header),
        (say.KEYS, say.ACCEPTED.say(codes=", ".join((
            *acquirer.key_download,
            *(say.IN_THE_FORM.say(code=code, form=form) for code, form in acquirer.key_download_as.items()))))),
    ]
    indent = max(width_of(name.say()) for name, _ in facts) + 4
    for name, text in facts:
        head = f"  {filled(name.say(), indent - 2)}"
        yield from folded(head, text, indent)
    yield ""
    rows = [
        (shown(terminal.tid), shown(placed.mid), placed.merchant.name,
         host.keys.key_of(terminal.tid).check_value)
        for placed in host.world.places.merchants for terminal in placed.terminals
        if terminal.tid in host.outside
    ]
    chosen = rows if every_terminal else rows[:FIRST_SHOWN]
    yield from table((say.TERMINAL, say.MERCHANT_ID, say.MERCHANT, say.CHECK_VALUE), chosen)
    if len(rows) > len(chosen):
        yield f"  {say.MORE.say(count=len(rows) - len(chosen))}"
    source = host.keys.source
    yield from folded("  ", say.FROM_FILE.say(path=source) if source else say.TEST_KEY.say(), 2)


def _of_dialect(dialect: Dialect, of_replies: str) -> Iterator[tuple[Told, str]]:
    framing = dialect.framing
    parts = [
        *([say.LENGTH.say()] if framing.length_prefix else []),
        *([say.TPDU.say()] if framing.tpdu_length else []),
        *([say.HEADER_BYTES.say(count=framing.header_length)] if framing.header_length else []),
        say.MESSAGE.say(),
    ]
    yield say.FRAMING, " | ".join(parts)
    if framing.tpdu_length:
        yield say.TPDU, say.REPLIES.say(
            tpdu=dialect.tpdu, reply=tpdu_of_reply(dialect.tpdu, dialect.reply_tpdu))
    if framing.header_length:
        header = HeaderCodec(dialect.header).encode(Message(mti="0200")).hex().upper()
        told = say.REPLIES.say(tpdu=header, reply=of_replies) if of_replies else header
        yield say.HEADER, f"{told} ({', '.join(part.name for part in dialect.header)})"
    yield say.MAC, f"{dialect.mac.algorithm}, {dialect.mac.form}"


def table(heads: Sequence[Told], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as they must be; the last one stands free."""
    lines = [tuple(head.say() for head in heads), *rows]
    widths = [max(width_of(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        yield "  " + "  ".join(map(filled, line, widths)).rstrip()


def folded(head: str, text: str, indent: int) -> Iterator[str]:
    """A text behind its head, in lines of 80 columns, the further ones indented."""
    first, *more = wrapped(text, WIDTH - indent)
    yield head + first
    for line in more:
        yield " " * indent + line
