"""What the mutation test says to a person, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message

_M = Message
CAUGHT = _M("caught", "caught by {numbers} ({caught} of {reached} scenarios)", "规则 {numbers} 查出（{reached} 个场景中的 {caught} 个）")
ESCAPED = _M("escaped", "ESCAPED in {reached} scenarios", "漏网（{reached} 个场景）")
ELSEWHERE = _M("elsewhere", "shows otherwise: {how}", "以其他方式显现：{how}")
NOT_REACHED = _M("not_reached", "not reached", "没有场景触及")
BY_EXPECTATION = _M("by_expectation", "an expectation alone shows it: {scenarios}", "仅场景预期能看出：{scenarios}")
STOPPED = _M("stopped", "{scenario}: its world did not come to an end: {why}", "{scenario}：运行未能结束：{why}")
RULES = _M("rules", "Rules", "规则")
RULE = _M("rule", "{number} {name}: {count} machines, {alone} of them caught by no other", "{number} {name}：{count} 种机器，其中 {alone} 种只有它能查出")
NOBODY = _M("nobody", "needed by nobody: {rules}", "没有机器需要的规则：{rules}")
SHARE = _M(
    "share", "{caught} of {reached} machines that were reached are caught by a rule: {percent} % (at least {enough} %)",
    "被触及的 {reached} 种机器中 {caught} 种由规则查出：{percent}%（至少 {enough}%）")
LEFT = _M("left", "{left} tries were left when the time was over (--within)", "时间用完时还有 {left} 次未试（--within）")
INTERRUPTED = _M("interrupted_early", "interrupted: what was tried by then", "已中断：以下为此前的结果")
PROGRESS = _M("mutants_progress", "{done} of {planned} · {left} left", "{done}/{planned} · 剩余 {left}")
AGAIN = _M(
    "again", "tried again, since the text of the scenario is another one than in the file: {scenarios}",
    "场景文本与文件中的不同，已重新试过：{scenarios}")
UNFIT_FILE = _M("unfit_file", "--resume {path}: a file that can be written is needed", "--resume {path}：需要可写的文件")
IN_USE = _M(
    "in_use", "--resume {path}: another process writes into it; wait for its end or name another file",
    "--resume {path}：另一进程正在写入；请等它结束或另选文件")
NOT_KEPT = _M(
    "not_kept", "--resume {path}: is there already and is no file of a mutation test; it was left as it is. Name another file",
    "--resume {path}：已存在，且不是变异测试的结果文件；保留原样。请另选一个文件")
DAMAGED = _M(
    "damaged", "--resume {path}: line {line} is damaged; take it out, and what it said is tried again",
    "--resume {path}：第 {line} 行已损坏；删去该行后会重新试过")
OTHER_PROGRAM = _M(
    "other_program",
    "--resume {path}: of another program (version {version}, code and data {theirs}; this one is {ours}), whose results say nothing of this one; name another file",
    "--resume {path}：来自另一程序（版本 {version}，代码与数据 {theirs}；当前为 {ours}），其结果不适用于当前程序；请另选文件")
