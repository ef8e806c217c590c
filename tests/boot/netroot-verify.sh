#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The units of all golden cases of kindling-netroot are accepted by the systemd of each distribution that is
# booted here: systemd-analyze verify, run in a root of that distribution, says nothing; and its
# systemd-network-generator takes the words that it gets.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

[ "$(id -u)" = 0 ] || bail 'chroot needs root'
NETROOT=${NETROOT:-$TOP/build/netroot/$(uname -m)/kindling-netroot}
[ -x "$NETROOT" ] || bail "no program '$NETROOT'"

# options CASE: its first lines as options
options() {
	sed '/^---$/,$d' "$1" | while read -r key value; do
		case $key in
		cmdline | defaults | service | without | initiator) printf '%s\0' "--$key" "$value" ;;
		late) printf '%s\0' --defaults "$value" ;;
		nbft) printf '%s\0' --nbft "$TOP/tests/golden/netroot/$value" ;;
		flag) printf '%s\0' "--$value" ;;
		esac
	done
}

for suite in trixie bookworm sid; do
	root=$T/$suite
	net_root_tree "$("$BOOT_DIR/make-root" "$suite-amd64")" "$root"
	for f in mount.nfs iscsistart iscsiuio nbd-client nvme multipathd NetworkManager; do
		ln -sf ../bin/true "$root/usr/sbin/$f"
	done
	mkdir -p "$root/usr/libexec" "$root/usr/lib/systemd/system-generators"
	ln -sf ../bin/true "$root/usr/libexec/nm-initrd-generator"
	ln -sf ../bin/true "$root/usr/bin/nm-online"
	install -m 755 "$NETROOT" "$root/usr/lib/systemd/system-generators/kindling-netroot"
	cp "$TOP"/recipes/network/mkosi.extra/usr/lib/systemd/system/*.service "$root/usr/lib/systemd/system/"
	printf '[Socket]\nListenStream=/run/dbus/x\n' >"$root/usr/lib/systemd/system/dbus.socket"
	printf '[Service]\nExecStart=/bin/true\n' >"$root/usr/lib/systemd/system/dbus.service"
	for u in config- '' wait-online-; do
		cp "$root/usr/lib/systemd/system/nm-${u}initrd.service" \
			"$root/usr/lib/systemd/system/NetworkManager-${u}initrd.service"
	done
	# a unit of systemd 258
	printf '[Service]\nType=oneshot\nExecStart=/bin/true\n' >"$root/usr/lib/systemd/system/breakpoint-pre-udev.service"
	mkdir -p "$root/proc" "$root/dev" "$root/sys"
	for case in "$TOP"/tests/golden/netroot/*.case; do
		name=${case##*/}
		mapfile -d '' -t opts < <(options "$case")
		rm -rf "$root/out"
		"$NETROOT" --dry-run "${opts[@]}" --output "$root/out" || fail "$suite $name: written" && :
		mapfile -t units < <(cd "$root" && find out -name '*.service' -type f -o -name '*.mount' -type f | sort)
		[ ${#units[@]} -gt 0 ] || continue
		said=$(chroot "$root" env SYSTEMD_UNIT_PATH=/out/early:/out/normal:/out/run/systemd/system: \
			systemd-analyze --man=no --recursive-errors=no verify "${units[@]/#//}" 2>&1)
		is "$?:$said" '0:' "$suite: ${name%.case}: systemd accepts ${#units[@]} units"
		given=$(sed -n 's/^ExecStart=.*systemd-network-generator //p' \
			"$root"/out/normal/systemd-network-generator.service.d/*.conf 2>/dev/null)
		[ -n "$given" ] || continue
		rm -rf "$root/run/systemd/network"
		# the unit quotes as shells do
		said=$(eval "chroot '$root' /usr/lib/systemd/systemd-network-generator $given" 2>&1)
		is "$?:$said" '0:' "$suite: ${name%.case}: the network generator takes $given"
	done
	rm -rf "$root"
done
done_testing
