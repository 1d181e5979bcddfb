# Everything that a person or a machine does with this project. "make" alone explains itself.

SHELL := bash
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
# Steps depend on each other through the one build folder.
.NOTPARALLEL:

SWIFT := swift
SOURCES := Package.swift Benchmarks Sources Tests

.PHONY: help
help: ## what can be made here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' Makefile

.PHONY: demo
demo: build ## watch a day's traffic from application to account, then clean up
	@Scripts/demo run

.PHONY: demo-keep
demo-keep: build ## the same, and leave everything running to be played with
	@Scripts/demo keep

.PHONY: demo-stop
demo-stop: ## end what demo-keep left running
	@Scripts/demo stop

.PHONY: test
test: packages-for-tests lint ## everything: lint, a build without warnings, all tests, two brokers, the package
	@Scripts/test

.PHONY: torture
torture: packages-for-tests ## the tests that can go on for longer, on two brokers (Scripts/test --help)
	@Scripts/test torture

.PHONY: bench
bench: build ## measure the daemon beside the broker's limit (BENCH_ARGUMENTS=--help)
	@Scripts/bench $(BENCH_ARGUMENTS)

.PHONY: build
build: packages ## build the release programs
	@trap Scripts/hand-back EXIT; $(SWIFT) build -c release --static-swift-stdlib

.PHONY: deb
deb: build ## make the Debian package, in .build/package
	@Scripts/make-package

.PHONY: lint
lint: toolchain ## check the style
	@$(SWIFT) format lint --strict --parallel --recursive $(SOURCES)

.PHONY: format
format: toolchain ## put the sources into style
	@$(SWIFT) format format --in-place --parallel --recursive $(SOURCES)

.PHONY: packages
packages: toolchain ## install by apt what is missing
	@Scripts/install-packages

.PHONY: packages-for-tests
packages-for-tests: toolchain ## install what the tests need besides: a browser, promtool, Python packages
	@Scripts/install-packages --for-tests
	@Scripts/fetch-promtool
	@Scripts/python-for-tests >/dev/null

.PHONY: toolchain
toolchain:
	@Scripts/check-toolchain

.PHONY: clean
clean: demo-stop ## remove everything that was built
	@rm -rf .build
