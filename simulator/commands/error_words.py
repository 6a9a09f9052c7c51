"""What commands find wrong with what they are given, as rows in English and Chinese; checks nothing.

Errors are made in English, by whoever finds them; the program prints them in the language that was
asked for, part by part.  A test holds every error that is made against these rows.
"""

from __future__ import annotations

from functools import cache

from simulator.catalogue.language import Heard, Message
from simulator.catalogue.library_words import OF_LIBRARIES
from simulator.catalogue.wire_words import OF_THE_WIRE
from simulator.scenario.sayings import OF_VALUES

_M = Message

OF_FILES: tuple[Message, ...] = (
    *(
        _M(f"no_{kind}", f"is there already and is no {kind}; it was left as it is. Choose another file",
           f"已存在，且不是{told}；保留原样。请另选一个文件")
        for kind, told in (
            ("trace", "轨迹"), ("trace of a run", "一次运行的轨迹"), ("judgement", "判定"),
            ("JUnit report of ours", "本程序的 JUnit 报告"), ("capture", "抓包文件"),
            ("bank statement of ours", "本程序的银行流水"), ("file of ours", "本程序的文件"),
            ("list of notices of ours", "本程序的短信通知"),
        )
    ),
    _M("directory_for_file", "is a directory, a file is needed", "是目录，需要文件"),
    _M("irregular_file", "is no regular file", "不是普通文件"),
    _M("no_folder", "no folder of a report can be called {name}; give the scenario's file another name",
       "报告的目录不能叫 {name}；请给场景文件改名"),
)
OF_ATOMS: tuple[Message, ...] = (
    _M("atoms_directory", "is a directory; a file of atoms is JSON Lines", "是目录；故障原子文件为 JSON Lines"),
    _M("atoms_large", "larger than {count} bytes", "超过 {count} 字节"),
    _M("atoms_no_json", "no JSON; each line is one object with {names}", "不是 JSON；每行一个对象，含 {names}"),
    _M("atoms_object", "a line must be an object with {names}", "每行必须是含 {names} 的对象"),
    _M("atoms_unknown", "unknown key {given}", "未知的键 {given}"),
    _M("atoms_missing", "{name} is missing", "缺少 {name}"),
    _M("atoms_needed", "needed: {names}", "必须有：{names}"),
    _M("atoms_nobody", "nobody can {verb} at {point}", "在 {point} 处不能 {verb}"),
    _M("atoms_there", "allowed there: {names}", "该处只能是：{names}"),
    _M("atoms_anchor", "anchor {given} must have the form {form}", "anchor {given} 必须符合格式 {form}"),
)
OF_DEFECTS: tuple[Message, ...] = (
    _M("no_defect", "no defect is named {given}; there are: {names}", "没有名为 {given} 的缺陷；现有：{names}"),
    _M("within", "--within {given} is no time: {why}", "--within {given} 不是时长：{why}"),
)
OF_INPUTS: tuple[Message, ...] = (
    _M("empty_message", "empty, a message is needed", "是空的，需要报文"),
    _M("empty_json", "empty, a JSON object is needed", "是空的，需要 JSON 对象"),
    _M("empty_list", "an empty list, a message is needed", "是空列表，需要报文"),
    _M("argument", "argument", "参数"),
    _M("no_message", "no message of the dialect in this capture", "此抓包中没有该方言的报文"),
    _M("skipped", "skipped, no messages of the dialect", "已跳过，没有该方言的报文"),
    _M("capture", "the capture cannot be read: {error}", "抓包文件无法读取：{error}"),
    _M("masked", "values are masked; decode with --clear what is to be encoded",
       "值已被遮盖；要编码的内容请用 decode --clear 解码"),
    _M("damaged_message", "the message is damaged; it can't be made again from what was read",
       "报文已损坏；无法由读出的部分重新生成"),
    _M("forms", "forms: field {field} has no form {form}", "forms：域 {field} 没有格式 {form}"),
    _M("pads", "pads: field {field} is not made of digits", "pads：域 {field} 不是数字域"),
    _M("header_form", "framing.header: {given}; allowed: tpdu+N, tpdu, none+N, none, N being bytes of header",
       "framing.header：{given}；只能是 tpdu+N、tpdu、none+N、none，N 为报文头字节数"),
    _M("subfields", "subfields of {field} contradict fields; change the field itself, or leave subfields out",
       "域 {field} 的 subfields 与 fields 不一致；请改域本身，或去掉 subfields"),
    _M("pcap_magic", "Not a supported capture file", "不是支持的抓包文件"),
    _M("pcap_no_data", "No data could be read!", "没有可读的内容"),
)
OF_TRACES: tuple[Message, ...] = (
    _M("line", "line {number}", "第 {number} 行"),
    _M("no_record", "no record of a trace: {error}", "不是轨迹记录：{error}"),
    _M("cut_off", "cut off, or no trace at all: {error}", "不完整，或根本不是轨迹：{error}"),
    _M("begins", "a trace begins with run_started, not {given}", "轨迹以 run_started 开头，而不是 {given}"),
    _M("empty_trace", "empty: a trace begins with run_started", "是空的：轨迹以 run_started 开头"),
)
OF_COMMANDS: tuple[Message, ...] = (
    *OF_FILES, *OF_ATOMS, *OF_DEFECTS, *OF_INPUTS, *OF_TRACES, *OF_THE_WIRE, *OF_VALUES, *OF_LIBRARIES)


@cache
def _all() -> Heard:
    return Heard(*OF_COMMANDS)


def heard(text: str) -> str:
    """What was found, in the language of this process."""
    return _all().say(text)
