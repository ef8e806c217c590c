#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The judge of boot reports: a good log passes, and every way to be bad is seen. The logs are one
# real console log (data/pass.log) and variations of it.
. "$(dirname "$0")/../../lib/testlib.sh"
. "$TOP/tests/boot/lib.sh"

good=$BOOT_DIR/data/pass.log

# verdict [SOURCE-REGEX [FSTYPE]] <LOG: the failed assertions of boot_judge, one a line, or "pass"
verdict() {
	mkdir -p "$T/boot"
	cat >"$T/boot/console.log"
	echo poweroff >"$T/boot/why"
	(
		_count=0 _failed=0
		trap - EXIT
		boot_judge "$T/boot" "${1:-^/dev/vda\$}" "${2:-ext4}" judged
	) >"$T/judged"
	grep '^not ok' "$T/judged" | sed 's/.*judged: //' | paste -sd, | grep . || echo pass
}

is "$(verdict <"$good")" pass 'a good log passes'
is "$(sed 's/$/\r/' "$good" | verdict)" pass 'so it does with carriage returns'
is "$(sed '/^RIG ROOT-S/i [   99.000000] virtio_blk virtio1: a kernel line in between' "$good" | verdict)" \
	pass 'and with kernel lines in between'

is "$(verdict '^/dev/sda$' <"$good")" "root's source" 'another source'
is "$(verdict '^/dev/vda$' btrfs <"$good")" "root's file system" 'another file system'
is "$(sed 's/^RIG ROOT-OWNER .*/RIG ROOT-OWNER 65534:65534/' "$good" | verdict)" 'its files have their owners' 'files of nobody'
is "$(sed -e 's/^RIG INITRD-FAILED-UNITS 0/RIG INITRD-FAILED-UNITS 1\nRIG INITRD-FAILED-UNIT a.service/' \
	"$good" | verdict)" 'no unit of the initrd failed' 'a failed unit'
like "$(cat "$T/judged")" '^# a.service' 'the failed unit is named'
is "$(sed -e 's/^RIG ROOT-FAILED-UNITS 0/RIG ROOT-FAILED-UNITS 1\nRIG ROOT-FAILED-UNIT b.service/' \
	"$good" | verdict)" 'no unit of the root failed' 'a failed unit of the root'
like "$(cat "$T/judged")" '^# b.service' 'it is named, too'
is "$(sed -e 's/^RIG INITRD-JOURNAL-ERRORS 0/RIG INITRD-JOURNAL-ERRORS 1\nRIG INITRD-JOURNAL-ERROR [   1.5] udevd[2]: bad/' \
	"$good" | verdict)" "no error in the initrd's journal" 'a journal error'
like "$(cat "$T/judged")" 'udevd\[2\]: bad' 'the journal error is shown'
like "$(cat "$T/judged")" '^# --- end of ' 'and the end of the log'
is "$(sed 's/^RIG INITRD-JOURNAL-LINES .*/RIG INITRD-JOURNAL-LINES 0/' "$good" | verdict)" \
	"the initrd's journal was read" 'a journal that was not there'
is "$(sed 's/^RIG INITRD-SWITCH-ROOT .*/RIG INITRD-SWITCH-ROOT 0/' "$good" | verdict)" \
	'it shows the switch' 'a root that no initrd switched to'
is "$(sed '/^RIG INITRD-JOURNAL-ERRORS/d' "$good" | verdict)" "no error in the initrd's journal" \
	'a report without the list of errors'
is "$(sed '/^RIG INITRD-FAILED-UNITS/d' "$good" | verdict)" 'no unit of the initrd failed' \
	'a report without the list of units'

unlike "$(sed '/^RIG END/,$d' "$good" | verdict)" '^pass$' 'a cut report does not pass'
like "$(cat "$T/judged")" 'not ok .*root reached' 'nor does it count as reached'
unlike "$({ cat "$good"; sed '/^RIG END/,$d' "$good"; } | verdict)" '^pass$' 'a cut second report does not pass'
unlike "$(: | verdict)" '^pass$' 'an empty log does not pass'
unlike "$(sed 's/^RIG /&x/' "$good" | verdict)" '^pass$' 'nor one without our lines'

