"""Many threads that ask for one new type at once all get it; the process lives."""

import subprocess
import sys

import pytest

from hil.bench import rig
from hil.bench.rig import RigSetting, open_rig
from hil.control.decoders import learn_structs

SCRIPT = """
import sys, threading, types, msgspec
from hil.control.decoders import decoder_of, learn_structs
sys.setswitchinterval(1e-6)
for number in range(100):
    module = types.ModuleType(f"made{{number}}")
    sys.modules[module.__name__] = module
    exec("import msgspec\\nclass Inner(msgspec.Struct):\\n" + "".join(
        f"    f{{i}}: 'tuple[int, str, dict[str, int]]' = ()\\n" for i in range(30))
        + "class Outer(msgspec.Struct):\\n    inner: 'Inner'\\n"
        + "class Unlearnable(msgspec.Struct):\\n    both: 'Inner | Outer'\\n", module.__dict__)
    together = threading.Barrier(6)
    said = b'{{"inner":{{"f0":[1,"x",{{"y":2}}]}}}}'
    def ask():
        {before}
        together.wait()
        assert {decode}.inner.f0[0] == 1
    threads = [threading.Thread(target=ask) for _ in range(6)]
    for each in threads: each.start()
    for each in threads: each.join()
print("alive")
"""


@pytest.mark.parametrize(("before", "decode"), [
    ("pass", "decoder_of(module.Outer).decode(said)"),
    ("learn_structs()", "msgspec.json.decode(said, type=module.Outer)"),
    ("learn_structs()", "msgspec.convert(msgspec.json.decode(said), module.Outer)"),
])
def test_threads_that_ask_at_once_do_not_kill_the_process(before, decode):
    script = SCRIPT.format(before=before, decode=decode)
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stdout.strip()) == (0, "alive"), ended.stderr


def test_a_rig_learns_before_anything_of_it_runs(monkeypatch, tmp_path):
    done = []

    def learns():
        done.append("learned")
        learn_structs()

    def reserves(*_):
        done.append("reserved")
        raise InterruptedError

    monkeypatch.setattr(rig, "learn_structs", learns)
    monkeypatch.setattr(rig, "reserved_names", reserves)
    with pytest.raises(InterruptedError), open_rig(None, RigSetting(folder=tmp_path)):
        pass
    assert done == ["learned", "reserved"]
