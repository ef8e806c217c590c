# SPDX-License-Identifier: LGPL-2.1-or-later
# Compilers and flags; no rules. Sets, from TARGET and SAN: TRIPLE, PROFILE, CC, AR, STRIP, SYSROOT,
# CPPFLAGS, CFLAGS, LDFLAGS, LDLIBS.
#
#   TARGET=x86_64-linux-musl   the product: static, on the C library and allocator of vendor/
#   TARGET=aarch64-linux-musl  the same, cross-compiled
#   SAN=1                      the machine's own C library with address and undefined-behaviour checks
#   FUZZ=1                     the same by clang, with libFuzzer

HOST_ARCH := $(shell uname -m)
TARGET ?= $(HOST_ARCH)-linux-musl

ifneq ($(FUZZ)$(SAN),)
TRIPLE := $(HOST_ARCH)-linux-gnu
PROFILE := $(if $(FUZZ),-fuzz,-san)
else
TRIPLE := $(TARGET)
PROFILE :=
endif

CROSS := $(firstword $(subst -, ,$(TRIPLE)))-linux-gnu-
AR := $(CROSS)ar
OBJCOPY := $(CROSS)objcopy
# The folder's name holds a digest of pins, rules and compiler, so a change there rebuilds all.
SYSROOT := $(shell vendor/build.sh path $(TRIPLE))

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wvla -Wstrict-prototypes
# Nothing of where or when it was built gets into the binary.
REPRODUCIBLE := -ffile-prefix-map=$(CURDIR)=. -ffile-prefix-map=$(SYSROOT)=vendor

CPPFLAGS := -Isrc -D_GNU_SOURCE -DKINDLING_VERSION='"$(VERSION)"'
CFLAGS ?= -O2 -g
override CFLAGS := -std=gnu17 $(CFLAGS) -pthread -ffunction-sections -fdata-sections $(WARNINGS) \
	$(REPRODUCIBLE) $(if $(WERROR),-Werror)
LDFLAGS := -pthread -Wl,--gc-sections -Wl,--build-id=none
VENDOR_LIBS := -larchive -lkmod -lyyjson -lexpat -lyaml -lzstd -llz4 -llzma -lbz2 -lz -lhogweed -lnettle

ifneq ($(PROFILE),)
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
CC := $(if $(FUZZ),clang,$(CROSS)gcc)
# every model and every learned clause of the solver is checked, too
CPPFLAGS += -isystem $(SYSROOT)/include -DKINDLING_SELF_CHECK \
	$(if $(FUZZ),-DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION)
override CFLAGS += -O1 $(SANITIZE) $(if $(FUZZ),-fsanitize=fuzzer-no-link)
LDFLAGS += $(SANITIZE) -L$(SYSROOT)/lib
LDLIBS := $(VENDOR_LIBS)
else
CC := $(SYSROOT)/bin/musl-gcc
LDFLAGS += -static
# first on the line, as an object: only so does it replace the C library's allocator
MALLOC := $(SYSROOT)/lib/mimalloc.o
LDLIBS := $(VENDOR_LIBS)
endif
