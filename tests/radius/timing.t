#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# An unknown user, a wrong password, a locked and a closed login id are not told apart (DESIGN section 6): not by
# a byte of the reply, and with SEIKYO_LONG=1, where 2,000 logins of each are sampled in turns, not by the time
# that it takes: |t| of Welch's test stays below 4.5 for each pair. Once with hashes of a millisecond, beside
# which everything else shows, and once with those of the default policy.
. "$(dirname "$0")/../lib.sh"

work=$(mktemp -d /tmp/seikyo.XXXXXX)
at_exit rm -rf "$work"
# As many rounds until the counts of wrong passwords are cleared.
batch=80
rounds=${SEIKYO_LONG:+2000}
rounds=${rounds:-100}
unproved='closed locked unknown wrong'

# people: several of each kind, so that no single row decides; names and passwords of one length.
people()
{
	local kind i

	make_contract C-1
	test_operate policy set password_failure_limit 100
	for kind in closed locked rights wrongs; do
		for i in 1 2 3 4; do
			make_user C-1 $kind-$i general word-of-$kind-$i
		done
	done
	sql "UPDATE user SET closed_at = clock_now() WHERE login_id LIKE 'closed-%'"
	sql "UPDATE user SET password_locked_until = clock_now() + INTERVAL 1 DAY WHERE login_id LIKE 'locked-%'"
}

# kinds: what timing.py reads. Every other password of the locked and the closed is right; unknown names are new
# each time; a certificate's digest of one byte is no request for a login, and no password is looked at.
kinds()
{
	local i word

	for i in 1 2 3 4; do
		word=$([ $((i % 2)) = 0 ] && printf word || printf gues)
		printf '%s %s %s %s\n' wrong wrongs-$i gues-of-wrongs-$i "$(certificate wrongs-$i)" \
			right rights-$i word-of-rights-$i "$(certificate rights-$i)" \
			locked locked-$i "$word-of-locked-$i" "$(certificate locked-$i)" \
			closed closed-$i "$word-of-closed-$i" "$(certificate closed-$i)" \
			malformed wrongs-$i gues-of-wrongs-$i 00
	done
	for ((i = 0; i < batch + 3; i++)); do
		printf 'unknown %s gues-of-wrongs-1 %s\n' "$(openssl rand -hex 4)" "$(certificate wrongs-1)"
	done
}

sample_all()
{
	local done=0 now

	while [ $done -lt "$rounds" ]; do
		now=$((rounds - done < batch ? rounds - done : batch))
		sql "UPDATE user SET password_failures = 0"
		kinds | /usr/bin/python3 "$TEST_ROOT/tests/radius/timing.py" sample $now "$work/$1" ||
			bail "no reply"
		done=$((done + now))
	done
}

# shapes NAME KIND: how many kinds of reply came.
shapes()
{
	awk -v kinds=" $2 " 'index(kinds, " " $1 " ") { print $3 }' "$work/$1" | sort -u
}

# alike NAME: |t| of each pair of the unproved, as it is and without the slowest tenth.
alike()
{
	local what one other t bad=0

	while read -r what one other t; do
		[[ " $unproved " == *" $one "* && " $unproved " == *" $other "* ]] || continue
		if ! awk -v t="$t" 'BEGIN { exit !(t > -4.5 && t < 4.5) }'; then
			diag "$what of $one and $other: $t"
			bad=1
		fi
	done < <(grep -- '^[a-z-]*t ' "$work/$1.judged")
	[ $bad = 0 ] && [ "$(grep -c '^t ' "$work/$1.judged")" = 15 ]
}

# told_by_time NAME KIND: true if its time differs from that of each of the unproved.
told_by_time()
{
	[ "$(awk -v kind="$2" '$1 == "t" && ($2 == kind || $3 == kind) && $2 != "right" && $3 != "right" &&
		($4 > 4.5 || $4 < -4.5)' "$work/$1.judged" | wc -l)" = 4 ]
}

# judge NAME HASHES
judge()
{
	local kind

	sample_all "$1"
	for kind in $unproved right; do
		is "$(grep -c "^$kind " "$work/$1")" "$rounds" "$2: $rounds logins: $kind"
	done
	is "$(shapes "$1" "$unproved" | wc -l)" 1 "$2: unknown, wrong, locked and closed: one reply, byte for byte"
	like "$(shapes "$1" wrong)" '^03' "$2: which is a refusal"
	isnt "$(shapes "$1" right | head -n 1)" "$(shapes "$1" wrong)" "$2: the right password's reply is another one"
	[ -n "${SEIKYO_LONG:-}" ] || return 0
	/usr/bin/python3 "$TEST_ROOT/tests/radius/timing.py" judge "$work/$1" >"$work/$1.judged"
	diag "$2" "$(cat "$work/$1.judged")"
	ok "$2: the four take the same time" alike "$1"
}

stack_up
people
judge cheap 'hashes of a millisecond'
if [ -n "${SEIKYO_LONG:-}" ]; then
	ok 'a reply that costs no hash and no commit is told from each of them by its time' told_by_time cheap malformed
	stack_up
	# The policy's own hashes.
	# shellcheck disable=SC2034 # for tests/lib.sh
	test_cheap=$stack
	people
	judge usual 'the default hashes'
fi
done_testing
