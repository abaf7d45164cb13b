# Targets for daily work. `make help` lists them.

# One release build serves every target; testable imports would make a second one.
FLAGS := -c release
BIN := .build/release
# The oldest Swift that compiles the package, and one that is known to work.
SWIFT := 6.2
TRIED := 6.3.1
# lethe links against these; gcc brings libgomp, and g++ the C++ library that oneDNN needs. libjpeg-dev brings
# libjpeg-turbo under whatever name it has: libjpeg62-turbo-dev on Debian, libjpeg-turbo8-dev on Ubuntu.
PACKAGES := gcc g++ libdnnl-dev libjpeg-dev libkissfft-dev liblapacke-dev libopenblas-pthread-dev libpng-dev \
  libsamplerate0-dev libsndfile1-dev libxxhash-dev zlib1g-dev pkg-config

# The tests start a Slurm of one node, read reports in a browser, convert charts, and preload C libraries of their own.
TEST_PACKAGES := slurm-wlm munge chromium librsvg2-bin $(if $(shell command -v node),,nodejs)
ARM_PACKAGES := gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
MEMORY_PACKAGES := valgrind
GUIDE_PACKAGES := texlive-latex-recommended
# A Python with PyTorch, for what is compared with it.
TORCH := $(or $(PYTORCH),.build/pytorch/bin/python3)
DIST_PACKAGES := dpkg-dev git
PORTABILITY_PACKAGES := debootstrap

.PHONY: help quickstart build test lint format bench claims data dist docs packages test-packages \
  test-docs test-external test-isa test-library test-arm test-cost test-memory portability structure toolchain

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 15

quickstart: build ## run a small ablation on the built-in shapes; says where the report is
	$(BIN)/lethe run experiments/quickstart.yaml --out runs/quickstart

build: toolchain packages ## compile everything, optimised: .build/release/lethe
	swift build $(FLAGS) --product lethe

test: toolchain test-packages lint structure ## lint, check what targets import, compile and run all tests
	Tests/run $(FLAGS)

test-isa: build test-packages ## run the numerical suites at each instruction set that the processor has
	Tests/Platform/isa

test-library: toolchain packages ## build and run a package that uses the libraries
	swift run --package-path Tests/Library --scratch-path .build-library Example

test-docs: build test-packages $(TORCH) ## run every command of the README and of the guide, after `make data`; with PyTorch as below
	@$(call install,$(GUIDE_PACKAGES))
	LETHE=$(BIN)/lethe PYTHON=$(TORCH) Tests/Guide/run $(PAGES)

test-external: build $(TORCH) ## sweep and report a DCGAN in PyTorch and test lethe.py with PyTorch, which is installed in .build/pytorch (gigabytes), or of PYTORCH=/path/to/python3
	LETHE=$(BIN)/lethe Tests/External/run $(TORCH)

.build/pytorch/bin/python3:
	@$(call install,python3-venv)
	{ python3 -m venv .build/pytorch && .build/pytorch/bin/pip install --quiet torch numpy; } || { rm -rf .build/pytorch; exit 1; }

test-arm: toolchain ## run the tests of the kernels, in C, for aarch64 under qemu
	@$(call install,$(PACKAGES) $(ARM_PACKAGES))
	Tests/KernelsC/run aarch64

test-memory: toolchain test-packages ## look for memory errors with AddressSanitizer and valgrind; about an hour and a half
	@$(call install,$(MEMORY_PACKAGES))
	Tests/Platform/memory

test-cost: build ## count the instructions of training steps and compare them with those recorded; COST=--record records them
	@$(call install,$(MEMORY_PACKAGES))
	Tests/Platform/cost $(COST)

portability: toolchain ## run both commands of the README, and try the package, in fresh Debians 12 and 13; as root, an hour and a half
	@$(call install,$(PORTABILITY_PACKAGES))
	Tests/Platform/portability $(PORTABILITY)

structure: ## measure targets, files and functions; check what targets import
	@$(call install,python3)
	@Tests/Platform/structure

lint: toolchain ## check the formatting
	swift format lint --strict -r Package.swift Sources Tests

format: toolchain ## put the formatting right
	swift format -i -r Package.swift Sources Tests

bench: build ## time training steps; with PYTORCH=/path/to/python3 against PyTorch in the same sitting
	swift build $(FLAGS) --product Benchmarks
	$(BIN)/Benchmarks $(BENCH)

claims: build ## put what is said of dropout to the test; hours on two cores, after `make data`
	LETHE=$(BIN)/lethe experiments/claims/run

data: ## fetch the data of the shipped experiments into data/
	experiments/fetch-data data

dist: toolchain packages ## make a package for this Debian and a tarball, in .build/packages
	@$(call install,$(DIST_PACKAGES))
	Sources/Packaging/dist $(FLAGS)

docs: toolchain packages ## make web pages of the guide and of the libraries, in .build/docs
	Sources/Packaging/docs

packages: ## install the Debian packages that are missing
	@$(call install,$(PACKAGES))

test-packages: ## the same, with those that only the tests need
	@$(call install,$(PACKAGES) $(TEST_PACKAGES))

# Ends with one line that says what is needed where Swift is missing or too old, as it cannot be installed from here.
toolchain:
	@found=$$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p'); \
	if [ "$$(printf '%s\n' $(SWIFT) "$$found" | sort -V | head -n 1)" != $(SWIFT) ]; then \
	  echo "error: expected Swift $(SWIFT) or later ($(TRIED) is known to work), found $${found:-none}: see https://www.swift.org/install/linux" >&2; \
	  exit 1; \
	fi

# Installs those of some packages that are missing.
define install
	if ! command -v dpkg-query >/dev/null; then \
	  pkg-config --exists kissfft-float libjpeg libpng samplerate sndfile libxxhash zlib 2>/dev/null || \
	    echo 'No dpkg here. Needed: gcc with libgomp, g++, oneDNN 2.6 or later (dnnl.h), kissfft, LAPACKE, OpenBLAS, libjpeg-turbo, libpng, libsamplerate, libsndfile, libxxhash, zlib, pkg-config.'; \
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
