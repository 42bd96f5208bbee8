#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A ticket is good once, in time, for its purpose, for the session and the certificate it was made for, and for a user to
# whom nothing has happened since. What is refused does not burn it. All tickets here come from real logins.
. "$(dirname "$0")/schema.sh"
schema_up
accounts

new_master master
new_master other C-2
new_user general
active_token
certificate="X'$(printf 'ce%.0s' {1..32})'"

# --- for a session

unknown="X'00ff00ff00ff00ff00ff00ff00ff00ff'"
user_is general
session_ticket
open_session "$unknown"
is "$answer" ticket "session: an unknown ticket"
open_session NULL
is "$answer" ticket "session: none"
open_session "$ticket_digest"
is "$answer" ticket "session: its digest"
open_session "CONCAT($ticket, X'00')"
is "$answer" ticket "session: with a byte behind"
for bad in NULL "''" "REPEAT('x', 31)" "REPEAT('x', 33)"; do
	is "$(as console "CALL console_open_session($ticket, $bad, NULL)")" digest "session: no cookie of 32 bytes: $bad"
done
is "$(as console "CALL console_open_session($ticket, $(fresh 32), $certificate)")" ticket \
	"session: a certificate, the login had none"
is "$(db "SELECT burned_at IS NULL FROM ticket WHERE digest = $ticket_digest") $(db "SELECT COUNT(*) FROM console_session")" \
	"1 0" "none of these burned it or opened a session"
open_session
is "$answer" "ok general	2	利用者	契約	user@example.com	0	NULL" "session: its own cookie, in time: who it is"
kept=$cookie
cookie_2="X'$(printf 'ab%.0s' {1..32})'"
is "$(as console "CALL console_open_session($ticket, $cookie_2, NULL)")" ticket "session: used twice"
new_attempt
is "$(as console "CALL console_use_session($cookie_2, NULL)")" session "and no second session is open"
like "$(as console "CALL console_use_session($kept, NULL)")" '^ok general' "the twin: the first one is"

# A session's cookie is nobody's second session.
user_is other
session_ticket
isnt "$(as console "CALL console_open_session($ticket, $kept, NULL)" | cut -c 1-3)" "ok " \
	"session: a cookie that is another's session"
like "$(as console "CALL console_use_session($kept, NULL)")" '^ok general' "which stays his"
is "$(db "SELECT burned_at IS NULL FROM ticket WHERE digest = $ticket_digest")" 1 "and burns nothing"

# The end of a ticket: state_seconds.
user_is general
session_ticket
clock_by 300
open_session
is "$answer" ticket "session: at its end, after 300 s"
clock_by -0.000001
open_session
like "$answer" '^ok' "the twin: a moment before"

# The certificate that the login came with.
db "CALL branch_add_certificate('general', $certificate, '2027-01-01')"
clock_by 60
new_attempt
as radius "$(settle_code_call "$(step)" "ticket=$ticket_digest" "certificate=$certificate" "state=$(db "SELECT $now_us")")" >/dev/null
for wrong in NULL "X'$(printf 'cf%.0s' {1..32})'"; do
	is "$(as console "CALL console_open_session($ticket, $(fresh 32), $wrong)")" ticket \
		"session: another certificate than the login's: ${wrong:0:6}"
done
like "$(as console "CALL console_open_session($ticket, $(fresh 32), $certificate)")" '^ok' "the twin: the login's"

# --- for another purpose

user_is master
session_ticket
session=$ticket
is "$(as console "CALL console_issue_token($session, 'SEIKYO', 'phone@docomo.ne.jp', $start_digest, NULL)")" ticket \
	"a session's ticket issues no token"
open_session
cookie_m=$cookie
new_user locked
active_token
lock_user locked
is "$(as console "$(act_call unlock "$cookie_m" "$session" locked)")" ticket "a session's ticket unlocks nobody"
user_is master
confirm "$cookie_m"
confirmed=$ticket
is "$(as console "CALL console_issue_token($confirmed, 'SEIKYO', 'phone@docomo.ne.jp', $start_digest, NULL)")" ticket \
	"a confirmation's issues no token"
open_session "$confirmed"
is "$answer" ticket "a confirmation's opens no session"
new_user setting
setup_ticket
setup=$ticket
open_session "$setup"
is "$answer" ticket "a setup's opens no session"
is "$(as console "$(act_call unlock "$cookie_m" "$setup" locked)")" ticket "a setup's unlocks nobody"
like "$(issue "$setup")" '^ok' "the twin: a setup's issues a token"

# --- of another session

user_is other
session_ticket
open_session
cookie_o=$cookie
is "$(as console "$(act_call unlock "$cookie_o" "$confirmed" locked)")" ticket \
	"a confirmation's, shown with another master's session"
user_is master
session_ticket
open_session
cookie_n=$cookie
# The login has ended the earlier ticket; a new one, for the first session.
confirm "$cookie_m"
confirmed=$ticket
is "$(as console "$(act_call unlock "$cookie_n" "$confirmed" locked)")" ticket \
	"a confirmation's, shown with another session of the same master"
