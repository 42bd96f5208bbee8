#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A session of the console ends when it is idle or old, and with everything that happens to its user; it is good only
# with the certificate that it was opened with.
. "$(dirname "$0")/schema.sh"
schema_up
accounts

new_master master
used()
{
	as console "CALL console_use_session(${1-$cookie}, ${2-NULL})" | cut -f 1
}

# --- time

# The minutes that pass are the policies'; a page starts the idle ones anew.
log_in master
clock_by 899.999999
is "$(used)" "ok master" "14:59.999999 minutes after the login a page is given"
clock_by 899.999999
is "$(used)" "ok master" "and as long after that page"
clock_by 900
is "$(used)" session "15 minutes idle: ended"
clock_by -0.000001
is "$(used)" "ok master" "the twin: a moment before"
db "CALL operator_set_policy('session_idle_minutes', '1')"
clock_by 60
is "$(used)" session "the policy's minutes"
db "CALL operator_set_policy('session_idle_minutes', '120')"
is "$(used)" "ok master" "the twin: as it was"
log_in master
for _ in {1..4}; do
	clock_by 6000
	used >/dev/null
done
clock_by 4799.999999
is "$(used)" "ok master" "a moment before eight hours, never idle"
clock_by 0.000001
is "$(used)" session "eight hours after the login: ended"
db "CALL operator_set_policy('session_idle_minutes', '15')"
# What is refused is no use of a session.
log_in master
clock_by 600
is "$(as console "$(act_call unlock "$cookie" "X'00'" nobody)")" ticket "(a refused act)"
clock_by 300
is "$(used)" session "a refused act does not keep a session open"

# --- every page asks the same

pages=("console_use_session(%s, NULL)" "console_history(%s, NULL)" "console_list_users(%s, NULL, NULL, 'all', 0, 10)"
	"console_audit(%s, NULL, NULL, NULL, 0, 10)" "console_unlock(%s, NULL, X'00', '[\"a\"]')"
	"console_revoke(%s, NULL, X'00', '[\"a\"]', 'lost')")
# all_pages COOKIE: what each says, its rows left out.
all_pages()
{
	local page said

	for page in "${pages[@]}"; do
		# shellcheck disable=SC2059 # a call
		said=$(as console "CALL $(printf "$page" "$1")" | head -n 1)
		printf '%s ' "${said%% *}"
	done
}
none="session session session session session session "
log_in master
is "$(all_pages "$cookie")" "ok ok ok ok ticket ticket " "an open session: every page is given, an act wants a ticket"
for bad in NULL "''" "X'00'" "REPEAT('x', 32)" "CONCAT($cookie, X'00')" "LEFT($cookie, 31)" "UNHEX(SHA2($cookie, 256))"; do
	is "$(all_pages "$bad")" "$none" "no session: ${bad:0:14}: every page is refused"
done
is "$(db "SELECT COUNT(*) FROM console_session WHERE digest = $cookie") $(db "SELECT COUNT(*) FROM console_session
	WHERE digest = UNHEX(SHA2($cookie, 256))")" "0 1" "the cookie itself is not kept, its digest is"

# --- what ends it

# ends NAME STATEMENT: all of the user's sessions, no other's.
new_user other general C-2
active_token
ends()
{
	local other_cookie second

	log_in other
	other_cookie=$cookie
	new_master "$1" "C-$1"
	log_in "$1"
	second=$cookie
	log_in "$1"
	is "$(all_pages "$cookie")$(all_pages "$second")" "ok ok ok ok ticket ticket ok ok ok ok ticket ticket " "$1: before"
	clock_by 1
	db "${3//LOGIN/$1}" >/dev/null
	is "$(all_pages "$cookie")$(all_pages "$second")" "$none$none" "$2: every session of his has ended"
	is "$(used "$other_cookie")" "ok other" "$2: the twin: no one else's"
	[ -z "${4-}" ] || db "${4//LOGIN/$1}"
	is "$(used)" session "$2: and does not come back"
}
ends revoked "a revocation" "CALL branch_revoke('LOGIN', 'lost', 'P-1')"
ends closed "his closing" "CALL branch_close_user('LOGIN', 'P-1')"
ends contract "his contract's closing" "CALL branch_close_contract('C-LOGIN', 'P-1')"
ends password "a new password" "CALL branch_set_password('LOGIN', '$hash_2')"
new_master locked C-locked
log_in locked
lock_user locked
is "$(all_pages "$cookie")" "$none" "the fifth wrong code: every session of his has ended"
db "CALL branch_unlock('locked', 'P-1')"
is "$(used)" session "an unlock does not bring it back"
log_in locked
like "$(used)" "ok locked" "the twin: the next login opens one"

