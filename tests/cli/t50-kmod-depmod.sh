#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The module indexes of a real kernel have the same keys, values and priorities as depmod's: of all
# its modules, and of a selection.
. "$(dirname "$0")/../lib/testlib.sh"

need depmod modprobe python3 dpkg-deb cpio
tool=$BUILD/tests/unit/kmod/test_kmodsel_real
[ -x "$tool" ] || bail "$tool is not built"
M=$("$TOP/tests/mirror/get-mirror" trixie-amd64) || bail 'no trixie mirror'
deb=$(find "$M/pool" -name 'linux-image-[0-9]*-amd64_*.deb' | sort | tail -n 1)
[ -n "$deb" ] || bail 'the mirror has no kernel'

mkdir kernel
dpkg-deb --fsys-tarfile "$deb" | tar -C kernel -x ./usr/lib/modules || bail 'the kernel does not unpack'
kver=$(ls kernel/usr/lib/modules)
at=usr/lib/modules/$kver

# key, priority and value of every entry of an index file
cat > dump.py <<'END'
import struct, sys

data = open(sys.argv[1], 'rb').read()
magic, version, root = struct.unpack_from('>III', data)
assert (magic, version >> 16) == (0xB007F457, 2)


def text(at):
    end = data.index(b'\0', at)
    return data[at:end], end + 1


def walk(node, key):
    at = node & 0x0FFFFFFF
    if node & 0x80000000:
        prefix, at = text(at)
        key += prefix
    below = []
    if node & 0x20000000:
        first, last = data[at], data[at + 1]
        at += 2
        for c in range(first, last + 1):
            child, = struct.unpack_from('>I', data, at)
            at += 4
            if child:
                below.append((child, key + bytes([c])))
    if node & 0x40000000:
        count, = struct.unpack_from('>I', data, at)
        at += 4
        for _ in range(count):
            priority, = struct.unpack_from('>I', data, at)
            value, at = text(at + 4)
            print(key.decode(), priority, value.decode())
    for child in below:
        walk(*child)


walk(root, b'')
END

# same_sets FILE FILE DESCRIPTION: equal but for the order of lines
same_sets() {
	sort "$1" >a.sorted
	sort "$2" >b.sorted
	if cmp -s a.sorted b.sorted; then
		pass "$3 ($(wc -l <"$1"))"
	else
		fail "$3" "$(diff a.sorted b.sorted | head -n 10)"
	fi
}

# compare NAME PATTERNS
compare() {
	local name=$1 patterns=$2 ours theirs theirs_depends f

	mkdir -p "$name/ours" "$name/root/usr/lib"
	ln -s usr/lib "$name/root/lib"
	ours=$name/ours theirs=$name/root/$at
	run env KMODSEL_ROOT=kernel KMODSEL_KVER="$kver" KMODSEL_OUT="$ours" KMODSEL_PATTERNS="$patterns" "$tool"
	status_is 0 "$name: kindling's indexes"
	diag "$stdout"
	(cd kernel && cpio -pdl --quiet ../"$name/root") <"$ours/kept"
	cp "$ours"/modules.{order,builtin,builtin.modinfo} "$theirs"
	run depmod -b "$name/root" "$kver"
	status_is 0 "$name: depmod"
	for f in dep alias symbols softdep weakdep devname; do
		# weakdep came with kmod 33
		[ "$f" != weakdep ] || [ -e "$theirs/modules.weakdep" ] || continue
		same_sets "$ours/modules.$f" "$theirs/modules.$f" "$name: modules.$f"
	done
	for f in dep alias symbols builtin builtin.alias; do
		python3 dump.py "$ours/modules.$f.bin" >ours.dump || fail "$name: modules.$f.bin reads"
		python3 dump.py "$theirs/modules.$f.bin" >theirs.dump || fail "$name: depmod's modules.$f.bin reads"
		same_sets ours.dump theirs.dump "$name: modules.$f.bin"
	done

	# and libkmod finds its way in ours
	run modprobe -d "$name/root" -S "$kver" --show-depends ext4
	theirs_depends=$stdout
	modprobe -d "$name/root" -S "$kver" -c | sort >theirs.config
	cp "$ours"/modules.* "$theirs"
	run modprobe -d "$name/root" -S "$kver" --show-depends ext4
	is "$stdout" "$theirs_depends" "$name: modprobe loads the same for ext4"
	like "$stdout" 'jbd2.ko' "$name: and its dependencies"
	modprobe -d "$name/root" -S "$kver" -c | sort >ours.config
	same_sets ours.config theirs.config "$name: modprobe's view"
	run modprobe -d "$name/root" -S "$kver" -R crypto-crc32c
	like "$stdout" '^crc32c_' "$name: every provider of an alias is there"
}

compare all ''
compare some '@storage @net @fs @crypto crypto/ -/drivers/crypto/ ext4 virtio?blk ?not-there'
is "$(grep -c . some/ours/kept)" "$(grep -c . some/ours/modules.dep)" 'what is not selected is gone'
done_testing
