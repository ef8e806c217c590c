# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# rpmcompare.sh: real .rpm files as kindling reads them beside what rpm itself says. For tests that have
# sourced testlib.sh.
#
#	rpm_compare DIR FILE...    one assertion per file: header, dependencies, files, payload
#
# rpm_refused[BASENAME]=REGEX: this file must be refused by kindling, with such a message.

declare -A rpm_refused=()

# rpm_say FILE: rpm's words in the form of test_rpm_real. Arrays that a package lacks print as "(none)".
rpm_say() {
	local kind
	rpm -qp --nosignature --nodigest --qf \
		'package\t%{EPOCH}\t%{NAME}\t%{VERSION}\t%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\t%{LONGSIZE}\t%{VENDOR}\t%{BUILDTIME}\n' "$1"
	for kind in provide require conflict obsolete recommend suggest supplement enhance; do
		rpm -qp --nosignature --nodigest --qf \
			"[${kind}s\t%{${kind^^}NAME}\t%{${kind^^}FLAGS}\t%{${kind^^}VERSION}\n]" "$1"
	done
	rpm -qp --nosignature --nodigest --qf '[file\t%{FILENAMES}\t%{LONGFILESIZES}\t%{FILEMODES:octal}\t%{FILEFLAGS}\t%{FILEUSERNAME}\t%{FILEGROUPNAME}\t%{FILELINKTOS}\t%{FILEDIGESTS}\t%{FILECAPS}\n]' "$1"
}

# Both to one form: no "(none)", an epoch of 0 is none, kinds in one order.
rpm_header_form() {
	sed -e 's/(none)//g' -e 's/^package\t0\t/package\t\t/' | sort
}

# rpm_archive FILE: what rpm unpacks, "TYPE PATH MODE SHA256|TARGET", hard links as files.
rpm_archive() {
	rpm2archive -n <"$1" | python3 -c '
import hashlib, sys, tarfile
t = tarfile.open(fileobj=sys.stdin.buffer, mode="r|")
known = {}
for m in t:
    name = m.name.lstrip("./").rstrip("/")
    if m.issym(): row = ["symlink", name, m.mode & 0o7777, m.linkname]
    elif m.isdir(): row = ["dir", name, m.mode & 0o7777, ""]
    elif m.islnk(): row = ["file", name, m.mode & 0o7777, m.linkname.lstrip("./")]; known[name] = None
    elif m.isreg():
        h = hashlib.sha256()
        f = t.extractfile(m)
        while True:
            b = f.read(1 << 20)
            if not b: break
            h.update(b)
        row = ["file", name, m.mode & 0o7777, h.hexdigest()]
        known[name] = h.hexdigest()
    else: row = ["node", name, m.mode & 0o7777, ""]
    if m.islnk(): row[3] = known[row[3]]; known[name] = row[3]
    print("%s\t%s\t%o\t%s" % tuple(row))' | sort
}

# rpm_payload_form FILE: kindling's listing in that form; folders that are ghosts are not in rpm's archive.
rpm_payload_form() {
	python3 -c '
import sys
known = {}
for line in open(sys.argv[1], encoding="utf-8", errors="surrogateescape"):
    f = line.rstrip("\n").split("\t")
    kind, name = f[0], f[1].lstrip("./")
    what = f[5] if len(f) > 5 else ""
    if kind == "hardlink": kind, what = "file", known[what.lstrip("./")]
    if kind in ("char", "block", "fifo"): kind = "node"
    known[name] = what
    sys.stdout.buffer.write(("%s\t%s\t%s\t%s\n" % (kind, name, f[2], what)).encode("utf-8", "surrogateescape"))' "$1" | sort
}

rpm_compare() {
	local dir=$1 n=0 f name
	shift
	mkdir -p "$dir"
	printf '%s\n' "$@" >"$dir/list"
	RPM_REAL_LIST=$dir/list RPM_REAL_OUT=$dir "$BUILD/tests/unit/repo/test_rpm_real" >"$dir/log" 2>&1 ||
		{ fail "test_rpm_real: $(grep '^#' "$dir/log")"; return; }
	for f; do
		n=$((n + 1)) name=${f##*/}
		if [ -n "${rpm_refused[$name]:-}" ]; then
			like "$(tail -n 1 "$dir/$n.header")$(tail -n 1 "$dir/$n.payload")" "refused.*${rpm_refused[$name]}" "$name is refused"
			continue
		fi
		awk -F'\t' -v OFS='\t' '$1 == "package" { t = $2; $2 = $3 ? $3 : ""; $3 = t } 1' "$dir/$n.header" |
			rpm_header_form >"$dir/$n.ours"
		rpm_say "$f" 2>"$dir/$n.rpm-errors" | rpm_header_form >"$dir/$n.theirs"
		is "$(diff "$dir/$n.ours" "$dir/$n.theirs" | head -20)" '' "$name: $(wc -l <"$dir/$n.theirs") lines of header"
		rpm_payload_form "$dir/$n.payload" >"$dir/$n.ours"
		rpm_archive "$f" >"$dir/$n.theirs" 2>"$dir/$n.rpm-errors"
		# folders of ghosts are told by us alone
		comm -23 "$dir/$n.ours" "$dir/$n.theirs" | grep -v '^dir' >"$dir/$n.more"
		is "$(cat "$dir/$n.more"; comm -13 "$dir/$n.ours" "$dir/$n.theirs")" '' "$name: $(wc -l <"$dir/$n.theirs") entries of payload"
	done
}
