"""What is said of files that cannot be reconciled, in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message, Told

_M = Message


class BadFileError(Exception):
    """A file or an option cannot be read as what it should be: one sentence, place first."""


EMPTY = _M("empty", "{file}: is empty; a header line and records are needed", "{file}：是空文件；需要标题行和记录")
NO_ROWS = _M("no_rows", "{file}: has a header and no record", "{file}：只有标题行，没有记录")
BINARY = _M(
    "binary", "{file}:{line}: holds a NUL byte: no text file; allowed: {allowed}",
    "{file}:{line}：含有 NUL 字节：不是文本文件；只能是 {allowed}")
PACKED = _M("packed", "{file}: is {what}; allowed: {allowed}", "{file}：是 {what}；只能是 {allowed}")
FORMS = Told(
    "CSV, a bill of WeChat or Alipay, a clearing file, or a ZIP with one of them",
    "CSV、微信或支付宝账单、清算文件，或只含其中一个文件的 ZIP")
IS_TRACE = _M(
    "is_trace", "{file}: is the trace of a run, no file of one side; give it alone: daozhang reconcile {file}",
    "{file}：是一次运行的轨迹，不是某一方的文件；请单独给出：daozhang reconcile {file}")
NOT_ENCODED = _M(
    "not_encoded", "{file}:{line}: is not {encoding}; allowed with --encoding: {allowed}",
    "{file}:{line}：不是 {encoding} 编码；--encoding 只能是 {allowed}")
NO_ENCODING = _M("no_encoding", "--encoding {given}: allowed are {allowed}", "--encoding {given}：只能是 {allowed}")
LONG_LINE = _M(
    "long_line", "{file}:{line}: is longer than {limit} bytes", "{file}:{line}：一行超过 {limit} 字节")
NO_HEADER = _M(
    "no_header",
    "{file}: no line names a column with a sum; columns of line {line}: {columns}. Name it: --column {side}.amount=NAME",
    "{file}：没有一行含有金额列；第 {line} 行的列为：{columns}。请指明：--column {side}.amount=列名")
NO_COLUMN = _M(
    "no_column", "{file}:{line}: no column {name!r}; columns: {columns}",
    "{file}:{line}：没有列 {name!r}；现有列：{columns}")
TWICE = _M(
    "twice", "{file}:{line}: two columns are named {name!r}; allowed: each name once",
    "{file}:{line}：有两列名为 {name!r}；只能是每个列名出现一次")
WIDTH = _M(
    "width", "{file}:{line}: {found} values, {wanted} columns are named in line {header}",
    "{file}:{line}：有 {found} 个值，第 {header} 行列出 {wanted} 列")
SHORT = _M(
    "short", "{file}:{line}: {found} bytes, a line of {form} has {wanted}: cut off?",
    "{file}:{line}：{found} 字节，{form} 每行应为 {wanted} 字节：是否被截断？")
BLANKS = _M(
    "blanks", "{file}:{line}, column {column}: one blank is needed before it",
    "{file}:{line}，第 {column} 栏：其前应有一个空格")
NOT_CSV = _M("not_csv", "{file}:{line}: is no CSV: {why}", "{file}:{line}：不是 CSV：{why}")
NO_SUM = _M(
    "no_sum", "{file}:{line}, column {column}: {given!r} is no sum; allowed: {allowed}",
    "{file}:{line}，列 {column}：{given!r} 不是金额；只能是 {allowed}")
NO_DATE = _M(
    "no_date", "{file}:{line}, column {column}: {given!r} is no date or time; allowed: {allowed}",
    "{file}:{line}，列 {column}：{given!r} 不是日期或时间；只能是 {allowed}")
NO_YEAR = _M(
    "no_year", "{file}: its dates have no year, and its name has none (IND + YYMMDD); give --year",
    "{file}：日期没有年份，文件名中也没有（IND + YYMMDD）；请用 --year 给出")
NO_KIND = _M(
    "no_kind", "{file}:{line}, column {column}: {given!r} is no known kind; allowed: {allowed}",
    "{file}:{line}，列 {column}：不认识类型 {given!r}；只能是 {allowed}")
NO_ZIP = _M(
    "no_zip", "{file}: is no whole ZIP with one CSV or TXT file in it; allowed: {allowed}",
    "{file}：不是只含一个 CSV 或 TXT 文件的完整 ZIP；只能是 {allowed}")
NO_FIELD = _M(
    "no_field", "--column {given}: {name!r} is no field; allowed: {allowed}",
    "--column {given}：{name!r} 不是字段；只能是 {allowed}")
NO_SIDE = _M(
    "no_side", "--column {given}: must begin with a side; allowed: {allowed}",
    "--column {given}：必须以一方开头；只能是 {allowed}")
NO_NAME = _M(
    "no_name", "--column {given}: is not SIDE.FIELD=NAME", "--column {given}：应写成 一方.字段=列名")
BAD_MAP = _M("bad_map", "{file}: {why}", "{file}：{why}")
MAP_KEY = _M(
    "map_key", "{file}: [{side}] {key}: no such key; allowed: {allowed}", "{file}：[{side}] {key}：没有这个键；只能是 {allowed}")
MAP_VALUE = _M(
    "map_value", "{file}: [{side}] {key}: {given!r}; allowed: {allowed}", "{file}：[{side}] {key}：{given!r}；只能是 {allowed}")
BAD_TERMS = _M(
    "bad_terms", "--terms {given}: allowed are T+0 to T+99 (working days) and D+0 to D+99",
    "--terms {given}：只能是 T+0 至 T+99（工作日）和 D+0 至 D+99")
BAD_RATE = _M(
    "bad_rate", "--fee-rate {given}: allowed is a rate such as 0.6%, and a cap: 0.5%,20",
    "--fee-rate {given}：只能是 0.6% 之类的费率，可加封顶：0.5%,20")
BAD_DAY = _M("bad_day", "--as-of {given}: is no date YYYY-MM-DD", "--as-of {given}：不是 YYYY-MM-DD 形式的日期")
TRACE_FORMS = Told(
    "what daozhang run --trace FILE writes, whole; bills and journals with --terminal, --host, --bank",
    "daozhang run --trace FILE 写出的完整轨迹；账单与流水请用 --terminal、--host、--bank 给出")
NO_TRACE = _M(
    "no_trace", "{file}:{line}: is no record of a trace; allowed: {allowed}",
    "{file}:{line}：不是轨迹中的记录；只能是 {allowed}")
EMPTY_TRACE = _M("empty_trace", "{file}: is empty; allowed: {allowed}", "{file}：是空文件；只能是 {allowed}")
CUT_IN_RECORD = _M(
    "cut_in_record", "{file}:{line}: the trace is cut off within this record; allowed: {allowed}",
    "{file}:{line}：轨迹在此条记录中被截断；只能是 {allowed}")
CUT_OFF = _M(
    "cut_off", "{file}:{line}: the trace is cut off here, in the phase {phase}, before its run ended; allowed: {allowed}",
    "{file}:{line}：轨迹到此为止，处于阶段 {phase}，运行尚未结束；只能是 {allowed}")
TWO_RUNS = _M(
    "two_runs", "{file}:{line}: a second run begins here; allowed: the trace of one run",
    "{file}:{line}：此处开始另一次运行；只能是一次运行的轨迹")
NOTHING = _M(
    "nothing", "{file}: nobody sold and nothing was paid in it; allowed: a trace with a journal, a host's record or a payout",
    "{file}：其中没有交易，也没有付款；只能是含有终端流水、主机记录或付款的轨迹")
NOT_OF_RUN = _M(
    "not_of_run", "{file}:1: is no trace of a run: it does not begin with run_started; allowed: {allowed}",
    "{file}:1：不是一次运行的轨迹：不以 run_started 开头；只能是 {allowed}")
IS_DIRECTORY = _M("is_directory", "{given}: is a directory; allowed: a file", "{given}：是目录；只能是文件")
ONE_OF = _M(
    "one_of", "give a trace, or at least two of --terminal, --host and --bank",
    "请给出一个轨迹，或 --terminal、--host、--bank 中至少两项")
NOT_BOTH = _M(
    "not_both", "a trace and {option}: give one or the other", "轨迹与 {option} 只能给出其一")

YUAN = Told("yuan", "元")
SUMS = _M(
    "sums", "1234.50, 1,234.50, ¥1234.50, -12.00, in {unit}", "1234.50、1,234.50、¥1234.50、-12.00，单位{unit}")
SUMS_FEN = _M("sums_fen", "whole fen: 123450, -1200", "整数分：123450、-1200")
DATES = _M(
    "dates", "2026-01-29, 2026/1/29, 20260129, or the same day in Chinese signs, each with or without 10:15:00",
    "2026-01-29、2026/1/29、20260129、2026年1月29日，均可带 10:15:00")
