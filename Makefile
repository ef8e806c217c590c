# SPDX-License-Identifier: LGPL-2.1-or-later
# One file for all of the build, without recursion. "make help" lists the targets.
#
# Variables: TARGET= SAN=1 (toolchain.mk), WERROR=1 (warnings are errors), V=1 (show commands),
# O=DIR (build there instead of build/), KINDLING_CACHE=DIR (libraries and sources, default the user's
# cache), VENDOR_CACHE=DIR (folder of source tarballs), KINDLING_DATA=DIR (test data that is not in
# the repository), PREFIX= DESTDIR= (install).

VERSION := 0.1.0

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
SHELL := /bin/bash

# What the goals need on this machine is there before anything looks for a compiler. Not under -n.
goals_of = $(filter $(1),$(or $(MAKECMDGOALS),all))
PREREQUISITES := $(firstword $(if $(call goals_of,check check-boot check-boot-rest),boot) \
	$(if $(call goals_of,bench bench-%),bench) \
	$(if $(call goals_of,check-% lint fuzz),check) $(if $(call goals_of,demo),build))
ifeq ($(findstring n,$(firstword -$(MAKEFLAGS))),)
$(if $(PREREQUISITES),$(if $(shell vendor/prerequisites.sh $(PREREQUISITES) >&2 && echo ok),,$(error prerequisites are missing)))
endif

include toolchain.mk
include .ci/layers.mk

O ?= build
B := $(O)/$(TRIPLE)$(PROFILE)
PREFIX ?= /usr/local
KINDLING_DATA ?= ../shared/data
PROVE_JOBS ?= 2
FUZZ_SECONDS ?= 60

Q := $(if $(V),,@)
say = @$(if $(V),:,printf '  %-7s %s\n' $(1) $(patsubst $(B)/%,%,$(2)))

# ---- sources ---------------------------------------------------------------------------------------

