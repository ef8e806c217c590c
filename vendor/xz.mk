# SPDX-License-Identifier: LGPL-2.1-or-later
# liblzma with threads. The *_small and *_tablegen files are alternatives and generators.
archive := liblzma.a
dirs := common check lz rangecoder lzma delta simple
srcs := $(filter-out %_small.c %tablegen.c %_gen.c,$(sort $(wildcard $(dirs:%=src/src/liblzma/%/*.c)))) \
	src/src/common/tuklib_cpucores.c src/src/common/tuklib_physmem.c
flags := -std=gnu99 -DHAVE_CONFIG_H -Iconfig -pthread -fvisibility=hidden -Isrc/src/liblzma/api \
	$(dirs:%=-Isrc/src/liblzma/%) -Isrc/src/common
headers := src/src/liblzma/api/lzma.h
trees := src/src/liblzma/api/lzma

$(srcs:.c=.o): config/config.h
config/config.h:
	mkdir -p config
	cp $(VENDOR)/config/xz.h $@
