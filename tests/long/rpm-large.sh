#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A package with a file above 4 GiB, which makes rpmbuild write a stripped payload: read as rpm reads it.
. "$(dirname "$0")/../lib/testlib.sh"
. "$TOP/tests/lib/rpmcompare.sh"

cat >large.spec <<-'SPEC'
	Name: large
	Version: 1
	Release: 1
	Summary: a file of more than 32 bits
	License: MIT
	BuildArch: noarch
	%description
	Large.
	%install
	mkdir -p %{buildroot}/opt/large
	truncate -s 4300000000 %{buildroot}/opt/large/file
	printf end >> %{buildroot}/opt/large/file
	ln -s abcd %{buildroot}/opt/large/sym
	echo h > %{buildroot}/opt/large/h1
	ln %{buildroot}/opt/large/h1 %{buildroot}/opt/large/h2
	%files
	/opt/large
SPEC
rpmbuild -bb --define "_topdir $T/top" --define "_rpmdir $T/M" --define '_rpmfilename %{name}.rpm' \
	--define '_binary_payload w1.zstdio' --define '__os_install_post %{nil}' --define "_dbpath $T/rpmdb" \
	large.spec >log 2>&1 || bail "rpmbuild: $(tail -n 3 log)"
like "$(rpm -qpR M/large.rpm)" '^rpmlib.LargeFiles' 'the payload is a stripped one'
rpm_compare out M/large.rpm
done_testing
