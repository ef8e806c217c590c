#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# libc.sh path ARCH    print the folder with include/ and lib/ of the C library for ARCH (built or not)
# libc.sh make ARCH    build it there unless that is done
#
# For the boot helper, which is built for every architecture an image may have and needs no other
# library. Where all libraries of ARCH have been built, their C library is taken: it is the same.
# As in build.sh, the folder's name ends in a digest of what decides its content, and the folder is
# complete if it exists.

set -euo pipefail
export LC_ALL=C
umask 022

here=$(cd "$(dirname "$0")" && pwd)
cache=$("$here/cache-dir.sh")

[ $# -eq 2 ] || { echo "usage: libc.sh path ARCH | make ARCH" >&2; exit 2; }
arch=$2
real_cc=$arch-linux-gnu-gcc

key()
{
	{
		grep '^musl[[:space:]]' "$here/pins"
		cat "$here/libc.sh" "$here/musl.mk" "$here/rules.mk"
		"$real_cc" -dumpfullversion -dumpmachine 2>/dev/null || echo "no compiler"
	} | sha256sum | cut -c1-12
}

full=$("$here/build.sh" path "$arch-linux-musl")
own=$cache/vendor/$arch-libc-$(key)
final=$own
[ ! -d "$full" ] || final=$full

case $1 in
path)
	echo "$final"
	exit 0
	;;
make) ;;
*) exit 2 ;;
esac

[ ! -d "$final" ] || exit 0
mkdir -p "$cache/vendor"
exec 8> "$cache/vendor/.lock-$arch-libc"
flock 8
[ ! -d "$final" ] || exit 0

"$here/fetch.sh" get musl
rm -rf "$cache/vendor/.tmp-$arch-libc".*
stage=$(mktemp -d "$cache/vendor/.tmp-$arch-libc.XXXXXX")
chmod 755 "$stage"
log=$cache/vendor/logs/$arch-libc.log
mkdir -p "${log%/*}" "$stage/work"
export ARCH=$arch LIBC=musl PREFIX=$stage/out REAL_CC=$real_cc CROSS=$arch-linux-gnu-
start=$SECONDS
if ! {
	"$here/fetch.sh" unpack musl "$stage/work/src" &&
	make -s -C "$stage/work" -f "$here/rules.mk" --no-print-directory VENDOR="$here" LIB=musl install
} > "$log" 2>&1; then
	echo "vendor: error: building the C library for $arch failed; the end of '$log':" >&2
	tail -n 20 "$log" >&2
	exit 1
fi
rm -rf "$PREFIX/bin" "$PREFIX"/lib/*.specs
mv "$PREFIX" "$final"
rm -rf "$stage"
echo "  VENDOR  musl for $arch $((SECONDS - start))s"
