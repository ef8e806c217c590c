#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# build.sh path TRIPLE    print the folder the libraries of TRIPLE belong in (whether built or not)
# build.sh make TRIPLE    build them there unless that is done
# build.sh lib NAME       (internal) build one library; variables come from "make"
#
# TRIPLE is ARCH-linux-musl, or ARCH-linux-gnu for the sanitizer profile, which uses the machine's own
# libc and allocator. The folder's name ends in a digest of all that decides its content: pins, rules
# and compiler. It is made under a temporary name and renamed when complete, so it is complete if it
# exists; a lock lets concurrent makes wait for one another.

set -euo pipefail
export LC_ALL=C
umask 022

here=$(cd "$(dirname "$0")" && pwd)
cache=$("$here/cache-dir.sh")

die()
{
	echo "vendor: error: $1" >&2
	[ $# -lt 2 ] || echo "hint: $2" >&2
	exit 1
}

target() # TRIPLE: sets arch libc cross real_cc libs
{
	arch=${1%%-*}
	libc=${1##*-}
	cross=$arch-linux-gnu-
	real_cc=${cross}gcc
	libs="zlib bzip2 xz zstd lz4 libarchive kmod nettle yyjson expat libyaml"
	case $1 in
	*-linux-musl) libs="musl mimalloc $libs" ;;
	*-linux-gnu) ;;
	*) die "unknown target '$1'" "known: x86_64-linux-musl, aarch64-linux-musl, x86_64-linux-gnu" ;;
	esac
}

key()
{
	{
		cat "$here/pins" "$here/build.sh" "$here"/*.mk "$here"/config/*
		"$real_cc" -dumpfullversion -dumpmachine 2>/dev/null || echo "no compiler"
	} | sha256sum | cut -c1-12
}

# The kernel's user-space headers: musl's wrapper hides /usr/include.
copy_kernel_headers() # INCLUDE-DIR
{
	local from=/usr/include asm=/usr/include/$arch-linux-gnu/asm d

	if [ ! -d "$asm" ]; then
		from=/usr/$arch-linux-gnu/include
		asm=$from/asm
	fi
	[ -d "$asm" ] || die "no kernel headers for $arch" "install linux-libc-dev, or linux-libc-dev-ARCH-cross"
	for d in linux asm-generic mtd; do
		cp -rL "$from/$d" "$1/$d"
	done
	cp -rL "$asm" "$1/asm"
}

# musl's own wrapper names its folder by absolute path; ours finds it, so that the folder can move.
install_wrapper() # STAGE
{
	sed -i -e "s|-L$1/lib ||" -e "s|$1\(/[^ }]*\)|%:getenv(KINDLING_SYSROOT \1)|g" "$1/lib/musl-gcc.specs"
	rm -f "$1/bin/musl-gcc" "$1/bin/ld.musl-clang" "$1/bin/musl-clang"
	cat > "$1/bin/musl-gcc" <<-EOF
	#!/bin/sh
	KINDLING_SYSROOT=\$(dirname "\$0")/..
	export KINDLING_SYSROOT
	exec $REAL_CC "\$@" -L "\$KINDLING_SYSROOT/lib" -specs "\$KINDLING_SYSROOT/lib/musl-gcc.specs"
	EOF
	chmod +x "$1/bin/musl-gcc"
}

build_lib() # NAME
{
	local name=$1 work=$WORK/$1 log=$LOGS/$1.log start=$SECONDS

	mkdir -p "$work"
	if ! {
		"$here/fetch.sh" unpack "$name" "$work/src" &&
		make -s -C "$work" -f "$here/rules.mk" --no-print-directory VENDOR="$here" LIB="$name" install
	} > "$log" 2>&1; then
		echo "vendor: error: building $name for $TRIPLE failed; the end of '$log':" >&2
		tail -n 20 "$log" >&2
		exit 1
	fi
	[ "$name" != musl ] || install_wrapper "$PREFIX"
	echo "  VENDOR  $name $((SECONDS - start))s"
}

build_all() # TRIPLE
{
	local final stage jobs=""

	target "$1"
	final=$cache/vendor/$1-$(key)
	[ ! -d "$final" ] || return 0
	command -v "$real_cc" > /dev/null ||
		die "no compiler '$real_cc'" "run: vendor/prerequisites.sh build (for another target: install gcc-$arch-linux-gnu)"

	mkdir -p "$cache/vendor"
	exec 8> "$cache/vendor/.lock-$1"
	flock 8
	[ ! -d "$final" ] || return 0

	"$here/fetch.sh" get $libs
	rm -rf "$cache/vendor/.tmp-$1".*
	stage=$(mktemp -d "$cache/vendor/.tmp-$1.XXXXXX")
	chmod 755 "$stage"
	export TRIPLE=$1 ARCH=$arch LIBC=$libc PREFIX=$stage/out WORK=$stage/work
	export LOGS=$cache/vendor/logs/$1 AR=${cross}ar RANLIB=${cross}ranlib REAL_CC=$real_cc CROSS=$cross
	export CC=$PREFIX/bin/musl-gcc
	[ "$libc" = musl ] || CC=$real_cc
	mkdir -p "$PREFIX/bin" "$PREFIX/lib" "$PREFIX/include" "$WORK" "$LOGS"

	# Under make with -j its job slots are shared; else take what the machine has.
	case " ${MAKEFLAGS:-} " in
	*--jobserver*) ;;
	*) jobs=-j$(nproc) ;;
	esac
	[ "$libc" != musl ] || copy_kernel_headers "$PREFIX/include"
	make $jobs -f "$here/all.mk" --no-print-directory VENDOR="$here" NAMES="$libs"
	mv "$PREFIX" "$final"
	rm -rf "$stage"
}

case ${1:-} in
path) target "$2"; echo "$cache/vendor/$2-$(key)" ;;
make) build_all "$2" ;;
lib) build_lib "$2" ;;
*) die "usage: build.sh path TRIPLE | make TRIPLE" ;;
esac
