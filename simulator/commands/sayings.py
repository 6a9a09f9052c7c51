"""What commands say to a person, as rows in English and Chinese; says nothing by itself."""

from __future__ import annotations

from simulator.catalogue.language import Message, Told

_M = Message
NO_LANGUAGE = _M("no_language", "{option} {given}: allowed are {allowed}", "{option} {given}：只能是 {allowed}")
UNKNOWN_SCHEMA = _M(
    "unknown_schema", "no schema is called {given}{perhaps}; allowed: {allowed}",
    "没有名为 {given} 的结构{perhaps}；可用：{allowed}")
DID_YOU_MEAN = _M("did_you_mean", "; did you mean {name}?", "；是否指 {name}？")
NO_FAILURE = _M(
    "no_failure", "no failure mode {given!r}{perhaps}; allowed: the {count} that daozhang failures lists",
    "没有故障类型 {given!r}{perhaps}；只能是 daozhang failures 列出的 {count} 种")
NO_DEFECT = _M(
    "no_defect", "no defect {given!r}{perhaps}; allowed: {allowed}",
    "没有缺陷 {given!r}{perhaps}；只能是 {allowed}")
WITH_MATRIX = _M("with_matrix", "{option}: goes with --matrix only", "{option}：只能与 --matrix 一起使用")
NO_SCENARIO = _M(
    "no_scenario", "no scenario {given!r} comes with the program{perhaps}; allowed: {allowed}",
    "程序没有自带场景 {given!r}{perhaps}；只能是 {allowed}")

LAYERS: dict[str, Told] = {
    "Terminal": Told("Terminal", "终端"),
    "Network": Told("Network", "网络"),
    "Acquirer and channels": Told("Acquirer and channels", "收单机构与渠道"),
    "Bank and accounts": Told("Bank and accounts", "银行与账户"),
    "People and records": Told("People and records", "人员与记录"),
    "Lines": Told("Lines", "线路"),
}
BUILT: dict[str, Told] = {
    "built": Told("built", "已建"), "setting": Told("setting", "设置"), "check": Told("check", "检查"),
    "-": Told("-", "-"),
}
FACTS: dict[str, Told] = {
    "documented": Told("documented", "文档记载"), "simulator": Told("simulator", "模拟方式"),
    "bench": Told("bench", "台架方式"), "must hold": Told("must hold", "必须成立"),
    "remedies": Told("remedies", "处理办法"), "places": Told("places", "可用位置"), "built": Told("built", "实现"),
    "targets": Told("targets", "对象"), "parameters": Told("parameters", "参数"),
    "ways": Told("ways", "方式"), "points": Told("points", "作用点"),
    "scenarios": Told("also in", "另见场景"), "": Told("", ""),
    "cause": Told("cause", "原因"), "layer": Told("layer", "层次"), "device": Told("device", "虚拟设备"),
    "rules": Told("rules", "判定规则"), "triggers": Told("triggers", "触发键"),
    "codes": Told("codes", "可用代码"), "refused": Told("refused in", "不可用位置"),
    "scenario": Told("scenario", "场景"), "features": Told("features", "特性文件"),
    "defect": Told("defect", "错误机器"),
}
IS_BUILT = _M("is_built", "yes", "是")
IS_SETTING = _M(
    "is_setting", "as a setting of the scenario: {setting}", "作为场景的设置：{setting}")
IS_CHECK = _M(
    "is_check", "no fault can make a right terminal do it: daozhang bench check BENCH --only {check} sees one that does",
    "故障无法使正确的终端如此；由 daozhang bench check BENCH --only {check} 发现")
NOT_BUILT = _M("not_built", "not yet", "尚未")
BY_DEFAULT = _M("by_default", " (default {value})", "（默认 {value}）")
FOUND = _M("found", "{count} of {documented} modes.", "共 {documented} 种，找到 {count} 种。")
ALL_FAILURES = _M(
    "all_failures",
    "{documented} documented, {built} built as faults, {settings} as settings of a scenario, {checks} as a check of a bench.",
    "共记载 {documented} 种，{built} 种可作为故障注入，{settings} 种是场景的设置，{checks} 种由测试台检查。")
SEEN_IN = _M("seen_in", " (seen in {where})", "（见于 {where}）")
WHERE_SEEN: dict[str, Told] = {"real terminals": Told("real terminals", "真实终端")}
VIOLATES = _M("violates", "violates {invariants}", "违反 {invariants}")
RECORDED = _M("recorded", "brings about the warning {code}", "引起告警 {code}")
UNMET = _M("unmet", "is not as its scenario expects", "与场景预期不符")
SHOWN_BY = _M("shown_by", "shown by {run}", "演示：{run}")
ALL_DEFECTS = _M(
    "all_defects",
    "{count} machines built wrong, each caught in the run named here, in which right machines pass.",
    "共 {count} 种有意做错的机器，每种都会在上列运行中被查出；正确的机器在其中全部通过。")

