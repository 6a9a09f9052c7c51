"""What the messages, codes and commands of a profile's file must keep to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hil.ecr.facts import FACTS
from hil.ecr.fields import PATTERNS
from hil.ecr.profile import CommandRow, MessageRow, Part, ProfileFile
from hil.ecr.values import Ask, Result

_NEED_A_SUM = frozenset({Ask.SALE, Ask.PREAUTH, Ask.COMPLETION, Ask.QR_SALE, Ask.OFFLINE_SALE})
_BYTES_ONLY = frozenset({"hex", "bcd", "pan"})
_SORTS = {
    "number": frozenset({"number", "amount", "decimal", "bcd"}),
    "text": frozenset({"text", "number", "hex", "bcd", "pan"}),
    "lines": frozenset({"text"}),
    "date": frozenset({"date", "bcd"}),
    "time": frozenset({"time", "bcd"}),
}


def problems_of_messages(said: ProfileFile) -> Iterator[str]:
    """What is wrong, the first of it first."""
    for place, names in (
        ("messages: name", [row.name for row in said.messages]),
        ("commands: kind", [str(row.kind) for row in said.commands]),
        ("codes: code", [row.code for row in said.codes]),
        ("tags: tag", [row.tag.upper() for row in said.tags]),
        ("cannot: kind", [str(row.kind) for row in said.cannot]),
    ):
        for name in names:
            if names.count(name) > 1:
                yield f"{place} {name} stands there twice"
    for name in said.layouts:
        yield from _of_layout(name, said, ())
    if said.body.style != "separated" and said.body.separator != "|":
        yield f"body.separator: has no effect with style {said.body.style}"
    if len(said.body.separator) != 1 or not said.body.separator.isprintable():
        yield f"body.separator: {said.body.separator!r} given; allowed: one printable character"
    for row in said.messages:
        for problem in _of_message(row, said):
            yield f"messages: {row.name}: {problem}"
    for command in said.commands:
        for problem in _of_command(command, said):
            yield f"commands: {command.kind}: {problem}"
    yield from _of_codes(said)
    yield from _of_progress(said)
    yield from _unused(said)


def _of_layout(name: str, said: ProfileFile, above: tuple[str, ...]) -> Iterator[str]:
    if name in above:
        yield f"layouts: {name}: stands inside of itself"
        return
    for part in said.layouts[name]:
        if part.layout and part.layout in said.layouts:
            yield from _of_layout(part.layout, said, (*above, name))


def spread(parts: tuple[Part, ...], said: ProfileFile, depth: int = 8) -> Iterator[Part]:
    """The parts of a message with those of its layouts in their places."""
    for part in parts:
        if part.layout in said.layouts and depth:
            yield from spread(said.layouts[part.layout], said, depth - 1)
        else:
            yield part


def _of_message(row: MessageRow, said: ProfileFile) -> Iterator[str]:
    parts = tuple(spread(row.parts, said))
    style = said.body.style
    if (style == "bitmaps") != bool(row.command):
        yield f"command: {row.command or 'nothing'} given; allowed: two bytes in hex, in style bitmaps only"
    elif row.command and not _is_hex(row.command, 2):
        yield f"command: {row.command} given; allowed: two bytes in hex"
    if row.closed and style != "separated":
        yield f"closed: has no effect with style {style}"
    if not parts and style != "bitmaps":
        yield "parts: at least one is needed"
    if (row.when or row.each) and row.by == "till":
        yield "when, each: are for messages of the terminal"
    if row.each and not any(part.fact == "receipt" for part in parts):
        yield "each: a part with the fact receipt is needed"
    for name in row.when:
        if name not in said.own:
            yield f"when: no value {name} of its own; allowed: {_names(said.own)}"
    held = [part.fact or part.own for part in parts if part.fact or part.own]
    for name in held:
        if held.count(name) > 1:
            yield f"parts: {name} stands there twice"
    for at, part in enumerate(parts, start=1):
        for problem in _of_part(part, row, said):
            yield f"part {at}: {problem}"
    yield from _of_places(parts, said)


def _of_part(part: Part, row: MessageRow, said: ProfileFile) -> Iterator[str]:
    if part.layout:
        if part.layout not in said.layouts:
            yield f"no layout {part.layout}; allowed: {_names(said.layouts)}"
        return
    if part.own and (part.fact or part.value):
        yield "own stands alone, without fact and value"
    if part.fact and part.fact not in FACTS:
        yield f"no fact {part.fact}; allowed: {_names(FACTS)}"
        return
    if part.fact:
        fact = FACTS[part.fact]
        if row.by not in fact.of:
            yield f"{part.fact} is not for the {row.by} to say"
        if part.form not in _SORTS[fact.sort] and not part.value:
            yield f"form {part.form} given for {part.fact}; allowed: {_names(_SORTS[fact.sort])}"
    if part.own and row.by == "till" and part.own not in said.own:
        yield f"no value {part.own} of its own; allowed: {_names(said.own)}"
    if part.form in _BYTES_ONLY and said.body.style in {"separated", "json"}:
        yield f"form {part.form} given; allowed with style {said.body.style}: text, number, amount, decimal, date, time"
    yield from _of_form(part)
    if part.tag and said.body.style != "bitmaps":
        yield f"tag: has no effect with style {said.body.style}"
    if (said.body.style == "json") != bool(part.key):
        yield f"key: {part.key or 'nothing'} given; allowed: a key, in style json only"


def _of_form(part: Part) -> Iterator[str]:
    if not 0 <= part.width <= 4096 or not 0 <= part.most <= 4096:
        yield "width, most: allowed: 0 to 4096"
    if part.width and part.most:
        yield "most: has no effect where there is a width"
    patterns = (
        PATTERNS.get(part.form, ()) if part.form != "bcd" else (*PATTERNS["date"], *PATTERNS["time"]))
    if part.form in {"date", "time"} and part.pattern not in patterns:
        yield f"pattern: {part.pattern or 'nothing'} given; allowed: {_names(patterns)}"
    elif part.pattern and part.pattern not in patterns:
        yield f"pattern: {part.pattern} given; allowed: {_names(patterns) or 'none'} with form {part.form}"
    if part.form != "decimal" and part.decimals != 2:
        yield f"decimals: has no effect with form {part.form}"
    if not 0 <= part.decimals <= 6:
        yield f"decimals: {part.decimals} given; allowed: 0 to 6"
    if len(part.fill) > 1 or not part.fill.isascii():
        yield f"fill: {part.fill} given; allowed: one character"
    if part.value and part.form in {"hex", "bcd"} and not _is_hex(part.value, part.width):
        yield f"value: {part.value} given; allowed: hex digits, two for each byte of the width"
    if part.value and part.width and part.form not in {"hex", "bcd"} and len(part.value) != part.width:
        yield f"value: {part.value} given; allowed: as many characters as the width says"


def _of_places(parts: tuple[Part, ...], said: ProfileFile) -> Iterator[str]:
    """Whether it can be told where one field ends."""
    style = said.body.style
    if style == "fixed":
        for part in parts[:-1]:
            if not part.width and not part.value:
                yield f"parts: {part.fact or part.own or 'a reserved one'} needs a width: only the last can be open"
    if style != "bitmaps":
        return
    tags = {row.tag.upper(): row for row in said.tags}
    before = [part for part in parts if not part.tag]
    for part in before[:-1] if not any(part.tag for part in parts) else before:
        if not part.width:
            yield f"parts: {part.fact or part.own or 'a reserved one'} needs a width: only the last can be open"
    for part in parts:
        row = tags.get(part.tag.upper())
        if part.tag and row is None:
            yield f"tag {part.tag}: no row in tags; allowed: {_names(tags)}"
        elif row is not None and row.form == "fixed" and part.width != row.width:
            yield f"tag {part.tag}: width {part.width} given; allowed: {row.width}, as its row says"


def _of_command(command: CommandRow, said: ProfileFile) -> Iterator[str]:
    messages = {row.name: row for row in said.messages}
    till = [name for name, row in messages.items() if row.by == "till"]
    terminal = [name for name, row in messages.items() if row.by == "terminal"]
    if command.request not in till:
        yield f"request: no message {command.request}; allowed: {_names(till)}"
        return
    for name in (*command.answers, *command.refusals):
        if name not in terminal:
            yield f"answers: no message {name}; allowed: {_names(terminal)}"
    parts = tuple(spread(messages[command.request].parts, said))
    for name in command.own:
        if name not in {part.own for part in parts}:
            yield f"own: no part {name} in {command.request}"
    if command.refusals and not command.answers:
        yield "refusals: answers are needed too"
    if command.kind in _NEED_A_SUM and "amount_fen" not in {part.fact for part in parts}:
        yield f"request: no place for amount_fen in {command.request}"
    own = {**said.own, **command.own}  # what it is asked with
    for other in said.commands:
        if other is command:
            break
        if other.request == command.request and other.own.items() <= own.items():
            yield f"own: is never reached, since {other.kind} takes the same request"


def _of_codes(said: ProfileFile) -> Iterator[str]:
    carried = any(
        part.fact == "code" for row in said.messages for part in spread(row.parts, said))
    if carried and not any(row.result == Result.APPROVED for row in said.codes):
        yield "codes: one with the result approved is needed"
    if carried and not any(row.is_general and row.result != Result.APPROVED for row in said.codes):
        yield "codes: one that is not approved and tells of no reason is needed"
    if said.codes and not carried:
        yield "codes: has no effect without a part with the fact code"
    for row in said.codes:
        if row.result == Result.UNKNOWN:
            yield f"codes: {row.code}: a result is needed"
        if row.reason and row.reasons:
            yield f"codes: {row.code}: reason: has no effect with reasons, of which a code tells none"


def _of_progress(said: ProfileFile) -> Iterator[str]:
    rule, frame = said.progress, said.framing.progress
    if rule is None:
        if frame is not None:
            yield "framing.progress: has no effect without progress"
        return
    rows = {row.name: row for row in said.messages if row.by == "terminal"}
    if not rule.message and frame is None:
        yield f"progress.message: nothing given; allowed: {_names(rows)}, or a framing.progress"
    elif rule.message and frame is not None:
        yield "progress.message: has no effect with framing.progress"
    elif rule.message and rule.message not in rows:
        yield f"progress.message: no message {rule.message}; allowed: {_names(rows)}"
    elif rule.message and not any(
            part.fact == "stage" for part in spread(rows[rule.message].parts, said)):
        yield f"progress.message: no part with the fact stage in {rule.message}"
    for name in rule.when:
        if name not in said.own:
            yield f"progress.when: no value {name} of its own; allowed: {_names(said.own)}"
    if not rule.stages:
        yield "progress.stages: at least one is needed"


def _unused(said: ProfileFile) -> Iterator[str]:
    used = {name for row in said.commands for name in (row.request, *row.answers, *row.refusals)}
    used |= {said.progress.message} if said.progress else set()
    for row in said.messages:
        if row.name not in used:
            yield f"messages: {row.name}: no command uses it"
    kinds = {row.kind for row in said.commands}
    for cannot in said.cannot:
        if cannot.kind in kinds:
            yield f"cannot: {cannot.kind}: there is a command for it"
    held = {part.own for row in said.messages for part in spread(row.parts, said)}
    for name in said.own:
        if name not in held:
            yield f"own: {name}: no message has a part for it"


def _is_hex(text: str, size: int) -> bool:
    try:
        return len(bytes.fromhex(text)) == (size or len(text) // 2)
    except ValueError:
        return False


def _names(names: Iterable[str]) -> str:

    return ", ".join(sorted(map(str, names)))
