# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# testlib.sh: what every shell test sources. TAP on stdout, diagnostics as '#' lines.
#
#	. "$(dirname "$0")/../lib/testlib.sh"
#	run "$KINDLING" vercmp deb 1.0 1.0~rc1
#	status_is 0 'vercmp succeeds'
#	is "$stdout" '>' 'a tilde sorts before the end'
#	done_testing
#
# Given by this file:
#	TOP        the checkout            KINDLING   the binary under test (environment, or BUILD's)
#	BUILD      its build folder        T          private temporary folder, removed at the end
#	           (build/x86_64-linux-musl)           the current folder of the test is $T
# The test runs without set -e: a failed assertion is counted and the test goes on. A script that
# ends before done_testing is a failure, whatever it printed.

export LC_ALL=C TZ=UTC0
umask 022

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD=${BUILD:-$TOP/build/x86_64-linux-musl}
[[ $BUILD = /* ]] || BUILD=$TOP/$BUILD
KINDLING=${KINDLING:-$BUILD/kindling}
[[ $KINDLING = /* ]] || KINDLING=$PWD/$KINDLING

# The mirrors' cache is the user's; everything else of the user's home is hidden from the test.
KINDLING_CACHE=${KINDLING_CACHE:-${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/kindling}
T=$(mktemp -d "${TMPDIR:-/tmp}/kindling-test.XXXXXX") || exit 1
export KINDLING_CACHE KINDLING HOME=$T/home
unset XDG_CACHE_HOME XDG_CONFIG_HOME SOURCE_DATE_EPOCH
mkdir "$HOME" && cd "$T" || exit 1

_count=0 _failed=0 _finished='' _cleanups=()
# Where a test that failed says so once more, in short, for the end of a long run (Makefile: prove). Not for tests
# that this one starts.
_failures_file=${TEST_FAILURES:-/dev/null} _failures=''
unset TEST_FAILURES
status=0 stdout='' stderr=''

_exit() {
	local rc=$? c

	for c in "${_cleanups[@]}"; do eval "$c"; done
	cd /
	chmod -R u+rwX "$T" 2>/dev/null
	rm -rf "$T"
	if [ "$_failed" != 0 ] || [ -z "$_finished" ]; then
		[ -n "$_finished" ] || _failures+="the test ended early, status $rc"$'\n'
		printf -- '--- %s\n%s' "$0" "$_failures" >>"$_failures_file"
	fi
	if [ -z "$_finished" ]; then
		# No plan line: the harness counts that as a failure of this test, and of this one only.
		diag "the test ended early, status $rc"
		exit 1
	fi
	[ "$_failed" = 0 ] || exit 1
	exit "$rc"
}
trap _exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# at_exit COMMAND: run when the test ends, however it ends
at_exit() { _cleanups+=("$1"); }

diag() { printf '%s\n' "$*" | sed 's/^/# /'; }

pass() { _count=$((_count + 1)); echo "ok $_count - $1"; }

# fail DESCRIPTION [DETAIL...]
fail() {
	_count=$((_count + 1)) _failed=$((_failed + 1))
	echo "not ok $_count - $1"
	_failures+="not ok $_count - $1"$'\n'
	shift
	local d
	for d in "$@"; do
		diag "$d"
		_failures+=$(head -n 3 <<<"  $d" | cut -c 1-300)$'\n'
	done
	return 0
}

# fail_more TEXT: a longer diagnostic of the failures before it
fail_more() {
	diag "$1"
	_failures+=$(tail -n 20 <<<"$1")$'\n'
}

# bail REASON: this test cannot go on, and that is a failure. (Not TAP's "Bail out!", which would
# stop all the other tests too.)
bail() { fail "the test can go on" "$*"; done_testing; }

done_testing() {
	echo "1..$_count"
	_finished=1
	[ "$_count" -gt 0 ] || { diag 'no assertion was made'; _failed=1; }
	exit 0
}

# ok DESCRIPTION COMMAND...: the command succeeds;  nok: it fails
ok() {
	local d=$1 out
	shift
	if out=$("$@" 2>&1); then pass "$d"; else fail "$d" "command failed: $*" "$out"; fi
}

nok() {
	local d=$1 out
	shift
	if out=$("$@" 2>&1); then fail "$d" "command succeeded: $*" "$out"; else pass "$d"; fi
}

# is GOT WANT DESCRIPTION
is() {
	if [ "$1" = "$2" ]; then pass "$3"; else fail "$3" "got:  $1" "want: $2"; fi
}

isnt() {
	if [ "$1" != "$2" ]; then pass "$3"; else fail "$3" "got what it must not be: $1"; fi
}

# like TEXT EXTENDED-REGEX DESCRIPTION: some line matches;  unlike: none does
like() {
	if grep -Eq -e "$2" <<<"$1"; then pass "$3"; else fail "$3" "no line matches: $2" "in: $1"; fi
}

unlike() {
	if grep -Eq -e "$2" <<<"$1"; then
		fail "$3" "a line matches: $2" "$(grep -E -m 3 -e "$2" <<<"$1")"
	else
		pass "$3"
	fi
}

# run COMMAND...: sets status, stdout and stderr (each without trailing newlines; NUL bytes dropped).
# The full bytes stay in $T/.stdout and $T/.stderr until the next run.
# shellcheck disable=SC2034 # read by the tests
run() {
	"$@" >"$T/.stdout" 2>"$T/.stderr" </dev/null
	status=$?
	stdout=$(tr -d '\0' <"$T/.stdout")
	stderr=$(tr -d '\0' <"$T/.stderr")
	_ran=$*
}

status_is() {
	if [ "$status" = "$1" ]; then
		pass "$2"
	else
		fail "$2" "ran: $_ran" "exit status $status, want $1" "stderr: $(tail -n 20 <<<"$stderr")"
	fi
}

stdout_is() { is "$stdout" "$1" "$2"; }
stdout_like() { like "$stdout" "$1" "$2"; }
stderr_like() { like "$stderr" "$1" "$2"; }
stderr_unlike() { unlike "$stderr" "$1" "$2"; }

exists() { ok "$2" test -e "$1"; }
absent() { nok "$2" test -e "$1"; }

# same_bytes FILE FILE DESCRIPTION
same_bytes() {
	local a b
	a=$(sha256sum <"$1") b=$(sha256sum <"$2")
	if [ -s "$1" ] && [ "$a" = "$b" ]; then
		pass "$3"
	else
		fail "$3" "$1: ${a%% *}" "$2: ${b%% *}" "first difference: $(cmp "$1" "$2" 2>&1)"
	fi
}

# fails_clean STATUS REGEX OUTPUT DESCRIPTION COMMAND...: the shape of every bad-input test: the
# command ends with STATUS, says REGEX on stderr, prints nothing on stdout that a pipe would take
# for a product, and leaves neither OUTPUT nor a temporary file beside it.
fails_clean() {
	local want=$1 re=$2 output=$3 d=$4 left
	shift 4
	rm -f "$output"
	run "$@"
	left=$(find "$(dirname "$output")" -maxdepth 1 -name '.*.kindling-tmp*' -print 2>/dev/null)
	# shellcheck disable=SC2053 # WANT may be a bracket pattern: [14]
	if [[ $status != $want ]]; then
		fail "$d" "ran: $*" "exit status $status, want $want" "stderr: $stderr"
	elif ! grep -Eq -e "$re" <<<"$stderr"; then
		fail "$d" "ran: $*" "stderr does not match: $re" "stderr: $stderr"
	elif [ -n "$stdout" ]; then
		fail "$d" "ran: $*" "something on stdout: $stdout"
	elif [ -e "$output" ] || [ -n "$left" ]; then
		fail "$d" "ran: $*" "left behind: $(ls -d "$output" 2>/dev/null) $left"
	else
		pass "$d"
	fi
}

# need COMMAND...: programs that the test cannot do without; vendor/prerequisites.sh installs them
need() {
	local c
	for c in "$@"; do
		command -v "$c" >/dev/null || bail "'$c' is not installed"
	done
}
