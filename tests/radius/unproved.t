#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who has not proved the password, and the certificate where one is needed, learns nothing: not from
# the reply, not from the work that it takes (DESIGN section 6).

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/wire.sh"

# Hashes of some 30 ms, all alike, so that the work on one shows.
stack_up
stack_do clock "$noon" >/dev/null
# shellcheck disable=SC2016 # a prefix of crypt(5)
policy hash_prefix '$6$'
policy hash_cost 40000
# shellcheck disable=SC2034 # of tests/lib.sh: make_contract leaves the policy alone
test_cheap=$stack
make_contract C-1
make_contract C-2
person alice
person bob
for i in locked closed expired; do
	make_user C-1 $i general "$(word $i)"
done
make_user C-2 gone general "$(word gone)"
test_operate user add C-1 bare --role general --name bare --mail bare@example.com <<<"$(word bare)"
sql "UPDATE user SET closed_at = clock_now() WHERE login_id = 'closed'"
sql "UPDATE contract SET closed_at = clock_now() WHERE number = 'C-2'"
sql "UPDATE certificate SET valid_until = clock_now() WHERE user_id = $(column expired id)"
sql "UPDATE user SET password_locked_until = clock_now() + INTERVAL 15 MINUTE WHERE login_id = 'locked'"
next_step

# A request line for each case.
declare -A line
make_line()
{
	line[$1]="User-Name=$2 User-Password=$3 ${4:+Seikyo-Client-Certificate=$4}"
}
right=$(certificate alice)
make_line 'a wrong password' alice wrong-password "$right"
make_line 'an unknown user' nobody wrong-password "$right"
make_line 'an unknown user without a certificate' nobody-2 wrong-password ''
make_line 'a locked password, right' locked "$(word locked)" "$(certificate locked)"
make_line 'a locked password, wrong' locked wrong-password "$(certificate locked)"
make_line 'a closed user, right' closed "$(word closed)" "$(certificate closed)"
make_line 'a closed user, wrong' closed wrong-password "$(certificate closed)"
make_line 'a closed contract, right' gone "$(word gone)" "$(certificate gone)"
make_line 'a missing certificate, right' alice "$(word alice)" ''
make_line 'a missing certificate, wrong' alice wrong-password ''
make_line "another user's certificate, right" alice "$(word alice)" "$(certificate bob)"
make_line 'an unknown certificate, right' alice "$(word alice)" "$(random 32)"
make_line 'an expired certificate, right' expired "$(word expired)" "$(certificate expired)"
make_line 'a user who has no certificate, right' bare "$(word bare)" ''
make_line 'a wrong password with a code' alice 'wrong-password Seikyo-OTP=123456' "$right"
make_line 'an unknown user with a code' nobody-3 'wrong-password Seikyo-OTP=123456' "$right"
mapfile -t names < <(printf '%s\n' "${!line[@]}" | sort)

# --- the reply

wrong=$(raw "$(rad_many --raw <<<"${line['a wrong password']}")")
like "$wrong" '^03' 'a wrong password is refused'
for i in "${names[@]}"; do
	reply=$(rad_many --raw <<<"${line[$i]}")
	says "$reply" 'Reject -' "$i: refused without an outcome"
	is "$(raw "$reply")" "$wrong" "$i: the reply is that to a wrong password, byte for byte"
done
isnt "$(raw "$(rad --raw User-Name=alice "User-Password=$(word alice)" "Seikyo-Client-Certificate=$right")")" "$wrong" \
	'the right password and certificate are answered otherwise'

# --- the work: statements, rows, commits, and processor time of hashing

counters="'Com_call_procedure','Com_insert','Com_update','Com_delete','Com_commit','Com_rollback','Com_stmt_execute',
	'Handler_update','Handler_write'"
# ours: what the status query itself counts is the same each time.
counted()
{
	sql "SELECT VARIABLE_NAME, VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS
		WHERE VARIABLE_NAME IN ($counters) ORDER BY 1"
}

