#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# radius_settle_login: a login by the password alone, before the contract's start, where the policy says so (R3).
. "$(dirname "$0")/schema.sh"
schema_up

settle_login()
{
	verdict "CALL radius_settle_login(${2-$user}, ${1-$now_us}, $attempt, $request, 'gateway', ${3-NULL},
		${4-$(digest_of "$hash_1")}, $ticket_digest)"
}

logins()
{
	db "SELECT (login_1_at IS NOT NULL) + (login_2_at IS NOT NULL) FROM user WHERE id = $user"
}

new_user early
db "UPDATE contract SET otp_starts_on = '2026-11-23'"

# --- whether at all

new_attempt
is "$(settle_login)" stale "before the start nobody gets in: the default"
is "$(logins)" 0 "and no login is noted"
db "CALL operator_set_policy('before_start', 'password')"
new_attempt
is "$(settle_login)" ok "with before_start = password the password does"
is "$(user_has 'login_1_at = clock_now(), states_from = clock_now()')" "1 1" "the login is noted, and raises states_from"
is "$(events)" "login refused stale,login accepted not-started" "each attempt has left its event"
is "$(db "SELECT CONCAT_WS(' ', user_id = $user, purpose, burned_at IS NULL) FROM ticket
	WHERE digest = $ticket_digest")" "1 session 1" "a session ticket is open"
db "UPDATE contract SET otp_starts_on = NULL"
clock_by 1
new_attempt
is "$(settle_login)" ok "so it is for a contract that has not applied"
db "UPDATE contract SET otp_starts_on = '2026-11-22'"
new_attempt
row=$(user_row)
is "$(settle_login)" stale "from the start date in Japan on it does not"
is "$(user_row)" "$row" "and nothing is written to the user's row"
db "UPDATE contract SET otp_starts_on = '2026-11-23'"
clock '2026-11-22 23:59:59.999999'
new_attempt
is "$(settle_login)" ok "it does to the last moment of the day before"
clock '2026-11-23 00:00:00'
new_attempt
is "$(settle_login)" stale "and not from midnight in Japan on"
db "UPDATE contract SET otp_starts_on = '2026-12-01'"

# --- the same attempt again

clock '2026-11-25 12:00:00'
db "UPDATE user SET password_failures = 2 WHERE id = $user"
new_attempt
is "$(settle_login)" ok "an attempt is accepted"
is "$(user_has password_failures)" 0 "the count of wrong passwords begins anew"
row=$(user_row)
event=$(events)
clock_by 60
is "$(settle_login "$now_us - 60000000")" ok "60 s later it is accepted again"
is "$(user_row) $(events)" "$row $event" "nothing has changed"
clock_by 0.000001
is "$(settle_login "$now_us - 60000002")" stale "later it is one of its own: its State is old"
new_attempt
is "$(verdict "CALL radius_settle_password($user, X'00', FALSE, NULL, NULL, NULL, $attempt, $request, 'gateway', TRUE)")" \
	wrong "an attempt settled as wrong"
row=$(user_row)
unlike "$(settle_login)" '^ok' "is not accepted as a login"
is "$(user_row)" "$row" "and changes nothing"

# --- stale and locked

refused()
{
	row=$(user_row)
	is "$(settle_login "${@:3}")" "$2" "$1: $2"
	is "$(user_row)" "$row" "$1: the user's row is not written"
	new_attempt
}

new_attempt
refused "a State from before states_from" stale "(SELECT time_us(states_from) - 1 FROM user WHERE id = $user)"
refused "no State's time" stale NULL
refused "a user that is not there" stale "$now_us" 999999
refused "no user" stale "$now_us" NULL
db "UPDATE user SET closed_at = clock_now() WHERE id = $user"
refused "a closed user" stale
db "UPDATE user SET otp_locked_at = clock_now() WHERE id = $user"
refused "a locked one, locked first" locked
db "UPDATE user SET closed_at = NULL, otp_locked_at = NULL; UPDATE contract SET closed_at = clock_now()"
refused "a closed contract" stale
db "UPDATE contract SET closed_at = NULL; CALL operator_set_policy('require_certificate', 'all')"
shown="X'$(printf 'c1%.0s' {1..32})'"
refused "a certificate that is not his" stale "$now_us" "$user" "$shown"
db "CALL branch_add_certificate('early', $shown, '2030-01-01')"
is "$(settle_login "$now_us" "$user" "$shown")" ok "the twin: his own, all open"
is "$(db "SELECT certificate = $shown FROM ticket WHERE digest = $ticket_digest")" 1 "its ticket is bound to it"

# --- the password that was right

clock_by 60
as_certified()
{
	refused "$1" "$3" "$now_us" "$user" "$shown" "$2"
}
old=$(digest_of "$hash_1")
new_attempt
as_certified "no password that was right" NULL stale
as_certified "another password than his" "$(digest_of "$hash_2")" stale
db "UPDATE user SET password_locked_until = clock_now() + INTERVAL 1 MICROSECOND WHERE id = $user"
as_certified "a password locked meanwhile" "$old" stale
db "UPDATE user SET password_locked_until = clock_now() WHERE id = $user"
is "$(settle_login "$now_us" "$user" "$shown")" ok "the twin: locked no more"
# By another node, whose clock is behind: states_from tells nothing.
db "UPDATE user SET password_hash = '$hash_2' WHERE id = $user"
is "$(settle_login "$now_us" "$user" "$shown" "$old")" ok "an attempt that was accepted stays so, the password changed since"
clock_by 60
new_attempt
as_certified "a password changed meanwhile" "$old" stale
# Whoever does not know the password must not learn that codes are locked.
db "UPDATE user SET otp_locked_at = clock_now() WHERE id = $user"
as_certified "a password changed meanwhile, and the codes locked" "$old" stale
as_certified "the twin: the password of now, and the codes locked" "$(digest_of "$hash_2")" locked
db "UPDATE user SET otp_locked_at = NULL, renewed_from = $old WHERE id = $user"
is "$(settle_login "$now_us" "$user" "$shown" "$old")" ok "a hash that was renewed meanwhile is the same password"
db "UPDATE user SET password_hash = '$hash_1', renewed_from = NULL WHERE id = $user"
clock_by 60

# --- what must not be missing

for what in attempt request; do
	new_attempt
	row=$(user_row)
	declare "$what=NULL"
	unlike "$(settle_login "$now_us" "$user" "$shown")" '^ok' "without $what it is not accepted"
	is "$(user_row)" "$row" "nor is anything written ($what)"
done

done_testing
