#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# State: good at any server for the user, client, purpose, certificate and time that it was made for,
# and for nothing else (DESIGN section 4).

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/wire.sh"

wire_up --radius 2
policy otp_failure_limit 10
policy password_failure_limit 100
person alice master
person bob
next_step

console_words=("source=$SEIKYO_CONSOLE_HOST" "secret=$SEIKYO_CONSOLE_SECRET")

# expired LINE NAME: refused without an outcome, with the message that the login took too long.
expired()
{
	says "$1" 'Reject -' "$2"
	like "$(field Reply-Message "$1")" '有効期限が切れました' "$2: and is told to start again"
}

# --- any server

state=$(login alice "$(word alice)")
says "$(answer "$state" "$(code alice)" alice "$(port 2)")" 'Accept Accepted' 'a State from server 1 is good at server 2'
next_step
state=$(login alice "$(word alice)" "$(port 2)")
says "$(answer "$state" "$(code alice)" alice "$(port 1)")" 'Accept Accepted' 'a State from server 2 is good at server 1'

# --- the password it was made for

# The time alone does not tell: at another node of a cluster the clock may be ahead.
next_step
state=$(login alice "$(word alice)")
sql "UPDATE user a JOIN user b ON b.login_id = 'bob' SET a.renewed_from = UNHEX(SHA2('x', 256)),
	a.confirmation_hash = a.password_hash, a.password_hash = b.password_hash WHERE a.login_id = 'alice'"
expired "$(answer "$state" "$(code alice)" alice)" 'a State is refused once the password is another'
sql "UPDATE user SET password_hash = confirmation_hash, renewed_from = NULL WHERE login_id = 'alice'"
says "$(answer "$state" "$(code alice)" alice)" 'Accept Accepted' 'the twin: with the password it was made for it is good'

# --- whom it was made for

next_step
state=$(login alice "$(word alice)")
before=$(snapshot)
says "$(answer "$state" "$(code bob)" bob)" 'Reject -' "another user's State is refused"
says "$(answer "$state" "$(code alice)" bob)" 'Reject -' "another user's State with that user's code is refused"
says "$(answer "$state" "$(code alice)" nobody)" 'Reject -' 'a State is refused for an unknown user'
says "$(answer "$state" "$(code alice)" alice "${console_words[@]}")" 'Reject -' "another client group's State is refused"
console_state=$(login alice "$(word alice)" "${console_words[@]}" Seikyo-Purpose=Console)
says "$(answer "$console_state" "$(code alice)" alice "${console_words[@]}")" 'Reject -' \
	'a State of Purpose Console is refused for Login'
login_state=$(login alice "$(word alice)" "${console_words[@]}")
says "$(answer "$login_state" "$(code alice)" alice "${console_words[@]}" Seikyo-Purpose=Console)" 'Reject -' \
	'a State of Purpose Login is refused for Console'
says "$(answer "$console_state" "$(code alice)" alice)" 'Reject -' "the console's State is refused at the gateway"
says "$(rad User-Name=alice "User-Password=$(code alice)" "State=$state" \
	"Seikyo-Client-Certificate=$(certificate bob)")" 'Reject Certificate-Refused' \
	'a State is refused with another certificate'
is "$(snapshot)" "$before" 'none of these changes anything'
says "$(answer "$state" "$(code alice)" alice)" 'Accept Accepted' 'after all these the State is still good for whom it was made for'

# --- changed

next_step
state=$(login alice "$(word alice)")
now=$(code alice)
mapfile -t words < <(test_words alice "$now")

# Each bit of the State turned over, from bit $1 on, $2 of them: a request line for each.
flipped()
{
	local bit byte digits

	for ((bit = $1; bit < $1 + $2; bit++)); do
		digits=${state:bit / 8 * 2:2}
		printf -v byte '%02x' $((0x$digits ^ 1 << bit % 8))
		printf '%s State=%s\n' "${words[*]}" "${state:0:bit / 8 * 2}$byte${state:bit / 8 * 2 + 2}"
	done
}

