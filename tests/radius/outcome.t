#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Each value of Seikyo-Outcome: its packet code, and which attributes come with it and which do not
# (DESIGN section 7).

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/wire.sh"

# What a reply may have beside outcome, message and request id.
extras=(State Seikyo-Ticket Seikyo-Tries-Left Seikyo-Reissue-At Seikyo-Service-Id Seikyo-App-User-Id
	Seikyo-Display-Name Seikyo-Contract-Name Seikyo-Mail-Address Seikyo-Role Seikyo-Last-Login Seikyo-Setup-URL)

# outcome LINE CODE-AND-OUTCOME EXTRAS NAME
outcome()
{
	says "$1" "$2" "$4"
	is "$(has "$1" "${extras[@]}")" "$3" "$4: comes with ${3:-nothing more}"
	isnt "$(field Reply-Message "$1")" '' "$4: has a message"
	like "$(field Seikyo-Request-Id "$1")" '^[0-9a-f]{16}$' "$4: has a request id"
}

# console LOGIN [WORDS...]: the first leg of a login that goes on in the console.
console()
{
	first_leg "$1" "$(word "$1")" "source=$SEIKYO_CONSOLE_HOST" "secret=$SEIKYO_CONSOLE_SECRET" \
		Seikyo-Purpose=Console "${@:2}"
}

of_token()
{
	sql "SELECT $2 FROM token WHERE user_id = $(column "$1" id) ORDER BY id DESC LIMIT 1"
}

wire_up
person alice master

# --- 1 OTP-Required

next_step
first=$(first_leg alice "$(word alice)")
outcome "$first" 'Challenge OTP-Required' State '1 a right password'

# --- 10 Accepted, and the request id

second=$(answer "$(field State "$first")" "$(code alice)" alice)
outcome "$second" 'Accept Accepted' 'Seikyo-Display-Name Seikyo-Contract-Name Seikyo-Mail-Address Seikyo-Role Seikyo-Last-Login' \
	'10 a right code'
is "$(field Seikyo-Display-Name "$second")" '利用者 alice' '10 an Accept names the user'
is "$(field Seikyo-Contract-Name "$second")" '契約 C-1' '10 an Accept names the contract'
is "$(field Seikyo-Mail-Address "$second")" user@example.com "10 an Accept has the user's mail address"
is "$(field Seikyo-Role "$second")" Master '10 an Accept has the role'

first_id=$(field Seikyo-Request-Id "$first") second_id=$(field Seikyo-Request-Id "$second")
isnt "$first_id" "$second_id" 'two requests have two ids'
like "$(grep -c "request $first_id: .*asked" "$SEIKYO_RADIUS_LOG")" '^1$' "the first packet's id stands in the log"
like "$(grep -c "request $second_id: .*accepted" "$SEIKYO_RADIUS_LOG")" '^1$' "the second packet's id stands in the log"
is "$(sql "SELECT LOWER(HEX(request_id)), LOWER(HEX(first_request)), verdict, reason FROM login_event
	ORDER BY id DESC LIMIT 1")" \
	"$second_id"$'\t'"$first_id"$'\taccepted\tcode' 'login_event has the ids of both packets'
reply=$(first_leg nobody wrong-password)
id=$(field Seikyo-Request-Id "$reply")
is "$(grep -c "request $id: .*refused" "$SEIKYO_RADIUS_LOG") $(sql "SELECT COUNT(*) FROM login_event
	WHERE request_id = X'$id' AND first_request IS NULL AND verdict = 'refused'")" '1 1' \
	'a refusal has the id of its reply in log and login_event'

# --- 10 last logins: newest first, three at most, this one not counted

person fresh
fresh_at=$(now)
reply=$(enter fresh)
is "$(field Seikyo-Last-Login "$reply")" "$fresh_at" 'last logins: the second login is told of the first'
is "$(field Seikyo-Role "$reply")" General 'last logins: a general user has another role'
times=("$fresh_at" "$(now)")
for _ in 1 2 3; do
	reply=$(enter fresh)
	times+=("$(now)")
done
is "$(field Seikyo-Last-Login "$reply" | paste -sd ' ')" "${times[3]} ${times[2]} ${times[1]}" \
	'last logins: the newest first, three at most, this one not counted'
next_step
reply=$(once fresh "$(wrong_code fresh)")
is "$(has "$reply" Seikyo-Last-Login)" '' 'last logins: a refusal tells of none'
reply=$(once fresh "$(code fresh)")
is "$(field Seikyo-Last-Login "$reply" | paste -sd ' ')" "${times[4]} ${times[3]} ${times[2]}" \
	'last logins: a refused one is none'
reply=$(make_user C-1 never general "$(word never)" && setup never)
outcome "$reply" 'Accept Accepted' 'Seikyo-Ticket Seikyo-Display-Name Seikyo-Contract-Name Seikyo-Mail-Address Seikyo-Role' \
	'10 the very first login, in the console'

# --- 4 OTP-Wrong, 5 OTP-Used, 6 OTP-Locked

