# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash disable=SC2034,SC2154 # testlib.sh sets status, _failed; tests use BOOT_OPTIONS
#
# lib.sh: boots an initrd in QEMU and judges it by the report that the guest's root prints
# (root/rig-report). Source it after tests/lib/testlib.sh; BOOT_DIR is this folder.
#
# A boot that passes has reached the root it was told to reach, from an initrd whose journal was
# readable, with no failed unit and no line of priority err or worse. The root does all of its start only where the
# kernel has the word rig.whole or rig.alive. What is let through is in BOOT_ALLOWED below, each with its reason.

BOOT_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# Seconds; boot_seconds gives a busy machine more, up to three times as many.
BOOT_TIMEOUT=${BOOT_TIMEOUT:-300}
# Two guests at a time on the whole machine: a third one starves the others (facts: 280 s and more).
BOOT_SLOTS=${BOOT_SLOTS:-2}

# Lines of the journal that say nothing about the initrd: extended regular expressions on the text
# after the time stamp. None so far.
BOOT_ALLOWED=()
# Command before QEMU's, to run it in a network namespace (netlib.sh).
BOOT_NS=()
# Guests go before other work where they may: time inside runs on, whether the machine is busy or not, and
# systemd gives up on generators after 90 s.
BOOT_NICE=()
! nice -n -10 true 2>/dev/null || BOOT_NICE=(nice -n -10)
# What to do to the server of a root that waits for it (rig.alive=restart): a command, or a function. It runs
# in a subshell.
BOOT_HOOK=()
# The network service of the root, where a test asks that it takes over
BOOT_ROOT_NETWORK=systemd-networkd
# Seconds from a living root's `systemctl poweroff` to the end; a unit that has to be killed takes 90.
BOOT_OFF_TIMEOUT=${BOOT_OFF_TIMEOUT:-60}

PATH=$PATH:/usr/sbin:/sbin
# shellcheck source=tests/boot/machine.sh
. "$BOOT_DIR/machine.sh"

boot_mirror() { "$TOP/tests/mirror/get-mirror" "$1"; }

boot_root_uuid() { blkid -p -s UUID -o value "$1"; }

# boot_kernel MIRROR ARCH FILE: the newest kernel image among the mirror's packages
boot_kernel() {
	local deb

	deb=$(find "$1/pool" -name "linux-image-[0-9]*_$2.deb" | sort -V | tail -n 1)
	[ -n "$deb" ] || { diag "no kernel package in $1"; return 1; }
	dpkg-deb --fsys-tarfile "$deb" | tar -xO --wildcards './boot/vmlinuz-*' >"$3"
	[ -s "$3" ] || { diag "no kernel image in $deb"; return 1; }
}

# boot_rpm_kernel MIRROR FILE: the kernel image of get-rpm-mirror's kernel-core
boot_rpm_kernel() {
	local rpm

	rpm=$(find "$1/packages" -name 'kernel-core-*.rpm' | sort -V | tail -n 1)
	[ -n "$rpm" ] || { diag "no kernel package in $1"; return 1; }
	rpm2cpio "$rpm" | cpio -i --quiet --to-stdout './lib/modules/*/vmlinuz' >"$2"
	[ -s "$2" ] || { diag "no kernel image in $rpm"; return 1; }
}

# Options of every guest's kernel. A guest on a starved host loses timer ticks; without the second
# line its kernel then logs errors (or stops) over hardware that is only slow, and systemd, or the NVMe driver, gives
# up on devices and services that would have come. Nobody attacks these kernels, and an emulated one
# pays dearly for its defences.
boot_cmdline() {
	echo "console=$(boot_console "$1") panic=-1"
	[ "$1" != amd64 ] || echo no_timer_check
	echo nowatchdog rcupdate.rcu_cpu_stall_suppress=1 mitigations=off
	echo systemd.default_device_timeout_sec=240 systemd.default_timeout_start_sec=240 nvme_core.io_timeout=240
}

boot_seconds() {
	awk -v limit="$BOOT_TIMEOUT" -v cores="$(nproc)" '
		{ scale = $1 / cores; if (scale < 1) scale = 1; if (scale > 3) scale = 3; print int(limit * scale) }
	' /proc/loadavg
}

# Waits for one of the machine's guest slots; held through fd 7 until the subshell that took it ends. Who
# waits stands in a queue (fd 8): a test with one boot after the other leaves the slot to others in between.
_boot_take_slot() {
	local i

	exec 8>"${TMPDIR:-/tmp}/kindling-boot-slot.$(id -u).queue"
	flock 8
	while :; do
		for ((i = 0; i < BOOT_SLOTS; i++)); do
			exec 7>"${TMPDIR:-/tmp}/kindling-boot-slot.$(id -u).$i"
			! flock -n 7 || { exec 8>&-; return 0; }
		done
		sleep 0.2
	done
}

