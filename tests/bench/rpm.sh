#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# 200 MB of primary.xml read into a universe, and a plan from it, beside expat, which the reading is done with, over
# the same text. The text is the test mirror's, again and again under other names: no string of it is seen twice.
# Whole processes, medians of RUNS (5), the programs of a round one after the other.
. "$(dirname "$0")/../lib/testlib.sh"
need cc python3 zstd

RUNS=${RUNS:-5}
MIB=${MIB:-200}
M=$("$TOP/tests/mirror/get-rpm-mirror") || bail 'no RPM mirror'
cc -O2 -o measure "$TOP/tests/tools/measure.c" || bail 'no measure'
cc -O2 -o expat-speed "$TOP/tests/tools/expat-speed.c" -lexpat || bail 'no expat-speed'

mkdir -p large/repodata
python3 - "$M/gz/repodata" large/repodata "$MIB" <<'PY' || bail 'no large mirror'
import gzip, hashlib, os, re, sys
source, target, mib = sys.argv[1], sys.argv[2], int(sys.argv[3])
name = next(n for n in sorted(os.listdir(source)) if n.endswith('primary.xml.gz'))
text = gzip.open(os.path.join(source, name), 'rt', encoding='utf-8').read()
packages = re.findall(r'<package type.*?</package>\n?', text, re.S)
head, tail = text[:text.index('<package type')], '</metadata>'
copies = (mib << 20) // sum(len(p.encode()) for p in packages) + 1
head = re.sub(r'packages="\d+"', f'packages="{copies * len(packages)}"', head)
digest, size = hashlib.sha256(), 0
with open(os.path.join(target, 'primary.xml'), 'wb') as f:
    def put(s):
        global size
        f.write(s.encode())
        digest.update(s.encode())
        size += len(s.encode())
    put(head)
    for i in range(copies):
        for p in packages:
            # what a package needs is renamed with what provides it
            put(p if i == 0 else re.sub(r'(<name>|<rpm:entry name="|<file>)([^(][^<"]*)', rf'\g<1>\g<2>.{i}', p))
    put(tail)
with open(os.path.join(target, 'repomd.xml'), 'w', encoding='utf-8') as f:
    f.write(f'<repomd><revision>1700000000</revision><data type="primary"><checksum type="sha256">{digest.hexdigest()}'
            f'</checksum><location href="repodata/primary.xml"/><size>{size}</size><open-size>{size}</open-size>'
            '</data></repomd>')
PY
text=$T/large/repodata/primary.xml
# the same compressed, as mirrors have it
mkdir -p packed/repodata
zstd -q -3 "$text" -o packed/repodata/primary.xml.zst
sed -E "s|(<checksum type=\"sha256\">)[0-9a-f]+|\1$(sha256sum <packed/repodata/primary.xml.zst | cut -c1-64)|
	s|primary.xml\"|primary.xml.zst\"|; s|<size>[0-9]+|<size>$(stat -c %s packed/repodata/primary.xml.zst)|" \
	large/repodata/repomd.xml >packed/repodata/repomd.xml

rows=(none elements read plan packed)
declare -A what=([none]='expat, no handlers' [elements]='expat, elements counted' [read]='kindling, the reading alone'
	[plan]='kindling plan' [packed]='kindling plan, from .zst')
plan="$KINDLING plan --quiet --insecure-no-signature --cache none --arch x86_64 --no-base --kernel none \
	--distribution fedora --package glibc"
declare -A runs=(
	[none]="$T/expat-speed none $text"
	[elements]="$T/expat-speed elements $text"
	[read]="env RPM_PRIMARY_FILE=$text $BUILD/tests/unit/repo/test_rpm_primary_real"
	[plan]="$plan --mirror 'rpm file:$T/large'"
	[packed]="$plan --mirror 'rpm file:$T/packed'"
)
once() {
	eval "$T/measure $1.runs ${runs[$1]}" >"$1.out" 2>"$1.words" || bail "${what[$1]} failed: $(tail -n 3 "$1.words")"
}
for row in "${rows[@]}"; do # the disk's cache
	once "$row"
	rm "$row.runs"
done
for ((i = 0; i < RUNS; i++)); do
	for row in "${rows[@]}"; do once "$row"; done
done

# median ROW COLUMN: 1 CPU ms, 2 wall ms, 3 peak KiB
median() { awk -v c="$2" '{ print $c }' "$1.runs" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
bytes=$(stat -c %s "$text")
printf '# primary.xml of %s bytes, %s packages; medians of %s\n' "$bytes" "$(grep -c '<package type' "$text")" "$RUNS"
printf '# %-28s %9s %9s %8s %8s %10s\n' '' 'CPU ms' 'wall ms' 'MiB' 'MB/s' 'CPU ratio'
for row in "${rows[@]}"; do
	awk -v w="${what[$row]}" -v c="$(median "$row" 1)" -v t="$(median "$row" 2)" -v m="$(median "$row" 3)" \
		-v b="$(median none 1)" -v n="$bytes" \
		'BEGIN { printf "# %-28s %9.1f %9.1f %8.1f %8.1f %10.2f\n", w, c, t, m / 1024, n / c / 1000, c / b }'
done
like "$(cat plan.out)" '^glibc ' 'the plan has the package'
same_bytes plan.out packed.out 'and is the same from the compressed index'
isnt "$(cat elements.out)" 0 'expat has read it, too'
like "$(cat read.out)" "^# $(grep -c '<package type' "$text") packages" 'every package was read'

# met NAME VALUE LIMIT: a line of words
met() { awk -v w="$1" -v v="$2" -v l="$3" 'BEGIN { printf "# %-7s %s: %.2f, at most %.2f\n", v <= l ? "met" : "NOT MET", w, v, l }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { print a / b }'; }
# the faster of the two: handlers may make expat quicker
expat=$(median none 1)
awk -v a="$expat" -v b="$(median elements 1)" 'BEGIN { exit !(b < a) }' && expat=$(median elements 1)
met 'CPU of the reading, in times of expat alone' "$(ratio "$(median read 1)" "$expat")" 2
met 'memory of a plan from .zst without the universe, in parts of the XML' \
	"$(ratio "$((($(median packed 3) - $(median read 3)) * 1024))" "$bytes")" 0.25
done_testing