# Excuses: only what matches, and only when every error matches.
bad=$(sed 's/^RIG INITRD-JOURNAL-ERRORS 0/RIG INITRD-JOURNAL-ERRORS 2\nRIG INITRD-JOURNAL-ERROR [  1.5] kernel: known\nRIG INITRD-JOURNAL-ERROR [  1.6] kernel: new/' "$good")
BOOT_ALLOWED=('^kernel: known$')
is "$(verdict <<<"$bad")" "no error in the initrd's journal" 'one excused error does not excuse another'
unlike "$(cat "$T/judged")" '^# \[ *1.5\] kernel: known' 'the excused one is not listed as an error'
is "$(sed -e 's/ERRORS 2/ERRORS 1/' -e '/kernel: new/d' <<<"$bad" | verdict)" pass 'an excused error passes'
is "$(sed -e '/JOURNAL-ERROR \[/d' <<<"$bad" | verdict)" "no error in the initrd's journal" \
	'a count without its lines does not pass'

# The second part, of a root that stays. data/alive.log is written by hand, after root/rig-alive.
alive=$BOOT_DIR/data/alive.log
# lives WHAT... <LOG: as verdict, for boot_judge_alive; how it ended is in hook and off
lives() {
	mkdir -p "$T/alive"
	{ sed '/reboot: Power down/d' "$good"; cat; } >"$T/alive/console.log"
	echo "${hook:-done}" >"$T/alive/hook"
	echo "${off:-5}" >"$T/alive/off-seconds"
	(
		_count=0 _failed=0
		trap - EXIT
		boot_judge_alive "$T/alive" judged "$@"
	) >"$T/judged"
	grep '^not ok' "$T/judged" | sed 's/.*judged: //' | paste -sd, | grep . || echo pass
}

is "$(lives network restart <"$alive")" pass 'a living root passes'
is "$(sed 's/$/\r/' "$alive" | lives network restart)" pass 'also with carriage returns'
is "$(sed '/ALIVE-END/,$d' "$alive" | lives | tr , '\n' | head -n 1)" 'the root lives to its end' 'a root that dies'
is "$(sed 's/networkd active configured/networkd active configuring/' "$alive" | lives network)" \
	"the root's network service has the interface" 'an interface that is not taken over'
is "$(sed 's/ALIVE-ADDRESS .*/ALIVE-ADDRESS /' "$alive" | lives network)" 'and an address' 'an interface without address'
is "$(hook=failed lives restart <"$alive")" 'the server was restarted' 'a server that was not restarted'
is "$(sed 's/RESTARTED go/RESTARTED no word came/' "$alive" | lives restart)" 'the root saw it through' \
	'a root that heard of no restart'
is "$(sed '/ALIVE-DURING/s/.$/x/' "$alive" | lives restart)" 'over the restart: and read back' 'data lost in the restart'
is "$(sed '/ALIVE-AFTER/s/.$/x/' "$alive" | lives)" 'and read back' 'data lost'
is "$(sed 's/AFTER 20971520/AFTER 4096/' "$alive" | lives)" '20 MB are written' 'too little data'
is "$(sed -E '/ALIVE-AFTER/s/[0-9a-f]{64}//g' "$alive" | lives)" 'and read back' 'no digests'
is "$(sed 's,ALIVE-SOURCE .*,ALIVE-SOURCE /dev/sda,' "$alive" | lives)" 'the root is still the same' 'another root'
is "$(sed 's/FAILED-UNITS 0/FAILED-UNITS 1/' "$alive" | lives)" 'no unit of the root failed' 'a failed unit of the root'
is "$(off=70 lives <"$alive")" 'poweroff in 60 s' 'a slow end'
is "$(sed '/reboot: Power down/d' "$alive" | lives)" 'poweroff in 60 s' 'an end that is not a shutdown'
like "$(lives nothing <"$alive")" "nothing is known of 'nothing'" 'a word that the judge does not know'

done_testing
