# Two commands do everything on a machine that has Python and make: "make report" and "make test".
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help report test check bench simulate train lock lock-check gallery sample clean

help:
	@echo "make report   install into .venv and write the sample study's report"
	@echo "make test     install the test tools too and run every test"
	@echo "make check    formatting, lint, types, then every test"
	@echo "make sample   write corpus/sample anew from its seed"
	@echo "make gallery UN=DIR KREMLIN=FILE   run the real studies and refresh reports/gallery"
	@echo "make bench    time the engine beside the plain matcher; UN=DIR adds the UN corpus"
	@echo "make simulate how often intervals and tests are right when the truth is planted: 40 minutes"
	@echo "make train GOLD=DIR [CORPORA=DIR]   train the second coder anew on hand-coded sentences"
	@echo "make lock     pin the newest versions; make lock-check shows that wheels alone resolve it"

report: .venv/report
	$(BIN)/aidememoire run reports/sample/study.yaml

test: .venv/test
	$(BIN)/pytest

check: .venv/test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest

.venv/report: requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(INSTALL) --requirement requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

.venv/test: .venv/report requirements-dev.lock
	$(INSTALL) --requirement requirements-dev.lock
	touch $@

LOCK := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --only-binary :all: \
	--generate-hashes --no-emit-index-url --no-header --extra build --extra ingest --extra report

lock:
	$(LOCK) --upgrade --output-file requirements.lock
	$(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

# A dry run for each Python we support: every pinned version must be there as a wheel.
lock-check:
	for python in 3.11 3.12 3.13; do for machine in x86_64 aarch64; do \
	  $(PYTHON) -m pip install --quiet --disable-pip-version-check --dry-run --only-binary :all: --ignore-installed \
	    --python-version $$python $(foreach tag,2_5 2_12 2_17 2_24 2_26 2_27 2_28 2_31 2_34,--platform manylinux_$(tag)_$$machine) \
	    --platform manylinux1_$$machine --platform manylinux2010_$$machine --platform manylinux2014_$$machine \
	    --target /tmp/unused --requirement requirements-dev.lock \
	    && echo "Python $$python on $$machine: wheels alone" || exit 1; \
	done; done

train: .venv/test
	$(INSTALL) --editable ".[train]"
	$(BIN)/python -m aidememoire.model.train $(GOLD) --codings corpus/codings/un_kremlin.csv --corpora $(or $(CORPORA),$(GOLD)/../corpora)

bench: .venv/test
	$(BIN)/python tests/benchmarks/engine.py 10 --rounds 2 $(if $(UN),--un $(UN))

simulate: .venv/test
	$(BIN)/python tests/benchmarks/simulate_shares.py
	$(BIN)/python tests/benchmarks/simulate_shifts.py
	$(BIN)/python tests/benchmarks/simulate_reasons.py

sample: .venv/report
	$(BIN)/python -m aidememoire.synthetic corpus/sample

gallery: .venv/report
	$(BIN)/aidememoire run reports/un_general_debate/study.yaml --corpus $(UN)
	$(BIN)/aidememoire run reports/kremlin/study.yaml --corpus $(KREMLIN)
	for study in un_general_debate kremlin; do \
	  mkdir -p reports/gallery/$$study && cp reports/$$study/out/figures/* reports/$$study/out/shares.csv reports/$$study/out/shifts.csv reports/gallery/$$study/; \
	done
	$(BIN)/aidememoire run reports/sample/study.yaml
	mkdir -p reports/gallery/sample && cp reports/sample/out/report.pdf reports/sample/out/report.html reports/gallery/sample/
	$(BIN)/python reports/gallery/coders.py reports/un_general_debate/out/study.db reports/gallery/un_general_debate \
	  historical_memory anti_revisionism

clean:
	rm -rf .venv reports/*/out
