"""The peer of the model's benchmark: the same events from a bare heapq, with the same draws.

For each sale: the customer's arrival, the request at the host and its turn there, the issuer's
answer and the reply at the terminal, each a heap entry at the same moment as in the model; the reply timeout in a
queue beside the heap.  No terminal, no host, no money, no trace, no judge.
"""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush

from simulator.chance import purpose_number, uniform
from simulator.scenario.numbers import topology_of
from simulator.scenario.scenario import Scenario
from simulator.world.network.message_records import HOST
from simulator.world.people.demand import Mixture, Stream, opening_of
from simulator.world.time.service import tid_number
from simulator.world.time.spread import STEPS, log_normal

ARRIVES, AT_HOST, TAKEN_UP, ANSWERED, AT_TERMINAL = range(5)
TIMEOUT_MS = 30_000


def run(scenario: Scenario, until_ms: int) -> int:
    """Run the events of the first merchant's sales; says how many sales were done."""
    merchant = scenario.merchants[0]
    seed = scenario.seed
    tids = [place.tid for place in topology_of(scenario).terminals]
    opening = opening_of(merchant.open, merchant.sales, len(tids))
    mixture = Mixture(merchant.sales)
    streams = [Stream(seed, tid, opening, mixture) for tid in tids]
    quality = scenario.network.ethernet.latency
    line = log_normal(quality.median_ms, quality.p95_ms)
    bank = scenario.banks[0].latency
    issuer = log_normal(bank.median_ms, bank.p95_ms)
    line_keys = [purpose_number("line.delay", tid) for tid in tids]
    service = scenario.acquirer.latency
    host = log_normal(service.median_ms, service.p95_ms)
    host_key = purpose_number("acquirer.delay", HOST)
    numbers = [tid_number(tid) * 10_000 + 200 for tid in tids]
    bank_key = purpose_number("bank.delay", "bank.a")
    stans = [1] * len(tids)
    timers: deque[tuple[int, int]] = deque()
    heap: list[tuple[int, int, int, int]] = []
    order = done = 0
    for index, stream in enumerate(streams):
        heappush(heap, (stream.next_ms(scenario.start_ms), order, ARRIVES, index))
        order += 1
    while heap and heap[0][0] < until_ms:
        now, _, what, index = heappop(heap)
        order += 1
        if what == ARRIVES:
            stream = streams[index]
            stream.wish()
            stans[index] += 1
            timers.append((now + TIMEOUT_MS, index))
            delay = line[int(uniform(seed, line_keys[index], stans[index], 12_800) * STEPS)]
            heappush(heap, (now + delay, order, AT_HOST, index))
            order += 1
            heappush(heap, (stream.next_ms(now), order, ARRIVES, index))
        elif what == AT_HOST:
            delay = host[int(uniform(seed, host_key, stans[index], numbers[index]) * STEPS)]
            heappush(heap, (now + delay, order, TAKEN_UP, index))
        elif what == TAKEN_UP:
            delay = issuer[int(uniform(seed, bank_key, stans[index], index) * STEPS)]
            heappush(heap, (now + delay, order, ANSWERED, index))
        elif what == ANSWERED:
            delay = line[int(uniform(seed, line_keys[index], stans[index], 13_440) * STEPS)]
            heappush(heap, (now + delay, order, AT_TERMINAL, index))
        else:
            done += 1
            while timers and timers[0][0] <= now:
                timers.popleft()
    return done