# A guest that says one of these will not get any further.
_boot_dead='Kernel panic|Entering emergency mode|You are in emergency mode|Cannot open access to console'
_boot_dead="$_boot_dead|Freezing execution|end Kernel panic|Reached target .*[Ee]mergency"

# boot_pipe NAME FILE: options for a QEMU that reads from the pipe NAME.in, where this shell holds it open as
# descriptor $BOOT_PIPE; what it answers is in FILE. For -serial or -mon as "chardev:NAME".
boot_pipe() {
	rm -f "$T/$1".{in,out}
	mkfifo "$T/$1.in" "$T/$1.out"
	exec {BOOT_PIPE}<>"$T/$1.in"
	cat "$T/$1.out" >"$2" &
	BOOT_OPTIONS=(-chardev "pipe,id=$1,path=$T/$1")
}

# boot_wait_for FILE REGEX [SECONDS]: until a line of a console log matches
boot_wait_for() {
	local end=$((SECONDS + ${3:-$(boot_seconds)}))

	until tr -d '\r\0' 2>/dev/null <"$1" | grep -aEq -e "$2"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.5
	done
}

# _boot_watch_alive DIR: what a living root asks for, when it does; fd 6 is its third serial line.
# Leaves hook (the hook's status) and off-seconds in DIR.
_boot_watch_alive() {
	if [ ! -e "$1/hook" ] && tr -d '\r\0' <"$1/console.log" | grep -aqx 'RIG ALIVE-WAITS'; then
		echo failed >"$1/hook"
		if "${BOOT_HOOK[@]:-false}" >"$1/hook.log" 2>&1 7>&-; then
			echo 'done' >"$1/hook"
			echo go >&6
		fi
	fi
	if [ -z "$off" ] && tr -d '\r\0' <"$1/console.log" | grep -aqx 'RIG ALIVE-END'; then off=$SECONDS; fi
}

# boot_run ARCH DIR KERNEL INITRD CMDLINE [QEMU-OPTION...]: one guest, until it powers off, dies or
# runs out of time. With BOOT_FIRMWARE the guest's firmware finds the kernel itself. DIR gets pid (QEMU's),
# console.log, journal.log and why (poweroff, dead, timeout).
boot_run() (
	local arch=$1 dir=$2 kernel=$3 initrd=$4 cmdline=$5 pid end machine boot grace='' off='' words=()
	shift 5

	mkdir -p "$dir"
	rm -f "$dir"/{pid,console.log,journal.log,why,qemu.log,hook,hook.log,off-seconds,words.in,words.out}
	: >"$dir/console.log"
	mapfile -t machine < <(boot_qemu_machine "$arch" "$kernel")
	# the root's own network service is an ordinary one: here it starts only where a test asks for it
	[[ ! $cmdline =~ rig\.alive=[a-z,]*(network|takeover) ]] || cmdline+=" systemd.wants=$BOOT_ROOT_NETWORK.service"
	if [[ $cmdline =~ rig\.alive=[a-z,]*restart ]]; then
		mkfifo "$dir/words.in" "$dir/words.out" || return 1
		exec 6<>"$dir/words.in"
		words=(-serial "pipe:$dir/words")
	fi
	boot=(-kernel "$kernel" -initrd "$initrd" -append "$(boot_cmdline "$arch" | paste -sd' ') $cmdline")
	[ -z "${BOOT_FIRMWARE:-}" ] || boot=()
	_boot_take_slot

	"${BOOT_NS[@]}" "${BOOT_NICE[@]}" "$(boot_qemu_binary "$arch")" "${machine[@]}" -smp 1 -m "${BOOT_MEMORY:-768}" -nodefaults \
		-display none -no-reboot -serial "${BOOT_SERIAL:-file:$dir/console.log}" -serial "file:$dir/journal.log" \
		"${words[@]}" "${boot[@]}" "$@" </dev/null >"$dir/qemu.log" 2>&1 7>&- &
	pid=$!
	echo $pid >"$dir/pid"
	trap 'kill -KILL $pid 2>/dev/null' EXIT
	end=$((SECONDS + $(boot_seconds)))
	echo timeout >"$dir/why"
	while [ $SECONDS -lt $end ]; do
		if ! kill -0 $pid 2>/dev/null; then
			# a kernel that panics reboots at once, which ends its QEMU
			if grep -aEq "$_boot_dead" "$dir/console.log"; then echo dead; else echo poweroff; fi >"$dir/why"
			[ -z "$off" ] || echo $((SECONDS - off)) >"$dir/off-seconds"
			break
		fi
		_boot_watch_alive "$dir"
		if [ -z "$grace" ] && grep -aEq "$_boot_dead" "$dir/console.log"; then
			# A few seconds more, for the lines that say why.
			grace=1 end=$((SECONDS + 8))
			echo dead >"$dir/why"
		fi
		sleep 0.5
	done
	if [ -n "$grace" ]; then echo dead >"$dir/why"; fi
	kill -TERM $pid 2>/dev/null
	wait $pid 2>/dev/null
	trap - EXIT
	[ "$(cat "$dir/why")" = poweroff ]
)

