# SPDX-License-Identifier: Apache-2.0
#
# The one front door. Without CONFIG, the targets people type: each looks after what must be installed and calls make again
# with CONFIG=debug, release, asan, tsan, cov or fuzz. With CONFIG, the rules of that one build, all below build/$(CONFIG).
# A path works as a target too: make build/debug/tests/domain/test_scope

MAKEFLAGS += --no-builtin-rules --no-print-directory
.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: FORCE
ifndef CONFIG
.DEFAULT_GOAL := all
.PHONY: all run test unit e2e browser interop chaos bench asan tsan cov fuzz lint spec format install clean help
.NOTPARALLEL:
JOBS ?= $(shell nproc)
# $(call sub,CONFIG) is make for one configuration, on all processors unless the caller said how many.
sub = $(MAKE) -s CONFIG=$1 $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 30
all: ## build build/release/doorcode
	@scripts/deps run
	+@$(call sub,release) program

run: ## install what is missing, build, make a demo in var/, serve on 127.0.0.1:8000
	@scripts/deps run
	+@$(call sub,release) program
	@exec scripts/run build/release/doorcode

test: ## install what is missing, then all tests: C units, end to end on both engines, browser
	@scripts/deps test
	+@$(call sub,release) program
	+@$(call sub,debug) tests
	@scripts/run-tests debug unit e2e e2e-postgres browser

unit: ## C unit tests only; ONLY=domain narrows them to names that contain it
	@scripts/deps test
	+@$(call sub,debug) units
	@scripts/run-tests debug unit

e2e: ## end-to-end tests over HTTP only; ONLY=device narrows them
	@scripts/deps test
	+@$(call sub,release) program
	+@$(call sub,debug) programs
	@scripts/run-tests debug e2e e2e-postgres

browser: ## browser tests only
	@scripts/deps test
	+@$(call sub,debug) programs
	@scripts/run-tests debug browser

interop: ## clients that people use, against this server, and docs/interop.md; ONLY=authlib narrows them
	@scripts/deps interop
	+@$(call sub,release) program
	@DOORCODE_TEST_BIN=build/release/doorcode node tests/interop/run.mjs $(ONLY)

asan: ## unit and end-to-end tests under the address and undefined-behaviour sanitizers; SUITES=browser runs others
	@scripts/deps test
	+@$(call sub,asan) tests
	@scripts/run-tests asan $(or $(SUITES),unit e2e e2e-nodes)

tsan: ## all tests under the thread sanitizer (clang)
	@scripts/deps lint
	+@$(call sub,tsan) tests
	@scripts/run-tests tsan unit e2e e2e-postgres browser

cov: ## all tests with coverage, then lines covered per file
	@scripts/deps test
	+@$(call sub,cov) tests
	@find build/cov -name '*.gcda' -delete
	@scripts/run-tests cov unit e2e e2e-postgres browser
	@scripts/cov

fuzz: ## each fuzz target for FUZZ_SECONDS (clang); ONLY=form narrows them
	@scripts/deps lint
	+@$(call sub,fuzz) fuzzers
	@scripts/run-fuzz $(FUZZ_SECONDS)

chaos: ## as root, faults against three nodes, HAProxy and two PostgreSQL; ROUNDS=50 SEED=7 FAULTS=kill_primary
	+@scripts/chaos

bench: ## measure speed and memory beside nginx
	@scripts/deps bench
	+@$(call sub,release) program
	@exec bench/run

lint: ## formatting, clang-tidy, layers, banned calls, sizes, documents
	@scripts/deps lint
	@scripts/lint

spec: ## requirements of docs/spec without a mark in the code or in a test
	@scripts/spec

format: ## let clang-format rewrite src and tests
	@scripts/deps lint
	@find src tests -name node_modules -prune -o -name '*.[ch]' -print | xargs -r clang-format -i

