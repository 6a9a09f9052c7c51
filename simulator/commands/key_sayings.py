"""What ``daozhang keys`` says and writes, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message, Told

_M = Message
FOR_WHOM = _M(
    "for_whom", "for whom? Give --tid once or more, or --one-for-all",
    "为谁生成？请给出一个或多个 --tid，或 --one-for-all")
TID = _M("tid", "--tid {given}: {why}", "--tid {given} 不可用：{why}")
TID_TWICE = _M("tid_twice", "--tid {given} is given twice", "--tid {given} 给出了两次")
COMPONENTS = _M(
    "components", "--components {given}: a key has 2 or 3 components, or is left whole",
    "--components {given}：密钥有 2 个或 3 个分量，或不分")
LENGTH = _M("length", "--length {given}: allowed are {allowed}", "--length {given}：只能是 {allowed}")
EXISTS = _M(
    "exists", "{path}: is there already; a key file is never overwritten", "{path}：已存在；密钥文件绝不覆盖")
UNWRITTEN = _M("unwritten", "{path}: cannot be written: {why}", "{path}：无法写入：{why}")
WRITTEN = _M(
    "written", "{path}: written for its owner alone; what is in it are clear test keys",
    "{path}：已写入，仅所有者可读；其中是明文测试密钥")
WHOSE = Told("TID", "终端号")
KEY_LENGTH = Told("length", "长度")
WHOLE = Told("check value", "校验值")
PARTS = Told("of its components", "各分量的校验值")
EVERYBODY = Told("all others", "其余全部")
LENGTHS: dict[str, Told] = {
    "single": Told("single", "单倍长"), "double": Told("double", "双倍长"), "triple": Told("triple", "三倍长"),
}
HEAD = _M(
    "head",
    "# Test keys, made at random by daozhang keys new.  Never put keys of a real acquirer in here.\n"
    "# Each component is for one person, who types it into the terminal and compares the check value that it\n"
    "# shows; together (exclusive or) they are the key.\n",
    "# 测试密钥，由 daozhang keys new 随机生成。切勿在此填写真实收单机构的密钥。\n"
    "# 每个分量交给一个人，由其录入终端，并核对终端显示的校验值；各分量异或即为密钥。\n")
