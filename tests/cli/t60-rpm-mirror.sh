#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# RPM repositories that createrepo_c made, in every form of metadata; the cache of packages; what is wrong
# with a mirror is named; the mirror tells the distribution.
. "$(dirname "$0")/../lib/testlib.sh"
need createrepo_c rpmbuild zstd xz strace jq

spec() { # NAME VERSION LINE...
	local name=$1 version=$2

	shift 2
	cat <<-EOF
	Name: $name
	Version: $version
	Release: 1
	Summary: test
	License: none
	BuildArch: noarch
	$(printf '%s\n' "$@")
	%description
	test
	%install
	mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/share/$name
	echo $name > %{buildroot}/usr/bin/$name
	echo $name > %{buildroot}/usr/share/$name/data
	%files
	/usr/bin/$name
	/usr/share/$name
	EOF
}
build() { # NAME VERSION LINE...
	spec "$@" >"$1.spec"
	rpmbuild -bb --quiet --define "_topdir $T/rb" --define "_rpmdir $T/M" --define '_build_id_links none' \
		"$1.spec" >rb.log 2>&1 || { cat rb.log >&2; bail "rpmbuild $1"; }
}
build app 1 'Requires: lib >= 2' 'Requires: /usr/bin/tool' 'Requires: /usr/share/tool/data' 'Recommends: more'
build lib 2.5
build tool 3
build more 1
build fedora-release-common 42 'Provides: system-release = 42'

plan() { # OPTION...
	run "$KINDLING" plan --insecure-no-signature --no-base --arch x86_64 --kernel none --quiet --cache none \
		--mirror 'rpm file:M' --package app "$@"
}
names() { awk '!/^#/ { print $1 "-" $2 }' <<<"$stdout" | sort | paste -sd' '; }

# ---- forms -------------------------------------------------------------------------------------------
for form in gz xz bz2 zck zstd plain; do
	rm -rf M/repodata
	case $form in
	zck) createrepo_c -q --no-database --zck M && rm M/repodata/*.xml.gz ;;
	zstd | plain) # not every createrepo_c writes these: made by hand
		createrepo_c -q --no-database M
		for kind in primary filelists; do
			f=$(echo M/repodata/*-"$kind".xml.gz)
			gzip -dc "$f" >"M/repodata/$kind.xml" && rm "$f"
			[ $form = plain ] || zstd -q --rm "M/repodata/$kind.xml"
			new=$(echo "M/repodata/$kind".xml*)
			sum=$(sha256sum <"$new" | cut -d' ' -f1) size=$(stat -c %s "$new")
			perl -0pi -e "s|(<data type=\"$kind\">\s*<checksum type=\"sha256\">)[^<]*|\${1}$sum|;
				s|repodata/[^\"]*-$kind.xml.gz|${new#M/}|;
				s|(\Q${new#M/}\E.*?<size>)\d+|\${1}$size|s" M/repodata/repomd.xml
		done ;;
	*) createrepo_c -q --no-database --compress-type "$form" M ;;
	esac || bail "createrepo_c: $form"
	plan
	status_is 0 "$form: a plan"
	is "$(names)" 'app-1-1 lib-2.5-1 tool-3-1' "$form: with what is required, files included"
done

# ---- choice and order --------------------------------------------------------------------------------
rm -rf M/repodata && createrepo_c -q --no-database M
plan
plain=$stdout
like "$plain" '^tool 3-1 noarch [0-9]+ sha256:[0-9a-f]{64} ' 'digest and size are from the metadata'
is "$(awk '$1 == "tool" { print $5 }' <<<"$plain")" "sha256:$(sha256sum M/noarch/tool-3-1.noarch.rpm | cut -d' ' -f1)" \
	'and are those of the file'
mkdir weak && printf '[Content]\nWithRecommends=yes\n' >weak/mkosi.conf
plan --recipe weak
is "$(names)" 'app-1-1 lib-2.5-1 more-1-1 tool-3-1' 'with Recommends when asked for'
mkdir match && cat >match/mkosi.conf <<-'EOF'
[Match]
Distribution=fedora
Release=42
[Content]
Packages=more
EOF
plan --recipe match
like "$stdout" '^more ' 'the release package tells distribution and release'
plan --recipe match --distribution debian
unlike "$stdout" '^more ' 'unless told otherwise'

# ---- cache -------------------------------------------------------------------------------------------
cached=("$KINDLING" plan --insecure-no-signature --no-base --arch x86_64 --kernel none --quiet --cache C
	--mirror 'rpm file:M' --package app)
run "${cached[@]}"
is "$stdout" "$plain" 'the run that fills the cache'
run strace -f -e trace=open,openat -o trace "${cached[@]}"
is "$stdout" "$plain" 'a hit'
nok 'opens no metadata' grep -qE 'primary|filelists' trace
ok 'but repomd.xml' grep -q repomd.xml trace

# ---- what may be wrong -------------------------------------------------------------------------------
cp -r M good
again() { rm -rf M && cp -r good M; }
primary() { echo M/repodata/*-primary.xml.gz; }

printf x | dd of="$(primary)" bs=1 seek=20 conv=notrunc status=none
plan
status_is 4 'a changed byte of primary'
like "$stderr" 'primary.xml.gz.: SHA256 digest is [0-9a-f]{64}, expected' 'is a matter of its digest'
again && rm "$(primary)"
plan
status_is 4 'a missing primary'
like "$stderr" 'is listed in repomd.xml but missing' 'is named'
again && truncate -s 50 "$(primary)"
plan
status_is 4 'a short primary'
like "$stderr" 'size is 50 bytes, expected' 'is named'
again && sed -i 's/open-size>[0-9]*/open-size>10/' M/repodata/repomd.xml
plan
status_is 4 'more text than is listed'
like "$stderr" 'unpacks to more than' 'is refused'
again && sed -i 's|</revision>|</revision><x>|' M/repodata/repomd.xml
plan
status_is 1 'a repomd.xml that is no XML'
like "$stderr" 'repodata/repomd.xml:[0-9]+:[0-9]+: mismatched tag' 'with its place'
again && rm -r M/repodata
plan
status_is 1 'a folder without repodata'
like "$stderr" "no 'repodata/repomd.xml'" 'is named'
like "$stderr" "dir file:DIR" 'with what to write instead'
again
run "$KINDLING" plan --no-base --kernel none --quiet --cache none --mirror 'rpm file:M' --package app
status_is 4 'without a signature nothing goes'
like "$stderr" "signature of 'repodata/repomd.xml'" 'and is told so'

rm -rf M/repodata && createrepo_c -q --no-database --checksum sha M >/dev/null 2>&1
plan
status_is 4 'a repository with SHA-1 only'
like "$stderr" 'proves nothing' 'is refused'

# a package file that is not what the metadata says
again
run "$KINDLING" audit --insecure-no-signature --quiet --cache none --mirror 'rpm file:M' --arch x86_64 --format json
status_is 0 'audit'
is "$(jq -c .packages <<<"$stdout")" 5 'of five packages'
done_testing
