# The targets with their sentences: make help
.DEFAULT_GOAL := help
.PHONY: help build run quick test deps fmt gen shots paint jobs bench fuzz kill

templ := go run github.com/a-h/templ/cmd/templ@v0.3.977
# The floors that decide, the guard over the house, and what stands on SQLite.
quick := $(wildcard wire internal/arrows internal/fault internal/calendar internal/text internal/i18n internal/directory \
	internal/query internal/access internal/responsibility internal/topic internal/notice internal/casework internal/feed \
	internal/store internal/worldfile internal/listing internal/authn internal/app)

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

build: ## bin/switchboard: one static file, the same bytes for the same commit
	CGO_ENABLED=0 go build -trimpath -buildvcs=auto -ldflags='-s -w' -o bin/switchboard ./cmd/switchboard

run: build ## start the demo; ARGS='--lang ja' for another language
	bin/switchboard demo $(ARGS)

quick: ## the inner loop, at most a minute: pure floors, arrows, SQLite
	SWITCHBOARD_TEST_ENGINE=sqlite go test -short -timeout 60s $(addprefix ./,$(addsuffix /...,$(quick)))

test: deps ## everything CI runs: both engines, browser, race detector, static checks
	@scripts/test

deps: ## install what the tests need: PostgreSQL, Chromium, fonts, axe-core
	@scripts/deps

fmt: ## format Go and templates
	go fmt ./...
	$(templ) fmt .

gen: ## write the generated Go anew
	$(templ) generate
	go generate ./...

shots: deps ## pictures of every page into DIR (shots/): two widths, both themes, three languages
	SWITCHBOARD_SHOTS=$(abspath $(or $(DIR),shots)) scripts/named Shots -count=1 -timeout=0

paint: deps ## how fast pages come to the screen: a slow phone, a key in the inbox
	scripts/named Paint -count=1 -v

jobs: deps ## clicks, keys and seconds of the jobs that people do, beside what is promised
	scripts/named TheJobs -count=1 -v

bench: build ## measure this machine; ARGS='--size 1m --json' for more
	bin/switchboard bench $(ARGS)

fuzz: ## every fuzz test for FUZZTIME (30s)
	@scripts/fuzz $(or $(FUZZTIME),30s)

kill: deps ## every kill test KILLS (20) times: what was acknowledged is still there
	scripts/named Kill -count=$(or $(KILLS),20) -timeout=0