NO_MESSAGE = _M("no_message", "no message given", "没有给出报文")
NO_FRAMING = _M("no_framing", "--framing {given}: allowed are {allowed}", "--framing {given}：只能是 {allowed}")
NO_MAC = _M("no_mac", "--mac {given}: allowed are {allowed}", "--mac {given}：只能是 {allowed}")
KEY_LENGTH = _M("key_length", "--mac-key: 16 or 32 hex digits are needed", "--mac-key：需要 16 或 32 位十六进制数字")
MAC_ALONE = _M("mac_alone", "--mac: goes with --mac-key only", "--mac：只能与 --mac-key 一起使用")
MAC_VERDICTS: dict[str, Told] = {
    "good": Told("good", "正确"), "bad": Told("bad", "错误"), "not checked": Told("not checked", "未校验"),
}
BYTE = _M("byte", "1 byte", "1 字节")
BYTES = _M("bytes", "{count} bytes", "{count} 字节")
REPLY = _M("reply", "{kind} reply", "{kind} 应答")
NO_F64 = _M("no_f64", "no F64 to check", "没有可校验的 F64")
OF_MESSAGE = _M("of_message", "{name}: message {number}: ", "{name}：第 {number} 条报文：")
GIVEN_AND_ALLOWED = _M(
    "given_and_allowed", "; {title}: {given} given, allowed: {allowed}", "；{title}：给出的是 {given}，只能是 {allowed}")
FIELDS_ALLOWED = _M("fields_allowed", "; allowed: {first} to {last}", "；只能是 {first} 至 {last}")
KEYS_ALLOWED = _M("keys_allowed", "; allowed: {allowed}", "；只能是 {allowed}")
GIVEN_TWICE = _M("given_twice", "{name}: {key} is given twice", "{name}：{key} 给出了两次")
NO_ENVELOPE = _M(
    "no_envelope", "{name}: framing.envelope: {given}; allowed: bcd, binary, or left out",
    "{name}：framing.envelope：{given}；只能是 bcd、binary，或不给出")
HEX_DIGITS = _M("hex_digits", "{count} hex digits", "{count} 位十六进制数字")
FOUR_DIGITS = Told("four digits, such as 0200", "四位数字，如 0200")
TAKES: dict[str, Message] = {
    "n": _M("takes_n", "{count} digits", "{count} 位数字"),
    "z": _M("takes_z", "{count} characters of a track: 0-9, D", "{count} 位磁道字符：0-9、D"),
    "an": _M("takes_an", "{count} characters", "{count} 个字符"),
    "ans": _M("takes_ans", "{count} bytes of text (GBK)", "{count} 字节文本（GBK）"),
    "b": _M("takes_b", "{count} bytes in hex", "{count} 字节的十六进制"),
}
TAKES_UP_TO: dict[str, Message] = {
    "n": _M("takes_up_to_n", "at most {count} digits", "至多 {count} 位数字"),
    "z": _M("takes_up_to_z", "at most {count} characters of a track: 0-9, D", "至多 {count} 位磁道字符：0-9、D"),
    "an": _M("takes_up_to_an", "at most {count} characters", "至多 {count} 个字符"),
    "ans": _M("takes_up_to_ans", "at most {count} bytes of text (GBK)", "至多 {count} 字节文本（GBK）"),
    "b": _M("takes_up_to_b", "at most {count} bytes in hex", "至多 {count} 字节的十六进制"),
}
REASON_TITLE = Told("reason of the reversal", "冲正原因")
ONE_LEFT_OVER = _M(
    "one_left_over", "{name}: 1 byte left over that is no message", "{name}：剩余 1 字节，不是报文")
LEFT_OVER = _M(
    "left_over", "{name}: {count} bytes left over that are no message",
    "{name}：剩余 {count} 字节，不是报文")
AT_LINE = _M("at_line", "{name}, line {line}", "{name}，第 {line} 行")
AT_LINES = _M("at_lines", "{name}, lines {line}", "{name}，第 {line} 行")
BAD_LINE = _M("bad_line", "{where}: {why}", "{where}：{why}")
STRANGER = _M("stranger", "{where}: {what}", "{where}：{what}")
NO_HEX_DIGITS = Told("holds what is no hex digit", "含有非十六进制字符")
ROWS_MISSING = _M(
    "rows_missing", "offset {offset}: rows of {count} bytes are missing before it",
    "偏移 {offset}：其前缺少 {count} 字节的行")
