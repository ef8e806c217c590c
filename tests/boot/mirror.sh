#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# make-deb-mirror, offline: its archive is the cached mirror of the boot tests, read with apt's copy
# method. A mirror that tests trust must be right itself.
. "$(dirname "$0")/../lib/testlib.sh"

need apt-get xz dpkg-deb flock
make=$TOP/tests/mirror/make-deb-mirror
source=$("$TOP/tests/mirror/get-mirror" trixie-amd64) || bail 'no mirror trixie-amd64'
offline=(--from "copy:$source" --planner none)

debs() { find "$1/pool" -name '*.deb' -printf '%f\n' | sort; }

# 1. what is in it
state=$(find /var/lib/apt/lists /var/cache/apt -printf '%p %T@ %s\n' 2>/dev/null | sort | sha256sum)
run "$make" "${offline[@]}" trixie amd64 "$T/m" less
status_is 0 'a mirror of one package'
is "$(find /var/lib/apt/lists /var/cache/apt -printf '%p %T@ %s\n' 2>/dev/null | sort | sha256sum)" "$state" \
	"the machine's apt state is untouched"
for f in InRelease Release Release.gpg main/binary-amd64/Packages.xz; do
	same_bytes "$source/dists/trixie/$f" "$T/m/dists/trixie/$f" "$f is as published"
done
sha=$(sha256sum <"$T/m/dists/trixie/main/binary-amd64/Packages.xz" | cut -d' ' -f1)
like "$(cat "$T/m/dists/trixie/InRelease")" "^ $sha +[0-9]+ main/binary-amd64/Packages.xz\$" \
	'the index has the digest of InRelease'
exists "$T/m/dists/trixie/main/binary-amd64/by-hash/SHA256/$sha" 'and is there by hash'
like "$(debs "$T/m")" '^less_' 'it has the package'
like "$(debs "$T/m")" '^libc6_' 'and its dependencies'
like "$(debs "$T/m")" '^libtinfo6_' 'all of them'
unlike "$(debs "$T/m")" '^(bash|systemd|udev)_' 'and not the rest of the archive'
unlike "$(find "$T/m" -name '*.part')" . 'no partial download is left'

# 2. a second call
before=$(find "$T/m/pool" "$T/m/dists" -type f -printf '%p %i %T@\n' | sort)
run "$make" "${offline[@]}" --from copy:/nonexistent trixie amd64 "$T/m" less
status_is 0 'a second call needs no archive'
is "$(find "$T/m/pool" "$T/m/dists" -type f -printf '%p %i %T@\n' | sort)" "$before" 'and changes nothing'

less=$(find "$T/m/pool" -name 'less_*.deb')
good=$(sha256sum <"$less")
printf x | dd of="$less" bs=1 seek=100 conv=notrunc status=none
run "$make" "${offline[@]}" --no-resolve trixie amd64 "$T/m" less gzip
status_is 0 'a call that repairs and adds'
is "$(sha256sum <"$less")" "$good" 'a damaged package is fetched again'
like "$(debs "$T/m")" '^gzip_' 'a new package is added'

# 3. kernels: the files, not the dependencies
run "$make" "${offline[@]}" trixie amd64 "$T/k" linux-image-amd64
status_is 0 'a kernel metapackage'
is "$(debs "$T/k" | grep -c '^linux-image-[0-9].*_amd64.deb$')" 1 'brings the kernel'
is "$(debs "$T/k" | grep -c .)" 2 'and nothing else'

# 4. --no-resolve and --index-only
version=$(dpkg-deb -f "$less" Version)
run "$make" "${offline[@]}" --no-resolve trixie amd64 "$T/n" "less=$version"
status_is 0 'a package by version'
is "$(debs "$T/n" | grep -c .)" 1 'without its dependencies'
run "$make" "${offline[@]}" --index-only trixie amd64 "$T/i"
status_is 0 'an index only'
absent "$T/i/pool" 'has no pool'

# 5. a planner adds what it chooses
cat >"$T/planner" <<'PLANNER'
#!/bin/sh
echo "$@" >>"$PLANNER_LOG"
echo '# plan'
echo "gzip $GZIP_VERSION amd64 because"
PLANNER
chmod +x "$T/planner"
export PLANNER_LOG=$T/planner.log
GZIP_VERSION=$(dpkg-deb -f "$(find "$T/m/pool" -name 'gzip_*.deb')" Version)
export GZIP_VERSION
run "$make" --from "copy:$source" --planner "$T/planner" --recipe base trixie amd64 "$T/p" less
status_is 0 'a mirror with a planner'
like "$(debs "$T/p")" '^gzip_' "it has the planner's package"
like "$(debs "$T/p")" '^libtinfo6_' "and apt's"
like "$(cat "$T/planner.log")" '--recipe base' 'the planner was asked for the recipe'
printf '#!/bin/sh\necho "kindling: error: no" >&2\nexit 3\n' >"$T/planner"
run "$make" --from "copy:$source" --planner "$T/planner" --recipe base trixie amd64 "$T/p"
status_is 1 'a planner that fails'
stderr_like "recipe 'base'" 'is an error that names the recipe'
unset PLANNER_LOG GZIP_VERSION

# 6. bad input
run "$make" "${offline[@]}" trixie amd64 "$T/m" no-such-package
status_is 1 'an unknown package'
stderr_like 'no-such-package' 'is named'
run "$make" "${offline[@]}" --no-resolve trixie amd64 "$T/m" no-such-package
status_is 1 'also without resolving'
run "$make" "${offline[@]}" no-such-suite amd64 "$T/x" less
status_is 1 'an unknown suite'
stderr_like "suite 'no-such-suite'" 'is named'
run "$make" "${offline[@]}" trixie vax "$T/x" less
status_is 1 'an unknown architecture'
stderr_like "'vax'" 'is named'
run "$make" "${offline[@]}" trixie amd64
status_is 2 'no folder is a usage error'
run "$make" --bogus trixie amd64 "$T/x" less
status_is 2 'so is an unknown option'

cp -r "$T/m" "$T/bad"
sed -i 's/^Label: Debian/Label: Debiam/' "$T/bad/dists/trixie/InRelease"
run "$make" "${offline[@]}" trixie amd64 "$T/bad" less
status_is 1 'a tampered InRelease is refused'
cp -rl "$source" "$T/evil"
evil=$(find "$T/evil/pool" -name 'gzip_*.deb')
cp "$evil" "$T/gzip.deb"
mv "$T/gzip.deb" "$evil"
printf x | dd of="$evil" bs=1 seek=200 conv=notrunc status=none
cp -r "$source/dists" "$T/forged" && mkdir "$T/f" && mv "$T/forged" "$T/f/dists"
sed -i 's/^Label: Debian/Label: Debiam/' "$T/f/dists/trixie/InRelease"
run "$make" --from "copy:$T/f" --index-only trixie amd64 "$T/g"
status_is 1 'an archive that serves a tampered InRelease, too'
absent "$T/g/dists/trixie/InRelease" 'and it is not kept'
run "$make" --from "copy:$T/evil" --planner none --no-resolve trixie amd64 "$T/e" gzip
status_is 1 'an archive that serves a tampered package'
stderr_like 'gzip_.*digest' 'is caught, by name'
unlike "$(find "$T/e/pool" -type f)" . 'and nothing is kept of it'

done_testing
