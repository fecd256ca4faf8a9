# Two commands:   make run [CONTENT=path/to/articles]      make test
# Also:           make bench   make lock   make clean   make help

PYTHON  ?= python3
CONTENT ?= docs
HOST    ?= 127.0.0.1
PORT    ?= 7860
# On Linux, make run TORCH=cpu installs PyTorch's CPU build (uv knows where PyTorch keeps it);
# without it pip takes the default build, which on Linux brings gigabytes of CUDA libraries.
TORCH   ?= default

VENV := .venv
BIN  := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run test check bench lock clean

help:
	@echo "make run                      sample articles in a chat on http://127.0.0.1:7860"
	@echo "make run CONTENT=my/articles  the same for your own folder"
	@echo "make test                     all tests, the linter and the type checker"
	@echo "make bench                    all benchmarks, held against their floors"
	@echo "make lock                     write requirements.txt again from pyproject.toml"
	@echo "TORCH=cpu                     (with run or test, on Linux) PyTorch's CPU build, without CUDA"

run: $(VENV)/.installed
	$(BIN)/footnote serve "$(CONTENT)" --host "$(HOST)" --port "$(PORT)"

test: $(VENV)/.installed-dev
	scripts/install-browser $(BIN)/python
	$(BIN)/python -m pytest
	$(MAKE) check

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.reading
	$(BIN)/python -m benchmarks.quality --out benchmarks/results/local/quality.json
	$(BIN)/python -m benchmarks.dialogues
	$(BIN)/python -m benchmarks.sites --out benchmarks/results/local/sites.json
	$(BIN)/python -m benchmarks.coverage --out benchmarks/results/local/coverage.json
	$(BIN)/python -m benchmarks.coverage --scale --out benchmarks/results/local/coverage_scale.json
	$(BIN)/python -m benchmarks.gaps --out benchmarks/results/local/gaps.json
	$(BIN)/python -m benchmarks.desk --out benchmarks/results/local/desk.json
	$(BIN)/python -m benchmarks.desk --pages --out benchmarks/results/local/desk_pages.json
	$(BIN)/python -m benchmarks.speed --out benchmarks/results/local/speed.json

lock: $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet -e '.[lock]'
	scripts/lock

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

# torch goes first and pinned exactly: asked for loosely by another package, pip would take the newest
# build, and on Linux the CUDA libraries with it.  A later step finds 2.13.0 installed and leaves it.
$(VENV)/.torch: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Footnote needs Python 3.11 or newer; name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
ifeq ($(TORCH),default)
	$(BIN)/python -m pip install --quiet "$$(grep '^torch==' requirements.txt)"
else
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip install --python $(BIN)/python --torch-backend $(TORCH) "$$(grep '^torch==' requirements.txt)"
endif
	@touch $@

$(VENV)/.installed: $(VENV)/.torch requirements.txt pyproject.toml
	$(BIN)/python -m pip install --quiet -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	@touch $@