# Log-out.
log_in master
first=$cookie
log_in master
is "$(as console "CALL console_close_session($first)")" ok "a log-out"
is "$(all_pages "$first")" "$none" "ends this session"
is "$(used)" "ok master" "the twin: not another of the same user"
closed=$(db "SELECT closed_at FROM console_session WHERE digest = UNHEX(SHA2($first, 256))")
clock_by 1
is "$(as console "CALL console_close_session($first)") $(as console "CALL console_close_session(NULL)") $(as console "
	CALL console_close_session(X'00')")" "ok ok ok" "a second one, or one of no session, is no error"
is "$(db "SELECT closed_at FROM console_session WHERE digest = UNHEX(SHA2($first, 256))")" "$closed" \
	"and changes nothing"

# --- its certificate

certificate="X'$(printf 'ce%.0s' {1..32})'"
stolen="X'$(printf 'cf%.0s' {1..32})'"
is "$(used "$cookie" "$certificate")" session "a certificate where the login had none"
db "CALL branch_add_certificate('master', $certificate, clock_now() + INTERVAL 600 SECOND);
	CALL branch_add_certificate('master', $stolen, '2027-01-01'); CALL operator_set_policy('require_certificate', 'all')"
is "$(used)" session "a session without a certificate, since all need one"
clock_by 60
new_attempt
as radius "$(settle_code_call "$(step)" "ticket=$ticket_digest" "certificate=$certificate" "state=$(db "SELECT $now_us")")" >/dev/null
cookie=$(fresh 32)
as console "CALL console_open_session($ticket, $cookie, $certificate)" >/dev/null
is "$(used "$cookie" "$certificate")" "ok master" "with the login's certificate"
is "$(used "$cookie" "$stolen") $(used "$cookie")" "session session" "the twin: with another of his own, or without"
clock_by 539.999999
is "$(used "$cookie" "$certificate")" "ok master" "a moment before its end"
clock_by 0.000001
is "$(used "$cookie" "$certificate")" session "a certificate at its end"
db "CALL branch_add_certificate('master', $certificate, '2027-01-01')"
is "$(used "$cookie" "$certificate")" "ok master" "the twin: with a longer life"
db "CALL branch_remove_certificate('master', $certificate)"
is "$(used "$cookie" "$certificate")" session "a certificate taken away"
db "CALL operator_set_policy('require_certificate', 'none')"
is "$(used "$cookie" "$certificate")" session "and it does not come back by a policy that wants none"

# --- what it says

new_user alone master C-alone
active_token
log_in alone
is "$(as console "CALL console_use_session($cookie, NULL)")" "ok alone	1	利用者	契約	user@example.com	1	NULL" \
	"a lone master is told so"
new_user second master C-alone
is "$(as console "CALL console_use_session($cookie, NULL)" | cut -f 6)" 0 "the twin: of two none is alone"
db "CALL branch_close_user('second', 'P-1')"
is "$(as console "CALL console_use_session($cookie, NULL)" | cut -f 6)" 1 "a closed one does not count"
new_user third general C-alone
active_token
is "$(user_has 'login_1_at = clock_now() - INTERVAL 60 SECOND')" 1 "(a login)"
for _ in 1 2 3 4; do
	log_in third
done
is "$(as console "CALL console_history($cookie, NULL)" | grep -c .) $(as console "CALL console_history($cookie, NULL)" | head -n 1)" \
	"3 ok $(db "SELECT login_2_at FROM user WHERE login_id = 'third'")" "the last three logins before this one, newest first"

done_testing
