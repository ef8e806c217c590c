# SPDX-License-Identifier: LGPL-2.1-or-later
# Blocks, high compression (the kernel's legacy format is made of those) and frames.
archive := liblz4.a
srcs := $(addprefix src/lib/,lz4.c lz4hc.c lz4frame.c xxhash.c)
flags := -O3 -DXXH_NAMESPACE=LZ4_
headers := $(addprefix src/lib/,lz4.h lz4hc.h lz4frame.h)
