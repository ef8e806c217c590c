/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What expat's configure would find on Linux with musl or glibc. */
#define BYTEORDER (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4321 : 1234)
#define HAVE_GETRANDOM 1
#define HAVE_UNISTD_H 1
#define XML_GE 0
#define XML_CONTEXT_BYTES 0
