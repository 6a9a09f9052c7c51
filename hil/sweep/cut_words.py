"""What a run of random power cuts tells, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message

_M = Message
TITLE = _M("cuts_title", "Power cuts at random instants in {name} ({kind}), terminal {tid}, seed {seed}",
           "{name}（{kind}）随机时刻断电，终端 {tid}，种子 {seed}")
KIND = _M("cuts_kind", "{kind}: {count} cuts, {span:.0f} ms measured, {writes} writes to memory seen; {counts}",
          "{kind}：断电 {count} 次，实测 {span:.0f} 毫秒，观察到 {writes} 次写存储；{counts}")
KIND_UNSEEN = _M("cuts_kind_unseen", "{kind}: {count} cuts, {span:.0f} ms measured; {counts}",
                 "{kind}：断电 {count} 次，实测 {span:.0f} 毫秒；{counts}")
SUMMARY = _M("cuts_summary", "{done} of {planned} cuts in {took}: {counts}", "{planned} 次断电中的 {done} 次，用时 {took}：{counts}")
BOOTS = _M("cuts_boots", "from power to ready: {median:.0f} ms at the median, {most:.0f} ms at most, {count} starts",
           "上电到就绪：中位 {median:.0f} 毫秒，最长 {most:.0f} 毫秒，共 {count} 次启动")
AT_TIME = _M("cuts_at_time", "at {ms:.1f} ms", "在 {ms:.1f} 毫秒")
AT_WRITE = _M("cuts_at_write", "{us:.0f} µs after write {nth}, at {ms:.1f} ms", "在第 {nth} 次写入后 {us:.0f} 微秒，即 {ms:.1f} 毫秒")
TWICE = _M("cuts_twice", ", and once more {ms:.0f} ms after power came back", "，上电后 {ms:.0f} 毫秒再断一次")
NO_CUT = _M("cuts_no_cut", "--only: no cut {given}; a cut is KIND/NUMBER, kinds: {allowed}",
            "--only：没有断电 {given}；写法为 种类/序号，种类：{allowed}")
ONLY_AND = _M("cuts_only_and", "--only names its kind and number itself: leave out --kinds and --count",
              "--only 已含种类和序号：请去掉 --kinds 和 --count")
EMPTY = _M("cuts_empty", "nothing could be cut here", "这里没有可断电的操作")