ALL_SRCS := $(sort $(wildcard src/*/*.c src/*/*/*.c))
FOLDERS := $(sort $(foreach f,$(ALL_SRCS),$(word 2,$(subst /, ,$(f)))))
UNIT_SRCS := $(sort $(wildcard tests/unit/*/test_*.c))
# programs that a shell test drives with real data; not tests by themselves
UNIT_DRIVER_SRCS := $(filter %_real.c,$(UNIT_SRCS))
UNIT_HELP_SRCS := $(sort $(filter-out $(UNIT_SRCS),$(wildcard tests/unit/*/*.c)))
FUZZ_SRCS := $(sort $(wildcard tests/fuzz/fuzz_*.c))
EMBED_FILES := $(shell find recipes rootfs-skel -type f ! -name '*~' ! -name '.*.sw?' 2>/dev/null | LC_ALL=C sort)

unknown := $(strip $(foreach d,$(FOLDERS),$(if $(filter undefined,$(origin layer_$(d))),$(d))))
$(if $(unknown),$(error src/$(firstword $(unknown)) has no row in .ci/layers.mk))

obj = $(patsubst %.c,$(B)/obj/%.o,$(1))
folder_srcs = $(filter src/$(1)/%,$(ALL_SRCS))
# the archives of a folder and of all below it that exist, upper ones first
folder_libs = $(foreach d,$(1) $(layer_$(1)),$(if $(filter $(d),$(FOLDERS)),$(B)/lib/lib$(d).a))

KINDLING := $(B)/kindling
UNIT_TESTS := $(UNIT_SRCS:%.c=$(B)/%)
UNIT_DRIVERS := $(UNIT_DRIVER_SRCS:%.c=$(B)/%)
UNIT_PROVED := $(filter-out $(UNIT_DRIVERS),$(UNIT_TESTS))
FUZZ_TESTS := $(FUZZ_SRCS:%.c=$(B)/%)

# ---- building --------------------------------------------------------------------------------------

.PHONY: all
all: $(KINDLING)

$(SYSROOT):
	+@vendor/build.sh make $(TRIPLE)

# Changed flags rebuild what they made.
FLAGS_FILE := $(B)/flags
FLAGS_TEXT := $(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)
$(FLAGS_FILE): FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(FLAGS_TEXT))' | cmp -s - $@ || printf '%s\n' '$(subst ','\'',$(FLAGS_TEXT))' > $@
.PHONY: FORCE
FORCE:

$(B)/obj/src/%.o: src/%.c $(FLAGS_FILE) | $(SYSROOT)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -include base/banned.h -MMD -MP -c -o $@ $<

$(B)/obj/tests/%.o: tests/%.c $(FLAGS_FILE) | $(SYSROOT)
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) -I. -Itests/unit $(CFLAGS) -MMD -MP -c -o $@ $<

# The boot helper, once per architecture that an image may have, whatever this machine is: small, on the
# C library alone. The same compiler makes the same bytes everywhere, so images do not depend on where
# kindling was built.
NETROOT_ARCHS := $(foreach a,aarch64 x86_64,$(if $(shell command -v $(a)-linux-gnu-gcc),$(a)))
NETROOT_BINS := $(NETROOT_ARCHS:%=$(O)/netroot/%/kindling-netroot)
NETROOT_SRCS := $(call folder_srcs,netroot) $(call folder_srcs,bootline) \
	$(patsubst %,src/base/%.c,arena err fs num strbuf sv)
NETROOT_CFLAGS := -std=gnu17 -Os -flto -ffat-lto-objects -frandom-seed=kindling $(WARNINGS) -ffile-prefix-map=$(CURDIR)=. \
	-ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -fmerge-all-constants \
	-fno-pie -no-pie -static -Wl,--gc-sections -Wl,--build-id=none -s
define netroot_rule
$(O)/netroot/$(1)/kindling-netroot: $(NETROOT_SRCS) $(wildcard src/netroot/*.h src/bootline/*.h src/base/*.h) Makefile
	$$(call say,NETROOT,$$@)
	+@vendor/libc.sh make $(1)
	@mkdir -p $$(@D)
	$$(Q)c=$$$$(vendor/libc.sh path $(1)); cc=$(1)-linux-gnu-gcc; $$$$cc -Isrc -D_GNU_SOURCE -DKINDLING_VERSION='"$(VERSION)"' \
		$(NETROOT_CFLAGS) -nostdinc -isystem $$$$c/include -isystem "$$$$($$$$cc -print-file-name=include)" \
		-include base/banned.h -nostdlib -L$$$$c/lib -o $$@ $$$$c/lib/crt1.o $$$$c/lib/crti.o $(NETROOT_SRCS) \
		-lc -lgcc $$$$c/lib/crtn.o
endef
$(foreach a,$(NETROOT_ARCHS),$(eval $(call netroot_rule,$(a))))

# for tests and tools of this machine
.PHONY: netroot
netroot: $(NETROOT_BINS)

# recipes/, rootfs-skel/ and the boot helpers as data: a table in C, the bytes by .incbin
EMBED := $(foreach a,$(NETROOT_ARCHS),netroot/$(a)=$(O)/netroot/$(a)/kindling-netroot) $(EMBED_FILES)
$(B)/gen/embed.c: FORCE $(NETROOT_BINS)
	@mkdir -p $(@D)
	@.ci/make-embed.sh $(EMBED) > $@.tmp
	@if cmp -s $@.tmp $@; then rm $@.tmp; else mv $@.tmp $@; fi

$(B)/obj/embed.o: $(B)/gen/embed.c $(EMBED_FILES) $(NETROOT_BINS) $(FLAGS_FILE) | $(SYSROOT)
	$(call say,EMBED,$(words $(EMBED)) files)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

define folder_rule
$(B)/lib/lib$(1).a: $(call obj,$(call folder_srcs,$(1))) $(if $(filter base,$(1)),$(B)/obj/embed.o)
$(foreach t,$(filter tests/unit/$(1)/%,$(UNIT_SRCS)),$(t:%.c=$(B)/%)): \
	$(call obj,$(filter tests/unit/$(1)/%,$(UNIT_HELP_SRCS))) $(call folder_libs,$(1))
endef
$(foreach d,$(FOLDERS),$(eval $(call folder_rule,$(d))))

# the folder's objects, and nothing left over from a file that is gone
$(B)/lib/%.a:
	$(call say,AR,$@)
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)$(AR) rcsD $@ $(filter %.o,$^)

LINK = $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(MALLOC) $(filter %.o,$^) \
	-Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(LDLIBS)

$(B)/kindling.debug: $(call obj,src/main.c) $(call folder_libs,cli)
	$(call say,LINK,$@)
	$(Q)$(LINK)

# Sanitized and fuzzed programs keep their symbols, for their reports.
$(KINDLING): $(B)/kindling.debug
	$(Q)$(if $(PROFILE),cp,$(OBJCOPY) --strip-all) $< $@

$(UNIT_TESTS): $(B)/tests/unit/%: $(B)/obj/tests/unit/%.o $(B)/obj/tests/unit/runner.o
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(LINK)

FUZZ_MAIN := $(if $(FUZZ),,$(B)/obj/tests/fuzz/driver.o)
$(FUZZ_TESTS): $(B)/tests/fuzz/%: $(B)/obj/tests/fuzz/%.o $(FUZZ_MAIN) $(sort $(call folder_libs,build) $(call folder_libs,netroot))
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(LINK) $(if $(FUZZ),-fsanitize=fuzzer)

.SECONDARY:
-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)

# ---- tests -----------------------------------------------------------------------------------------
# Everything speaks TAP and runs under prove, so a run closes on prove's summary. A kind of test of
# which there is none is an error, not a success.

CLI_TESTS := $(sort $(wildcard tests/cli/t[0-9]*.sh))
BOOT_CHECK_TESTS := $(sort $(wildcard tests/boot/check/*.sh))
BOOT_TESTS := $(sort $(filter-out %/lib.sh %/netlib.sh %/machine.sh,$(wildcard tests/boot/*.sh)))
DATA_TESTS := $(sort $(wildcard tests/data-checks/*.sh))
LONG_TESTS := $(sort $(wildcard tests/long/*.sh))
BENCHES := $(sort $(wildcard tests/bench/*.sh))

# Leaks are looked for in unit and fuzz programs; the program itself leaves memory to the end of the process.
TEST_ENV = TOP='$(CURDIR)' BUILD='$(abspath $(B))' KINDLING='$(abspath $(KINDLING))' \
	NETROOT='$(abspath $(O)/netroot/$(HOST_ARCH)/kindling-netroot)' $(if $(PROFILE),KINDLING_SANITIZED=1 \
	ASAN_OPTIONS=detect_leaks=$(if $(filter %.sh,$(1)),0,1) UBSAN_OPTIONS=print_stacktrace=1)
some = $(if $(strip $(2)),,@echo "make: no $(1) tests were found" >&2; exit 1)
# prove TIMEOUT-SECONDS, TESTS. What failed is said once more at the end: a long run's middle is easily lost.
FAILURES := $(abspath $(B))/tests/failures
prove = $(Q)mkdir -p '$(dir $(FAILURES))' && rm -f '$(FAILURES)' && \
	{ TEST_FAILURES='$(FAILURES)' $(call TEST_ENV,$(2)) prove --timer -j$(PROVE_JOBS) \
		--exec 'timeout -k 10 $(1)' $(2) || { cat '$(FAILURES)' 2>/dev/null; exit 1; }; }

.PHONY: check check-quick check-unit check-fuzz check-cli check-boot check-boot-few check-boot-rest check-data \
	check-long
check: check-quick $(if $(SAN),,check-boot-few)

check-quick: $(KINDLING) $(UNIT_TESTS) $(FUZZ_TESTS)
	$(call some,unit,$(UNIT_TESTS))
	$(call some,fuzz,$(FUZZ_TESTS))
	$(call some,command line,$(CLI_TESTS))
	$(if $(SAN),$(call prove,900,$(UNIT_PROVED) $(FUZZ_TESTS)))
	$(call prove,900,$(if $(SAN),,$(UNIT_PROVED) $(FUZZ_TESTS)) $(CLI_TESTS))

check-unit: $(UNIT_TESTS)
	$(call some,unit,$(UNIT_TESTS))
	$(call prove,600,$(UNIT_PROVED))

check-fuzz: $(FUZZ_TESTS)
	$(call some,fuzz,$(FUZZ_TESTS))
	$(call prove,600,$(FUZZ_TESTS))

check-cli: $(KINDLING) $(UNIT_DRIVERS)
	$(call some,command line,$(CLI_TESTS))
	$(call prove,900,$(CLI_TESTS))

# after the quick ones, never beside them: a guest wants the whole machine, and a third test starves its servers
check-boot-few: check-quick
	$(call some,boot,$(BOOT_CHECK_TESTS))
	$(call prove,2700,$(BOOT_CHECK_TESTS))

check-boot: $(KINDLING)
	$(call some,boot,$(BOOT_CHECK_TESTS) $(BOOT_TESTS))
	$(call prove,2700,$(BOOT_CHECK_TESTS) $(BOOT_TESTS))

# what check has not run
check-boot-rest: $(KINDLING)
	$(call some,boot,$(BOOT_TESTS))
	$(call prove,2700,$(BOOT_TESTS))

check-data: export KINDLING_DATA := $(abspath $(KINDLING_DATA))
check-data: $(KINDLING) $(UNIT_DRIVERS)
	@test -d '$(KINDLING_DATA)' || { echo "make: no folder '$(KINDLING_DATA)': set KINDLING_DATA" >&2; exit 1; }
	$(call some,data,$(DATA_TESTS))
	$(call prove,1200,$(DATA_TESTS))

check-long: $(KINDLING) $(UNIT_DRIVERS)
	$(call some,long,$(LONG_TESTS))
	$(call prove,7200,$(LONG_TESTS))

# Searches for new failing inputs, FUZZ_SECONDS per target; finds land in build/, seeds stay as they are.
.PHONY: fuzz fuzz-run
fuzz:
	+$(Q)$(MAKE) --no-print-directory FUZZ=1 fuzz-run
fuzz-run: $(FUZZ_TESTS)
	$(call some,fuzz,$(FUZZ_TESTS))
	$(Q)for t in $(FUZZ_TESTS); do n=$${t##*/fuzz_}; mkdir -p $(B)/corpus/$$n; \
		$$t -max_total_time=$(FUZZ_SECONDS) -timeout=25 -rss_limit_mb=2048 -artifact_prefix=$(B)/corpus/crash-$$n- \
		$(B)/corpus/$$n tests/fuzz/corpus/$$n > $(B)/corpus/$$n.log 2>&1 || \
		{ tail -n 40 $(B)/corpus/$$n.log; exit 1; }; echo "  FUZZ    $$n: $$(tail -n 1 $(B)/corpus/$$n.log)"; done

.PHONY: bench
bench: $(KINDLING) $(UNIT_DRIVERS)
	$(call some,bench,$(BENCHES))
	$(Q)for t in $(BENCHES); do $(call TEST_ENV,.sh) $$t || exit 1; done

# one of them: bench-build, bench-solve
bench-%: $(KINDLING) $(UNIT_DRIVERS) tests/bench/%.sh
	$(Q)$(call TEST_ENV,.sh) tests/bench/$*.sh

# ---- hygiene, documents, the rest ------------------------------------------------------------------

.PHONY: lint
lint: | $(SYSROOT)
	$(Q)CC='$(CC)' CPPFLAGS='$(subst ','\'',$(CPPFLAGS))' CFLAGS='$(CFLAGS)' SYSROOT='$(SYSROOT)' .ci/lint.sh

.PHONY: format
format:
	$(Q)clang-format -i $$(find src tests -name '*.[ch]')

MAN_SRCS := $(sort $(wildcard docs/man/*.scd))
MAN_PAGES := $(MAN_SRCS:docs/man/%.scd=$(O)/man/%)
.PHONY: docs
docs: $(MAN_PAGES)
# scdoc takes the date of a page from SOURCE_DATE_EPOCH
$(O)/man/%: docs/man/%.scd
	$(call say,MAN,$@)
	@mkdir -p $(@D)
	$(Q)SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct -- $< 2>/dev/null || echo 0)} scdoc < $< > $@

.PHONY: install
install: all docs
	install -D -m 755 $(KINDLING) $(DESTDIR)$(PREFIX)/bin/kindling
	for p in $(MAN_PAGES); do \
		install -D -m 644 $$p $(DESTDIR)$(PREFIX)/share/man/man$${p##*.}/$${p##*/} || exit 1; done

.PHONY: demo
demo: $(KINDLING)
	$(Q)O='$(O)' $(call TEST_ENV,.sh) tests/demo.sh

.PHONY: clean
clean:
	rm -rf $(O)

.PHONY: help
help:
	@echo 'all          build $(KINDLING) (the default)'
	@echo 'demo         make a small mirror, build an initrd from it, print how to boot it'
	@echo 'check        unit, fuzz corpus and command line tests, then the most telling boots'
	@echo 'check-quick  the same without boots; check-unit, check-fuzz, check-cli: its parts'
	@echo 'check-boot   the whole boot matrix; check-boot-rest: what check has not run of it'
	@echo 'check-data   tests that need KINDLING_DATA'
	@echo 'check-long   hours of tests            fuzz        search for failing inputs, FUZZ_SECONDS each'
	@echo 'lint         layers, sizes, headers, format, static analysis'
	@echo 'bench        measure beside other programs; bench-build, bench-solve: one of them'
	@echo 'format docs install clean'
	@echo 'variables: TARGET SAN=1 WERROR=1 V=1 O=DIR KINDLING_CACHE VENDOR_CACHE KINDLING_DATA PREFIX DESTDIR'
