#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Everything that can fail within a login fails once: each call of OpenSSL, libcrypt, libmariadb and the C library
# in login.c and its legs, core/ and store/ (tests/inject/symbols), in every flow of tests/inject/flow.c. What
# must hold then, inject.c says. The program has address, leak and undefined-behaviour sanitizers.
# SEIKYO_LONG: every call in every way; otherwise every call once in the usual ways in, and of the rest a part, another
# one in each flow.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/inject.sh"

# flows accepted|refused|between
flows()
{
	"$inject" list | sed -n "s/^$1 //p"
}

mapfile -t accepting < <(flows accepted)
mapfile -t refusing < <(flows refused)
mapfile -t between < <(flows between)
works=(start start-with-tls seal name-request)
part=31
[ -z "${SEIKYO_LONG-}" ] || part=1

# fails KIND FLOW FIRST STEP: sets $said, which ends with the program's exit status.
fails()
{
	local output

	output=$("$inject" "$@" 2>&1; printf 'status %s' $?)
	grep '^struck ' <<<"$output" >>"$stack/struck"
	said=$(grep -v '^struck ' <<<"$output")
}

# holds KIND FLOW STEP SENTENCE
holds()
{
	number=$((number + 1))
	fails "$1" "$2" $((1 + number % ($3 < 5 ? $3 : 5))) "$3"
	total=$((total + $(sed -nE 's/.*: ([0-9]+) calls failed:.*/\1/p' <<<"$said")))
	like "$said" 'status 0$' "$4: $2"
}

# every FLOW: 1, of these every call fails in any case, or $part.
every()
{
	case $1 in
	code | both | console | first-code | confirmation | before-start-console) echo 1 ;;
	*) echo $part ;;
	esac
}

# found NAME KIND FLOW REGEX: what is planted is complained of.
found()
{
	fails "$2" "$3" 1 1000
	like "$said" "$4.*status 1$" "$1 would be found"
}

inject_up
total=0 number=0
found "an Accept in spite of a failed call" planted-call both ': accepted: code'
found "an Accept without its row" planted-row both ': accepted without a row'
found "a count that is not the login's" planted-count both ': sent again it leaves other rows'
found "a leak" planted-leak both 'LeakSanitizer: detected memory leaks'

for flow in "${accepting[@]}"; do
	holds once "$flow" "$(every "$flow")" "no Accept, no leak, nothing lost, whichever call fails"
	# It has no clock to compare with.
	[ "$flow" = suffix ] || holds clock "$flow" 1 "no Accept without a clock"
done
for flow in "${refusing[@]}"; do
	holds once "$flow" $part "no Accept, no leak, no count lost, whichever call fails"
done
for flow in "${works[@]}"; do
	holds once "$flow" 1 "done, or not done, whichever call fails"
done
wanted=$(awk '/^[^#]/ && $2 == "fails" { print $1 }' "$TEST_ROOT/tests/inject/symbols" | LC_ALL=C sort)
is "$(LC_ALL=C comm -23 - <(sed 's/^struck //; s/^monotonic clock$/clock_gettime/' "$stack/struck" | LC_ALL=C sort -u) \
	<<<"$wanted")" "" "everything that can fail has failed"

for flow in "${accepting[@]}" "${works[@]}"; do
	holds from-on "$flow" $part "no Accept where nothing works from some call on"
done
for flow in "${accepting[@]}"; do
	holds answer-lost "$flow" 1 "an answer of the database is lost, and nothing else"
done
if [ -n "${SEIKYO_LONG-}" ]; then
	for flow in "${refusing[@]}"; do
		holds from-on "$flow" 1 "no Accept where nothing works from some call on"
		holds answer-lost "$flow" 1 "an answer of the database is lost, and nothing else"
	done
fi
for flow in code last-code setup; do
	holds deadlock "$flow" 1 "a deadlock is gone through"
done
holds deadlocks code 1 "deadlocks without an end are a failure"
# Without an envelope: where OpenSSL 3.0 has no memory for reading CMS it crashes by itself.
for flow in code both confirmation; do
	holds memory "$flow" $((part / 8 + 1)) "OpenSSL is out of memory"
	holds memory-from-on "$flow" $((part / 8 + 1)) "OpenSSL is out of memory from then on"
done

# Somebody else changes the user on the way; no call fails.
for flow in "${between[@]}"; do
	fails once "$flow" 1000 1
	like "$said" "^once $flow: 0 calls failed" "not let in by what was true a moment ago: $flow"
done
diag "$total faults"
done_testing
