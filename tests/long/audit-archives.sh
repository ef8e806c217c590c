#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Whole archives: kindling audit finds what dose-debcheck finds, package by package. SUITES and ARCHES
# narrow it down.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/lib/auditlib.sh"
need dose-debcheck jq

for suite in ${SUITES:-bookworm trixie sid}; do
	for arch in ${ARCHES:-amd64 arm64 s390x}; do
		if ! "$TOP/tests/mirror/make-deb-mirror" --index-only --quiet "$suite" "$arch" "M-$suite-$arch" >log 2>&1; then
			fail "$suite $arch: has an index" "$(cat log)"
			continue
		fi
		audit_archive "M-$suite-$arch" "$suite" "$arch"
		rm -rf "M-$suite-$arch"
	done
done
done_testing
