#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who has not proved the password, and the certificate where one is needed, learns nothing: not from
# the reply, not from the work that it takes (DESIGN section 6).

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/wire.sh"

# The debug log has a line for each hash.
wire_up --debug
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

# --- the work: statements, rows, commits, hashes

counters="'Com_call_procedure','Com_insert','Com_update','Com_delete','Com_commit','Com_rollback','Com_stmt_execute',
	'Handler_update','Handler_write'"
counted()
{
	sql "SELECT VARIABLE_NAME, VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS
		WHERE VARIABLE_NAME IN ($counters) ORDER BY 1"
}

hashes()
{
	grep -c 'computing a password hash' "$SEIKYO_RADIUS_LOG"
}

# Sets work to what one request takes.
measure()
{
	local before hashes_before

	before=$(counted)
	hashes_before=$(hashes)
	rad_many <<<"$1" >/dev/null
	work=$(paste <(printf '%s\n' "$before") <(counted) | awk '{ printf "%s=%d ", tolower($1), $4 - $2 }')
	work+="hashes=$(($(hashes) - hashes_before))"
}

# same_work REQUEST: that of a wrong password. The pool may open a connection beside one.
same_work()
{
	# Wrong ones counted in between do not lock.
	sql "UPDATE user SET password_failures = 0 WHERE login_id <> 'locked'"
	measure "$1"
	[ "$work" = "$wrong_work" ]
}

for i in 1 2 3; do
	rad_many <<<"${line['an unknown user']}" >/dev/null
done
# The usual one: beside some request the pool may open a connection.
wrong_work=$(for i in 1 2 3 4 5; do
	measure "${line['a wrong password']}"
	printf '%s\n' "$work"
done | sort | uniq -c | sort -rn | sed -n '1s/^ *[0-9]* //p')
like "$wrong_work" 'com_commit=1 .*com_stmt_execute=2 .*hashes=1$' 'a wrong password takes two calls, one commit, one hash'
for i in "${names[@]}"; do
	poll 3 same_work "${line[$i]}"
	is "$work" "$wrong_work" "$i: the same work"
done
measure "User-Name=alice CHAP-Password=01$(random 16)"
like "$work" 'com_stmt_execute=0 .*hashes=0$' 'a request that is malformed is told from these'
measure "${line['a wrong password']}"$'\n'"${line['a wrong password']}"
like "$work" 'hashes=2$' 'two hashes are told from one'

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

is "$(certificates all)" 'Reject - Reject - Reject -' 'require_certificate = all: none gets on without'
is "$(certificates registered)" 'Reject - Reject Setup-Required Reject -' \
	'require_certificate = registered: who has none registered gets on without, who has one does not'
says "$(first_leg alice "$(word alice)")" 'Challenge OTP-Required' 'require_certificate = registered: who has one gets on with it'
says "$(rad User-Name=bare "User-Password=$(word bare)" "Seikyo-Client-Certificate=$(random 32)")" 'Reject Setup-Required' \
	'require_certificate = registered: who has none may show any'
is "$(certificates none)" 'Challenge OTP-Required Reject Setup-Required Reject -' 'require_certificate = none: all get on without'
says "$(rad User-Name=alice User-Password=wrong)" 'Reject -' 'require_certificate = none: not with a wrong password'

done_testing
