#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck disable=SC2016 # the scripts in quotes are for the child
#
# The shell tests' own library: assertions that hold pass, those that do not fail the test.
. "$(dirname "$0")/../lib/testlib.sh"

# child SCRIPT: a test of its own; sets status and stdout
child() {
	printf '#!/bin/bash\n. "%s/tests/lib/testlib.sh"\n%s\n' "$TOP" "$1" >"$T/child.sh"
	run bash "$T/child.sh"
}

# good WHAT SCRIPT; bad WHAT SCRIPT: one assertion that must pass, or fail
good() { child "$2
done_testing"; is "$status:$(grep -c '^ok 1 - d$' <<<"$stdout")" 0:1 "$1 passes"; }
bad() { child "$2
done_testing"; is "$status:$(grep -c '^not ok 1 - d$' <<<"$stdout")" 1:1 "$1 fails"; }

good ok 'ok d true';                     bad ok 'ok d false'
good nok 'nok d false';                  bad nok 'nok d true'
good is 'is a a d';                      bad is 'is a b d'
good isnt 'isnt a b d';                  bad isnt 'isnt a a d'
good like 'like abc "^a.c$" d';          bad like 'like abc "^b" d'
good unlike 'unlike abc "^b" d';         bad unlike 'unlike abc b d'
good status_is 'run sh -c "exit 3"; status_is 3 d'
bad status_is 'run true; status_is 3 d'
good stdout_is 'run echo x; stdout_is x d'
bad stdout_is 'run echo x; stdout_is y d'
good stderr_like 'run sh -c "echo xyz >&2"; stderr_like y d'
bad stderr_like 'run sh -c "echo y"; stderr_like y d'
good exists 'exists / d';                bad exists 'exists nothing d'
good absent 'absent nothing d';          bad absent 'absent / d'
good same_bytes 'echo a >x; echo a >y; same_bytes x y d'
bad same_bytes 'echo a >x; echo b >y; same_bytes x y d'
bad 'same_bytes of nothing' ': >x; : >y; same_bytes x y d'
bad 'same_bytes of missing files' 'same_bytes x y d'

good fails_clean 'fails_clean 4 why "$T/o/i" d sh -c "echo why >&2; exit 4"'
bad 'fails_clean with another status' 'fails_clean 4 why "$T/o/i" d sh -c "echo why >&2; exit 1"'
bad 'fails_clean without the message' 'fails_clean 4 why "$T/o/i" d sh -c "exit 4"'
bad 'fails_clean with output' 'fails_clean 4 why "$T/i" d sh -c "echo why >&2; : >$T/i; exit 4"'
bad 'fails_clean with a temporary file' 'fails_clean 4 w "$T/i" d sh -c "echo w >&2; : >$T/.i.kindling-tmp; exit 4"'
bad 'fails_clean with words on stdout' 'fails_clean 4 w "$T/i" d sh -c "echo w >&2; echo w; exit 4"'

child 'pass d'
isnt "$status" 0 'a test that ends early fails'
TEST_FAILURES=$T/failures child 'pass e; is a b d; fail_more "more of it"; done_testing'
is "$(tail -n +2 "$T/failures" 2>&1)" 'not ok 2 - d
  got:  a
  want: b
more of it' 'what failed is kept for the end of the run'
TEST_FAILURES=$T/failures child 'exit 3'
is "$(tail -n 1 "$T/failures" 2>&1)" 'the test ended early, status 3' 'an early end, too'
TEST_FAILURES=$T/none child '(is a b in-a-subshell); pass d; done_testing'
absent "$T/none" 'a test that passes leaves nothing there'
child 'done_testing'
isnt "$status" 0 'a test without assertions fails'
child 'bail reason
pass d
done_testing'
is "$status:$(grep -c '^ok' <<<"$stdout")" 1:0 'bail ends the test and fails it'
child 'need no-such-program-anywhere
pass d
done_testing'
is "$status:$(grep -c '^ok' <<<"$stdout")" 1:0 'a missing program fails the test'
child 'echo "$T"; at_exit "echo bye"; pass d; done_testing'
like "$stdout" '^bye$' 'at_exit runs at the end'
absent "$(head -n 1 <<<"$stdout")" 'the temporary folder is gone'

done_testing
