# Candlewick. `make help` lists the targets.
.DEFAULT_GOAL := help
.PHONY: help bootstrap build pipeline test status bench bench-peers torture soak reproducible fuzz check-exports format lint clean

# The programs are linked statically against Swift's library: they start in milliseconds and need no toolchain.
SWIFT_BUILD := swift build -c release --static-swift-stdlib
# Flags for the pipeline, as in: make pipeline ARGS='--file examples/etth1.yaml --set series.source.path=PATH'
ARGS ?=
SECONDS ?= 60
KILLS ?= 200
# What to measure beside peers: all, pandas, csv, download, features, windows, memory, orchestration (or idle, first-run, going-back), gp, training.
# What to torture: all, calls, errors, instants, disk, concurrent, tamper or truth; how many random edit scripts for the last.
SCRIPTS ?= 10000
PART ?= all

help: ## List the targets.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap:
	@scripts/bootstrap

build: bootstrap ## Build the six programs into bin/.
	@$(SWIFT_BUILD)
	@scripts/install-programs "$$($(SWIFT_BUILD) --show-bin-path)"

pipeline: build ## Build, and bring pipeline.yaml up to date (ARGS='…' for flags).
	@bin/pipeline run $(ARGS)

status: build ## Say what is fresh and what would run, and why.
	@bin/pipeline status $(ARGS)

test: build ## Run every test.
	@CANDLEWICK_BIN="$(CURDIR)/bin" swift test

bench: build ## Measure our figures on this machine into Benchmarks/RESULTS.md.
	@Benchmarks/bench

bench-peers: build ## Time pandas, polars, ccxt, PyTorch, JAX, DVC and Ninja in turn with ours (PART=training for one).
	@Benchmarks/bench --peers $(PART)

torture: build ## Kill, fail and falsify at every point; demand the same bytes (PART=calls for one, ARGS='--points 500').
	@case "$(PART)" in truth) ;; *) CANDLEWICK_BIN="$(CURDIR)/bin" scripts/torture $(PART) $(ARGS) ;; esac
	@case "$(PART)" in all|truth) CANDLEWICK_SCRIPTS="$(SCRIPTS)" swift test --filter TruthTests ;; esac

soak: build ## Download a million candles through a server that fails in every way; kill downloads (KILLS=200).
	@CANDLEWICK_BIN="$(CURDIR)/bin" CANDLEWICK_SOAK=1 CANDLEWICK_KILLS="$(KILLS)" swift test \
	  --filter 'A million candles|a download asks for one request more'

reproducible: bootstrap ## Build twice in two folders; demand the same artifacts.
	@scripts/check-reproducible

fuzz: bootstrap ## Feed the parsers garbage (SECONDS=60 each).
	@scripts/fuzz "$(SECONDS)"

check-exports: build ## Show the exports to a validator of Kubernetes and to onnxruntime (from PyPI, into .build-*).
	@scripts/check-exports bin
	@scripts/check-onnx bin

format: ## Format the sources.
	@swift format --in-place --recursive Package.swift Sources Tests Benchmarks

lint: ## Check format and the walls between the rooms.
	@swift format lint --strict --recursive Package.swift Sources Tests Benchmarks
	@scripts/check-rooms

clean: ## Remove what was built; artifacts stay.
	rm -rf .build .build-* bin Benchmarks/.build
