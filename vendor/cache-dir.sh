#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Prints the cache folder, which lies outside the checkout: $KINDLING_CACHE, else the user's cache.
# HOME may be unset (a bare build service).
if [ -n "${KINDLING_CACHE:-}" ]; then
	echo "$KINDLING_CACHE"
elif [ -n "${XDG_CACHE_HOME:-}" ]; then
	echo "$XDG_CACHE_HOME/kindling"
elif [ -n "${HOME:-}" ]; then
	echo "$HOME/.cache/kindling"
else
	echo /var/tmp/kindling-cache
fi
