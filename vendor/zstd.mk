# SPDX-License-Identifier: LGPL-2.1-or-later
# libzstd with worker threads, without the formats from before 0.8; -O3 as upstream builds it.
archive := libzstd.a
srcs := $(sort $(foreach d,common compress decompress,$(wildcard src/lib/$d/*.c src/lib/$d/*.S)))
flags := -O3 -DZSTD_MULTITHREAD -DXXH_NAMESPACE=ZSTD_ -DZSTD_LEGACY_SUPPORT=0 -pthread
headers := src/lib/zstd.h src/lib/zstd_errors.h
