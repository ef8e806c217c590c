#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# fetch.sh get NAME...       make sure one accepted tarball of each library is in the cache
# fetch.sh path NAME         print where it is
# fetch.sh unpack NAME DIR   unpack it into DIR, without its top folder
#
# A tarball is judged by its sha256 in vendor/pins and by nothing else: neither apt's exit status nor
# a file name counts. Looked for in $VENDOR_CACHE (a folder of tarballs, for builds without network),
# then in $KINDLING_CACHE/sources, then fetched by apt with a private state, so that neither the
# machine's sources nor its package lists are touched. A file that has the right name and the wrong
# digest stops everything: it is never passed over in silence.
# Mirror: the one the machine's own apt uses, or $VENDOR_MIRROR (the URI before "suite component").

set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
cache=$("$here/cache-dir.sh")
pins=$here/pins
keyring=${VENDOR_KEYRING:-/usr/share/keyrings/debian-archive-keyring.gpg}

die()
{
	echo "vendor: error: $1" >&2
	[ $# -lt 2 ] || echo "hint: $2" >&2
	exit 1
}

rows() # NAME -> "package suite tarball sha256" lines, the preferred one first
{
	awk -v n="$1" '$1 == n { print $2, $3, $6, $7 }' "$pins"
}

digest()
{
	sha256sum < "$1" | cut -d' ' -f1
}

check_digest() # FILE SHA256 NAME
{
	local got

	got=$(digest "$1")
	[ "$got" = "$2" ] || die "$3: '$1' is not the pinned tarball: sha256 is $got, pinned is $2" \
		"the file is damaged or was tampered with; remove it, or bring the pinned one"
}

store() # FILE TARBALL SHA256: publish in the cache by rename
{
	local dir=$cache/sources/$3

	mkdir -p "$dir"
	cp "$1" "$dir/.tmp.$$"
	mv "$dir/.tmp.$$" "$dir/$2"
}

find_local() # NAME -> path, or nothing
{
	local package suite tarball sha

	if [ -n "${VENDOR_CACHE:-}" ]; then
		[ -d "$VENDOR_CACHE" ] || die "VENDOR_CACHE: no folder '$VENDOR_CACHE'"
		while read -r package suite tarball sha; do
			[ -e "$VENDOR_CACHE/$tarball" ] || continue
			check_digest "$VENDOR_CACHE/$tarball" "$sha" "$1"
			[ -e "$cache/sources/$sha/$tarball" ] || store "$VENDOR_CACHE/$tarball" "$tarball" "$sha"
			echo "$cache/sources/$sha/$tarball"
			return 0
		done < <(rows "$1")
	fi
	while read -r package suite tarball sha; do
		[ -e "$cache/sources/$sha/$tarball" ] || continue
		check_digest "$cache/sources/$sha/$tarball" "$sha" "$1"
		echo "$cache/sources/$sha/$tarball"
		return 0
	done < <(rows "$1")
}

apt() # COMMAND ARGS...: apt with the private state
{
	local command=$1 state=$cache/apt

	shift
	"$command" -o Dir::Etc::SourceList="$state/sources.list" -o Dir::Etc::SourceParts=/dev/null \
		-o Dir::State="$state" -o Dir::State::Lists="$state/lists" -o Dir::State::Status="$state/status" \
		-o Dir::Cache="$state/cache" -o APT::Sandbox::User= -o Acquire::Languages=none \
		-o Acquire::Retries=2 "$@"
}

machine_mirror()
{
	if [ -n "${VENDOR_MIRROR:-}" ]; then
		echo "$VENDOR_MIRROR"
		return
	fi
	# The main archive's suites are plain words; updates and security have a dash or a slash.
	apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 2>/dev/null |
		awk '$2 !~ /[-\/]/ { print $1; exit }'
}

apt_update()
{
	local mirror suite state=$cache/apt

	command -v apt-get > /dev/null || die "no apt-get, and not every tarball is at hand" \
		"put the tarballs named in vendor/pins in a folder and set VENDOR_CACHE to it"
	mirror=$(machine_mirror)
	[ -n "$mirror" ] || die "apt on this machine names no Debian mirror" "set VENDOR_MIRROR, or VENDOR_CACHE"
	[ -e "$keyring" ] || die "no keyring '$keyring'" "install debian-archive-keyring, or set VENDOR_KEYRING"

	mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
	: > "$state/status"
	awk '!/^#/ && NF { print $3 }' "$pins" | sort -u | while read -r suite; do
		echo "deb-src [signed-by=$keyring] $mirror $suite main"
	done > "$state/sources.list"
	apt apt-get update -q -o APT::Update::Error-Mode=any > "$state/update.log" 2>&1 || {
		tail -n 5 "$state/update.log" >&2
		die "apt-get update of the source lists failed" "without network: set VENDOR_CACHE to a folder of tarballs"
	}
}

listed_version() # PACKAGE TARBALL SHA256 -> the source version that carries exactly this tarball
{
	{ apt apt-cache showsrc --only-source "$1" 2>/dev/null || true; } | awk -v f="$2" -v sha="$3" '
		/^Version:/ { version = $2 }
		/^[^ ]/ { sums = ($1 == "Checksums-Sha256:") }
		sums && $1 == sha && $3 == f { print version; exit }'
}

fetch() # NAME
{
	local package suite tarball sha version dir tried=""

	while read -r package suite tarball sha; do
		version=$(listed_version "$package" "$tarball" "$sha")
		if [ -z "$version" ]; then
			tried="$tried $tarball (not listed)"
			continue
		fi
		dir=$(mktemp -d "$cache/apt/get.XXXXXX")
		# apt may fail over a file that is not needed, for example a .dsc the mirror lost
		(cd "$dir" && apt apt-get source -q --download-only --tar-only "$package=$version") > "$dir/log" 2>&1 || true
		if [ -e "$dir/$tarball" ]; then
			check_digest "$dir/$tarball" "$sha" "$1"
			store "$dir/$tarball" "$tarball" "$sha"
			rm -rf "$dir"
			return 0
		fi
		tail -n 3 "$dir/log" >&2
		rm -rf "$dir"
		tried="$tried $tarball (listed, not served)"
	done < <(rows "$1")
	die "$1: no accepted tarball could be had:$tried" \
		"put one of them into a folder and set VENDOR_CACHE to it, or add the mirror's version to vendor/pins"
}

path() # NAME -> path, or an error
{
	local file

	[ -n "$(rows "$1")" ] || die "'$1' is not in vendor/pins"
	file=$(find_local "$1")
	[ -n "$file" ] || die "$1: not in the cache" "run: vendor/fetch.sh get $1"
	echo "$file"
}

get() # NAME...
{
	local name file missing=""

	for name in "$@"; do
		[ -n "$(rows "$name")" ] || die "'$name' is not in vendor/pins"
		file=$(find_local "$name")
		[ -n "$file" ] || missing="$missing $name"
	done
	[ -n "$missing" ] || return 0

	mkdir -p "$cache/apt"
	exec 9> "$cache/apt/.lock"
	flock 9
	apt_update
	for name in $missing; do
		file=$(find_local "$name")
		[ -n "$file" ] || fetch "$name"
	done
	exec 9>&-
}

case ${1:-} in
get) shift; get "$@" ;;
path) path "$2" ;;
unpack)
	file=$(path "$2")
	mkdir -p "$3"
	tar -xf "$file" -C "$3" --strip-components=1 --no-same-owner
	;;
*) die "usage: fetch.sh get NAME... | path NAME | unpack NAME DIR" ;;
esac
