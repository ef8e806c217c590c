# SPDX-License-Identifier: LGPL-2.1-or-later
# The reader half: api.c's few calls into the emitter are cut off by --gc-sections.
archive := libyaml.a
srcs := $(addprefix src/src/,api.c reader.c scanner.c parser.c)
flags := -DYAML_VERSION_MAJOR=0 -DYAML_VERSION_MINOR=2 -DYAML_VERSION_PATCH=5 \
	'-DYAML_VERSION_STRING="0.2.5"' -Isrc/include
headers := src/include/yaml.h
