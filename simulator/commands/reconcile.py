"""``daozhang reconcile``: terminal journal, host record and bank statement held against one another."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from simulator.commands.file_kinds import FileKind
from simulator.commands.inputs import ExitCode, InputError, reason_of
from simulator.commands.outputs import Named, StandardOutput, check_outputs, replacing
from simulator.reconciliation import sayings as say
from simulator.reconciliation.column_map import Reading, readings
from simulator.reconciliation.entry import SIDES, Side
from simulator.reconciliation.files import FileRead, read_file
from simulator.reconciliation.from_trace import RunBooks
from simulator.reconciliation.reconcile import Result, reconcile
from simulator.reconciliation.sayings import BadFileError
from simulator.reconciliation.store import Store
from simulator.reconciliation.terms import Terms
from simulator.reconciliation.text_file import refuse_packed
from simulator.reconciliation.values import day
from simulator.report.reconciled import SHOWN, lines
from simulator.report.reconciled_data import COLUMNS, csv_lines, facts_of
from simulator.trace.records import AnyRecord, PhaseEntered, RunStarted, from_line

HELP = """Hold terminal journal, host record and bank statement against one another.

From the trace of a run, or from files: CSV, bills of WeChat and Alipay, bank statements, clearing files; see docs/reconciliation.md.

Exit: 0 all closed, 1 something is open, 2 bad input.

Examples:

  daozhang reconcile day.jsonl

  daozhang reconcile --terminal journal.csv --host host.csv --bank bank.csv --csv all.csv

  daozhang reconcile --host bill.csv --bank fund.csv --fee-rate 0.6%
"""
_OURS = FileKind("reconciliation of ours", (",".join(COLUMNS[:4]).encode(),))
_ENDED = "ended"  # the last phase of a run
_TERMS = re.compile(r"[TD]\+\d{1,2}")
_RATE = re.compile(r"(\d{1,2}(?:\.\d{1,4})?)%(?:,(\d{1,6}))?")


class ReconcileOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What is held against what."""

    trace: Path | None = None
    files: dict[Side, tuple[Path, ...]] = {}
    columns: tuple[str, ...] = ()
    map: Path | None = None
    encoding: str = ""
    year: int = 0
    terms: Terms = Terms()
    json: bool = False
    csv: Path | None = None
    all: bool = False


def run_reconcile(options: ReconcileOptions) -> ExitCode:
    """Reads, matches, says; what cannot be read is an InputError."""
    given = [side for side, paths in options.files.items() if paths]
    if options.trace is not None and given:
        raise InputError(say.NOT_BOTH.say(option=f"--{given[0].value}"))
    if options.trace is None and len(given) < 2:
        raise InputError(say.ONE_OF.say())
    inputs = [Named("", path) for path in (options.trace, options.map) if path is not None]
    inputs += [Named(f"--{side.value}", path) for side in given for path in options.files[side]]
    for each in inputs:
        if each.path.is_dir():
            raise InputError(say.IS_DIRECTORY.say(given=each))
    if options.csv is not None:
        check_outputs([Named("--csv", options.csv, _OURS)], inputs)
    try:
        with Store() as store, _progress() as told:
            result = _of_trace(store, options, told) if options.trace is not None else _of_files(store, options, told)
            told("")
            _say(result, store, options)
    except BadFileError as error:
        raise InputError(str(error)) from None
    return ExitCode.PASSED if result.is_closed else ExitCode.FAILED


def _of_files(store: Store, options: ReconcileOptions, told: Callable[[str], None]) -> Result:
    wanted: dict[Side, Reading] = readings(options.columns, options.map, options.encoding, options.year)
    read: list[FileRead] = []
    for side in SIDES:
        for number, path in enumerate(options.files.get(side, ())):
            read.append(read_file(store, path, side, number, wanted[side], told))
    bills = [total for each in read for total in each.totals]
    return reconcile(store, options.terms, bills=bills, progress=told)


def _of_trace(store: Store, options: ReconcileOptions, told: Callable[[str], None]) -> Result:
    assert options.trace is not None
    books = RunBooks()
    for record in _records(options.trace, told):
        books.hear(record)
    store.add(books.entries())
    result = reconcile(store, options.terms, list(books.payouts()), as_of_ms=books.ends_ms,
                       slips_again=books.slips_again, progress=told)
    if not result.sides:
        raise BadFileError(say.NOTHING.say(file=options.trace))
    return result


def _records(path: Path, told: Callable[[str], None]) -> Iterator[AnyRecord]:
    """The records of one whole run: of one that is cut off the rest would show as sums that are missing."""
    number, phase = 0, _ENDED
    try:
        with path.open("rb") as stream:
            refuse_packed(path, stream, say.TRACE_FORMS)
            for number, line in enumerate(stream, 1):
                record = _record(path, number, line)
                if isinstance(record, PhaseEntered):
                    phase = record.phase
                yield record
                if not number % 50_000:
                    told(f"{path.name}: {number}")
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: {reason_of(error)}") from None
    if not number:
        raise BadFileError(say.EMPTY_TRACE.say(file=path, allowed=say.TRACE_FORMS))
    if phase != _ENDED:
        raise BadFileError(say.CUT_OFF.say(file=path, line=number, phase=phase, allowed=say.TRACE_FORMS))