install: ## into DESTDIR/PREFIX: program, man pages, systemd units
	@scripts/deps run
	+@$(call sub,release) program
	@scripts/install '$(DESTDIR)' '$(PREFIX)'

clean: ## remove build/
	rm -rf build

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

build/%: FORCE
	+@$(call sub,$(firstword $(subst /, ,$*))) $@
Makefile FORCE: ;

else
# ---------------------------------------------------------------------------------------------------- one configuration

CONFIGS := debug release asan tsan cov fuzz lint
ifeq ($(filter $(CONFIG),$(CONFIGS)),)
$(error CONFIG=$(CONFIG) is none of: $(CONFIGS))
endif

B := build/$(CONFIG)
LIBS := libmicrohttpd gnutls jansson libsodium sqlite3 libconfuse libpq libcrypto

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Wcast-qual -Wwrite-strings \
	-Wimplicit-fallthrough -Wundef -Wenum-conversion -Wconversion

# A release is also built by compilers that we have not seen; their new warnings must not stop it. CI sets WERROR=-Werror.
STRICT := $(if $(filter release,$(CONFIG)),$(WERROR),-Werror)

FLAGS_debug := -Og -g
FLAGS_release := -O2 -g -flto=auto -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
FLAGS_asan := -O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all \
	-Wno-format-truncation -Wno-maybe-uninitialized
FLAGS_tsan := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
FLAGS_cov := -O0 -g --coverage -fprofile-update=atomic
FLAGS_fuzz := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LINK_release := -pie -Wl,-z,relro,-z,now
# Links in half the time, and the tests are some 240 programs.
GOLD := $(if $(filter debug asan cov,$(CONFIG)),$(if $(shell command -v ld.gold),-fuse-ld=gold))

COMPILER := $(if $(filter tsan fuzz,$(CONFIG)),clang,gcc)
AR := $(if $(filter release,$(CONFIG)),gcc-ar,ar)
CFLAGS_ALL := -std=gnu11 -D_GNU_SOURCE $(WARN) $(STRICT) \
	-pthread $(FLAGS_$(CONFIG)) -Isrc -Ibuild/gen $(shell pkg-config --cflags $(LIBS)) $(CFLAGS)
LDFLAGS_ALL := $(FLAGS_$(CONFIG)) -pthread -Wl,--as-needed $(LINK_$(CONFIG)) $(GOLD) $(LDFLAGS)
LDLIBS := $(shell pkg-config --libs $(LIBS))
# Asked only when a test is linked: a release is built where Check is not installed.
CHECK_LIBS = $(eval CHECK_LIBS := $(shell pkg-config --libs check))$(CHECK_LIBS)

SRC := $(sort $(shell find src -name '*.c'))
LIB_OBJ := $(patsubst %.c,$B/%.o,$(filter-out src/main.c,$(SRC))) $B/gen/assets.o
TEST_SRC := $(sort $(shell find tests \( -name node_modules -o -name interop \) -prune -o -name '*.c' -print))
UNIT_SRC := $(foreach path,$(TEST_SRC),$(if $(filter test_%,$(notdir $(path))),$(path)))
UNITS := $(UNIT_SRC:tests/%.c=$B/tests/%)
HELPER_OBJ := $(patsubst %.c,$B/%.o,$(filter-out $(UNIT_SRC) tests/fuzz/% tests/support/%,$(TEST_SRC)))
helpers = $(filter $1/%,$(HELPER_OBJ))
SUPPORT_OBJ := $(patsubst %.c,$B/%.o,$(filter-out %/clock_moved.c,$(filter tests/support/%,$(TEST_SRC))))
FUZZ_SRC := $(wildcard tests/fuzz/fuzz_*.c)
FUZZERS := $(FUZZ_SRC:tests/fuzz/fuzz_%.c=$B/fuzz/%)
REPLAYS := $(FUZZ_SRC:tests/fuzz/fuzz_%.c=$B/tests/fuzz/replay_%)
ASSETS := $(sort $(shell find web/templates web/static sql -type f ! -name '.*' 2>/dev/null))

