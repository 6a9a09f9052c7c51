"""The commands of a shell that do something to power, line, host and calendar, or look at them."""

from __future__ import annotations

import math
from io import StringIO

from hil.power.power import Ability, PowerError
from hil.relay.decisions import (
    CUT_SHORT,
    GARBAGE,
    HANG_UP,
    LOSE,
    RESET,
    SWAP,
    WRONG_LENGTH,
    WRONG_MAC,
    Decision,
    hold,
    repeat,
)
from hil.relay.matching import Match
from hil.relay.rules import LineRule
from hil.relay.seen import SeenMessage
from hil.shell import shell_words as say
from hil.shell.shell import Leave, Row, Shell, ShellError
from hil.shell.shell_orders import ORDERS
from simulator.catalogue.language import spoken
from simulator.commands.run import EXIT_OF
from simulator.judge.verdict import Judgement
from simulator.judge.words.sentences import yuan
from simulator.local_time import datetime_at
from simulator.report.text import write_text
from simulator.report.wrap import wrapped
from simulator.scenario.units import UnfitError, duration_ms
from simulator.wire.kinds import MTI, REPLY_MTI

SPOILS: dict[str, Decision] = {
    "lose": LOSE, "swap": SWAP, "cut_short": CUT_SHORT, "garbage": GARBAGE, "wrong_length": WRONG_LENGTH,
    "wrong_mac": WRONG_MAC, "hang_up": HANG_UP, "reset": RESET, "repeat": repeat(),
}
MESSAGES = tuple(sorted({*MTI.values(), *(REPLY_MTI[each] for each in MTI.values())}))
LOGGED = 10
FORMS = 34  # columns of how a command is written
_ALL = 10_000


def _power(shell: Shell, words: list[str]) -> None:
    power = shell.rig.power
    if len(words) > 1:
        raise shell.usage("power")
    if words:
        act = shell.one_of(words[0], ("off", "on", "hang", "resume"))
        if act in ("hang", "resume") and Ability.HANG not in power.can:
            raise ShellError(say.NOT_HERE.say(why=power.name))
        try:
            {"off": power.off, "on": power.on, "hang": power.hang, "resume": power.resume}[act]()
        except PowerError as error:
            raise ShellError(say.NOT_HERE.say(why=error)) from None
    shell.out(say.POWER_IS[power.is_on].say())


def _cut(shell: Shell, words: list[str]) -> None:
    if not 2 <= len(words) <= 3:
        raise shell.usage("cut")
    place, mti = shell.one_of(words[0], ("before", "after")), shell.one_of(words[1], MESSAGES)
    rig = shell.rig
    rig.when(
        Match(mti=mti, kind=words[2] if len(words) > 2 else "", tid=rig.dut.tid), rig.power.off,
        place="before" if place == "before" else "after")
    shell.out(say.ARMED.say(when=say.WHEN[place], what=mti))


def _line(shell: Shell, words: list[str]) -> None:
    line = shell.rig.line
    match words:
        case ["good"]:
            shell.rig.clear_line()
            shell.out(say.LINE_GOOD.say())
        case ["black_hole" | "refuse" as what]:
            line.line(black_hole=what == "black_hole", refuse=what == "refuse")
            shell.out(say.LINE_IS.say(what=what))
        case ["latency", given]:
            line.line(latency_ms=_ms(given))
            shell.out(say.LINE_IS.say(what=f"latency {given}"))
        case ["bytes_per_s", given] if given.isdecimal():
            line.line(bytes_per_s=int(given))
            shell.out(say.LINE_IS.say(what=f"bytes_per_s {given}"))
        case ["hold", given, mti]:
            _rule(shell, f"hold {given}", hold(_ms(given)), mti)
        case [deed, mti] if deed in SPOILS:
            _rule(shell, deed, SPOILS[deed], mti)
        case _:
            raise shell.usage("line")


def _rule(shell: Shell, name: str, decision: Decision, mti: str) -> None:
    match = Match(mti=shell.one_of(mti, MESSAGES), tid=shell.rig.dut.tid)
    shell.rig.line.add(LineRule(name=name, match=match, decision=decision, times=1))
    shell.out(say.RULED.say(deed=name, what=mti))


def _ms(given: str) -> int:
    try:
        return duration_ms(given)
    except UnfitError:
        raise ShellError(say.NO_TIME.say(given=given)) from None


def _fault(shell: Shell, words: list[str]) -> None:
    _toml(shell, "fault", words)


def _action(shell: Shell, words: list[str]) -> None:
    _toml(shell, "action", words)


def _toml(shell: Shell, name: str, words: list[str]) -> None:
    if len(words) != 1:
        raise shell.usage(name)
    text = words[0].replace(";", "\n")
    (shell.rig.host.fault if name == "fault" else shell.rig.host.action)(text)
    shell.out(say.DONE.say())


def _heal(shell: Shell, words: list[str]) -> None:
    if words:
        raise shell.usage("heal")
    shell.rig.host.heal()
    shell.out(say.DONE.say())


def _jump(shell: Shell, words: list[str]) -> None:
    if len(words) != 1:
        raise shell.usage("jump")
    host = shell.rig.host
    if words[0] in ("cut_over", "payout"):
        host.jump(to=words[0])
    else:
        host.jump(by_ms=_ms(words[0]))
    shell.out(say.JUMPED.say(when=_when(host.report().now_ms)))


