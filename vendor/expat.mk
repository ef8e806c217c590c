# SPDX-License-Identifier: LGPL-2.1-or-later
# The streaming XML parser. Without XML_DTD and general entities: repository metadata has neither, and
# what is not compiled in cannot be abused. Its hash salt comes from getrandom and decides no output.
archive := libexpat.a
srcs := $(addprefix src/expat/lib/,xmlparse.c xmlrole.c xmltok.c) \
	$(filter-out %/random_rand_s.c %/random_arc4random.c %/random_arc4random_buf.c,$(wildcard src/expat/lib/random_*.c))
flags := -std=gnu99 -Iconfig -Isrc/expat/lib
headers := src/expat/lib/expat.h src/expat/lib/expat_external.h

$(srcs:.c=.o): config/expat_config.h
config/expat_config.h:
	mkdir -p config
	cp $(VENDOR)/config/expat.h $@
