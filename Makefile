# Two commands: `make demo` renders a data set, `make test` proves the project. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READERS := .venv-readers

.PHONY: demo test lint readers clean
.DELETE_ON_ERROR:

demo: $(VENV)/.installed | gl
	$(BIN)/scenegen render scenarios/jaywalker_dart_out.py --out out/demo
	$(BIN)/scenegen preview out/demo -o out/demo/preview.png
	@echo "Look at out/demo/preview.png; the data set is in out/demo, one folder a layout."

test: $(VENV)/.installed-dev $(READERS)/.installed lint
	@sh .ci/system-packages tests
	$(BIN)/pytest -n 2

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.PHONY: gl
gl:
	@sh .ci/system-packages

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed; set PYTHON=")'
	$(PYTHON) -m venv $(VENV) || { echo "run: apt-get install -y python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.installed: pyproject.toml $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.installed-dev: pyproject.toml $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ $(VENV)/.installed

# Other people's readers of the layouts, for the tests; the tests compare the stamp with the file it was made from.
readers: $(READERS)/.installed

$(READERS)/.installed: tests/readers/requirements.txt | $(VENV)/bin/python
	rm -rf $(READERS)
	$(BIN)/python -m venv $(READERS)
	$(READERS)/bin/pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: -r $<
	cp $< $@

clean:
	rm -rf $(VENV) $(READERS) out build dist *.egg-info
