#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# radius_settle_confirmation and radius_open_setup: what a confirmation password's verdict is (R7a, R8a), and which
# tickets are opened.
. "$(dirname "$0")/schema.sh"
schema_up

name_mac="X'77000102030405060708090a0b0c0d0e'"
session_digest="X'$(printf '5e%.0s' {1..32})'"
good=$(digest_of "$hash_2")

# settle RIGHT [HASH-DIGEST [USER]]
settle()
{
	verdict "CALL radius_settle_confirmation(${3-$user}, $name_mac, $1, ${2-NULL}, $session_digest, $attempt,
		$request, 'console', $ticket_digest)"
}

new_master()
{
	new_user "$1" master
	db "CALL branch_set_confirmation_password('$1', '$hash_2')"
}

ticket_row()
{
	db "SELECT CONCAT_WS(' ', user_id = $user, purpose, burned_at IS NULL,
		TIMESTAMPDIFF(SECOND, clock_now(), expires_at)) FROM ticket WHERE digest = $ticket_digest"
}

# --- right

new_master right
new_attempt
states=$(user_has states_from)
clock_by 1
is "$(settle TRUE "$good")" ok "a right confirmation password is OK"
is "$(ticket_row)" "1 confirm 1 300" "it opens a ticket for state_seconds"
is "$(db "SELECT session_digest = $session_digest FROM ticket WHERE digest = $ticket_digest")" 1 \
	"bound to the console session"
is "$(events)" "confirmation accepted confirmed" "and leaves an event"
is "$(user_has 'states_from, IFNULL(login_1_at, 0)')" "$states 0" "it is no login"
row=$(user_row)
event=$(events)
clock_by 60
is "$(settle TRUE "$good")" ok "the same attempt is OK again within 60 s"
is "$(user_row) $(events)" "$row $event" "and changes nothing"
is "$(settle FALSE)" ok "what it says the second time does not matter"

# --- wrong

new_master wrong
states=$(user_has states_from)
for _ in 1 2 3 4; do
	new_attempt
	settle FALSE "$good" >"$work/verdict"
done
is "$(cat "$work/verdict")" wrong "a wrong one is refused"
is "$(user_has confirmation_failures)" 4 "each is counted"
is "$(ticket_row)" "" "and opens no ticket"
is "$(settle FALSE) $(user_has confirmation_failures)" "wrong 4" "the same attempt again is counted once"
new_attempt
is "$(settle FALSE)" locked "the fifth locks"
is "$(user_has 'confirmation_failures, TIMESTAMPDIFF(SECOND, clock_now(), confirmation_locked_until)')" "0 1800" \
	"for 30 minutes"
is "$(user_has "states_from, password_failures, IFNULL(password_locked_until, 0), otp_failures,
	IFNULL(otp_locked_at, 0)")" "$states 0 0 0 0" "password and code have counters of their own"
is "$(events)" "$(printf 'confirmation refused wrong,%.0s' {1..4})confirmation refused wrong-now-locked" \
	"one event for each"
new_attempt
row=$(user_row)
is "$(settle TRUE "$good")" locked "a right one is refused while it is locked"
is "$(user_row) $(ticket_row)" "$row " "writes nothing to the user's row, opens no ticket"
clock_by 1799.999999
new_attempt
is "$(settle TRUE "$good")" locked "to the last microsecond"
clock_by 0.000001
new_attempt
is "$(settle TRUE "$good")" ok "then it is right again"
is "$(user_has "IFNULL(confirmation_locked_until, 'free')")" free "and the lock is gone"
new_attempt
settle FALSE >/dev/null
new_attempt
settle TRUE "$good" >/dev/null
is "$(user_has confirmation_failures)" 0 "a right one begins the count anew"
db "CALL operator_set_policy('confirmation_failure_limit', '3');
	CALL operator_set_policy('confirmation_lock_minutes', '2')"
for _ in 1 2 3; do
	new_attempt
	settle FALSE >"$work/verdict"
done
is "$(cat "$work/verdict") $(user_has 'TIMESTAMPDIFF(SECOND, clock_now(), confirmation_locked_until)')" "locked 120" \
	"limit and time are the policy's"

# --- who may not

# refused NAME VERDICT RIGHT [USER]: nothing is counted, no ticket opens, the name's decoy is written.
refused()
{
	local row decoy='SELECT MD5(CONCAT(failures, attempts)) FROM decoy WHERE id = 0x77' was

	new_attempt
	row=$(user_row)
	was=$(db "$decoy")
	is "$(settle "$3" "$good" "${4-$user}")" "$2" "$1: $2"
	is "$(user_row) $(ticket_row)" "$row " "$1: the user's row is not written, no ticket opened"
	isnt "$(db "$decoy")" "$was" "$1: a row of the same shape is"
	is "$(db "SELECT COUNT(*) FROM login_event WHERE request_id = $request")" 1 "$1: one event"
}

