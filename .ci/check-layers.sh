#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Includes of src/ point down only, by the table in layers.mk; and what belongs to the command line
# (printing, the environment, the clock, ending the process) is named nowhere below it.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "$0")/.."
failed=0

bad()
{
	echo "$*"
	failed=1
}

# folder -> " folders it may include "
declare -A may
while IFS= read -r line; do
	[[ $line =~ ^layer_([a-z]+)\ :=\ ?(.*)$ ]] || continue
	folder=${BASH_REMATCH[1]} text=${BASH_REMATCH[2]}
	# a row may use a row above it
	while [[ $text =~ \$\(layer_([a-z]+)\) ]]; do
		text=${text/"${BASH_REMATCH[0]}"/${may[${BASH_REMATCH[1]}]:-}}
	done
	may[$folder]=" $folder $text "
done < .ci/layers.mk

while IFS=: read -r file number line; do
	[[ $line =~ \#[[:space:]]*include[[:space:]]*\"([^\"]*)\" ]] || continue
	header=${BASH_REMATCH[1]} from=${file#src/}
	from=${from%%/*} to=${header%%/*}
	[ "$from" != main.c ] || from=cli
	if [ "$to" = "$header" ]; then
		bad "$file:$number: include \"$header\" by its folder, as \"folder/file.h\""
	elif [ ! -e "src/$header" ]; then
		bad "$file:$number: no file src/$header"
	elif [ -z "${may[$from]:-}" ]; then
		bad "$file:$number: src/$from has no row in .ci/layers.mk"
	elif [[ ${may[$from]} != *" $to "* ]]; then
		bad "$file:$number: $from must not include \"$header\""
	elif [[ $header == *_int.h && $to != "$from" ]]; then
		bad "$file:$number: \"$header\" is private to $to"
	fi
done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include' src --include='*.[ch]')

# Words that are code: comments and strings are cut out first. base/arena.c and base/err.c print the one
# line that goes before an abort (out of memory, our own bugs).
hits=$(find src -name '*.[ch]' ! -path 'src/cli/*' ! -path 'src/netroot/*' ! -path src/main.c -print0 |
	sort -z | xargs -0 -r perl -0777 -ne '
		s{/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|\x27(?:[^\x27\\\n]|\\.)+\x27}{ }gs;
		my $words = "getenv|secure_getenv|setenv|exit|_exit|_Exit|quick_exit|atexit|chdir|fchdir|getcwd|time|"
			. "gettimeofday|clock_gettime|localtime|system|popen|fork|vfork|execv|execve|execvp|posix_spawn|setlocale";
		$words .= "|printf|vprintf|fprintf|puts|putchar|fputs|perror" unless $ARGV =~ m{^src/base/(arena|err)\.c$};
		my %hit;
		$hit{$1}++ while /(?<![\w.>])($words)\s*\(/g;
		print "$ARGV: belongs to src/cli only: ", join(" ", sort keys %hit), "\n" if %hit')
[ -z "$hits" ] || bad "$hits"

exit $failed