# report_lines LOG: the report of the last boot in a console log, bare; nothing if it is not whole.
# A reboot or a cut-off report must never look like a pass.
report_lines() {
	tr -d '\r\0' <"$1" | awk '
		/^RIG BEGIN$/ { n = 0; on = 1; whole = 0; next }
		on && /^RIG END$/ { on = 0; whole = 1; next }
		on && /^RIG / { line[n++] = substr($0, 5) }
		END { if (whole) for (i = 0; i < n; i++) print line[i] }'
}

# report_value LOG KEY: first value of a key, empty if absent
report_value() { report_lines "$1" | sed -n "s/^$2 //p" | head -n 1; }

# Journal errors of the report that BOOT_ALLOWED does not excuse
report_errors() {
	local a line

	report_lines "$1" | sed -n 's/^INITRD-JOURNAL-ERROR //p' | while IFS= read -r line; do
		for a in "${BOOT_ALLOWED[@]}"; do
			[[ ! ${line#*] } =~ $a ]] || continue 2
		done
		printf '%s\n' "$line"
	done
}

# _boot_tail LOG: what a guest said last, without colours
_boot_tail() { fail_more "$(tr -d '\r\0' <"$1" | sed 's/\x1b\[[0-9;?]*[a-zA-Z]//g; s/^/  /' | tail -n "${BOOT_TAIL:-60}")"; }

# boot_judge DIR SOURCE-REGEX FSTYPE NAME: the assertions, on a finished boot's DIR
boot_judge() {
	local log=$1/console.log failed errors all excused before=$_failed

	if report_lines "$log" | grep -qx ROOT-REACHED; then
		pass "$4: root reached"
	else
		fail "$4: root reached" "the guest ended by: $(cat "$1/why" 2>/dev/null)"
	fi
	like "$(report_value "$log" ROOT-SOURCE)" "$2" "$4: root's source"
	is "$(report_value "$log" ROOT-FSTYPE)" "$3" "$4: root's file system"
	is "$(report_value "$log" ROOT-OWNER)" 0:0 "$4: its files have their owners"

	# Without these the two empty lists below would prove nothing.
	ok "$4: the initrd's journal was read" test "$(report_value "$log" INITRD-JOURNAL-LINES || :)" -ge 50
	ok "$4: it shows the switch" test "$(report_value "$log" INITRD-SWITCH-ROOT || :)" -ge 1

	failed=$(report_lines "$log" | sed -n 's/^INITRD-FAILED-UNIT //p')
	is "$(report_value "$log" INITRD-FAILED-UNITS)" 0 "$4: no unit of the initrd failed"
	[ -z "$failed" ] || diag "$failed"

	is "$(report_value "$log" ROOT-FAILED-UNITS)" 0 "$4: no unit of the root failed"
	report_lines "$log" | sed -n 's/^ROOT-FAILED-UNIT /# /p'

	all=$(report_value "$log" INITRD-JOURNAL-ERRORS)
	errors=$(report_errors "$log")
	excused=0
	[ ${#BOOT_ALLOWED[@]} -eq 0 ] || excused=$(report_lines "$log" | grep -c '^INITRD-JOURNAL-ERROR ')
	if [ -n "$all" ] && [ -z "$errors" ] && { [ "$all" = 0 ] || [ "$all" = "$excused" ]; }; then
		pass "$4: no error in the initrd's journal"
	else
		fail "$4: no error in the initrd's journal" "errors: ${all:-not reported}" "$errors"
	fi

	if [ "$_failed" != "$before" ]; then
		diag "--- end of $log (journal.log beside it has the whole journal)"
		_boot_tail "$log"
	fi
	return 0
}

# alive_lines LOG: what a living root said, bare; nothing if it did not get to its end
alive_lines() {
	tr -d '\r\0' <"$1" | awk '
		/^RIG ALIVE-BEGIN$/ { n = 0; on = 1; whole = 0; next }
		on && /^RIG ALIVE-END$/ { on = 0; whole = 1; next }
		on && /^RIG ALIVE-/ { line[n++] = substr($0, 11) }
		END { if (whole) for (i = 0; i < n; i++) print line[i] }'
}

# _alive_data LOG KEY NAME: 20 MB were written, and read back the same
_alive_data() {
	local size wrote read
	read -r size wrote read < <(alive_lines "$1" | sed -n "s/^$2 //p")
	is "$size" 20971520 "$3: 20 MB are written"
	if [[ $wrote =~ ^[0-9a-f]{64}$ ]] && [ "$wrote" = "$read" ]; then
		pass "$3: and read back"
	else
		fail "$3: and read back" "written: $wrote" "read:    $read"
	fi
}

# boot_judge_alive DIR NAME WHAT...: the assertions about a root that was booted with rig.alive=WHAT,...
# beyond boot_judge's
boot_judge_alive() {
	local dir=$1 log=$1/console.log name=$2 what before=$_failed off source state
	shift 2

	ok "$name: the root lives to its end" test -n "$(alive_lines "$log")"
	for what; do
		case $what in
		network | takeover)
			state=configured
			[ "$BOOT_ROOT_NETWORK" = systemd-networkd ] || state=connected
			is "$(alive_lines "$log" | sed -n 's/^NETWORK //p')" "$BOOT_ROOT_NETWORK active $state" \
				"$name: the root's network service has the interface"
			like "$(alive_lines "$log")" '^ADDRESS [^ ,]+=' "$name: and an address" ;;
		restart)
			is "$(cat "$dir/hook" 2>/dev/null)" 'done' "$name: the server was restarted"
			is "$(alive_lines "$log" | sed -n 's/^RESTARTED //p')" go "$name: the root saw it through"
			_alive_data "$log" DURING "$name: over the restart" ;;
		*) fail "$name: nothing is known of '$what'" ;;
		esac
	done
	_alive_data "$log" AFTER "$name"
	source=$(report_value "$log" ROOT-SOURCE)
	is "$(alive_lines "$log" | sed -n 's/^SOURCE //p')" "${source:-a root}" "$name: the root is still the same"
	is "$(alive_lines "$log" | sed -n 's/^FAILED-UNITS //p')" 0 "$name: no unit of the root failed"
	off=$(cat "$dir/off-seconds" 2>/dev/null)
	if [ "${off:-999}" -le "$BOOT_OFF_TIMEOUT" ] && tr -d '\r\0' <"$log" | grep -aq 'reboot: Power down'; then
		pass "$name: poweroff takes $off s"
	else
		fail "$name: poweroff in $BOOT_OFF_TIMEOUT s" "seconds: ${off:-it did not end}"
	fi

	if [ "$_failed" != "$before" ]; then
		[ ! -s "$dir/hook.log" ] || sed 's/^/#   hook: /' "$dir/hook.log"
		diag "--- end of $log"
		_boot_tail "$log"
	fi
	return 0
}

# boot_build MIRROR SUITE ARCH IMAGE [OPTION...]: an initrd of recipe base, as a user would make it
boot_build() {
	local mirror=$1 suite=$2 arch=$3 image=$4
	shift 4
	run "$KINDLING" build --insecure-no-signature --mirror "deb file:$mirror $suite main" \
		--arch "$arch" --recipe base -o "$image" "$@"
}

# boot_local NAME [OPTION...]: the whole test of a local disk: build from mirror NAME, boot, judge
boot_local() {
	local name=$1 suite=${1%-*} arch=${1##*-} mirror root uuid dir=$BUILD/boot/local-$1
	shift

	need "$(boot_qemu_binary "$arch")" mmdebstrap mke2fs blkid dpkg-deb flock
	[ -x "$KINDLING" ] || bail "no kindling binary at '$KINDLING'"
	mirror=$(boot_mirror "$name") || bail "no mirror '$name'"
	root=$("$BOOT_DIR/make-root" "$name") || bail "no root file system of '$name'"
	uuid=$(boot_root_uuid "$root")
	boot_kernel "$mirror" "$arch" "$T/vmlinuz" || bail "no kernel in '$mirror'"

	boot_build "$mirror" "$suite" "$arch" "$T/initrd.img" "$@"
	status_is 0 "local $name: the initrd is built"
	if [ "$status" != 0 ]; then
		done_testing
	fi
	diag "initrd: $(stat -c %s "$T/initrd.img") bytes"
	boot_run "$arch" "$dir" "$T/vmlinuz" "$T/initrd.img" "root=UUID=$uuid rw rig.whole" \
		-drive "file=$root,if=virtio,format=raw,snapshot=on"
	boot_judge "$dir" '^/dev/vda$' ext4 "local $name"
	diag "guest uptime at the report: $(report_value "$dir/console.log" ROOT-UPTIME) s"
}
