"""What is said about the evidence of a run, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message, Told

_M = Message
NO_INDEX = _M(
    "no_index", "{folder}: is no evidence of a run: there is no {name} in it",
    "{folder}：不是一次运行的证据：其中没有 {name}")
NOT_EVIDENCE = _M("not_evidence", "{path}: is no index of evidence", "{path}：不是证据索引")
UNREADABLE_INDEX = _M(
    "unreadable_index", "{path}: is no index of evidence: {why}", "{path}：不是证据索引：{why}")
NOT_OURS = _M(
    "evidence_not_ours", "{folder}: is not empty and holds no evidence of ours; it was left as it is."
    " Choose another folder",
    "{folder}：不为空，且不是本程序写的证据；已保持原样。请换一个文件夹")
CHANGED_SINCE = _M(
    "evidence_changed", "{path}: was changed since it was written; it was left as it is. Choose another folder",
    "{path}：写入之后被改动过；已保持原样。请换一个文件夹")
NOT_A_FOLDER = _M("evidence_no_folder", "{folder}: is no folder", "{folder}：不是文件夹")
BAD_NAME = _M(
    "evidence_bad_name", "{name}: a file of the evidence is named inside its folder",
    "{name}：证据文件须在其文件夹之内")
CANNOT_KEEP = _M(
    "cannot_keep", "the evidence of the run cannot be kept: {path}: {error}", "无法保存本次运行的证据：{path}：{error}")
IN_USE = _M(
    "evidence_in_use", "{folder}: another run writes its evidence there", "{folder}：另一次运行正在写入证据")
NOT_CAPTURED = _M(
    "not_captured", "nothing was captured: the bench file names no interface ([capture] interface)",
    "没有抓包：测试台文件没有给出网络接口（[capture] interface）")
NO_RECORDS = _M("no_records", "there is no time line: {error}", "没有时间线：{error}")
OF_EVIDENCE: tuple[Message, ...] = (
    NO_INDEX, NOT_EVIDENCE, UNREADABLE_INDEX, NOT_OURS, CHANGED_SINCE, NOT_A_FOLDER, BAD_NAME,
    CANNOT_KEEP, IN_USE, NOT_CAPTURED, NO_RECORDS,
)
CAPTURE_ABOUT = Told("the line, card data zero", "线路抓包，卡数据置零")
FILES: dict[str, Told] = {
    "bench.toml": Told("the bench file", "测试台文件"),
    "scenario.toml": Told("the scenario, as it was run", "所运行的场景"),
    "run.jsonl": Told("the whole run on one time line", "整次运行的统一时间线"),
    "bench.txt": Told("ECR, line, power and hands, to be read", "ECR、线路、电源与人手，可直接阅读"),
    "report.xml": Told("JUnit", "JUnit"),
    "host.jsonl": Told("the trace of the host", "主机的运行记录"),
    "line.jsonl": Told("the trace of the relay on the line", "线路中继的运行记录"),
    "ecr.jsonl": Told("the bytes of the ECR line, card data zero", "ECR 线路字节，卡数据置零"),
    "ecr.txt": Told("the same, to be read", "同上，可直接阅读"),
    "serial.jsonl": Told("the bytes of the terminal's serial line, card data zero", "终端串口线路字节，卡数据置零"),
    "serial.txt": Told("the same, to be read", "同上，可直接阅读"),
    "till.jsonl": Told("what the till saw", "收银端所见"),
}
KINDS: dict[str, Told] = {
    "virtual": Told("virtual: a process of ours stood in for a terminal", "虚拟：由本程序的进程代替终端"),
    "emulated": Told("emulated: a terminal's firmware in an emulator", "仿真：终端固件运行在仿真器中"),
    "real": Told("real: a terminal on the bench", "真实：台架上的终端"),
}
STATES: dict[str, Told] = {
    "under way": Told(
        "under way, or its process ended without a word", "进行中，或其进程未留话即结束"),
    "whole": Told("whole", "完整"),
    "broken off": Told("broken off", "中断"),
}
FILE_STATES: dict[str, Told] = {
    "as written": Told("as written", "与写入时一致"),
    "changed": Told("changed", "已改动"),
    "missing": Told("missing", "缺失"),
    "not in the index": Told("not in the index", "不在索引中"),
}
LABELS: dict[str, Told] = {
    "device": Told("device", "设备"), "kind": Told("kind", "类别"), "firmware": Told("firmware", "固件"),
    "serial_number": Told("serial number", "序列号"), "station": Told("station", "工位"),
    "tid": Told("TID", "终端号"), "mid": Told("MID", "商户号"), "title": Told("run", "运行"),
    "seed": Told("seed", "随机种子"), "verdict": Told("verdict", "结论"), "began": Told("began", "开始"),
    "ended": Told("ended", "结束"), "state": Told("evidence", "证据"), "why": Told("because", "原因"),
    "again": Told("again by", "重现命令"), "versions": Told("versions", "版本"),
    "files": Told("files", "文件"), "notes": Told("notes", "说明"),
    "private": Told("private: holds test cards and keys", "私密：含测试卡与密钥"),
    "nothing": Told("not told", "未给出"),
}
