#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The manual tells what the program takes, and nothing else.
. "$(dirname "$0")/../lib/testlib.sh"

man=$TOP/docs/man/kindling.1.scd
for c in build plan lock audit recipes vercmp; do "$KINDLING" $c --help; done | grep -oE '^  (-.,|   ) --[a-z-]+' | grep -oE -- '--[a-z-]+' |
	sort -u >program
grep -oE '(^|, )\*(-., )?(\*, \*)?--[a-z-]+' "$man" | grep -oE -- '--[a-z-]+' | sort -u >manual
is "$(comm -23 program manual)" '' 'every option is in kindling(1)'
is "$(comm -13 program manual)" '' 'kindling(1) has no option that is not there'
"$KINDLING" --help | sed -n 's/^  \([a-z]*\) .*/\1/p' | sort >commands
grep -oE '^\*kindling [a-z]+' "$man" | awk '{print $2}' | sort >synopsis
is "$(cat commands)" "$(cat synopsis)" 'every command is in the synopsis'
# SatisfiedByBuilder= of the shipped recipes and its table
awk '/^[A-Za-z]*=/ || /^\[/ { on = /^SatisfiedByBuilder=/; sub(/^[^=]*=/, "") } on { sub(/^[ \t]*(#.*)?/, ""); if ($0) print }' \
	"$TOP"/recipes/*/mkosi.conf.d/*.conf "$TOP"/recipes/*/mkosi.conf | sort -u >assumed
sed -n '/^# WHAT COUNTS AS INSTALLED/,/^# SETTINGS/s/^|  *//p' "$TOP/docs/man/recipe.5.scd" | tr -d ' ' | tr , '\n' |
	sort -u >table
ok 'some names count as installed' test -s assumed
is "$(cat table)" "$(cat assumed)" 'recipe(5) has each of them'
for m in "$TOP"/docs/man/*.scd; do
	ok "$(basename "$m") is well-formed" sh -c 'scdoc <"$1" >page && test -s page' - "$m"
done
done_testing
