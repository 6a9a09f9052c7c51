"""What is said of a host's state that is damaged or another's, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message, Told

_M = Message
UNREADABLE = _M("state_unreadable", "the database cannot be read: {error}", "数据库无法读取：{error}")
IN_LOG = _M("state_in_log", "in its log of commits, {damage}", "提交日志中，{damage}")
IN_TABLES = _M(
    "state_in_tables",
    "beside its log (memories of terminals inside, notes of their people) are {found} rows that do not fit the last "
    "commit, which knows {expected}",
    "日志之外（内部终端的存储、人员的记录）有 {found} 行，与最后一次提交所知的 {expected} 行不符")
NOTHING_LEFT = _M(
    "state_nothing_left", "nothing is left in it, {count} commits are missing (is its -wal file gone?)",
    "其中已无内容，缺失 {count} 次提交（-wal 文件是否丢失？）")
OLDER_COPY = _M(
    "state_older_copy", "an older copy lies in its place, {count} commits are missing",
    "此处是较旧的副本，缺失 {count} 次提交")
NO_ANCHOR = _M(
    "state_no_anchor", "{anchor}, which says how far it goes, {error}", "记载其末尾位置的 {anchor} {error}")
OF_ANCHORS: tuple[Message, ...] = (
    _M("anchor_missing", "is missing", "不存在"),
    _M("anchor_none", "is none, or was cut", "不是锚点文件或已被截断"),
    _M("anchor_changed", "was changed", "已被改动"),
)


def anchor_told(error: str) -> Told:
    """Why an anchor says nothing, in words."""
    return next((row.both() for row in OF_ANCHORS if row.en == error), Told(error, error))


def snapshot_told(error: str) -> Told:
    """Why a snapshot cannot be read, in words."""
    return SNAPSHOT_CHECK.both() if error == SNAPSHOT_CHECK.en else Told(error, error)


OTHER_IDENTITY = _M(
    "state_other_identity",
    "{path} was made with another scenario, seed or version: {differences}; give that one again, another state, or go on with it by --accept foreign",
    "{path} 由不同的场景、随机种子或版本产生：{differences}；请给出原来的、另一个状态文件，或以 --accept foreign 继续")
WAL_MISSING = _M(
    "state_wal_missing", "its -wal file, which held them, is not there or is empty", "保存它们的 -wal 文件不存在或为空")
WAL_CHANGED = _M(
    "state_wal_changed", "its -wal file was changed at byte {offset}: {frames} frames before it are whole, "
    "nothing behind it can be read", "-wal 文件在第 {offset} 字节处被改动：其前 {frames} 帧完好，其后无法读取")
WAL_CUT = _M(
    "state_wal_cut", "its -wal file ends at byte {offset}, after {frames} whole frames: the rest was cut off",
    "-wal 文件止于第 {offset} 字节，其前 {frames} 帧完好：其余被截断")
WAL_FOREIGN = _M(
    "state_wal_foreign", "its -wal file is of another database or another time: without it the file is whole up to "
    "record {number}", "-wal 文件属于另一个数据库或另一时刻：不计它，文件完好至第 {number} 条记录")
WAL_UNFINISHED = _M(
    "state_wal_unfinished", "the last frame of its -wal file is unfinished, as a cut leaves it; nothing known is missing",
    "-wal 文件的最后一帧未写完（断电所致）；已知内容无缺失")
PAGES = _M("state_pages", "the database's check of itself finds: {what}", "数据库自检发现：{what}")
SNAPSHOT_CHANGED = _M(
    "state_snapshot_changed", "{name}, which only shortens a start, cannot be believed: {why}",
    "仅用于缩短启动的 {name} 不可信：{why}")
SNAPSHOT_CHECK = _M("snapshot_check", "its checksum does not fit", "校验和不符")
SNAPSHOT_FOREIGN = _M(
    "state_snapshot_foreign", "{name}, which only shortens a start, is of another history: commit {number} is another here",
    "仅用于缩短启动的 {name} 属于另一份历史：此处第 {number} 次提交与之不同")
SNAPSHOT_AHEAD = _M(
    "state_snapshot_ahead", "{name} knows commit {number}, the log ends before it", "{name} 含第 {number} 次提交，而日志在此之前已结束")
HEAD = _M("state_head", "its first bytes are not those of a host's state", "起始字节不是主机状态文件的")
OTHER_FORMAT = _M(
    "state_format", "it is of format {version}, which this version does not read ({format} at most)",
    "格式为 {version}，本版本不能读取（最高 {format}）")
LOOK = _M(
    "state_look", "Put back a copy of it with all that lies beside it, give another state, or go on with what is whole by --accept",
    "请放回它及其旁边各文件的同一副本，给出另一个状态文件，或以 --accept 用其完好部分继续")
DAMAGED = _M("state_damaged", "{path} is damaged: {what}; it was left as it is. {look}",
             "{path} 已损坏：{what}；保留原样。{look}")
OF_DAMAGE: tuple[Message, ...] = (
    SNAPSHOT_CHANGED, SNAPSHOT_CHECK, SNAPSHOT_FOREIGN, SNAPSHOT_AHEAD, WAL_MISSING, WAL_CHANGED, WAL_CUT, WAL_FOREIGN, WAL_UNFINISHED, PAGES, HEAD, OTHER_FORMAT, UNREADABLE, IN_LOG, IN_TABLES, NOTHING_LEFT, OLDER_COPY, NO_ANCHOR, *OF_ANCHORS, OTHER_IDENTITY, LOOK, DAMAGED)
