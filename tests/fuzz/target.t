#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# target: what is known of old (tests/fuzz/corpus) and some thousand inputs more for each part of the program that
# reads what strangers send (tests/fuzz/*.c), always the same ones; `make fuzz` goes on from there.
. "$(dirname "$0")/../lib.sh"

work=$(mktemp -d /tmp/seikyo.XXXXXX)
at_exit rm -rf "$work"
times=1
[ -z "${SEIKYO_LONG:-}" ] || times=50

# fuzz TARGET WORDS...: sets $status and $said. Nobody is asked for anything.
fuzz()
{
	local target=$1

	status=0
	said=$(cd "$work" && setsid "$TEST_ROOT/build/fuzz/$target" -artifact_prefix="$work/" "${@:2}" 2>&1 </dev/null) ||
		status=$?
}

# target NAME RUNS PLACES: so many inputs are read or refused, and nothing else; they get to more places of the
# program than so many, since a target that reads nothing would get nowhere.
target()
{
	local corpus=$TEST_ROOT/tests/fuzz/corpus/$1 runs=$(($2 * times)) seeds reached ran

	seeds=$(find "$corpus" -type f | wc -l)
	mkdir "$work/$1"
	fuzz "$1" -runs=$runs -seed=1 -max_len=4096 "$work/$1" "$corpus"
	[ "$status" = 0 ] || diag "$(tail -n 40 <<<"$said")"
	is "$status" 0 "$1: $runs inputs or more are read or refused, and what must hold does"
	ran=$(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' <<<"$said")
	ok "$1: $ran of them" [ "${ran:-0}" -ge "$runs" ]
	is "$(sed -nE "s/.*INFO: +([0-9]+) files found in .*corpus\/$1\$/\1/p" <<<"$said")" "$seeds" \
		"$1: all $seeds of the corpus among them"
	reached=$(sed -nE 's/.*DONE +cov: ([0-9]+) .*/\1/p' <<<"$said")
	ok "$1: they get deep into the program: $reached places" [ "${reached:-0}" -gt "$3" ]
}

while read -r name runs places; do
	target "$name" "$runs" "$places"
	printf '%s\n' "$name" >>"$work/targets"
done <<-'END'
	audit 10000 60
	base32 10000 50
	config 3000 90
	envelope 150 50
	form 10000 180
	import 1500 240
	install 8000 55
	password 10000 120
	recover 3000 60
	safe 10000 50
	state 10000 36
	typed 8000 140
END
is "$(sort "$work/targets")" "$(cd "$TEST_ROOT/tests/fuzz" && basename -s .c -- *.c)" "every target has had its turn"

is "$(find "$work" -name 'crash-*' -o -name 'leak-*' -o -name 'timeout-*')" '' "no input is left as a finding"

# What finds nothing must be able to find something: this safe is one of a user to whom target `safe` says none
# belongs.
fuzz safe "$TEST_ROOT/tests/fuzz/planted/safe-opens-for-another-user"
isnt "$status" 0 "an input for which something does not hold is found"
like "$said" 'not so: nor for another user' "and said"
for name in $(sort "$work/targets"); do
	nm "$TEST_ROOT/build/fuzz/$name" | grep -q __asan_report_load1 || printf '%s\n' "$name"
done >"$work/plain"
is "$(cat "$work/plain")" '' "every target has the sanitizers"
done_testing
