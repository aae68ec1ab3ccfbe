# Two commands do everything: `make demo` and `make test`. Both first make .venv and install into it,
# or use the environment that is active, or the one of PYTHON=/path/to/python.
ifdef PYTHON
  PY := $(PYTHON)
else ifneq ($(filter-out $(CURDIR)/.venv,$(VIRTUAL_ENV)),)
  PY := $(VIRTUAL_ENV)/bin/python
else ifneq ($(and $(CONDA_PREFIX),$(filter-out base,$(CONDA_DEFAULT_ENV))),)
  PY := $(CONDA_PREFIX)/bin/python
else
  PY := .venv/bin/python
endif
ifeq ($(PY),.venv/bin/python)
  ENV := .venv
  INSTALL_OPTS :=
else # not ours: what it has stays as it is
  ENV := $(shell $(PY) -c 'import sys; print(sys.prefix)')
  INSTALL_OPTS := --keep
endif
# One stamp per environment, checkout and purpose: a second call installs nothing. The demo needs
# less than the tests; what the tests need is installed on top, and serves the demo too.
CHECKOUT := $(shell pwd | cksum | cut -d' ' -f1)
STAMP := $(ENV)/.mmmtl-$(CHECKOUT).stamp
DEMO_STAMP := $(ENV)/.mmmtl-$(CHECKOUT)-demo.stamp
TESTOPTS ?= -n auto --maxprocesses=4
DEMOOPTS ?=

.PHONY: help demo test test-all lint install clean

help:
	@echo 'make demo     install, make data, train three tasks, print scores, write pictures'
	@echo 'make test     install and run the test suite'
	@echo 'make test-all the same with the tests that take minutes'
	@echo 'make lint     ruff, on what is installed by the above'
	@echo 'make install  install only (an editable install of this checkout)'
	@echo 'make clean    remove caches and build folders (.venv stays)'

demo: $(DEMO_STAMP)
	$(PY) tools/demo.py $(DEMOOPTS)

test: install
	OMP_NUM_THREADS=1 $(PY) -m pytest $(TESTOPTS)

test-all: TESTOPTS += -m ''
test-all: test

lint: install
	$(PY) -m ruff check .

install: $(STAMP)

$(DEMO_STAMP): EXTRAS := demo
$(STAMP): EXTRAS := demo,tests
$(STAMP) $(DEMO_STAMP): setup.py pyproject.toml requirements/constraints.txt requirements/install.py
	@test -n '$(ENV)' || { echo "'$(PY)' does not run: set PYTHON=/path/to/python"; exit 1; }
	@test '$(ENV)' != .venv || test -x $(PY) || { echo 'making .venv'; python3 -m venv .venv; }
	@rm -f '$(ENV)'/.mmmtl-*.stamp
	$(PY) requirements/install.py --extras $(EXTRAS) $(INSTALL_OPTS)
	@touch '$(DEMO_STAMP)' $@

clean:
	rm -rf build dist *.egg-info .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
