# SPDX-License-Identifier: LGPL-2.1-or-later
# The C library. Its configure is one quick shell script.
custom := yes

.PHONY: install
install:
	cd src && CC=$(REAL_CC) CROSS_COMPILE=$(CROSS) CFLAGS="-O2" ./configure --prefix=$(PREFIX) \
		--target=$(ARCH) --disable-shared --enable-wrapper=gcc
	$(MAKE) -C src
	$(MAKE) -C src install
