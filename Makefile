# What people do daily. `make help` lists it.

# One release build serves every target; testable imports would make a second one.
FLAGS := -c release
BIN := .build/release
# lethe links against these; gcc brings libgomp, and g++ the C++ library that oneDNN needs.
PACKAGES := gcc g++ libdnnl-dev liblapacke-dev libopenblas-pthread-dev libpng-dev \
  libsamplerate0-dev libsndfile1-dev libxxhash-dev zlib1g-dev pkg-config

# The tests start a Slurm of one node and read reports in a browser.
TEST_PACKAGES := slurm-wlm munge chromium $(if $(shell command -v node),,nodejs)

.PHONY: help quickstart build test lint format bench claims data packages test-packages

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

quickstart: build ## run a small ablation on the built-in shapes; says where the report is
	$(BIN)/lethe run experiments/quickstart.yaml

build: packages ## compile everything, optimised: .build/release/lethe
	swift build $(FLAGS) --product lethe

test: test-packages lint ## lint, compile and run all tests
	swift test $(FLAGS) --disable-testable-imports

lint: ## check the formatting
	swift format lint --strict -r Package.swift Sources Tests

format: ## put the formatting right
	swift format -i -r Package.swift Sources Tests

bench: build ## time training steps; with PYTORCH=/path/to/python3 against PyTorch in the same sitting
	swift build $(FLAGS) --product Benchmarks
	$(BIN)/Benchmarks $(BENCH)

claims: build ## put what is said of dropout to the test; about two hours on two cores, after `make data`
	LETHE=$(BIN)/lethe experiments/claims/run

data: ## fetch the data of the shipped experiments into data/
	experiments/fetch-data data

packages: ## install the Debian packages that are missing
	@$(call install,$(PACKAGES))

test-packages: ## the same, with those that only the tests need
	@$(call install,$(PACKAGES) $(TEST_PACKAGES))

# Installs what is missing of some packages.
define install
	if ! command -v dpkg-query >/dev/null; then \
	  pkg-config --exists libpng samplerate sndfile libxxhash zlib 2>/dev/null || \
	    echo 'No dpkg here. Needed: gcc with libgomp, g++, oneDNN 2 (dnnl.h), LAPACKE, OpenBLAS, libpng, libsamplerate, libsndfile, libxxhash, zlib, pkg-config.'; \
	  exit 0; \
	fi; \
	missing=; \
	for package in $(1); do \
	  case "$$(dpkg-query -W -f='$${db:Status-Abbrev}' $$package 2>/dev/null)" in \
	    ii*) ;; \
	    *) missing="$$missing $$package" ;; \
	  esac; \
	done; \
	[ -n "$$missing" ] || exit 0; \
	sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	echo "Installing$$missing"; \
	$$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive \
	  apt-get install -y -qq --no-install-recommends $$missing
endef