.DEFAULT_GOAL := program
.PHONY: program programs units tests fuzzers tidy
program: $B/doorcode
programs: $B/doorcode $B/doorcode-moved
units: $(UNITS) $(REPLAYS)
tests: programs units
fuzzers: $(FUZZERS)
tidy: $(patsubst %.c,$B/%.tidy,$(SRC) $(TEST_SRC))

# $(call remember,FILE,WORDS): FILE holds WORDS and is newer than what depends on it only when they have changed, so that
# other flags, and files that came or went, rebuild what they should and nothing else.
define remember
ifneq ($$(strip $$(file <$1)),$$(strip $2))
$1: FORCE
endif
$1:
	@mkdir -p $$(@D)
	@printf '%s\n' '$2' >$$@
endef
$(eval $(call remember,$B/flags,$(COMPILER) $(CFLAGS_ALL) $(LDFLAGS_ALL) $(LDLIBS)))
$(eval $(call remember,$B/objects,$(LIB_OBJ)))
$(eval $(call remember,$B/support,$(SUPPORT_OBJ) .))
$(eval $(call remember,build/gen/assets.list,$(ASSETS) .))

define compile
@mkdir -p $(@D)
@echo '  CC    $@'
@$(COMPILER) $(CFLAGS_ALL) $(EXTRA) -MMD -MP -c -o $@ $<
endef

$B/tests/%.o: EXTRA := -Itests
$B/%.o: %.c $B/flags
	$(compile)

$B/gen/%.o: build/gen/%.c $B/flags
	$(compile)

build/gen/assets.c: $(ASSETS) build/gen/assets.list scripts/embed
	@echo '  EMBED $@'
	@scripts/embed $(ASSETS) >$@.$(CONFIG).tmp && mv $@.$(CONFIG).tmp $@

define archive
@echo '  AR    $@'
@rm -f $@
@$(AR) rcs $@ $(filter %.o,$^)
endef

$B/libdoorcode.a: $(LIB_OBJ) $B/objects
	$(archive)

$B/libtestsupport.a: $(SUPPORT_OBJ) $B/support
	$(archive)

# Link. An object that stands before the archive keeps the archive's own definition out: that is how the clock is replaced.
define link
@mkdir -p $(@D)
@echo '  LINK  $@'
@$(COMPILER) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) $1 $(LDLIBS)
endef

$B/doorcode: $B/src/main.o $B/libdoorcode.a
	$(call link)

$B/doorcode-moved: $B/src/main.o $B/tests/support/clock_moved.o $B/libdoorcode.a
	$(call link)

# What stands beside a test without the name of one helps the tests of that folder; tests/support helps all.
.SECONDEXPANSION:
$(UNITS): $B/tests/%: $B/tests/%.o $$(call helpers,$$(@D)) $B/libtestsupport.a $B/libdoorcode.a
	$(call link,$(CHECK_LIBS))

$(REPLAYS): $B/tests/fuzz/replay_%: $B/tests/fuzz/fuzz_%.o $B/tests/fuzz/replay.o $B/libdoorcode.a
	$(call link)

$(FUZZERS): $B/fuzz/%: $B/tests/fuzz/fuzz_%.o $B/libdoorcode.a
	$(call link,-fsanitize=fuzzer)

# clang-tidy, once per file until it or a header of it changes (make lint)
$B/%.tidy: %.c .clang-tidy tests/.clang-tidy $B/flags
	@mkdir -p $(@D)
	@gcc $(CFLAGS_ALL) -Itests -MM -MP -MT $@ -MF $(@:.tidy=.d) $<
	@clang-tidy --quiet $< -- $(CFLAGS_ALL) -Itests 2>$@.log || { cat $@.log; exit 1; }
	@touch $@

Makefile FORCE: ;
-include $(shell find $B -name '*.d' 2>/dev/null)

endif