# How often which answer came, without what differs in each. Bursts overflow a socket: sent again.
burst()
{
	rad_many -t 0.2 -r 50 | sed 's/ Seikyo-Request-Id=.*//' | sort | uniq -c | sed 's/^ *//'
}

bits=$((${#state} * 4))
is "$bits" 1200 'a State has 150 bytes'
before=$(snapshot)
is "$(flipped 24 $((bits - 24)) | burst)" "$((bits - 24)) Access-Reject" 'a State with any one bit changed is refused'
is "$(snapshot)" "$before" 'and that counts nothing'
# Without its first bytes it is no State of ours: what is typed beside it is a password then.
is "$(flipped 0 24 | burst)" '24 Access-Reject' 'with a bit of the prefix changed it is taken as absent, and the code as a password'
is "$(column alice "CONCAT(password_failures, ' ', otp_failures)")" '24 0' 'and that counts as wrong passwords'

for len in 3 4 22 118 149; do
	says "$(rad "${words[@]}" "State=${state:0:len * 2}")" 'Reject -' "a State cut after $len bytes is refused"
done
for more in 00 ff "${state:0:206}"; do
	says "$(rad "${words[@]}" "State=$state$more")" 'Reject -' "a State with $((${#more} / 2)) bytes more is refused"
done
says "$(rad "${words[@]}" "State=534b59$(random 147)")" 'Reject -' 'our prefix with random bytes is refused'
says "$(rad "${words[@]}" "State=$state" "State=$state")" 'Reject -' 'two States are refused'
is "$(column alice otp_failures)" 0 'and no code is counted'
says "$(rad "${words[@]}" "State=$state")" 'Accept Accepted' 'the State unchanged, with the same code, is accepted'

# --- another module's

next_step
reply=$(first_leg alice "$(word alice)" "State=$(random 16)")
says "$reply" 'Challenge OTP-Required' "another module's State is treated as absent"
like "$(field State "$reply")" ^534b5902 'and answered with one of ours'
says "$(first_leg alice "$(word alice)" State=534b58)" 'Challenge OTP-Required' 'also where it is almost our prefix'
says "$(first_leg alice "$(word alice)" State=534b)" 'Challenge OTP-Required' 'or a part of it'
says "$(rad "${words[@]}" "State=$(random 16)")" 'Reject -' "a code with another module's State is refused"
says "$(first_leg alice "$(word alice)" "State=$state")" 'Challenge OTP-Wrong' \
	'our own State is never treated as absent: what is typed beside it is a code'

# --- its age

# at SECONDS: the clock, that long after noon of another day each time.
day=0
at()
{
	stack_do clock "$(date -d "2026-12-01 12:00:00 UTC + $day days + $1 seconds" -u '+%F %T')" >/dev/null
}

day=1
at 0
state=$(login alice "$(word alice)")
at 301
expired "$(answer "$state" "$(code alice)" alice)" 'a State is refused after 301 s'
at 300
says "$(answer "$state" "$(code alice)" alice)" 'Accept Accepted' 'a State is good for 300 s'
day=2
at 10
state=$(login alice "$(word alice)")
at 9
expired "$(answer "$state" "$(code alice)" alice)" 'a State of the future is refused'
policy state_seconds 30
at 41
expired "$(answer "$state" "$(code alice)" alice)" 'policy state_seconds = 30: refused after 31 s'
at 40
says "$(answer "$state" "$(code alice)" alice)" 'Accept Accepted' 'policy state_seconds = 30: good for 30 s'
policy state_seconds 300

# first LOGIN: the reply to a first leg for the console.
first()
{
	first_leg "$1" "$(word "$1")" "${console_words[@]}" Seikyo-Purpose=Console
}

# prepared LOGIN: a user whose phone has its token; sets state, of the setup.
prepared()
{
	local reply

	make_user C-1 "$1" general "$(word "$1")"
	reply=$(first "$1")
	state=$(field State "$reply")
	"$TEST_ROOT/tests/phone" issue "$stack" "$1" "$(field Seikyo-Ticket "$reply")" >/dev/null
	"$TEST_ROOT/tests/phone" install "$stack" "$1"
}

first_code()
{
	answer "$state" "$(code "$1")" "$1" "${console_words[@]}" Seikyo-Purpose=Console
}

day=3
at 0
prepared carol
at 1801
expired "$(first_code carol)" "a setup's State is refused after 1801 s"
at 1800
says "$(first_code carol)" 'Accept Accepted' "a setup's State lives 30 minutes"
policy setup_minutes 5
day=4
at 0
prepared dora
at 301
expired "$(first_code dora)" 'policy setup_minutes = 5: refused after 301 s'
at 300
says "$(first_code dora)" 'Accept Accepted' 'policy setup_minutes = 5: good for 300 s'

# --- stale

# stale NAME LOGIN COMMAND...: a State from before the command is refused after it.
stale()
{
	local name=$1 login=$2

	shift 2
	day=$((day + 1))
	at 0
	state=$(login "$login" "$(word "$login")")
	at 1
	"$@" >/dev/null
	at 61
	expired "$(answer "$state" "$(code "$login")" "$login")" "a State from before $name is stale"
	[ "$name" = 'a revocation' ] || {
		says "$(answer "$(login "$login" "$(word "$login")")" "$(code "$login")" "$login")" 'Accept Accepted' \
			"a State from after $name is good"
	}
}

accept()
{
	once alice "$(code alice)"
}

# The same password again is a change all the same.
new_password()
{
	word alice | "$SEIKYO_COMMAND" user password alice
}

lock_and_unlock()
{
	local code

	policy otp_failure_limit 3
	code=$(wrong_code alice)
	for _ in 1 2 3; do
		reply=$(once alice "$code")
	done
	[[ $(told "$reply") == *OTP-Locked ]] || bail "three wrong codes do not lock: $reply"
	sql "UPDATE user SET otp_locked_at = NULL, otp_failures = 0 WHERE login_id = 'alice'"
}

wrong_passwords()
{
	policy password_failure_limit 3
	for _ in 1 2 3; do
		first_leg alice wrong-password
	done
	policy password_failure_limit 100
	sql "UPDATE user SET password_locked_until = NULL WHERE login_id = 'alice'"
}

second_certificate()
{
	local digest

	digest=$(random 32)
	sql "INSERT INTO certificate SELECT user_id, X'$digest', valid_until, added_at FROM certificate
		WHERE user_id = $(column alice id) LIMIT 1"
	"$SEIKYO_COMMAND" user certificate remove alice "$digest"
}


stale 'an Accept' alice accept
stale 'a password change' alice new_password
stale 'a lock of the codes' alice lock_and_unlock
stale 'a lock of the password' alice wrong_passwords
stale 'the removal of a certificate' alice second_certificate
stale 'a revocation' bob revoke bob
day=$((day + 1))
at 0
state=$(login alice "$(word alice)")
at 61
says "$(answer "$state" "$(code alice)" alice)" 'Accept Accepted' 'a State before which nothing happened is not stale'

# stopped NAME STATEMENT STATEMENT: the second one takes back what the first one did.
stopped()
{
	day=$((day + 1))
	at 0
	state=$(login alice "$(word alice)")
	sql "$2"
	expired "$(answer "$state" "$(code alice)" alice)" "a State is stale while $1"
	sql "$3"
	says "$(answer "$state" "$(code alice)" alice)" 'Accept Accepted' "a State is good again without: $1"
}

stopped 'the user is closed' "UPDATE user SET closed_at = clock_now() WHERE login_id = 'alice'" \
	'UPDATE user SET closed_at = NULL'
stopped 'the contract is closed' 'UPDATE contract SET closed_at = clock_now()' 'UPDATE contract SET closed_at = NULL'
stopped 'the contract has not started' "UPDATE contract SET otp_starts_on = '2030-01-01'" \
	"UPDATE contract SET otp_starts_on = '2026-01-01'"
stopped 'the certificate has expired' "UPDATE certificate SET valid_until = '2026-01-01'" \
	"UPDATE certificate SET valid_until = '2030-01-01'"

done_testing