def _record(path: Path, number: int, line: bytes) -> AnyRecord:
    """A line of a trace, which begins with its run and holds no other."""
    try:
        record = from_line(line)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError):
        is_cut = number > 1 and not line.endswith(b"\n")
        row = say.CUT_IN_RECORD if is_cut else say.NO_TRACE
        raise BadFileError(row.say(file=path, line=number, allowed=say.TRACE_FORMS)) from None
    if isinstance(record, RunStarted) != (number == 1):
        if number == 1:
            raise BadFileError(say.NOT_OF_RUN.say(file=path, allowed=say.TRACE_FORMS))
        raise BadFileError(say.TWO_RUNS.say(file=path, line=number))
    return record


def _say(result: Result, store: Store, options: ReconcileOptions) -> None:
    if options.csv is not None:
        with replacing(options.csv) as stream:
            for part in csv_lines(store, options.files):
                stream.write(part)
    output = StandardOutput()
    with output.saying():
        if options.json:
            typer.echo(json.dumps(facts_of(result, store, options.files), ensure_ascii=False, indent=2))
        else:
            for line in lines(result, store, options.files, 1 << 40 if options.all else SHOWN):
                typer.echo(line)
    output.close()


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """A line that changes, on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    console = Console(stderr=True)
    with console.status("") as status:
        yield status.update


# ---- the command line ------------------------------------------------------------------------


def register(app: typer.Typer) -> None:
    """The command on the command line."""
    app.command("reconcile", help=HELP, short_help="Hold terminal, host and bank records against one another.")(_reconcile)


def _reconcile(
    trace: Annotated[Path | None, typer.Argument(
        metavar="TRACE", help="Trace of a run (daozhang run --trace), in place of files.")] = None,
    terminal: Annotated[list[Path] | None, typer.Option(
        metavar="FILE", help="Journal of terminals; may be given several times.")] = None,
    host: Annotated[list[Path] | None, typer.Option(
        metavar="FILE", help="Record of the acquirer or bill of a wallet; may be given several times.")] = None,
    bank: Annotated[list[Path] | None, typer.Option(
        metavar="FILE", help="Statement of the merchant's bank, or fund bill; may be given several times.")] = None,
    column: Annotated[list[str] | None, typer.Option(
        metavar="SIDE.FIELD=NAME", help="What a column holds, such as terminal.amount=金额; may be given several times.")] = None,
    map_file: Annotated[Path | None, typer.Option(
        "--map", metavar="FILE", help="The same and more, as TOML; see docs/reconciliation.md.")] = None,
    encoding: Annotated[str, typer.Option(
        help="Encoding of the files, where it is not seen rightly: utf-8, gbk, gb18030, utf-16.")] = "",
    terms: Annotated[str, typer.Option(
        help="When money is due after its settlement date: T+n working days, D+n days.")] = "T+1",
    fee_rate: Annotated[str, typer.Option(
        metavar="RATE", help="Fee of a sale where the host's record has none, with a cap in yuan: 0.5%,20.")] = "",
    as_of: Annotated[str, typer.Option(
        metavar="DATE", help="Day up to which the bank's records go; else the last one in them.")] = "",
    year: Annotated[int, typer.Option(
        min=0, max=2199, help="Year of a clearing file whose name does not say it.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False,
    csv: Annotated[Path | None, typer.Option(
        metavar="FILE", help="Write every record with its state, as CSV.")] = None,
    all_of_them: Annotated[bool, typer.Option("--all", help="List every open record, however many.")] = False,
) -> None:
    try:
        wanted = _terms(terms, fee_rate, as_of)
    except BadFileError as error:
        raise InputError(str(error)) from None
    files = {side: tuple(paths or ()) for side, paths in zip(SIDES, (terminal, host, bank), strict=True)}
    raise typer.Exit(run_reconcile(ReconcileOptions(
        trace=trace, files=files, columns=tuple(column or ()), map=map_file, encoding=encoding, year=year,
        terms=wanted, json=as_json, csv=csv, all=all_of_them,
    )))


def _terms(terms: str, fee_rate: str, as_of: str) -> Terms:
    if not _TERMS.fullmatch(terms):
        raise BadFileError(say.BAD_TERMS.say(given=terms))
    rate = _RATE.fullmatch(fee_rate)
    if fee_rate and rate is None:
        raise BadFileError(say.BAD_RATE.say(given=fee_rate))
    try:
        until = day(as_of) if as_of else None
    except ValueError:
        raise BadFileError(say.BAD_DAY.say(given=as_of)) from None
    whole, _, part = (rate[1] if rate else "0").partition(".")
    ppm = int(whole) * 10_000 + int(part.ljust(4, "0")) if rate else None
    return Terms(terms=terms, fee_ppm=ppm, fee_cap=int(rate[2] or 0) * 100 if rate else 0, as_of=until)
