#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The command line itself: help, unknown words, exit statuses.
. "$(dirname "$0")/../lib/testlib.sh"

run "$KINDLING" --help
status_is 0 '--help succeeds'
stdout_like '^usage: kindling COMMAND' 'help goes to stdout'
for c in build plan recipes vercmp; do
	stdout_like "^  $c +[a-z]" "help names $c"
	run "$KINDLING" "$c" --help
	status_is 0 "$c --help succeeds"
	stdout_like "^usage: kindling $c " "$c --help tells its usage"
	is "$stderr" '' "$c --help says nothing on stderr"
	run "$KINDLING" --help
done
is "$(awk 'length > 110' <"$T/.stdout")" '' 'no line of the help is too long'

run "$KINDLING" --version
stdout_like '^kindling [0-9]+\.[0-9]+\.[0-9]+$' '--version'

run "$KINDLING"
status_is 2 'no command is a usage error'
is "$stdout" '' 'and says nothing on stdout'

run "$KINDLING" biuld
status_is 2 'unknown command'
stderr_like "^kindling: error: unknown command 'biuld'$" 'is named'
stderr_like "^hint: did you mean 'build'\?$" 'with the nearest'

run "$KINDLING" build --recipee base
status_is 2 'unknown option'
stderr_like "unknown option '--recipee'" 'is named'
stderr_like "did you mean '--recipe'" 'with the nearest'

run "$KINDLING" build -o x
status_is 2 'no mirror'
stderr_like '^hint: ' 'has a hint'

run "$KINDLING" build --mirror 'deb file:/x trixie main'
status_is 2 'no output'
run "$KINDLING" build --jobs=0 --mirror 'deb file:/x trixie main' -o x
status_is 2 '--jobs 0 is refused'
stderr_like "option '--jobs'" 'by name'
run "$KINDLING" build --jobs=x --mirror 'deb file:/x trixie main' -o x
status_is 2 '--jobs x is refused'
run "$KINDLING" build --mirror
status_is 2 'a missing value is told'
run "$KINDLING" build --no-base=yes -o x
status_is 2 'a flag takes no value'
run "$KINDLING" build --mirror 'deb file:/x trixie main' -o x --dump nothing
status_is 2 'unknown stage to dump'
run env SOURCE_DATE_EPOCH=now "$KINDLING" build --mirror 'deb file:/x trixie main' -o x
status_is 2 'a bad SOURCE_DATE_EPOCH'
stderr_like 'SOURCE_DATE_EPOCH' 'is named'
run "$KINDLING" build --mirror 'deb file:/x trixie main' -o x stray
status_is 2 'a stray argument'
run "$KINDLING" build --arch vax --mirror 'deb file:/x trixie main' -o x
status_is 2 'an unknown architecture'
stderr_like "'vax'" 'is named'

if [ -w /dev/full ]; then
	"$KINDLING" --version >/dev/full 2>"$T/err"
	isnt "$?" 0 'a full standard output is a failure'
	"$KINDLING" recipes base >/dev/full 2>"$T/err"
	isnt "$?" 0 'of a product, too'
fi
done_testing
