# What a newcomer types. `make demo` and `make test` work from a fresh clone on Debian 12 with rustup.
CARGO ?= cargo
JINCAI = target/release/jincai

.PHONY: demo demo-release test bench bench-watch bench-watch-soak bench-duplicates bench-duplicates-scale bench-screens check fixtures clean-demo

# Installs what is missing, builds, and turns fixtures/inbox into a library.
demo:
	.ci/needs build
	$(CARGO) build --release --locked
	@# The inbox holds one file that is no video, so exit code 1 ("some work was rejected") is what a good run gives.
	$(JINCAI) run fixtures/inbox --library demo/library --config fixtures/jincai.toml || test $$? -eq 1
	@echo
	@echo "The library is demo/library: one folder a season, department and work; in each, one folder a target with"
	@echo "the video, its covers and post.txt. demo/library/manifest.xlsx lists everything. Run it again: nothing is encoded."
	@find demo/library -name '*.mp4' | sort | head -n 8

# Signs the works of the demo under sample names, as three levels of review do, and shows the register of who signed what.
demo-release: demo
	JINCAI=$(JINCAI) fixtures/release
	@echo
	@echo "Who signed what is in demo/register and demo/register.xlsx; each post.txt of a released work ends with the names."

# Tests of what is not here (the footage, the right to mount) are counted as ignored; JINCAI_REQUIRE=1 makes them fail.
test:
	.ci/needs test
	CARGO="$(CARGO)" .ci/test

# Measures against two ffmpeg scripts, and the watch service; see benches/README.md. One part: make bench PART=2
bench:
	.ci/needs bench
	benches/run $(if $(PART),--part $(PART))
	$(if $(PART),,benches/watch)

# The watch service alone: many drops, rescans, idle CPU, slow copies.
bench-watch:
	.ci/needs bench
	benches/watch

# Drops, replacements and deletions for twenty minutes: does the watch service's memory level off?
bench-watch-soak:
	.ci/needs bench
	benches/watch-soak

# How changed copies of works are found, and how quickly among up to a million works; see benches/README.md.
# The latter alone: make bench-duplicates-scale
bench-duplicates: bench-duplicates-scale
	benches/duplicates

bench-duplicates-scale:
	.ci/needs bench
	$(CARGO) bench --locked --bench duplicates_scale

# The page of screens in a real Chromium: changes, one deck, twins, kills, flipped bits, an hour of memory; about two hours.
# Parts and sizes: make bench-screens SIZES="only=true changes=100"
bench-screens:
	.ci/needs test
	$(CARGO) bench --locked --bench screens -- $(SIZES)

check:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --all-targets -- -D warnings

# Makes the clips under fixtures/ again; needs the ffmpeg program.
fixtures:
	fixtures/make.sh

clean-demo:
	rm -rf demo
