"""Many threads that ask for one new type at once all get its decoder; the process lives."""

import subprocess
import sys

SCRIPT = """
import sys, threading, types, msgspec
from hil.control.decoders import decoder_of
sys.setswitchinterval(1e-6)
for number in range(100):
    module = types.ModuleType(f"made{number}")
    sys.modules[module.__name__] = module
    exec("import msgspec\\nclass Inner(msgspec.Struct):\\n" + "".join(
        f"    f{i}: 'tuple[int, str, dict[str, int]]' = ()\\n" for i in range(30))
        + "class Outer(msgspec.Struct):\\n    inner: 'Inner'\\n", module.__dict__)
    together = threading.Barrier(6)
    def ask():
        together.wait()
        assert decoder_of(module.Outer).decode(b'{"inner":{"f0":[1,"x",{"y":2}]}}').inner.f0[0] == 1
    threads = [threading.Thread(target=ask) for _ in range(6)]
    for each in threads: each.start()
    for each in threads: each.join()
print("alive")
"""


def test_threads_that_ask_at_once_do_not_kill_the_process():
    ended = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120, check=False)
    assert (ended.returncode, ended.stdout.strip()) == (0, "alive"), ended.stderr
