# SPDX-License-Identifier: LGPL-2.1-or-later
# The allocator: one unit. It overrides malloc only when linked as an object, before the C library.
#
# Its large_os_pages is on: a short run pays more for page faults than for its own work, and huge pages spare
# it most of them (bench-solve's cached plan: a third of its CPU). Only by advice to the kernel: pages of the
# pool for MAP_HUGETLB are somebody else's. Without that flag and MAP_NORESERVE the code for the pool is skipped.
custom := yes

.PHONY: install
install:
	grep -q '{ 0, UNINIT, MI_OPTION(large_os_pages) }' src/src/options.c
	sed -i 's/{ 0, \(UNINIT, MI_OPTION(large_os_pages) }\)/{ 1, \1/' src/src/options.c
	printf '#include <sys/mman.h>\n#undef MAP_HUGETLB\n#undef MAP_HUGE_2MB\n#undef MAP_HUGE_1GB\n#undef MAP_NORESERVE\n' > mman.h
	$(CC) $(cflags) -std=gnu11 -DNDEBUG -DMI_MALLOC_OVERRIDE=1 -DMI_STATIC_LIB=1 -DMI_LIBC_MUSL=1 \
		-ftls-model=local-exec -fno-builtin-malloc -include ./mman.h -Isrc/include -c -o mimalloc.o src/src/static.c
	cp mimalloc.o $(PREFIX)/lib/
