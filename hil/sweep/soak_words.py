"""What a soak tells, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message

_M = Message
TITLE = _M("title", "Soak of {name} ({kind}), firmware {firmware}, terminal {tid}, station {station}, seed {seed}",
           "{name}（{kind}）的耐久运行，固件 {firmware}，终端 {tid}，工位 {station}，种子 {seed}")
BEGIN = _M("begin", "soak of {sales} operations, seed {seed}; on purpose: {troubles} in 10,000 operations, now and then {windows}",
           "耐久运行 {sales} 笔，种子 {seed}；有意施加：每一万笔 {troubles}，以及不时的{windows}")
UNTIL = _M("until", "soak of {hours} hours, seed {seed}; on purpose: {troubles} in 10,000 operations, now and then {windows}",
           "耐久运行 {hours} 小时，种子 {seed}；有意施加：每一万笔 {troubles}，以及不时的{windows}")
PROGRESS = _M("progress", "{done} of {planned} operations · {settled} settlements · {stuck} power cycles · {found} findings · {left} left",
              "{done}/{planned} 笔 · 结算 {settled} 次 · 断电重启 {stuck} 次 · 发现 {found} 项 · 剩余 {left}")
SETTLED = _M("settled", "settlement {number}: {told}, {done} operations so far, {found} findings", "第 {number} 次结算：{told}，至今 {done} 笔，发现 {found} 项")
NIGHT = _M("night", "the calendar jumped over the night", "日历跳过了一夜")
WINDOW = _M("window", "{what} for {operations} operations", "{what}，持续 {operations} 笔")
STUCK = _M("stuck", "operation {number} ({kind}): {why}; the power was switched off and on", "第 {number} 笔（{kind}）：{why}；已断电重启")
STUCK_AS_IT_IS = _M("stuck_as_it_is", "operation {number} ({kind}): {why}; nothing here switches it off and on", "第 {number} 笔（{kind}）：{why}；此处无法断电重启")
SILENT = _M("silent", "operation {number}: {why}", "第 {number} 笔：{why}")
DID = _M("did", "{done} operations in {took}: {counts}", "{done} 笔，用时 {took}：{counts}")
TROUBLES = _M("troubles", "done to it on purpose: {troubles}", "有意施加：{troubles}")
NOTHING = _M("nothing", "nothing", "无")
TIMES = _M("times", "{what}: median {median} ms, 99 in 100 within {p99} ms, most {most} ms{drift} ({count} undisturbed)",
           "{what}：中位 {median} 毫秒，99% 在 {p99} 毫秒内，最长 {most} 毫秒{drift}（{count} 笔未受干扰）")
DRIFT = _M("drift", ", drift {drift} ms", "，漂移 {drift} 毫秒")
WHOLE = _M("whole", "from asking to the answer", "从发起到答复")
HOST = _M("host", "of it waiting for the host", "其中等待主机")
NUMBERS = _M("numbers", "trace numbers {first} to {last}, {stan_wraps} wraps; {batches} batches, {batch_wraps} wraps",
             "流水号 {first} 至 {last}，回绕 {stan_wraps} 次；批次 {batches} 个，回绕 {batch_wraps} 次")
GROWTH = _M("growth", "{process}: {first} to {last} KiB, {slope} KiB and {descriptors} descriptors in 1,000 operations",
            "{process}：{first} 至 {last} KiB，每千笔 {slope} KiB、{descriptors} 个描述符")
FINDING = _M("finding", "{code}: {what}", "{code}：{what}")
MORE = _M("more", "and {count} more findings (--json has all)", "另有 {count} 项发现（--json 中有全部）")
JUDGED = _M("judged", "verdict: {verdict}", "判定：{verdict}")
CUT = _M("cut", "interrupted; judged as far as it went", "已中断；按已完成的部分判定")
ENDED = _M("ended", "ended at once after {done} operations, {settled} settlements and {nights} nights: {stuck} power cycles, {found} findings at the last settlement; what came after it is not judged; evidence: {folder}",
           "立即结束：已完成 {done} 笔、结算 {settled} 次、跨夜 {nights} 次；断电重启 {stuck} 次，截至最近一次结算发现 {found} 项；其后的部分未判定；证据：{folder}")
NEITHER = _M("neither", "--sales and --hours: one of the two, or both; 0 is none", "--sales 与 --hours：给出其一或两者；0 表示没有")
NO_SALES = _M("no_sales", "this bench can ask its terminal for nothing of the mix: {why}", "这个测试台无法让终端做任何一种交易：{why}")
NOT_EMPTY = _M("not_empty", "--out {folder}: is not empty; name another folder", "--out {folder}：不是空目录；请另给一个目录")
