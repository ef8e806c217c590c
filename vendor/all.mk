# SPDX-License-Identifier: LGPL-2.1-or-later
# The order libraries are built in: only who needs whose headers. Called by build.sh.
.PHONY: all $(NAMES)
all: $(NAMES)

# "+" hands the job slots down to the library's own make.
$(NAMES):
	+@$(VENDOR)/build.sh lib $@

# everything needs the C library (where it is ours)
$(filter-out musl,$(NAMES)): $(filter musl,$(NAMES))
$(filter libarchive,$(NAMES)): zlib bzip2 xz zstd
$(filter kmod,$(NAMES)): zlib xz zstd
