#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Three database nodes, all at work: what was settled at one holds at the others at once. Here each RADIUS
# server prefers another node, which DESIGN section 9 advises against: it must not accept more for that.
. "$(dirname "$0")/cluster.sh"
cluster_up
for n in 2 3; do
	stack_do order "radius$n" "db$n" db || bail "the order of nodes cannot be set"
done
stack_use "$stack"
for login in user1 user2 user3 user4; do
	person "$login"
done

# spread: request lines on standard input, one after the other for each of the three servers.
spread()
{
	local ports

	ports="$(port 1) $(port 2) $(port 3)"
	awk -v ports="$ports" '{ split(ports, p, " "); print $0, "port=" p[(NR - 1) % 3 + 1] }'
}

# burst NAME: as in tests/tools/burst.sh, over three servers.
burst()
{
	spread | rad_many -t 10 -r 3 >"$burst_dir/$1"
}

connections()
{
	sql_at "$1" "SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'seikyo_radius'"
}

for n in 1 2 3; do
	isnt "$(connections "$n")" 0 "node $n is the preferred one of a RADIUS server"
done

# --- one code

results=() others=() written=()
for ((round = 0; round < $(rounds 3); round++)); do
	next_step
	mapfile -t given < <(states user1 "$(word user1)" 12)
	[ ${#given[@]} = 12 ] || bail "12 first legs gave ${#given[@]} States: $(summary states)"
	event=$(last_event)
	each "$(request user1 "$(code user1)")" State "${given[@]}" | burst code
	results+=("$(replies code '^Access-Accept ')")
	others+=("$(replies code '^(Access-Reject |Access-Challenge .*OTP-Used)')")
	written+=("$(events user1 "e.id > $event AND verdict = 'accepted'")")
	[ "${others[-1]}" = 11 ] || diag "$(summary code)"
done
is "$(printf '%s\n' "${results[@]}" | sort -u)" 1 "R1: one code at three nodes at once: one Accept"
is "$(printf '%s\n' "${written[@]}" | sort -u)" 1 "R1: one login is written down"
is "$(printf '%s\n' "${others[@]}" | sort -u)" 11 "R1: the others are refused"
consistent "three nodes at once" user1

# say N LINE: the outcome of a request at RADIUS server N, and so at node N.
say()
{
	local reply

	reply=$(rad_many -t 10 <<<"$2 port=$(port "$1")")
	outcome "$reply"
}

# A server that had lost its first node would make these tests of one node.
for n in 1 2 3; do
	isnt "$(connections "$n")" 0 "node $n is still the preferred one of a RADIUS server"
done

for n in 1 2 3; do
	next_step
	line=$(request user1 "$(word user1)" "Seikyo-OTP=$(code user1)")
	is "$(say "$n" "$line")" "Access-Accept Accepted" "R1: a code that nobody has used is good at node $n"
	for m in 1 2 3; do
		is "$(say $m "$line")" "Access-Challenge OTP-Used" "R1: used at node $n, it is used at node $m at once"
	done
done

# --- one attempt

next_step
state=$(login user1 "$(word user1)")
line=$(request user1 "$(code user1)" "State=$state" "Seikyo-Attempt=$(attempt)")
event=$(last_event)
for n in 1 2 3; do
	is "$(say "$n" "$line")" "Access-Accept Accepted" "an attempt repeated at node $n is given the same answer"
done
is "$(events user1 "e.id > $event")" 1 "and was settled once"

# --- counts and locks

next_step
mapfile -t wrong < <(wrong_codes user2 6)
got=()
for i in 0 1 2 3 4; do
	got+=("$(say $((i % 3 + 1)) "$(request user2 "$(word user2)" "Seikyo-OTP=${wrong[i]}")")")
done
is "$(printf '%s, ' "${got[@]}")" "$(printf 'Access-Challenge OTP-Wrong, %.0s' 1 2 3 4)Access-Reject OTP-Locked, " \
	"R7: wrong codes at three nodes add up: the fifth locks"
line=$(request user2 "$(word user2)" "Seikyo-OTP=$(code user2)")
for n in 1 2 3; do
	is "$(say "$n" "$line")" "Access-Reject OTP-Locked" "R7: locked at one node, the right code is refused at node $n"
done
test_operate unlock user2 --paper P-1
is "$(say 3 "$line")" "Access-Accept Accepted" "R7: unlocked at one node, it is good at another at once"

results=() others=()
for ((round = 0; round < $(rounds 2); round++)); do
	next_step
	mapfile -t wrong < <(wrong_codes user3 12)
	each "$(request user3 "$(word user3)")" Seikyo-OTP "${wrong[@]}" | burst wrong
	results+=("$(user_row user3 'otp_failures, otp_locked_at IS NOT NULL')")
	others+=("$(replies wrong '^Access-Accept ')")
	forgive user3
done
is "$(printf '%s\n' "${results[@]}" | sort -u)" $'5\t1' "R7: twelve wrong codes at three nodes at once: five are counted, and lock"
is "$(printf '%s\n' "${others[@]}" | sort -u)" 0 "none of them is accepted"
consistent "wrong codes at three nodes" user1

# --- revocation

got=() others=()
for n in 1 2 3; do
	next_step
	others+=("$(say "$n" "$(request user4 "$(word user4)" "Seikyo-OTP=$(code user4)")")")
done
is "$(printf '%s\n' "${others[@]}" | sort -u)" "Access-Accept Accepted" "before a revocation codes are good at each node"
next_step
state=$(login user4 "$(word user4)")
test_operate revoke user4 --reason lost --paper P-2
for n in 1 2 3; do
	got+=("$(say "$n" "$(request user4 "$(code user4)" "State=$state")")")
	got+=("$(say "$n" "$(request user4 "$(word user4)" "Seikyo-OTP=$(code user4)")")")
done
is "$(printf '%s\n' "${got[@]}" | cut -d ' ' -f 1 | sort -u)" Access-Reject \
	"R8: a revocation confirmed at one node holds at once at all: State and code, password and code"
consistent "a revocation" user1
done_testing