person bob
next_step
used=$(code bob)
reply=$(once bob "$used")
says "$reply" 'Accept Accepted' 'a code is accepted once'
state=$(login bob "$(word bob)")
reply=$(answer "$state" "$used" bob)
outcome "$reply" 'Challenge OTP-Used' State '5 the same code again'
is "$(column bob otp_failures)" 0 '5 a used code is not counted'
for left in 4 3 2 1; do
	reply=$(answer "$state" "$(wrong_code bob)" bob)
	outcome "$reply" 'Challenge OTP-Wrong' 'State Seikyo-Tries-Left' "4 a wrong code, $left tries left"
	is "$(field Seikyo-Tries-Left "$reply")" $left "4 Seikyo-Tries-Left is $left"
	[ $left != 1 ] || break
	outcome "$(answer "$state" "$used" bob)" 'Challenge OTP-Used' State '5 a used code among wrong ones'
done
outcome "$(answer "$state" "$(wrong_code bob)" bob)" 'Reject OTP-Locked' '' '6 the fifth wrong code in a row'
next_step
outcome "$(answer "$state" "$(code bob)" bob)" 'Reject OTP-Locked' '' '6 the right code after it'
outcome "$(first_leg bob "$(word bob)")" 'Reject OTP-Locked' '' '6 the right password after it'
outcome "$(once bob "$(code bob)")" 'Reject OTP-Locked' '' '6 both in one request after it'
outcome "$(console bob)" 'Reject OTP-Locked' '' '6 in the console as well'
says "$(first_leg bob wrong-password)" 'Reject -' '6 a wrong password is not told of the lock'
is "$(sql "SELECT COUNT(*) FROM audit_event WHERE act = 'lock' AND on_user = $(column bob id)") $(sql "
	SELECT COUNT(*) FROM mail_outbox WHERE kind = 'locked' AND user_id = $(column bob id)")" '1 1' \
	'6 the lock leaves one audit row and one mail'

policy otp_failure_limit 3
for want in 'Challenge OTP-Wrong' 'Challenge OTP-Wrong' 'Reject OTP-Locked'; do
	reply=$(once alice "$(wrong_code alice)")
	says "$reply" "$want" "6 policy otp_failure_limit = 3: ${want#* }"
done
policy otp_failure_limit 5

# --- 8 Not-Started, at midnight in Japan

make_contract C-2 2026-11-27
make_user C-2 later general "$(word later)"
make_contract C-3 none
make_user C-3 never-applied general "$(word never-applied)"
outcome "$(first_leg later "$(word later)")" 'Reject Not-Started' '' '8 before the start date'
outcome "$(console later)" 'Reject Not-Started' '' '8 before the start date, in the console'
outcome "$(first_leg never-applied "$(word never-applied)")" 'Reject Not-Started' '' '8 a contract that has not applied'
says "$(first_leg later wrong-password)" 'Reject -' '8 a wrong password is not told of the start date'
stack_do clock '2026-11-26 23:59:59.999999' >/dev/null
says "$(first_leg later "$(word later)")" 'Reject Not-Started' '8 up to the last moment of the day before'
stack_do clock '2026-11-27 00:00:00' >/dev/null

# --- 2 Setup-Required, 3 First-Code-Required

reply=$(first_leg later "$(word later)")
outcome "$reply" 'Reject Setup-Required' Seikyo-Setup-URL '2 from the first moment of the start date, without a token'
is "$(field Seikyo-Setup-URL "$reply")" https://localhost/setup '2 the address of the setup is that of the configuration'
reply=$(console later)
outcome "$reply" 'Challenge Setup-Required' 'State Seikyo-Ticket' '2 in the console'
outcome "$(once later 123456)" 'Reject Setup-Required' Seikyo-Setup-URL '2 a code does not help without a token'
says "$(first_leg later wrong-password)" 'Reject -' '2 a wrong password is not told of the setup'

app_id=$("$TEST_ROOT/tests/phone" issue "$stack" later "$(field Seikyo-Ticket "$reply")")
reply=$(first_leg later "$(word later)")
outcome "$reply" 'Reject First-Code-Required' 'Seikyo-Service-Id Seikyo-App-User-Id Seikyo-Setup-URL' '3 a token is issued'
is "$(field Seikyo-Service-Id "$reply") $(field Seikyo-App-User-Id "$reply")" "SEIKYO $app_id" \
	'3 the ids to enter on the phone are those of the token'
outcome "$(console later)" 'Challenge First-Code-Required' 'State Seikyo-Ticket Seikyo-Service-Id Seikyo-App-User-Id' \
	'3 a token is issued, in the console'
"$TEST_ROOT/tests/phone" install "$stack" later
outcome "$(first_leg later "$(word later)")" 'Reject First-Code-Required' \
	'Seikyo-Service-Id Seikyo-App-User-Id Seikyo-Setup-URL' '3 a token is installed'
outcome "$(once later "$(code later)")" 'Reject First-Code-Required' \
	'Seikyo-Service-Id Seikyo-App-User-Id Seikyo-Setup-URL' '3 the first code is not taken outside of the console'