processor_ns()
{
	local ns rest sum=0

	while read -r ns rest; do
		sum=$((sum + ns))
	done < <(cat /proc/"$SEIKYO_RADIUS_PID"/task/*/schedstat)
	printf '%s' "$sum"
}

# Sets work to what one request takes in the database, ns to processor time.
measure()
{
	local before after ns_before

	before=$(counted)
	ns_before=$(processor_ns)
	rad_many <<<"$1" >/dev/null
	ns=$(($(processor_ns) - ns_before))
	after=$(counted)
	work=$(paste <(printf '%s\n' "$before") <(printf '%s\n' "$after") | awk '{ printf "%s=%d ", tolower($1), $4 - $2 }')
}

# Wrong ones counted in between do not lock.
fresh_count()
{
	sql "UPDATE user SET password_failures = 0 WHERE login_id <> 'locked'"
}

# What a wrong password takes: the work, and the least time since wrong_ns was emptied.
measure_wrong()
{
	fresh_count
	measure "${line['a wrong password']}"
	wrong_work=$work
	if [ -z "${wrong_ns-}" ] || [ "$ns" -lt "$wrong_ns" ]; then
		wrong_ns=$ns
	fi
}

# measure_beside REQUEST [TRIES]: the work and the least time of a request, with wrong passwords in between. A busy
# processor takes longer for the same, and a connection may be opened beside: both are tried again,
# until they are those of a wrong password.
measure_beside()
{
	local i least=

	wrong_ns=
	for ((i = 0; i < ${2:-15}; i++)); do
		measure_wrong
		fresh_count
		measure "$1"
		if [ -z "$least" ] || [ "$ns" -lt "$least" ]; then
			least=$ns
		fi
		ns=$least
		[ "$work" != "$wrong_work" ] || ! one_hash || break
	done
}

one_hash()
{
	[ $((ns * 4)) -gt $((wrong_ns * 3)) ] && [ $((ns * 3)) -lt $((wrong_ns * 4)) ]
}

for i in 1 2 3; do
	rad_many <<<"${line['an unknown user']}" >/dev/null
done
measure_wrong
measure_wrong
like "$wrong_work" 'com_commit=1 .*com_stmt_execute=2 ' 'a wrong password takes two calls and one commit'
for i in "${names[@]}"; do
	[ "$i" != 'a wrong password' ] || continue
	measure_beside "${line[$i]}"
	is "$work" "$wrong_work" "$i: the same work in the database"
	ok "$i: one hash, as for a wrong password ($((ns / 1000)) us of processor time, $((wrong_ns / 1000)) us)" one_hash
done
measure "User-Name=alice CHAP-Password=01$(random 16)"
ok "a request that needs no hash is told from one that does ($((ns / 1000)) us)" test $((ns * 3)) -lt "$wrong_ns"
isnt "$work" "$wrong_work" 'and one that needs no call of the database from one that does'
measure_beside "${line['a wrong password']}"$'\n'"${line['a wrong password']}" 5
not_ok "two hashes are told from one ($((ns / 1000)) us)" one_hash

# --- counting

# failures NAME WANT WORDS...: after three such requests the count of wrong passwords is that.
failures()
{
	local name=$1 want=$2 i

	shift 2
	sql "UPDATE user SET password_failures = 1 WHERE login_id = 'alice'"
	for i in 1 2 3; do
		rad "$@" >/dev/null
	done
	is "$(column alice password_failures)" "$want" "$name"
}

failures 'wrong passwords with the certificate are counted' 4 \
	User-Name=alice User-Password=wrong "Seikyo-Client-Certificate=$right"
failures 'wrong passwords without one are not' 1 User-Name=alice User-Password=wrong
failures "nor with another user's" 1 User-Name=alice User-Password=wrong "Seikyo-Client-Certificate=$(certificate bob)"
failures 'right passwords without one do not clear the count' 1 User-Name=alice "User-Password=$(word alice)"
failures 'right passwords with the certificate do' 0 \
	User-Name=alice "User-Password=$(word alice)" "Seikyo-Client-Certificate=$right"
is "$(sql "SELECT COUNT(*) FROM login_event WHERE user_id IS NULL AND name_mac IS NULL")" 0 \
	'an unknown name is kept as its MAC'

# --- the lock

# shellcheck disable=SC2016 # a prefix of crypt(5)
policy hash_cost 1000
"$SEIKYO_COMMAND" user password bob <<<"$(word bob)" >/dev/null
for i in 1 2 3 4 5 6 7 8 9; do
	first_leg bob wrong-password >/dev/null
done
says "$(first_leg bob "$(word bob)")" 'Challenge OTP-Required' 'nine wrong passwords do not lock'
is "$(column bob password_failures)" 0 'and the right one clears their count'
for i in 1 2 3 4 5 6 7 8 9 10; do
	first_leg bob wrong-password >/dev/null
done
says "$(first_leg bob "$(word bob)")" 'Reject -' 'ten in a row do: the right one is refused'
says "$(once bob "$(code bob)")" 'Reject -' 'also with a right code'
stack_do clock +899 >/dev/null
says "$(first_leg bob "$(word bob)")" 'Reject -' 'for 15 minutes'
stack_do clock +1 >/dev/null
says "$(first_leg bob "$(word bob)")" 'Challenge OTP-Required' 'then it is good again'
is "$(column bob otp_failures)" 0 'codes are not locked by passwords'

# --- the policy require_certificate (R2)

# certificates POLICY: what alice (with one), bare (without), and the unknown get with their password alone.
certificates()
{
	local who all=''

	policy require_certificate "$1"
	for who in alice bare nobody; do
		all+=" $(told "$(rad "User-Name=$who" "User-Password=$(word $who)")" | sed 's/^Access-//')"
	done
	printf '%s' "${all# }"
}

test_operate user password bare <<<"$(word bare)"
test_operate user password alice <<<"$(word alice)"
is "$(certificates all)" 'Reject - Reject - Reject -' 'require_certificate = all: none gets on without'
is "$(certificates registered)" 'Reject - Reject Setup-Required Reject -' \
	'require_certificate = registered: who has none registered gets on without, who has one does not'
says "$(first_leg alice "$(word alice)")" 'Challenge OTP-Required' 'require_certificate = registered: who has one gets on with it'
says "$(rad User-Name=bare "User-Password=$(word bare)" "Seikyo-Client-Certificate=$(random 32)")" 'Reject Setup-Required' \
	'require_certificate = registered: who has none may show any'
is "$(certificates none)" 'Challenge OTP-Required Reject Setup-Required Reject -' 'require_certificate = none: all get on without'
says "$(rad User-Name=alice User-Password=wrong)" 'Reject -' 'require_certificate = none: not with a wrong password'

done_testing
