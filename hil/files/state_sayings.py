"""What is said of a host's state that is damaged or another's, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message

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
OTHER_IDENTITY = _M(
    "state_other_identity",
    "{path} was made with another scenario, seed or version: {differences}; give that one again, or another state",
    "{path} 由不同的场景、随机种子或版本产生：{differences}；请给出原来的，或另一个状态文件")
LOOK = _M(
    "state_look", "Put back a copy of it with all that lies beside it, or give another state",
    "请放回它及其旁边各文件的同一副本，或给出另一个状态文件")
DAMAGED = _M("state_damaged", "{path} is damaged: {what}; it was left as it is. {look}",
             "{path} 已损坏：{what}；保留原样。{look}")
OF_DAMAGE: tuple[Message, ...] = (
    UNREADABLE, IN_LOG, IN_TABLES, NOTHING_LEFT, OLDER_COPY, NO_ANCHOR, *OF_ANCHORS, OTHER_IDENTITY, LOOK, DAMAGED)
