# `make demo` and `make test` are all a newcomer needs; everything else is a part of them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := build/peers
PO := $(wildcard expertpool/translations/*/LC_MESSAGES/messages.po)

.PHONY: demo demo-reset test test-peers check browser catalogue lock bench-peers clean
.DELETE_ON_ERROR:

demo: $(VENV)/.demo $(PO:.po=.mo)
	$(BIN)/expertpool demo

demo-reset: $(VENV)/.demo $(PO:.po=.mo)
	$(BIN)/expertpool demo --reset

# Every worker has a PostgreSQL of its own; a file stays with one worker, so what it loads is loaded once.
test: check browser
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

check: $(VENV)/.test $(PO:.po=.mo)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m expertpool.infra.assets check

# Real mail servers, calendar programs and libraries on the loopback; what cannot be installed is skipped and said.
test-peers: $(VENV)/.test $(PO:.po=.mo)
	@[ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	  apt-get install -y -qq --no-install-recommends dovecot-imapd dovecot-lmtpd opensmtpd libical3 php-cli php-mbstring \
	  php-sabre-vobject thunderbird >/dev/null; } || echo "Not everything could be installed; the rest is tried."
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/pip install --quiet --disable-pip-version-check vdirsyncer==0.21.0 khal==0.14.1 caldav==3.6.0 radicale==3.9.0 || true
	@! command -v npm >/dev/null || npm install --silent --no-fund --no-audit --prefix $(PEERS) ical.js@2.2.1 >/dev/null || true
	$(BIN)/pytest -m peers -v -rs tests/peers

# The browser tests drive Debian's Chromium; any Chromium or Chrome that is already there will do.
browser: $(VENV)/.test
	@$(BIN)/python tests/browser/find_browser.py || { \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; }

# Runtime packages only: the demo starts sooner without the test tools.
$(VENV)/.demo: requirements.lock pyproject.toml
	@echo "Installing the locked packages (about a minute the first time) …"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.test: $(VENV)/.demo requirements-dev.lock
	@echo "Installing the locked test tools …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# A catalogue without a header counts as fuzzy for Babel and would be skipped in silence.
%.mo: %.po $(VENV)/.demo
	@$(BIN)/pybabel --quiet compile --use-fuzzy --input-file $< --output-file $@

# Collect the sentences of code and templates into the one catalogue.
catalogue: $(VENV)/.demo
	@mkdir -p build
	$(BIN)/pybabel --quiet extract -F babel.cfg -k words -k gettext -k _ --no-location --sort-output \
	  --omit-header -o build/messages.pot .
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --no-wrap --omit-header \
	  -i build/messages.pot -d expertpool/translations -l ko

# Needs uv (`pip install uv`). No index host is written.
lock:
	uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url \
	  --no-emit-find-links pyproject.toml -o requirements.lock
	uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --extra dev pyproject.toml -o requirements-dev.lock

# Programs of others are beside the project and no part of it. Timefold for `python -m bench.planner` needs a JDK of Java 17.
bench-peers:
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/pip install --quiet --disable-pip-version-check timefold==1.24.0b0
	@mkdir -p $(PEERS)/classes
	javac -nowarn -d $(PEERS)/classes -cp "$$(echo $(PEERS)/lib/python3*/site-packages/timefold/solver/jars)/*" \
	  bench/peers/timefold/Peer.java

clean:
	rm -rf build $(VENV)
