"""``daozhang explain``: what went wrong in a run and where the money is, from the evidence alone."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from simulator.blind_test.words import PROGRESS
from simulator.catalogue.language import Message, Told
from simulator.commands import sayings as say
from simulator.commands.inputs import ExitCode, InputError, notice, print_json, reason_of
from simulator.diagnosis import told
from simulator.diagnosis import words as w
from simulator.diagnosis.diagnosis import Answer, Diagnosis, diagnosis_of
from simulator.diagnosis.evidence import Evidence
from simulator.diagnosis.headline import headline
from simulator.diagnosis.money import Money
from simulator.diagnosis.story import LAYERS, story_of
from simulator.json_reading import LONGEST_LINE
from simulator.report.wrap import filled, width_of, wrapped
from simulator.trace.records import Record, from_line

_FIELD_WIDTH = 12
ENOUGH = {1: 95, 2: 85}  # of 100, by the modes in a world


def read_trace(path: Path) -> Iterator[Record]:
    """Records of a trace; what is cut off at its end is told and left out, InputError for no trace."""
    try:
        with path.open("rb") as lines:
            count = 0
            for number, line in enumerate(iter(partial(lines.readline, LONGEST_LINE + 1), b""), 1):
                if not line.strip():
                    continue
                try:
                    record = from_line(line)
                except (msgspec.MsgspecError, UnicodeDecodeError):
                    if not count:
                        raise InputError(say.NO_TRACE.say(path=path)) from None
                    notice(say.TRACE_CUT.say(path=path, line=number, count=count))
                    return
                count += 1
                yield record
    except OSError as error:
        raise InputError(f"{path}: {reason_of(error)}") from None
    if not count:
        raise InputError(say.NO_TRACE.say(path=path))


def explain(
    path: Path, *, sale: str | None, rrn: str | None, merchant: str | None, as_json: bool,
) -> ExitCode:
    """Prints the whole diagnosis, that of one merchant, or the way of one sale."""
    given = [each for each in (sale, rrn, merchant) if each is not None]
    if len(given) > 1:
        raise InputError(say.ONE_SELECTOR.say(options="--sale, --rrn, --merchant"))
    evidence = Evidence(read_trace(path))
    diagnosis = diagnosis_of(evidence)
    if sale is not None or rrn is not None:
        return _one_sale(evidence, diagnosis, sale, rrn, as_json=as_json)
    if merchant is not None:
        diagnosis = of_merchant(evidence, diagnosis, merchant)
    if as_json:
        print_json({"money": _money_facts(_where(evidence, diagnosis)), **told.facts_of(diagnosis)})
    else:
        _print_all(evidence, diagnosis)
    return _exit_of(diagnosis)


def _exit_of(diagnosis: Diagnosis) -> ExitCode:
    explained = {each.sale for answer in diagnosis.answers for each in answer.sales}
    missing = [each for each in diagnosis.open if each.sale not in explained and each.state != "captured"]
    return ExitCode.FAILED if missing or diagnosis.left else ExitCode.PASSED


def of_merchant(evidence: Evidence, diagnosis: Diagnosis, merchant: str) -> Diagnosis:
    """What touches one merchant; InputError where there is no such."""
    names = {each.mid: each.actor.removeprefix("merchant.") for each in evidence.merchants.values()}
    mids = {mid for mid, name in names.items() if merchant in (mid, name)}
    if not mids:
        raise _no_such("merchant", merchant, [*names.values(), *names])
    tids = {each.tid for each in evidence.terminals.values() if each.mid in mids}
    actors = {f"merchant.{names[mid]}" for mid in mids} | mids
    return msgspec.structs.replace(
        diagnosis,
        answers=tuple(
            msgspec.structs.replace(
                answer, sales=tuple(each for each in answer.sales if each.mid in mids))
            for answer in diagnosis.answers
            if any(sign.tids & tids or sign.who in actors or not (sign.tids or sign.who)
                   for sign in answer.finding.signs)),
        left=tuple(sign for sign in diagnosis.left if sign.tids & tids or sign.who in actors),
        open=tuple(each for each in diagnosis.open if each.mid in mids),
        sales=tuple(each for each in diagnosis.sales if each.mid in mids),
        names={mid: name for mid, name in diagnosis.names.items() if mid in mids},
    )


MOST_NAMED = 10  # of names that there are


def _no_such(what: str, given: str, there: Sequence[str]) -> InputError:
    close = difflib.get_close_matches(given, there, 1)
    perhaps = say.DID_YOU_MEAN.say(name=close[0]) if close else ""
    named = list(dict.fromkeys(there))
    if what == "merchant":  # of sales and numbers there are thousands
        more = ["…"] if len(named) > MOST_NAMED else []
        perhaps += say.KEYS_ALLOWED.say(allowed=", ".join([*named[:MOST_NAMED], *more]))
    return InputError(say.NO_SUCH.say(
        what=say.KINDS_OF_NAME[what].say(), given=given, perhaps=perhaps))


def _one_sale(
    evidence: Evidence, diagnosis: Diagnosis, sale: str | None, rrn: str | None, *, as_json: bool,
) -> ExitCode:
    money = Money(evidence)
    there = {meant.sale: meant for meant in evidence.meant()}
    if sale is None:
        of_rrn = {number: name for name, numbers in money.rrns.items() for number in numbers}
        wanted = (rrn or "").zfill(12)
        if wanted not in of_rrn:
            raise _no_such("rrn", rrn or "", list(of_rrn))
        sale = of_rrn[wanted]
    if sale not in there:
        raise _no_such("sale", sale, list(there))
    one = money.of_sale(there[sale])
    stages = story_of(evidence, one, told.yuan)
    answers = [
        answer for answer in diagnosis.answers if any(each.sale == sale for each in answer.sales)]
    where = [] if "books" in diagnosis.not_there else headline(evidence, [one], frozenset(), told.yuan)
    if as_json:
        print_json({
            **told.sale_facts(one), "money": _money_facts(where),
            "way": [{"at": told.moment(each.at_ms), "layer": each.layer, "text": each.told.en,
                     "text_zh": each.told.zh} for each in stages],
            "answers": told.facts_of(msgspec.structs.replace(diagnosis, answers=tuple(answers)))["answers"],
        })
        return ExitCode.PASSED
    typer.echo(f"{sale}  {told.yuan(one.amount_fen)}")
    for said in where:
        _lines(said.say())
    for stage in stages:
        _field(told.moment(stage.at_ms)[5:], stage.told, LAYERS[stage.layer].say())
    typer.echo()
    _field(w.FIELDS["money"].say(), told.with_due(told.state_told(one), one))
    for answer in answers:
        _print_answer(None, answer, diagnosis.names)
    is_missing = one.state in ("debited", "suspended", "undelivered") and not answers
    return ExitCode.FAILED if is_missing else ExitCode.PASSED


def _where(evidence: Evidence, diagnosis: Diagnosis) -> list[Told]:
    """Where the money of all its sales is."""
    if "books" in diagnosis.not_there:
        return []  # nobody can say
    return headline(evidence, diagnosis.sales, frozenset(diagnosis.names), told.yuan)


def _money_facts(said: Sequence[Told]) -> list[dict[str, str]]:
    return [{"text": each.en, "text_zh": each.zh} for each in said]


def _print_all(evidence: Evidence, diagnosis: Diagnosis) -> None:
    for said in _where(evidence, diagnosis):
        _lines(said.say())
    _lines(w.counted(
        w.HEAD, evidence.count, records=evidence.count,
        terminals=w.counted(w.TERMINALS, len(evidence.terminals)),
        sales=w.counted(w.SALES, evidence.sales()), from_=told.moment(evidence.first_ms),
        until=told.moment(evidence.last_ms)).say())
    for what in diagnosis.not_there:
        _field(w.FIELDS["not_there"].say(), w.NOT_THERE[what].both())
    for number, answer in enumerate(diagnosis.answers, 1):
        _print_answer(number, answer, diagnosis.names)
    if not diagnosis.answers:
        typer.echo()
        missing = [each for each in diagnosis.open if not told.is_to_come(each, evidence.last_ms)]
        waits = any(each.missed_ms is not None for each in diagnosis.open)
        _lines((w.UNDECIDED if diagnosis.left or missing else w.WAITS if waits else w.NOTHING).say())
    for sign in diagnosis.left:
        _field(w.FIELDS["unexplained"].say(), told.sign_told(sign, diagnosis.names))
    explained = {each.sale for answer in diagnosis.answers for each in answer.sales}
    rest = [each for each in diagnosis.open if each.sale not in explained]
    if rest:
        typer.echo()
        to_come = [each for each in rest if told.is_to_come(each, evidence.last_ms)]
        for field, sales in (("unexplained", [each for each in rest if each not in to_come]), ("open", to_come)):
            for said in told.sums(sales):
                _field(w.FIELDS[field].say(), said)


def _print_answer(number: int | None, answer: Answer, names: Mapping[str, str]) -> None:
    typer.echo()
    head = f"{number}. " if number is not None else ""
    _lines(told.cause(answer.finding).say(), head)
    last = ""
    for field, said in told.rows_of(answer, names):
        _field("" if field == last else w.FIELDS[field].say(), said, "")
        last = field


def _field(name: str, said: Told, between: str = "") -> None:
    head = f"  {filled(name, _FIELD_WIDTH)} " + (f"{filled(between, 8)} " if between else "")
    _lines(said.say(), head)


def _lines(text: str, head: str = "") -> None:
    for line in wrapped(text, indent=head, again=" " * width_of(head)):
        typer.echo(line)


def blind_test(
    seeds: Sequence[int], *, count: int, jobs: int, show: bool, as_json: bool,
) -> ExitCode:
    """Tries seeds and prints the confusion matrix; 1 below the target."""
    from simulator.blind_test import blind as test  # noqa: PLC0415 - a world is needed for this alone
    from simulator.blind_test.told import told_of  # noqa: PLC0415
    from simulator.blind_test.trying import run_seed  # noqa: PLC0415

    if show:
        for seed in seeds:
            run = run_seed(seed, count)
            typer.echo(run.text)
            _print_all(Evidence(run.records), run.diagnosis)
        return ExitCode.PASSED
    with told_progress(PROGRESS) as progress:
        summary = test.blind(seeds, count, jobs, progress)
    if as_json:
        print_json(summary.facts())
    else:
        for line in told_of(summary):
            typer.echo(line)
    if summary.interrupted:
        return ExitCode.INTERRUPTED
    enough = summary.right * 100 >= ENOUGH[count] * len(summary.trials)
    return ExitCode.PASSED if enough else ExitCode.FAILED


@contextmanager
def told_progress(row: Message) -> Iterator[Callable[[int, int, float], None] | None]:
    """A line that moves, on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return

    def tell(done: int, planned: int, left_s: float) -> None:
        minutes, seconds = divmod(round(left_s), 60)
        said = row.say(done=done, planned=planned, left=f"{minutes}:{seconds:02}")
        sys.stderr.write(f"\r\x1b[K{said}")
        sys.stderr.flush()

    try:
        yield tell
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