user_is other
confirm "$cookie_m"
is "$answer $(as console "$(act_call unlock "$cookie_m" "$ticket" locked)")" "ok ticket" \
	"another master's confirmation password for this session"
is "$(db "SELECT otp_locked_at IS NOT NULL FROM user WHERE login_id = 'locked'")" 1 "none of these has freed him"
is "$(as console "$(act_call unlock "$cookie_m" "$confirmed" locked)")" "ok locked	done	NULL" \
	"the twin: the session it was made for"
lock_user locked
is "$(as console "$(act_call unlock "$cookie_m" "$confirmed" locked)")" ticket "used twice"
is "$(as console "$(act_call revoke "$cookie_m" "$confirmed" locked)")" ticket "used again for another act"
user_is master
confirm "$cookie_m"
is "$(as console "$(act_call unlock "$cookie_m" "$ticket" nobody)")" "ok nobody	not-found	NULL" \
	"where nobody was found"
is "$(as console "$(act_call unlock "$cookie_m" "$ticket" locked)")" ticket "the ticket is burned all the same"
confirm "$cookie_m"
clock_by 300
is "$(as console "$(act_call unlock "$cookie_m" "$ticket" locked)")" ticket "at its end, after 300 s"
clock_by -0.000001
is "$(as console "$(act_call unlock "$cookie_m" "$ticket" locked)")" "ok locked	done	NULL" "the twin: a moment before"

# --- what has happened to its user since

# since NAME WANTED STATEMENT LOGIN-OF-MASTER: between the proof and the act.
serial_of=0
since()
{
	local verdict_session verdict_confirm verdict_setup

	serial_of=$((serial_of + 1))
	new_master "m$serial_of" "C-m$serial_of"
	new_user "t$serial_of" general "C-m$serial_of"
	active_token
	db "UPDATE user SET otp_locked_at = clock_now() WHERE login_id = 't$serial_of'"
	user_is "m$serial_of"
	session_ticket
	open_session
	confirm "$cookie"
	confirmed=$ticket
	new_attempt
	# Opened as the module does, after the login.
	db "INSERT INTO ticket (digest, user_id, purpose, opened_at, expires_at) SELECT $ticket_digest, $user, 'session',
		clock_now(), clock_now() + INTERVAL 300 SECOND"
	again=$ticket
	new_attempt
	db "INSERT INTO ticket (digest, user_id, purpose, opened_at, expires_at) SELECT $ticket_digest, $user, 'setup',
		clock_now(), clock_now() + INTERVAL 300 SECOND"
	setup=$ticket
	clock_by 1
	db "${3//LOGIN/m$serial_of}" >/dev/null
	verdict_confirm=$(as console "$(act_call unlock "$cookie" "$confirmed" "t$serial_of")")
	verdict_session=$(as console "CALL console_open_session($again, X'$(printf '%064x' $((1000000 + serial_of)))', NULL)")
	verdict_setup=$(as console "CALL console_issue_token($setup, 'SEIKYO', 'phone@docomo.ne.jp', $start_digest, NULL)")
	is "${verdict_confirm//$'\t'/ } / ${verdict_session//$'\t'*} / $verdict_setup" "${2//TARGET/t$serial_of}" "$1"
}

since "the twin: nothing: it unlocks, opens, and finds a live token" "ok TARGET done NULL / ok m1 / token-active" "DO 1"
since "revoked: neither act nor session nor token" "session / ticket / ticket" "CALL branch_revoke('LOGIN', 'lost', 'P-1')"
since "closed" "session / ticket / ticket" "CALL branch_close_user('LOGIN', 'P-1')"
since "his contract closed" "session / ticket / ticket" "CALL branch_close_contract('C-LOGIN', 'P-1')"
since "his password changed" "session / ticket / ticket" "CALL branch_set_password('LOGIN', '$hash_1')"
since "locked" "session / ticket / ticket" "UPDATE user SET otp_locked_at = clock_now() WHERE login_id = 'LOGIN'"
since "locked and freed" "ticket / ticket / ticket" "
	UPDATE user SET otp_locked_at = clock_now() WHERE login_id = 'LOGIN'; CALL branch_unlock('LOGIN', 'P-1')"
since "a certificate taken away" "ticket / ticket / ticket" "CALL branch_add_certificate('LOGIN', $certificate, '2027-01-01');
	CALL branch_remove_certificate('LOGIN', $certificate)"
since "his confirmation password changed: what the old one proved is void" "ticket / ok m9 / token-active" \
	"CALL branch_set_confirmation_password('LOGIN', '$hash_1')"

# --- of a login before

user_is general
session_ticket
before=$ticket
session_ticket
open_session "$before"
is "$answer" ticket "a ticket of the login before the last one"
open_session
like "$answer" '^ok' "the twin: of the last one"
is "$(db "CALL operator_verify_audit(NULL)")" "" "the audit chains are whole"

done_testing