NO_DIGITS = _M(
    "no_digits", "{name}: a text without hex digits of a message", "{name}：文本中没有报文的十六进制数字")
GAP = _M(
    "gap", "{name}: {count} bytes were not captured, from byte {place} on",
    "{name}：从第 {place} 字节起有 {count} 字节未捕获")
CUT_END = _M(
    "cut_end", "{name}: the last {count} bytes were not captured", "{name}：最后 {count} 字节未捕获")
OTHER_STREAM = _M(
    "other_stream", "{name}: skipped, no messages of the dialect in its {count} bytes: {why}",
    "{name}：已跳过，其 {count} 字节中没有该方言的报文：{why}")
TLS_STREAM = _M(
    "tls_stream", "{name}: skipped, its {count} bytes look like TLS, of which nothing can be read",
    "{name}：已跳过，其 {count} 字节看来是 TLS，无法读取")
CUT_PACKETS = _M(
    "cut_packets", "{name}: {count} packets were captured in part only (snap length)",
    "{name}：{count} 个数据包只捕获了一部分（截取长度）")
UNREAD_PACKETS = _M(
    "unread_packets", "{name}: packets that could not be read: {kinds}", "{name}：无法读取的数据包：{kinds}")
OTHER_PACKETS = _M(
    "other_packets", "{name}: packets passed over: {kinds}", "{name}：已略过的数据包：{kinds}")
PACKETS: dict[str, Told] = {
    "ARP": Told("ARP", "ARP"), "UDP": Told("UDP", "UDP"), "ICMP": Told("ICMP", "ICMP"),
    "no IP": Told("no IP", "非 IP"), "no TCP": Told("no TCP", "非 TCP"),
    "PPP control": Told("PPP control", "PPP 控制"), "malformed": Told("malformed", "格式错误"),
    "cut in its heads": Told("cut in the heads", "头部不完整"),
    "other link type": Told("of a link type that is not read", "不支持的链路类型"),
    "IP fragment": Told("fragments of IP whose others are missing", "缺少其余分片的 IP 分片"),
}
NOTHING = _M("nothing", "{name}: no message of the dialect", "{name}：没有该方言的报文")
NOT_TOLD = _M("not_told", "{count} more lines of this kind are not shown", "另有 {count} 行同类说明未显示")
PROGRESS_OF = _M(
    "progress_of", "{done} of {size} MiB read, {messages} messages", "已读 {done} / {size} MiB，报文 {messages} 条")
PROGRESS = _M("progress", "{done} MiB read, {messages} messages", "已读 {done} MiB，报文 {messages} 条")
STOPPED = _M(
    "stopped", "{name}: stopped by you; what is shown is whole, the rest was not read ({progress})",
    "{name}：已被您中止；以上内容完整，其余未读（{progress}）")
NOT_READ = _M(
    "not_read", "{name}: messages shown: {messages}; not read: {kinds}",
    "{name}：显示报文 {messages} 条；未能读出：{kinds}")
UNREAD_KINDS: dict[str, tuple[Message, Message]] = {  # one, and more
    "messages": (_M("unread_message", "parts of 1 message", "1 条报文的部分内容"),
                 _M("unread_messages", "parts of {count} messages", "{count} 条报文的部分内容")),
    "bytes": (_M("unread_byte", "1 byte", "1 字节"), _M("unread_bytes", "{count} bytes", "{count} 字节")),
    "lines": (_M("unread_line", "1 line", "1 行"), _M("unread_lines", "{count} lines", "{count} 行")),
    "gaps": (_M("unread_gap", "1 gap", "1 处缺口"), _M("unread_gaps", "{count} gaps", "{count} 处缺口")),
    "packets": (_M("unread_packet_kind", "packets", "数据包"), _M("unread_packet_kinds", "packets", "数据包")),
    "end": (_M("unread_end", "the end", "末尾"), _M("unread_ends", "the end", "末尾")),
}

INTERRUPTED = _M("interrupted", "interrupted", "已中断")
NOT_WRITTEN = _M("not_written", "standard output cannot be written: {why}", "标准输出无法写入：{why}")
HARNESS_ERROR = _M(
    "harness_error", "harness error, {kind}: {error} (DAOZHANG_TRACEBACK=1 shows where)",
    "测试台出错，{kind}：{error}（DAOZHANG_TRACEBACK=1 可显示位置）")
WHERE_TO_READ = _M("where_to_read", " (see {command} --help)", "（见 {command} --help）")

