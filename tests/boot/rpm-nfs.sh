#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# An initrd from RPMs with recipes networkd and nfs boots from an NFS 4.1 server.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"
. "$TOP/tests/boot/netlib.sh"

net_setup trixie
mirror=$("$TOP/tests/mirror/get-rpm-mirror" fedora-net-amd64) || bail 'no RPM mirror'
boot_rpm_kernel "$mirror" "$T/vmlinuz" || bail "no kernel in '$mirror'"
net_root_tree "$NET_ROOT" "$T/tree"
nfs_start "$T/tree"

run "$KINDLING" build --insecure-no-signature --mirror "rpm file:$mirror/gz" --arch x86_64 \
	--recipe networkd --recipe nfs -o rpm-nfs.img
status_is 0 'an initrd from an RPM mirror is built'
[ "$status" = 0 ] || done_testing
diag "initrd: $(stat -c %s rpm-nfs.img) bytes"

net_alive rpm-nfs takeover "$T/rpm-nfs.img" 'root=nfs:10.0.2.2:/root:vers=4.1 rw' '^10\.0\.2\.2:/root$' nfs4
done_testing
