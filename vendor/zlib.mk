# SPDX-License-Identifier: LGPL-2.1-or-later
archive := libz.a
srcs := $(addprefix src/,adler32.c compress.c crc32.c deflate.c infback.c inffast.c inflate.c \
	inftrees.c trees.c uncompr.c zutil.c gzclose.c gzlib.c gzread.c gzwrite.c)
flags := -D_LARGEFILE64_SOURCE=1 -DHAVE_HIDDEN -DHAVE_UNISTD_H -DHAVE_STDARG_H
headers := src/zlib.h src/zconf.h
