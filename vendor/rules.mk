# SPDX-License-Identifier: LGPL-2.1-or-later
# How one library is built: make -C WORK -f rules.mk LIB=name install, sources unpacked in WORK/src.
# <lib>.mk sets, relative to WORK:
#   archive  name of the static library        srcs     its C and assembler files
#   flags    compiler flags beside the common  headers  files to install into include/
#   trees    folders of headers to install     config   our own header, installed nowhere, as -include
# or, with custom=yes, gives the rule "build" (the two that need their own configure).
# Direct compiler lines rather than the libraries' build systems: those are bound by fork, not by the
# compiler, and bring options we do not want. Paths stay relative, so no build path gets into objects.

include $(VENDOR)/$(LIB).mk

cflags := -O2 -ffunction-sections -fdata-sections -w
ifneq ($(LIBC),musl)
cflags += -g
endif

ifneq ($(custom),yes)

objs := $(addsuffix .o,$(basename $(srcs)))

.PHONY: install
install: $(archive)
	cp $(archive) $(PREFIX)/lib/
	$(if $(headers),cp $(headers) $(PREFIX)/include/)
	$(if $(trees),cp -r $(trees) $(PREFIX)/include/)
	$(extra_install)

%.a: $(objs)
	rm -f $@
	$(AR) rcsD $@ $^

%.o: %.c
	$(CC) $(cflags) $(flags) -I$(PREFIX)/include -c -o $@ $<

%.o: %.S
	$(CC) $(cflags) $(flags) -c -o $@ $<

endif