is "$(of_token later state)" installed '3 the token still waits for its first code'
reply=$(console later)
outcome "$reply" 'Challenge First-Code-Required' 'State Seikyo-Ticket Seikyo-Service-Id Seikyo-App-User-Id' \
	'3 a token is installed, in the console'
mapfile -t words < <(test_words later "$(wrong_code later)")
says "$(rad_console "${words[@]}" "State=$(field State "$reply")" Seikyo-Purpose=Console)" 'Challenge OTP-Wrong' \
	'3 a wrong first code is refused'
mapfile -t words < <(test_words later "$(code later)")
says "$(rad_console "${words[@]}" "State=$(field State "$reply")" Seikyo-Purpose=Console)" 'Accept Accepted' \
	'3 the first code is accepted in the console'
next_step
says "$(first_leg later "$(word later)")" 'Challenge OTP-Required' '3 after the first code a code is asked for'

# --- 7 Reissue-Wait

# reissue TIME-OF-REVOCATION TIME-BEFORE TIME-AT (Japan): when the wait ends.
reissue()
{
	local reply

	stack_do clock "$1" >/dev/null
	revoke later
	reply=$(first_leg later "$(word later)")
	outcome "$reply" 'Reject Reissue-Wait' Seikyo-Reissue-At "7 revoked at $1"
	is "$(field Seikyo-Reissue-At "$reply")" "$(date -d "$3 +0900" +%s)" "7 revoked at $1: until $3"
	outcome "$(console later)" 'Reject Reissue-Wait' Seikyo-Reissue-At "7 revoked at $1, in the console"
	says "$(first_leg later wrong-password)" 'Reject -' '7 a wrong password is not told of the wait'
	stack_do clock "$2" >/dev/null
	says "$(first_leg later "$(word later)")" 'Reject Reissue-Wait' "7 revoked at $1: waits at $2"
	stack_do clock "$3" >/dev/null
	says "$(first_leg later "$(word later)")" 'Reject Setup-Required' "7 revoked at $1: led to the setup at $3"
	says "$(setup later)" 'Accept Accepted' "7 revoked at $1: a new token works at $3"
}

reissue '2026-11-27 12:00:00' '2026-11-27 12:29:59.999999' '2026-11-27 12:30:00'
reissue '2026-11-27 20:49:59' '2026-11-27 21:19:58' '2026-11-27 21:19:59'
reissue '2026-11-28 20:50:00' '2026-11-29 08:09:59' '2026-11-29 08:10:00'
reissue '2026-11-30 08:09:59' '2026-11-30 08:09:59.5' '2026-11-30 08:10:00'
reissue '2026-11-30 08:20:00' '2026-11-30 08:49:59' '2026-11-30 08:50:00'

# --- 9 Certificate-Refused

person dora
next_step
other=$(openssl rand -hex 32)
sql "INSERT INTO certificate SELECT user_id, X'$other', valid_until, added_at FROM certificate
	WHERE user_id = $(column dora id)"
state=$(login dora "$(word dora)")
# with CERTIFICATE: the second leg with it.
with()
{
	rad User-Name=dora "User-Password=$(code dora)" "State=$state" ${1:+"Seikyo-Client-Certificate=$1"}
}

outcome "$(with "$other")" 'Reject Certificate-Refused' '' "9 another certificate of the user's in the second packet"
outcome "$(with "$(certificate alice)")" 'Reject Certificate-Refused' '' "9 another user's certificate in the second packet"
outcome "$(with '')" 'Reject Certificate-Refused' '' '9 no certificate in the second packet'
is "$(column dora otp_failures)" 0 '9 nothing is counted'
outcome "$(with "$(certificate dora)")" 'Accept Accepted' \
	'Seikyo-Display-Name Seikyo-Contract-Name Seikyo-Mail-Address Seikyo-Role Seikyo-Last-Login' \
	'9 the certificate of the first packet'

# --- the first that applies: locked, closed, not started, wait, setup, first code, code

says "$(first_leg bob "$(word bob)")" 'Reject OTP-Locked' 'order: locked'
sql "UPDATE contract SET otp_starts_on = '2027-01-01' WHERE number = 'C-1'"
says "$(first_leg bob "$(word bob)")" 'Reject OTP-Locked' 'order: locked comes before not started'
says "$(first_leg dora "$(word dora)")" 'Reject Not-Started' 'order: not started comes before code'
revoke dora
says "$(first_leg dora "$(word dora)")" 'Reject Not-Started' 'order: not started comes before wait'
sql "UPDATE contract SET otp_starts_on = '2026-11-01' WHERE number = 'C-1'"
says "$(first_leg dora "$(word dora)")" 'Reject Reissue-Wait' 'order: wait comes before setup'
sql "UPDATE user SET closed_at = clock_now() WHERE login_id IN ('bob', 'dora')"
says "$(first_leg dora "$(word dora)")" 'Reject -' 'order: closed comes before wait'

done_testing
