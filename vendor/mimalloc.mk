# SPDX-License-Identifier: LGPL-2.1-or-later
# The allocator: one unit. It overrides malloc only when linked as an object, before the C library.
custom := yes

.PHONY: install
install:
	$(CC) $(cflags) -std=gnu11 -DNDEBUG -DMI_MALLOC_OVERRIDE=1 -DMI_STATIC_LIB=1 -DMI_LIBC_MUSL=1 \
		-ftls-model=local-exec -fno-builtin-malloc -Isrc/include -c -o mimalloc.o src/src/static.c
	cp mimalloc.o $(PREFIX)/lib/
