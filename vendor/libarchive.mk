# SPDX-License-Identifier: LGPL-2.1-or-later
# The reader for ar, tar, cpio and raw with the four filters packages use. No writer, no disk code.
archive := libarchive.a
srcs := $(addprefix src/libarchive/archive_,acl.c check_magic.c cmdline.c entry.c entry_copy_stat.c \
	entry_link_resolver.c entry_sparse.c entry_stat.c entry_strmode.c entry_xattr.c options.c \
	pack_dev.c pathmatch.c random.c rb.c read.c read_add_passphrase.c read_data_into_fd.c \
	read_open_fd.c read_open_filename.c read_open_memory.c read_set_options.c \
	read_support_filter_bzip2.c read_support_filter_gzip.c read_support_filter_none.c \
	read_support_filter_xz.c read_support_filter_zstd.c read_support_format_ar.c \
	read_support_format_cpio.c read_support_format_raw.c read_support_format_tar.c \
	string.c string_sprintf.c util.c virtual.c)
flags := -std=gnu11 -DHAVE_CONFIG_H -Iconfig -Isrc/libarchive
headers := src/libarchive/archive.h src/libarchive/archive_entry.h

$(srcs:.c=.o): config/config.h
config/config.h:
	mkdir -p config
	cp $(VENDOR)/config/libarchive.h $@
