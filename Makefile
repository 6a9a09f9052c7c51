# Everything that is needed is put into .venv; nothing else on the machine is touched.
# `make help` lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
OUT := out
PIP_FLAGS := --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help install bench-check bench-defects mutants demo bench-demo bench-boundaries bench-net bench-soak case-demo mixed-demo outside-demo test lint docs bench fuzz attack debian clean board board-demo board-fuzz board-coverage

help:
	@echo "make demo        the case study on the virtual clock, every message through the real codec"
	@echo "make bench-demo  a terminal driven over its ECR link; its power is cut in mid-sale, by a message; a verdict"
	@echo "make bench-boundaries  a fault at every boundary of every kind at the virtual terminal (BENCH=FILE for yours)"
	@echo "make bench-soak  5,000 sales at the virtual terminal, watched and judged (SALES=500, BENCH=FILE)"
	@echo "make case-demo   the case study on the wall clock: a host and a virtual terminal as two processes"
	@echo "make bench-check  every check of a terminal, on the virtual device (CHECKS=REV,SET-08 for some)"
	@echo "make bench-defects  every terminal that is wrong on purpose put through the checks (DEFECTS=... for some)"
	@echo "make mutants     every machine that is wrong on purpose in every scenario: caught by which rule (WITHIN=30m, RESUME=FILE to go on from it)"
	@echo "make mixed-demo  one terminal at a port beside a thousand simulated ones; the host is killed"
	@echo "make outside-demo  a terminal that shares no code with the host, a lost reply, the sums, a verdict"
	@echo "make board       firmware in C for an emulated board: the right one, and each that is wrong on purpose"
	@echo "make board-demo  a sale on the board, a power cut in mid-sale, its reversal, a settlement, a verdict"
	@echo "make bench-net   as root: a terminal in a network namespace, faults below TCP, both ends captured"
	@echo "make test        all tests: pytest, then behave"
	@echo "make docs        print the tables that the documents show: machines, abilities, wrong terminals"
	@echo "make lint        ruff, mypy --strict, import rules"
	@echo "make bench       benchmarks: the model beside a bare heapq loop, the codec, the live clock"
	@echo "make fuzz        throw damaged frames at the decoder for 60 s (SECONDS=600 for longer)"
	@echo "make attack      floods, crowds, hostile bytes, signals, kills, full disks and damage on loopback; a table (WITHIN=30m, COUNT=1000, ONLY=kill)"
	@echo "make install     only the environment, in $(VENV)"
	@echo "make board-fuzz  frames of a seeded generator at the firmware on this machine, COUNT=1000000"
	@echo "make board-coverage  which lines of the firmware are ever run: unit programs, then the bench, on this machine"
	@echo "make debian      as root: from Debian tshark, python3-venv; iproute2, nftables, libpcap for bench-net; QEMU and a C compiler for board"
	@echo "make clean       remove the environment and what runs left behind"

install: $(READY)

$(READY): pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	  rm -rf $(VENV); \
	  echo "$(PYTHON) cannot make a virtual environment. On Debian the package python3-venv does it:" >&2; \
	  echo "  make debian      (as root)" >&2; exit 2; }
	@echo "installing into $(VENV) ..."
	@$(BIN)/python -m pip install $(PIP_FLAGS) -c constraints.txt -e '.[test,lint]'
	@touch $@

demo: install
	@$(BIN)/daozhang run fixtures/scenarios/maintenance-case-study.toml --wire --sales

bench-demo: install
	@$(BIN)/python -m hil.demos.bench_demo

case-demo: install
	@$(BIN)/python -m hil.demos.demo

bench-net: install
	@$(BIN)/python -m hil.demos.net_demo

BENCH ?= fixtures/benches/virtual.toml
SALES ?= 5000
bench-boundaries: install
	@$(BIN)/daozhang bench boundaries $(BENCH)

bench-soak: install
	@$(BIN)/daozhang bench soak $(BENCH) --sales $(SALES)

board: install
	@$(BIN)/python -m hil.board.build all

board-demo: install
	@$(BIN)/python -m hil.board.build
	@$(BIN)/python -m hil.demos.bench_demo --bench fixtures/benches/board.toml out/board-demo

board-fuzz: install
	@$(BIN)/python -m tests.board.fuzz_firmware --count $(if $(filter command line,$(origin COUNT)),$(COUNT),1000000)

board-coverage: install
	@$(BIN)/python -m tests.board.coverage

mixed-demo: install
	@$(BIN)/python -m hil.demos.mixed_demo

outside-demo: install
	@$(BIN)/python -m tests.outside.demo

CHECKS ?=
DEFECTS ?=
bench-check: install
	@$(BIN)/daozhang bench check $(BENCH) $(if $(CHECKS),--only $(CHECKS))

bench-defects: install
	@$(BIN)/python -m hil.checks.matrix $(if $(DEFECTS),$(DEFECTS),--again)
	@$(BIN)/python -m hil.checks.page > $(OUT)-checks.md && mv $(OUT)-checks.md docs/checks.md

WITHIN ?= 10m
mutants: install
	@mkdir -p $(OUT)
	@$(BIN)/daozhang defects --matrix --within $(WITHIN) $(if $(RESUME),--resume $(RESUME)) --save $(OUT)/mutants.json

test: install  # the workers read the same modules: what is compiled is kept, beside the packages
	@PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX=$(CURDIR)/$(VENV)/pycache $(BIN)/python -m pytest -n 4 --dist loadscope
	@$(BIN)/behave
	@$(BIN)/behave -D target=virtual --tags=@virtual
	@$(BIN)/behave -D target=bench -D bench=fixtures/benches/virtual.toml --tags=@bench

docs: install
	@$(BIN)/python -m simulator.machines.tables > $(OUT)-machines.md && mv $(OUT)-machines.md docs/machines.md
	@$(BIN)/python -m simulator.faults.abilities docs/scenarios.md
	@$(BIN)/python -m simulator.catalogue.remedies_page > $(OUT)-remedies.md && mv $(OUT)-remedies.md docs/remedies.md
	@$(BIN)/python -m simulator.commands.failures_page docs/failures.md
	@$(BIN)/python -m simulator.diagnosis.page docs/diagnosis.md
	@$(BIN)/python -m simulator.report.json_page > $(OUT)-json.md && mv $(OUT)-json.md docs/json.md
	@$(BIN)/python -m hil.gherkin.page docs
	@$(BIN)/python -m tests.board.page docs/board.md
	@$(BIN)/python -m tests.outside.table docs/outside.md
	@$(BIN)/python -m hil.checks.page > $(OUT)-checks.md && mv $(OUT)-checks.md docs/checks.md

lint: install
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: install
	@$(BIN)/python -m pytest tests/benchmarks -m benchmark -s --timeout=0

SECONDS ?= 60
fuzz: install
	@$(BIN)/python -m tests.wire.fuzz --seconds $(SECONDS)

COUNT ?= 10000
ONLY ?=
attack: install
	@$(BIN)/python -m tests.attack --count $(COUNT) --within $(if $(filter command line,$(origin WITHIN)),$(WITHIN),30m) $(if $(ONLY),--only $(ONLY))

debian:
	apt-get update
	apt-get install -y --no-install-recommends python3-venv tshark iproute2 nftables libpcap0.8 \
	  qemu-system-arm gcc-arm-none-eabi libnewlib-arm-none-eabi

clean:
	rm -rf $(VENV) $(OUT) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