new_master who
refused "an unknown name" wrong TRUE NULL
refused "a user that is not there" wrong TRUE 999999
refused "neither right nor wrong" wrong NULL
db "CALL branch_set_confirmation_password('who', '$hash_1')"
refused "a confirmation password changed meanwhile" wrong TRUE
db "CALL branch_set_confirmation_password('who', '$hash_2'); UPDATE user SET closed_at = clock_now() WHERE id = $user"
refused "a closed user" wrong TRUE
db "UPDATE user SET closed_at = NULL, role = 'general' WHERE id = $user"
refused "a general user" wrong TRUE
db "UPDATE user SET role = 'master', otp_locked_at = clock_now() WHERE id = $user"
refused "a master who is locked himself" wrong TRUE
db "UPDATE user SET otp_locked_at = NULL, confirmation_hash = NULL WHERE id = $user"
refused "a master without a confirmation password" wrong TRUE
db "UPDATE user SET confirmation_hash = '$hash_2' WHERE id = $user; UPDATE contract SET closed_at = clock_now()"
refused "a closed contract" wrong TRUE
db "UPDATE contract SET closed_at = NULL"
new_attempt
is "$(settle TRUE "$good")" ok "the twin: an open master"
new_attempt
row=$(user_row)
attempt=NULL
unlike "$(settle TRUE "$good")" '^ok' "without an attempt it is not OK"
is "$(user_row) $(ticket_row)" "$row " "and nothing is left behind"

# --- tickets

new_attempt
settle TRUE "$good" >/dev/null
db "UPDATE ticket SET burned_at = clock_now() WHERE digest = $ticket_digest"
clock_by 61
is "$(settle TRUE "$good")" ok "the same ticket is asked for again"
is "$(db "SELECT burned_at < clock_now() AND opened_at = burned_at FROM ticket WHERE digest = $ticket_digest")" 1 \
	"a burned one stays burned"

open_setup()
{
	verdict "CALL radius_open_setup(${1-$user}, time_us(clock_now()), NULL, ${2-$(digest_of "$hash_1")},
		$attempt, $ticket_digest)"
}

new_user setup
new_attempt
is "$(open_setup) $(ticket_row)" "ok 1 setup 1 1800" "a setup ticket opens for setup_minutes"
clock_by 10
is "$(open_setup) $(ticket_row)" "ok 1 setup 1 1790" "the same attempt opens none anew"
db "CALL operator_set_policy('setup_minutes', '5')"
new_attempt
is "$(open_setup) $(ticket_row)" "ok 1 setup 1 300" "the time is the policy's"
setup_refused()
{
	new_attempt
	is "$(open_setup "${@:2}") $(ticket_row)" "stale " "no setup ticket for $1"
}
setup_refused "a user that is not there" 999999
setup_refused "no user" NULL
db "UPDATE user SET closed_at = clock_now() WHERE id = $user"
setup_refused "a closed user"
db "UPDATE user SET closed_at = NULL, otp_locked_at = clock_now() WHERE id = $user"
setup_refused "a locked user"
db "UPDATE user SET otp_locked_at = NULL; UPDATE contract SET closed_at = clock_now()"
setup_refused "a closed contract"
db "UPDATE contract SET closed_at = NULL"
setup_refused "no password that was right" "$user" NULL
setup_refused "another password than his" "$user" "$(digest_of "$hash_2")"
db "UPDATE user SET password_locked_until = clock_now() + INTERVAL 1 MICROSECOND WHERE id = $user"
setup_refused "a password locked meanwhile"
db "UPDATE user SET password_locked_until = clock_now() WHERE id = $user"
new_attempt
is "$(open_setup)" ok "the twin: locked no more"
# By another node, whose clock is behind: states_from tells nothing.
db "UPDATE user SET password_hash = '$hash_2' WHERE id = $user"
setup_refused "a password changed meanwhile"
new_attempt
is "$(open_setup "$user" "$(digest_of "$hash_2")")" ok "the twin: the password of now"
db "UPDATE user SET renewed_from = $(digest_of "$hash_1") WHERE id = $user"
new_attempt
is "$(open_setup)" ok "a hash that was renewed meanwhile is the same password"
db "UPDATE user SET password_hash = '$hash_1', renewed_from = NULL WHERE id = $user"
installed_token
new_attempt
is "$(open_setup)" ok "before the first code the setup can begin again"
new_attempt
settle_code "$(step)" "safe=$safe" >/dev/null
is "$(token_has state)" active "with the first code"
setup_refused "a user with an active token"

done_testing