def _host(shell: Shell, words: list[str]) -> None:
    if len(words) != 1:
        raise shell.usage("host")
    if shell.one_of(words[0], ("crash", "restart")) == "crash":
        shell.rig.host.crash()
    elif shell.rig.host.is_running:
        raise shell.usage("host")
    else:
        shell.rig.host.restart()
    shell.out(say.DONE.say())


def _balances(shell: Shell, words: list[str]) -> None:
    if words:
        raise shell.usage("balances")
    for account, fen in shell.rig.host.balances().items():
        shell.out(f"{account:<50} {yuan(fen):>20}")


def _status(shell: Shell, words: list[str]) -> None:
    if words:
        raise shell.usage("status")
    rig, report = shell.rig, shell.rig.host.report()
    shell.out(say.POWER_IS[rig.power.is_on].say())
    if (device := rig.device_status()) is not None:
        shell.out(say.STATUS_DEVICE.say(
            batch=device.batch, stan=device.stan, signed=say.SIGNED[device.signed_on],
            rest=say.AT_REST[device.at_rest]))
    shell.out(say.STATUS_HOST.say(
        when=_when(report.now_ms), phase=report.phase, open=report.open_items,
        clearing=report.waits_for_clearing, pending=len(report.pending)))
    for each in report.pending:
        shell.out(say.PENDING.say(actor=each.actor, what=each.what, detail=each.detail).rstrip())
    shell.out(say.STATUS_LINE.say(count=len(rig.line.seen)))


def _log(shell: Shell, words: list[str]) -> None:
    if len(words) > 1 or (words and not words[0].isdecimal()):
        raise shell.usage("log")
    count = int(words[0]) if words else LOGGED
    for seen in shell.rig.line.seen[-count or _ALL:]:
        shell.out(seen_in_words(seen))


def seen_in_words(seen: SeenMessage) -> str:
    """One message of the line.

    >>> from hil.relay.seen import Way
    >>> seen_in_words(SeenMessage(number=1, at_ms=0, way=Way.UP, link=1, mti="0200", kind="sale", stan=2))
    '08:00:00.000  → 0200 sale 000002 heard'
    """
    at = datetime_at(math.floor(seen.at_ms)).strftime("%H:%M:%S.%f")[:-3]
    facts = (seen.mti or "????", seen.kind, f"{seen.stan:06}" if seen.stan else "", seen.response_code,
             f"#{seen.attempt}" if seen.attempt else "", seen.fate.value, seen.rule)
    return f"{at}  {'→' if seen.way == 'up' else '←'} " + " ".join(filter(None, facts))


def _verdict(shell: Shell, words: list[str]) -> None:
    if words:
        raise shell.usage("verdict")
    _tell(shell, shell.rig.judge())


def _finish(shell: Shell, words: list[str]) -> None:
    if words:
        raise shell.usage("finish")
    rig = shell.rig
    rig.start()
    judgement = rig.finish(settle=bool(rig.host.report().open_items))
    _tell(shell, judgement)
    raise Leave(EXIT_OF[judgement.verdict])


def _tell(shell: Shell, judgement: Judgement) -> None:
    text = StringIO()
    write_text(judgement, text, language=spoken(), all_sales=True)
    for line in text.getvalue().splitlines():
        shell.out(line)


def _help(shell: Shell, words: list[str]) -> None:
    if len(words) > 1:
        raise shell.usage("help")
    names = [shell.one_of(words[0], tuple(shell.rows))] if words else list(shell.rows)
    for name in names:
        row = shell.rows[name]
        if len(row.form) < FORMS:
            lines = wrapped(say.HELP[name].say(), indent=f"{row.form:<{FORMS}}", again=" " * FORMS)
        else:
            lines = [*wrapped(row.form, again="  "), *wrapped(say.HELP[name].say(), indent=" " * FORMS)]
        for line in lines:
            shell.out(line)


def _quit(shell: Shell, words: list[str]) -> None:
    if words:
        raise shell.usage("quit")
    raise Leave(0)


def _when(at_ms: int) -> str:
    return datetime_at(at_ms).strftime("%Y-%m-%d %H:%M:%S")


_LINE_WORDS = ("good", "black_hole", "refuse", "latency", "bytes_per_s", "hold", *SPOILS, *MESSAGES)
ROWS: dict[str, Row] = {
    **ORDERS,
    "power": Row("power [off|on|hang|resume]", _power, lambda _: ("off", "on", "hang", "resume"), bears_trouble=True),
    "cut": Row("cut before|after MTI [KIND]", _cut, lambda _: ("before", "after", *MESSAGES), bears_trouble=True),
    "line": Row(
        f"line good|black_hole|refuse|latency TIME|bytes_per_s N|hold TIME MTI|({'|'.join(SPOILS)}) MTI",
        _line, lambda _: _LINE_WORDS, bears_trouble=True),
    "fault": Row("fault 'TOML'", _fault),
    "action": Row("action 'TOML'", _action),
    "heal": Row("heal", _heal),
    "jump": Row("jump cut_over|payout|TIME", _jump, lambda _: ("cut_over", "payout")),
    "host": Row("host crash|restart", _host, lambda _: ("crash", "restart"), bears_trouble=True),
    "balances": Row("balances", _balances),
    "status": Row("status", _status),
    "log": Row("log [COUNT]", _log, bears_trouble=True),
    "verdict": Row("verdict", _verdict, bears_trouble=True),
    "finish": Row("finish", _finish),
    "help": Row("help [COMMAND]", _help, lambda shell: tuple(shell.rows), bears_trouble=True),
    "quit": Row("quit", _quit, bears_trouble=True),
}
