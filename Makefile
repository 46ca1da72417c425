# The two commands of a fresh machine are `make run` and `make test`; they need only Python 3.11-3.13 and make.
#   make run SOURCE=0      looks at a camera instead of the demo clip
#   make lint              style, types, layers
#   make soak              the tests that take minutes, with the figures that they find
#   make search            the property tests of the edge with many new examples
#   make release           what a release consists of, in dist/

PYTHON ?= python3
SOURCE ?= demo
LOG ?= logs/emotions.jsonl

# Its version, bits and machine; nothing where there is none.
PYTHON_IS := $(shell "$(PYTHON)" -c 'import os, struct, sys; \
print("%d.%d" % sys.version_info[:2], struct.calcsize("P") * 8, os.uname().machine)' 2>/dev/null)
VERSION := $(firstword $(PYTHON_IS))

EDGE := .venv
# On a Raspberry Pi the camera's library comes from apt and cannot be installed otherwise. An environment that was made
# before it was there, or by another Python, is made again.
APT := /usr/lib/python3/dist-packages
PICAMERA := $(wildcard $(APT)/picamera2)
EDGE_READY := $(EDGE)/.ready-$(VERSION)$(if $(PICAMERA),-with-apt)
DEV := .venv-dev
DEV_READY := $(DEV)/.ready-$(VERSION)
# Tested as far as it goes without a camera. Without what it asks for beside: half of that has to be compiled.
PICAMERA2 := picamera2==0.3.38 videodev2==0.0.4 piexif==1.1.3 simplejpeg==1.9.0

.PHONY: run test soak search test-systemd test-arm64 lint release clean

# Told by the environment, where no shell takes the & of an address or the blank in a name for its own.
run: override export SOURCE := $(value SOURCE)
run: override export LOG := $(value LOG)
run: $(EDGE_READY)
	$(EDGE)/bin/python -m edge run --source="$$SOURCE" --log="$$LOG"
	@printf 'log: %s\n' "$$LOG"

# Two processes: one for the edge, one for training and conversion (tests/conftest.py), so that no fixture is made twice.
test: $(DEV_READY) lint
	$(DEV)/bin/python -m pytest --numprocesses=2 --dist=loadgroup

soak: $(DEV_READY)
	$(DEV)/bin/python -m pytest -m soak --capture=no

search: $(DEV_READY)
	HYPOTHESIS_PROFILE=search $(DEV)/bin/python -m pytest tests/edge

# The service under a real systemd in its own namespaces: sudo make test-systemd
test-systemd: $(DEV_READY)
	$(DEV)/bin/python -m pytest -m systemd tests/systemd

# Debian for Arm under emulation, compared with this machine: sudo make test-arm64. What is made for it is kept in the
# folder that ARM64_SYSTEMS names (~/.cache/emotion-edge/arm64); the result in tests/arm64/RESULTS.md.
test-arm64: $(DEV_READY)
	$(DEV)/bin/python -m pytest -m arm64 tests/arm64

# The wheel, the source archive, the models, what systemd/install.sh needs, and their checksums.
release: $(DEV_READY)
	PYTHON="$$PWD/$(DEV)/bin/python" .ci/release dist

lint: $(DEV_READY)
	$(DEV)/bin/ruff check .
	$(DEV)/bin/ruff format --check .
	$(DEV)/bin/mypy
	$(DEV)/bin/lint-imports

.PHONY: python
python:
	@case "$(PYTHON_IS)" in \
	*" 32 aarch64" | *" 32 armv8l") echo "a 32-bit system under a 64-bit kernel gets packages that do not fit: \
	use a 64-bit Raspberry Pi OS, or put arm_64bit=0 into /boot/firmware/config.txt and restart" >&2; exit 1 ;; \
	"3.11 "* | "3.12 "* | "3.13 "*) ;; \
	*) echo "$(PYTHON) is not Python 3.11, 3.12 or 3.13; name one: make PYTHON=python3.11 ..." >&2; exit 1 ;; \
	esac

# Only what a Python has not finished is made from nothing: where requirements change, what else was installed stays.
$(EDGE_READY): requirements-edge.txt | python
	[ -e $@ ] || "$(PYTHON)" -m venv --clear $(if $(PICAMERA),--system-site-packages) $(EDGE)
	$(EDGE)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: -r requirements-edge.txt
	touch $@

$(DEV_READY): requirements-edge.txt requirements-train.txt requirements-dev.txt | python
	[ -e $@ ] || "$(PYTHON)" -m venv --clear $(DEV)
	$(DEV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-train.txt -r requirements-dev.txt
	$(DEV)/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --no-deps $(PICAMERA2)
	touch $@

clean:
	rm -rf $(EDGE) $(DEV) build dist
