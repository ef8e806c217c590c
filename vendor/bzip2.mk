# SPDX-License-Identifier: LGPL-2.1-or-later
archive := libbz2.a
srcs := $(addprefix src/,blocksort.c bzlib.c compress.c crctable.c decompress.c huffman.c randtable.c)
flags := -D_FILE_OFFSET_BITS=64
headers := src/bzlib.h
