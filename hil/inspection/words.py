"""What ``daozhang state`` says to a person, as rows in English and Chinese."""

from __future__ import annotations

from hil.files.damage import Kind
from simulator.catalogue.language import Message, Told

_M = Message
WHOLE = _M("state_is_whole", "{path}: whole - {what}", "{path}：完好 - {what}")
IS_DAMAGED = _M("state_is_damaged", "{path}: DAMAGED - {what}", "{path}：已损坏 - {what}")
OF_HOST = _M("state_of_host", "state of a host", "主机状态文件")
OF_TERMINAL = _M("state_of_terminal", "memory of a terminal", "终端存储文件")
IS_OPEN = _M("state_is_open", "{what}, in use now", "{what}，正在使用中")
BELONGS = _M("state_belongs", "{given} lies beside {path}, which is looked at", "{given} 附属于 {path}，检查的是后者")
NONE_HERE = _M("state_none_here", "{path}: neither a host's state nor a terminal's memory is in it",
               "{path}：其中既没有主机状态文件，也没有终端存储文件")
NO_STATE = _M("state_no_state", "{path}: is neither a host's state nor a terminal's memory",
              "{path}：既不是主机状态文件，也不是终端存储文件")
NO_FILE = _M("state_no_file", "{path}: there is no such file", "{path}：没有这个文件")
NOT_READ = _M("state_not_read", "{path}: cannot be read: {why}", "{path}：无法读取：{why}")
SUMMARY = _M("state_summary", "{count} looked at, {damaged} damaged", "共检查 {count} 个，{damaged} 个已损坏")
TORN = _M("state_torn", "its last record is unfinished ({count} bytes), as a cut leaves it: a device cuts it off",
          "最后一条记录未写完（{count} 字节），断电所致：设备会将其截去")
MEMORY_HEAD = _M("state_memory_head", "its first line, which says whose memory it is, is not what was written",
                 "首行（记载此存储属于谁）与写入时不同")
EXPORTED = _M("state_exported", "{count} records that are whole; {missing} could not be read or are missing",
              "{count} 条完好的记录；{missing} 条无法读取或已缺失")
FACTS: dict[str, Told] = {
    "format": Told("format", "格式"),
    "scenario": Told("scenario", "场景"), "scenario_digest": Told("its digest", "场景摘要值"),
    "seed": Told("seed", "种子"), "version": Told("version", "版本"),
    "commits": Told("commits", "提交"), "journal": Told("journal", "主机日志"), "facts": Told("facts", "事实"),
    "trace": Told("trace", "轨迹"), "memory_rows": Told("terminals inside", "内部终端记录"),
    "notes": Told("notes", "备忘"), "last": Told("last moment", "最后时刻"),
    "known_to_go_to": Told("goes to record", "应至记录"), "snapshots": Told("snapshots", "快照"),
    "tid": Told("terminal", "终端号"), "mid": Told("merchant", "商户号"), "records": Told("records", "记录"),
}
SNAPSHOT = _M("state_snapshot", "{file} (commit {number})", "{file}（第 {number} 次提交）")
SNAPSHOT_DAMAGED = _M("state_snapshot_bad", "{file} (damaged)", "{file}（已损坏）")
NO_SNAPSHOT = Told("none", "无")
KINDS: dict[Kind, Told] = {
    Kind.CHANGED: Told("changed", "被改动"), Kind.LOST: Told("lost", "丢失"), Kind.DOUBLED: Told("doubled", "重复"),
    Kind.SWAPPED: Told("swapped", "错位"), Kind.FOREIGN: Told("of another history", "属于另一份历史"),
    Kind.CUT: Told("cut", "截断"), Kind.UNREADABLE: Told("unreadable", "无法读取"),
    Kind.PAGES: Told("pages damaged", "页损坏"), Kind.TABLES: Told("rows do not fit", "行不符"),
    Kind.EMPTY: Told("nothing left", "已空"), Kind.OLDER: Told("older copy", "旧副本"),
    Kind.ANCHOR: Told("anchor", "锚文件"), Kind.WAL_MISSING: Told("-wal missing", "-wal 缺失"),
    Kind.WAL_CHANGED: Told("-wal changed", "-wal 被改动"), Kind.WAL_CUT: Told("-wal cut", "-wal 被截断"),
    Kind.WAL_FOREIGN: Told("-wal of another", "-wal 属于别处"), Kind.HEAD: Told("first bytes", "起始字节"),
    Kind.SNAPSHOT_CHANGED: Told("snapshot changed", "快照被改动"),
    Kind.SNAPSHOT_FOREIGN: Told("snapshot of another", "快照属于别处"),
}