IS_DIRECTORY = _M("is_directory", "{path}: is a directory, a file is needed", "{path}：是目录，需要文件")
IS_DEVICE = _M(
    "is_device", "{path}: is a device, which may have no end; a file, a pipe or - is needed",
    "{path}：是设备，可能没有结尾；需要文件、管道或 -")
TOO_LARGE = _M("too_large", "{path}: larger than {mib} MiB", "{path}：超过 {mib} MiB")
STANDARD_INPUT = _M("standard_input", "standard input", "标准输入")
ARGUMENT = _M("argument", "argument", "参数")
NEITHER = _M("neither", "{given}: neither hex digits nor a file", "{given}：既不是十六进制数字，也不是文件")
ODD_HEX = _M("odd_hex", "{name}: an odd number of hex digits", "{name}：十六进制数字的个数为奇数")
NO_HEX = _M("no_hex", "{name}: no hexadecimal number", "{name}：不是十六进制数")

OVERWRITES = _M("overwrites", "{output}: would overwrite {given}, which is read", "{output}：会覆盖要读取的 {given}")
WRITTEN_TWICE = _M("written_twice", "{other}: is written by {one} too", "{other}：{one} 也写入同一文件")
NEEDS_DIRECTORY = _M("needs_directory", "{folder}: is a file, {option} needs a directory", "{folder}：是文件，{option} 需要目录")
ONLY_JSON = _M(
    "only_json", "{option} -: a file is needed; only --json writes to standard output",
    "{option} -：需要文件；只有 --json 可写到标准输出")
IN_USE = _M("in_use", "is written by another program now", "正被另一个程序写入")
NO_PERMISSION = _M("no_permission", "{path}: cannot be written: no permission", "{path}：无法写入：没有权限")
NO_DIRECTORY = _M("no_directory", "{path}: there is no directory {folder}", "{path}：没有目录 {folder}")
NO_PERMISSION_IN = _M(
    "no_permission_in", "{path}: cannot be written: no permission in the directory {folder}",
    "{path}：无法写入：在目录 {folder} 中没有权限")
CANNOT_WRITE = _M("cannot_write", "{path}: cannot be written: {why}", "{path}：无法写入：{why}")
ONE_SCENARIO = _M(
    "one_scenario", "{option} goes with one scenario, {count} are given",
    "{option} 只能用于一个场景，给出了 {count} 个")
NOT_COMPARED = _M(
    "not_compared", "{option} does not go with --compare, which makes two runs",
    "{option} 不能与 --compare 一起使用：它运行两次")
SAME_REPORT = _M(
    "same_report", "--report {report}: {one} and {other} would both be written to {folder}",
    "--report {report}：{one} 和 {other} 会写入同一目录 {folder}")
NO_ATOM = _M(
    "no_atom", "{path}: no fault that fired is in it, there is nothing to strike with",
    "{path}：其中没有触发过的故障，无可重放")
CANNOT_MAKE = _M("cannot_make", "{folder}: cannot be made: {why}", "{folder}：无法创建：{why}")
THE_SCENARIO = _M("the_scenario", "the scenario", "场景")

NO_SUCH = _M("no_such", "no {what} {given} in this trace{perhaps}", "此轨迹中没有{what} {given}{perhaps}")
KINDS_OF_NAME = {
    "sale": _M("sale", "sale", "交易"), "rrn": _M("rrn", "retrieval reference number", "参考号"),
    "merchant": _M("merchant", "merchant", "商户"),
}
ONE_SELECTOR = _M(
    "one_selector", "one of {options} at a time", "{options} 只能给出一个")
TRACE_CUT = _M(
    "trace_cut", "{path}: line {line} is cut off; records read before it: {count}",
    "{path}：第 {line} 行不完整；已读其前 {count} 条记录")
NO_TRACE = _M(
    "no_trace_here", "{path}: line 1 is no record of a trace (daozhang run --trace writes one)",
    "{path}：第 1 行不是轨迹记录（daozhang run --trace 可写出轨迹）")
NEEDS_TRACE = _M(
    "needs_trace", "a trace is needed (daozhang run --trace writes one), or --blind-test",
    "需要轨迹（daozhang run --trace 可写出），或 --blind-test")
TEST_ALONE = _M(
    "test_alone", "--blind-test makes worlds of its own: no trace, --sale, --rrn or --merchant goes with it",
    "--blind-test 自行生成世界，不能同时给出轨迹、--sale、--rrn 或 --merchant")
SHOW_NEEDS_SEED = _M("show_needs_seed", "--show needs --seed", "--show 需要 --seed")
ONLY_IN_TEST = _M(
    "only_in_test", "--seed, --show and --two go with --blind-test", "--seed、--show、--two 只能与 --blind-test 一起使用")
