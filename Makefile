# What README, CI and people use. `make help` lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# Build artifacts live in the user's cache folder, so that a fresh clone does not build
# mistral.rs again. Everything is correct without them; a cold build takes about half an hour on two cores.
export CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/vitrine/target
DEBUG := $(CARGO_TARGET_DIR)/debug
# What packages are made of, and where they are tested.
PROFILE ?= release
ROOT ?= clean
STEP := @scripts/step.sh
export CARGO_TERM_PROGRESS_WHEN ?= never

.PHONY: help run test check bench build ui setup setup-tests setup-package test-rust test-ui test-e2e bench-ui bench-start bench-history bench-kernels fuzz stress screenshots bindings showcase starter eval-starter package test-package audit clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

run: setup build ## install what is missing (it says what), build, start the app; FILE=model.gguf opens a model
	$(DEBUG)/vitrine $(if $(FILE),"$(FILE)")

test: setup setup-tests build test-ui test-rust test-e2e ## the same set-up, then every test

check: setup ui ## fmt, svelte-check, tsc, eslint, licences of dependencies, clippy
	$(STEP) fmt cargo fmt --all --check
	$(STEP) types npm --prefix ui run --silent check
	$(STEP) lint npm --prefix ui run --silent lint
	$(STEP) "licences and sources" node scripts/supply-chain.mjs check
	@scripts/share-artifacts.sh
	$(STEP) clippy cargo clippy --workspace --all-targets --locked -- -D warnings

setup:
	$(STEP) "system packages to build" scripts/setup.sh build

setup-tests:
	$(STEP) "system packages to test" scripts/setup.sh test

setup-package:
	$(STEP) "system packages to pack" scripts/setup.sh package

ui: ui/node_modules/.package-lock.json
	$(STEP) "ui build" npm --prefix ui run --silent build

ui/node_modules/.package-lock.json: ui/package.json ui/package-lock.json
	$(STEP) "npm packages" npm --prefix ui ci --no-audit --no-fund --loglevel=error

build: ui ## the app and its worker, in $(DEBUG)
	@scripts/share-artifacts.sh
	$(STEP) "cargo build" cargo build --workspace --locked

test-ui: ui ## components and stores (vitest), then the whole UI on the fake client (Playwright)
	$(STEP) vitest npm --prefix ui run --silent test
	$(STEP) "ui on the fake client" npm --prefix ui run --silent e2e

test-rust: build ## unit tests, the worker over its protocol, the shell's core
	$(STEP) "build of the tests" cargo test --workspace --locked --no-run
	$(STEP) "rust tests" cargo test --workspace --locked

bench: build ## headers, cuts of texts, library, vocabulary passes, vocabularies, turns (in the profile of development: no second build of mistral.rs)
	cargo bench --workspace --locked --profile dev --bench headers --bench inspect --bench library --bench sampling --bench inspector --bench turns

test-e2e: build ## whole journeys in the real window (WebDriver under Xvfb)
	$(STEP) "journeys in the real window" scripts/in-a-window.sh cargo test --workspace --locked --test e2e -- --test-threads=1

bench-ui: build ## how fast the interface is, in the real window (docs/performance.md)
	WEBKIT_DISABLE_COMPOSITING_MODE=1 scripts/in-a-window.sh cargo test --workspace --locked --test e2e -- --ignored --nocapture --test-threads=1 bench_ui

bench-start: build ## a start and an idle window, beside an empty one (docs/performance.md)
	VITRINE_TEST_EMPTY=$$(scripts/executable.sh empty_window bench --profile dev) scripts/in-a-window.sh cargo test --workspace --locked --test e2e -- --ignored --nocapture bench_start

bench-history: ## the history with 100,000 messages: lists, search, tokens, statistics, start (docs/performance.md)
	cargo bench --workspace --locked --profile dev --bench history

bench-kernels: ## products, attention and gates on every instruction set of this processor
	cargo bench --workspace --locked --profile dev --bench kernels

fuzz: build ## 100,000 damaged model files (the tests have 1,500); CASES and SEED choose others
	VITRINE_FUZZ_CASES=$(or $(CASES),100000) VITRINE_FUZZ_SEED=$(or $(SEED),0) cargo test --workspace --locked --test fuzz -- --nocapture

stress: build ## kill a process that writes the history 200 times (the tests do it 10 times); ROUNDS chooses another number
	VITRINE_STRESS_ROUNDS=$(or $(ROUNDS),200) cargo test --workspace --locked --test stress -- --nocapture

screenshots: build ## docs/screenshots, taken from the real window
	VITRINE_SCREENSHOTS=docs/screenshots scripts/in-a-window.sh cargo test --workspace --locked --test e2e -- --test-threads=1

bindings: ## write the TypeScript types of the contract again
	VITRINE_WRITE_BINDINGS=1 cargo test --workspace --locked --lib bindings

showcase: build ## ask the bundled model for the exhibit of the first screen again
	VITRINE_WRITE_SHOWCASE=1 cargo test --workspace --locked --test worker showcase

starter: ## train the bundled models from nothing (Python, PyTorch; see training/README.md)
	python3 -m training.make_starter

eval-starter: build ## measure the bundled models through the app's own worker, and write their card
	VITRINE_WORKER=$(DEBUG)/vitrine-worker python3 -m training.evaluate
	python3 -m training.card

package: setup setup-package ui ## .deb and .rpm with their sums (docs/packaging.md); PROFILE=dev packs what `make build` made
	$(STEP) package node scripts/package.mjs --profile $(PROFILE)

test-package: setup setup-tests setup-package ui ## install the package in a clean Debian, use, upgrade and remove it; ROOT=here: in this system
	$(STEP) "package, installed and used" scripts/test-package/all.sh $(PROFILE) $(ROOT)

audit: setup ui/node_modules/.package-lock.json ## licences, sources and known faults of all dependencies; needs the network and cargo-deny
	$(STEP) "licences and sources" node scripts/supply-chain.mjs check
	$(STEP) audit scripts/audit.sh

clean: ## remove build artifacts
	rm -rf ui/dist ui/node_modules gen "$(CARGO_TARGET_DIR)"
