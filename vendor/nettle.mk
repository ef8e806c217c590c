# SPDX-License-Identifier: LGPL-2.1-or-later
# Digests and OpenPGP arithmetic, with mini-gmp instead of gmp. "fat" picks SHA-NI and friends at run
# time; it does so by constructor, not by ifunc, which a static musl program would not resolve.
# The tables of the curves are made by a generator, hence its own configure.
custom := yes

.PHONY: install
install:
	cd src && CC="$(CC)" CC_FOR_BUILD=gcc AR=$(AR) RANLIB=$(RANLIB) CFLAGS="$(cflags)" LDFLAGS=$(if $(filter musl,$(LIBC)),-static) ./configure \
		--quiet --host=$(ARCH)-linux-$(LIBC) --build=$$(gcc -dumpmachine) --prefix=$(PREFIX) \
		--libdir=$(PREFIX)/lib --disable-shared --enable-fat --enable-mini-gmp \
		--disable-documentation --disable-openssl --disable-dependency-tracking
	$(MAKE) -C src libnettle.a libhogweed.a
	$(MAKE) -C src install-headers
	cp src/libnettle.a src/libhogweed.a $(PREFIX)/lib/
# its configure asks for debug information whatever it is told; that would name the folder of the build
	$(if $(filter musl,$(LIBC)),$(CROSS)objcopy --strip-debug $(PREFIX)/lib/libnettle.a)
	$(if $(filter musl,$(LIBC)),$(CROSS)objcopy --strip-debug $(PREFIX)/lib/libhogweed.a)
