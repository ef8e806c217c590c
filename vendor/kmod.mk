# SPDX-License-Identifier: LGPL-2.1-or-later
# libkmod only: it is LGPL, while the tools beside it (depmod among them) are GPL and stay out.
# Its ELF reader works on memory but is internal, so the declarations of that one file are cut out of
# the internal header into include/libkmod/libkmod-elf.h. Users must define nothing.
archive := libkmod.a
srcs := $(sort $(wildcard src/libkmod/*.c)) $(addprefix src/shared/,array.c hash.c strbuf.c util.c)
flags := -std=gnu11 -D_GNU_SOURCE -include $(VENDOR)/config/kmod.h -Isrc -Isrc/libkmod
headers := src/libkmod/libkmod.h

define extra_install
mkdir -p $(PREFIX)/include/libkmod
{ printf '#pragma once\n#include <stdint.h>\n#include <sys/types.h>\n#include <libkmod.h>\n\n'; \
  sed -n '\:^/\* libkmod-elf.c \*/:,\:^/\* libkmod-signature.c \*/:p' src/libkmod/libkmod-internal.h | \
  sed -e '$$d' -e 's/_must_check_ //' -e 's/_nonnull_all_ //'; } > $(PREFIX)/include/libkmod/libkmod-elf.h
grep -q kmod_elf_new $(PREFIX)/include/libkmod/libkmod-elf.h
endef
