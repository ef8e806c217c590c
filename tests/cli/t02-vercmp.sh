#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# kindling vercmp agrees with dpkg.
. "$(dirname "$0")/../lib/testlib.sh"

check() { # A B WANT
	run "$KINDLING" vercmp deb "$1" "$2"
	is "$status$stdout" "0$3" "deb $1 $3 $2"
	case $3 in
	'<') ok "dpkg agrees" dpkg --compare-versions "$1" lt "$2" ;;
	'>') ok "dpkg agrees" dpkg --compare-versions "$1" gt "$2" ;;
	'=') ok "dpkg agrees" dpkg --compare-versions "$1" eq "$2" ;;
	esac
}
check 1.0 1.0 =
check 1.0 1.0-0 =
check 0:1.0 1.0 =
check 1.0~rc1 1.0 '<'
check 1.0~~ 1.0~ '<'
check 1.0 1.0+b1 '<'
check 1.9 1.10 '<'
check 1:0.1 9.9 '>'
check 1.0-1 1.0-1.1 '<'
check 1.0a 1.0. '<'
check 2.41-12+deb13u4 2.41-12 '>'
check 007 7 =

run "$KINDLING" vercmp rpm 1.0^git1 1.0
is "$stdout" '>' 'rpm: a caret sorts after'
run "$KINDLING" vercmp rpm 1.0~rc1 1.0
is "$stdout" '<' 'rpm: a tilde sorts before'
run "$KINDLING" vercmp rpm 1:1-1 2-1
is "$stdout" '>' 'rpm: the epoch decides'
run "$KINDLING" vercmp apk 1 2
status_is 2 'unknown family'
run "$KINDLING" vercmp deb 1
status_is 2 'too few words'
done_testing