HELP = """Say from a trace what went wrong, where the money is and what to do.

It reads what merchant, acquirer and banks have of a run, and never the faults of a scenario.

Exit: 0 all explained, 1 something is missing and no cause found, 2 bad input, 130 interrupted.

Examples:

  daozhang run weak-signal --trace day.jsonl

  daozhang explain day.jsonl

  daozhang explain day.jsonl --sale S07

  daozhang explain day.jsonl --merchant 面馆 --json

  daozhang explain --blind-test --seeds 200

  daozhang explain --blind-test --seed 17 --show
"""


def register(app: typer.Typer) -> None:
    """The command on the command line."""
    app.command("explain", help=HELP, short_help=HELP.partition("\n")[0])(_explain)


def _explain(
    trace: Annotated[Path | None, typer.Argument(
        metavar="TRACE", help="Written by run --trace, a host, a device or a bench.")] = None,
    sale: Annotated[str | None, typer.Option(
        "--sale", metavar="ID", help="The way of one sale, by its name.")] = None,
    rrn: Annotated[str | None, typer.Option(
        "--rrn", metavar="N", help="The way of one sale, by its retrieval reference number.")] = None,
    merchant: Annotated[str | None, typer.Option(
        "--merchant", metavar="M", help="What touches one merchant: its name or MID.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False,
    wants_test: Annotated[bool, typer.Option(
        "--blind-test", help="Inject a mode at random, hide it, diagnose; print the confusion matrix.")] = False,
    seeds: Annotated[int, typer.Option(
        min=1, max=1_000_000, help="With --blind-test: so many worlds, of the seeds from 1 on.")] = 100,
    seed: Annotated[int | None, typer.Option(
        min=1, help="With --blind-test: this one alone.")] = None,
    show: Annotated[bool, typer.Option(
        "--show", help="With --blind-test --seed: its scenario, the answer and the evidence.")] = False,
    two: Annotated[bool, typer.Option("--two", help="With --blind-test: two modes at once.")] = False,
    jobs: Annotated[int, typer.Option(
        min=0, max=256, help="With --blind-test: processes at a time; 0: one for each core.")] = 0,
) -> None:
    """Say from a trace what went wrong, where the money is and what to do."""
    if wants_test:
        if trace is not None or sale or rrn or merchant:
            raise InputError(say.TEST_ALONE.say())
        if show and seed is None:
            raise InputError(say.SHOW_NEEDS_SEED.say())
        some = [seed] if seed is not None else range(1, seeds + 1)
        raise typer.Exit(blind_test(some, count=2 if two else 1, jobs=jobs, show=show, as_json=as_json))
    if show or two or seed is not None:
        raise InputError(say.ONLY_IN_TEST.say())
    if trace is None:
        raise InputError(say.NEEDS_TRACE.say())
    raise typer.Exit(explain(trace, sale=sale, rrn=rrn, merchant=merchant, as_json=as_json))
