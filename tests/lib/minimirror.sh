# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# minimirror.sh: small mirrors made on the spot, for the cases that no real mirror has. Source it
# after testlib.sh.
#
#	mini_deb DIR NAME VERSION [FIELD...]	a package; its files are what stands in ./NAME.files, if any;
#						FIELDs are lines of its control file
#	mini_mirror DIR SUITE			DIR/pool's packages -> DIR/dists/SUITE (Packages.xz, Release)
#	mini_flat DIR				packages in DIR -> DIR/Packages, DIR/Release

MINI_ARCH=${MINI_ARCH:-amd64}
MINI_DEB_COMPRESS=${MINI_DEB_COMPRESS:-xz}

# The stamp of everything made here; nothing may depend on the day a test runs.
MINI_DATE=1700000000

mini_deb() {
	local dir=$1 name=$2 version=$3 build=$T/.deb arch=$MINI_ARCH
	shift 3
	rm -rf "$build"
	mkdir -p "$build/DEBIAN" "$dir"
	[ ! -d "$name.files" ] || cp -a "$name.files/." "$build/"
	[ ! -d "$name.control" ] || cp -a "$name.control/." "$build/DEBIAN/"
	{
		printf 'Package: %s\nVersion: %s\nArchitecture: %s\n' "$name" "$version" "$arch"
		printf 'Maintainer: Nobody <nobody@example.org>\n'
		[ $# -eq 0 ] || printf '%s\n' "$@"
		printf 'Description: made by a test\n'
	} >"$build/DEBIAN/control"
	SOURCE_DATE_EPOCH=$MINI_DATE dpkg-deb --root-owner-group -Z"$MINI_DEB_COMPRESS" --build "$build" \
		"$dir/${name}_${version//:/%3a}_$arch.deb" >/dev/null || return 1
}

# mini_packages DIR PREFIX: stanzas for every .deb below DIR, Filename: relative to DIR
mini_packages() {
	local deb
	(cd "$1" && find . -name '*.deb' -printf '%P\n' | sort) | while read -r deb; do
		dpkg-deb -f "$1/$deb" | sed '/^Description:/,$d'
		printf 'Filename: %s\nSize: %s\nSHA256: %s\nDescription: made by a test\n\n' "${2:-}$deb" \
			"$(stat -c %s "$1/$deb")" "$(sha256sum <"$1/$deb" | cut -d' ' -f1)"
	done
}

# mini_sums FILE...: lines for Release, names relative to the current folder
mini_sums() {
	local f
	for f; do
		printf ' %s %s %s\n' "$(sha256sum <"$f" | cut -d' ' -f1)" "$(stat -c %s "$f")" "$f"
	done
}

# mini_release SUITE DIR: Release over every Packages* below DIR
mini_release() {
	(
		cd "$2" || exit 1
		{
			printf 'Origin: Debian\nLabel: Debian\nSuite: %s\nCodename: %s\nVersion: 13.0\n' "$1" "$1"
			printf 'Date: Tue, 14 Nov 2023 22:13:20 UTC\nArchitectures: %s\nComponents: main\nSHA256:\n' "$MINI_ARCH"
			# shellcheck disable=SC2046 # no blanks in these names
			mini_sums $(find . -name 'Packages*' -printf '%P\n' | sort)
		} >Release
	)
}

mini_mirror() {
	local dists=$1/dists/$2 idx=$1/dists/$2/main/binary-$MINI_ARCH
	mkdir -p "$idx"
	mini_packages "$1/pool" pool/ >"$idx/Packages"
	xz -kf "$idx/Packages"
	mini_release "$2" "$dists"
	rm -f "$idx/Packages"
}

mini_flat() {
	mini_packages "$1" >"$1/Packages"
	mini_release flat "$1"
}

# mini_raw_deb DIR NAME VERSION DATA.TAR [FIELD...]: a package around a data member made by hand
mini_raw_deb() {
	local dir=$1 name=$2 version=$3 data deb
	data=$(realpath "$4")
	mini_deb "$dir" "$name" "$version" "${@:5}"
	deb=$(realpath "$dir/${name}_${version}_$MINI_ARCH.deb")
	rm -rf "$T/.raw"
	mkdir "$T/.raw"
	(
		cd "$T/.raw" || exit 1
		ar x "$deb" && rm -f data.tar.* "$deb"
		cp "$data" "data.tar${data##*data.tar}"
		ar rcD "$deb" debian-binary control.tar.* "data.tar${data##*data.tar}"
	)
}
