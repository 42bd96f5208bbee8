#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What each act leaves behind: one event of the audit trail with who, by whom, on whom, from where and on what paper, and
# its mails. Then R9 at every place that shows from when a token can be issued.
# shellcheck disable=SC2034 # $token is for schema.sh
. "$(dirname "$0")/schema.sh"
schema_up
accounts

# left NAME WANTED-EVENTS WANTED-MAILS STATEMENT-OR-COMMAND...: what it has left behind. Events: act, account, whether a
# user did it himself (self), another did (other) or staff (-), whether it is on $user, origin, paper, detail.
left()
{
	local mail

	mail=$(db "SELECT IFNULL(MAX(id), 0) FROM mail_outbox")
	db "DROP TEMPORARY TABLE IF EXISTS had; CREATE TEMPORARY TABLE had AS SELECT contract_id, number FROM audit_head"
	"${@:4}"
	is "$answer" ok "$1: done"
	is "$(db "SELECT CONCAT_WS(' ', act, SUBSTRING_INDEX(actor, '@', 1), CASE WHEN by_user IS NULL THEN '-' WHEN by_user = on_user THEN 'self'
		ELSE 'other' END, IFNULL(on_user = $user, '-'), origin, IFNULL(paper, '-'), detail) FROM audit_event a WHERE number >
		IFNULL((SELECT number FROM had WHERE had.contract_id = a.contract_id), 0) ORDER BY contract_id, number" | sed 's/ *$//' | paste -sd ,)" \
		"$2" "$1: one event"
	is "$(db "SELECT CONCAT_WS(' ', kind, recipient) FROM mail_outbox WHERE id > $mail ORDER BY id" | paste -sd ,)" "$3" \
		"$1: its mails"
}
# do_as ACCOUNT STATEMENT
do_as()
{
	answer=$(as "$1" "$2")
	[[ $answer != ok\ * ]] || answer=ok
}
certificate="X'$(printf 'ce%.0s' {1..32})'"

user=0
db "CALL operator_set_policy('require_certificate', 'none')"
left "a contract" "contract-add branch1 - - branch - C-1" "" do_as branch \
	"CALL branch_add_contract('C-1', '契約', 'contract@example.com')"
left "a start date" "contract-start branch1 - - branch - 2026-01-01" "ready contract@example.com" do_as branch \
	"CALL branch_start_contract('C-1', '2026-01-01')"
answer=$(as branch "CALL branch_add_user('C-1', 'worker', 'master', '利用者', 'user@example.com', '$hash_1')")
user_is worker
is "$(audits)" "user-add" "a user: one event"
left "a changed name" "user-change branch1 - 1 branch - name" "" do_as branch \
	"CALL branch_change_user('worker', '新', NULL)"
left "a changed name and address" "user-change branch1 - 1 branch - name, mail address" "" \
	do_as branch "CALL branch_change_user('worker', '新', 'new@example.com')"
left "a password" "password branch1 - 1 branch -" "" do_as branch "CALL branch_set_password('worker', '$hash_1')"
left "a confirmation password" "confirmation-password branch1 - 1 branch -" "" do_as branch \
	"CALL branch_set_confirmation_password('worker', '$hash_2')"
left "a certificate" "certificate-add branch1 - 1 branch - $(printf 'ce%.0s' {1..32})" "" do_as branch \
	"CALL branch_add_certificate('worker', $certificate, '2027-01-01')"
left "a certificate taken away" "certificate-remove branch1 - 1 branch - $(printf 'ce%.0s' {1..32})" "" do_as branch \
	"CALL branch_remove_certificate('worker', $certificate)"
setup_ticket
left "an issue" "issue seikyo_console self 1 console -" "app phone@docomo.ne.jp,issued new@example.com" \
	do_as console "CALL console_issue_token($ticket, 'SEIKYO', 'phone@docomo.ne.jp', $start_digest, NULL)"
app_user_id=$(token_has app_user_id) token=$(token_has id)
left "an installation" "install seikyo_console self 1 phone -" "" do_as console \
	"CALL app_install_token('SEIKYO', '$app_user_id', $start_digest, $envelope)"
new_attempt
left "a first code" "first-code seikyo_radius self 1 gateway -" "activated new@example.com" \
	do_as radius "$(settle_code_call "$(step)" "safe=$safe" "state=$(db "SELECT $now_us")")"
clock_by 60
new_attempt
left "a login" "" "" do_as radius "$(settle_code_call "$(step)" "state=$(db "SELECT $now_us")")"
lock_and_say()
{
	lock_user worker
	answer=ok
}
left "a lock" "lock seikyo_radius - 1 gateway -" "locked new@example.com" lock_and_say
left "the branch's unlock" "unlock branch1 - 1 branch P-7" "unlocked new@example.com" do_as branch \
	"CALL branch_unlock('worker', 'P-7')"
left "the branch's revocation" "revoke branch1 - 1 branch 書面-8 紛失" "revoked new@example.com" do_as branch \
	"CALL branch_revoke('worker', '紛失', '書面-8')"
left "a mail domain" "mail-domain-add branch1 - - branch - example.jp" "" do_as branch \
	"CALL branch_add_mail_domain('Example.jp')"
left "a mail domain removed" "mail-domain-remove branch1 - - branch - example.jp" "" do_as branch \
	"CALL branch_remove_mail_domain('EXAMPLE.jp')"
left "a policy" "policy operator1 - - operator - drift_limit: 3 -> 2" "" do_as operator \
	"CALL operator_set_policy('drift_limit', '2')"
left "a user's closing without a token" "user-close branch1 - 1 branch P-9" "" do_as branch \
	"CALL branch_close_user('worker', 'P-9')"
new_user other
active_token
left "one with a token" "revoke branch1 - 1 branch P-9 closed,user-close branch1 - 1 branch P-9" "revoked user@example.com" \
	do_as branch "CALL branch_close_user('other', 'P-9')"

# A contract's closing takes all of its users along, each with his token and his sessions.
new_user c9-general general C-9
active_token
general=$user
# Who has no token may have a session all the same: of a login before the start date.
new_user c9-bare general C-9
bare=$user
db "INSERT INTO console_session (digest, user_id, opened_at, last_used_at, ends_at) SELECT UNHEX(SHA2('bare', 256)), $bare,
	clock_now(), clock_now(), clock_now() + INTERVAL 8 HOUR"
new_user c9-gone general C-9
db "CALL branch_close_user('c9-gone', 'P-9')"
gone=$(user_has closed_at)
new_master c9-master C-9
log_in c9-master
clock_by 1
# of_contract NUMBER: its users by what is closed, live tokens and open sessions.
of_contract()
{
	db "SELECT CONCAT_WS(' ', COUNT(u.id), COUNT(u.closed_at), COUNT(u.live_token), COUNT(s.digest)) FROM user u
		LEFT JOIN console_session s ON s.user_id = u.id AND s.closed_at IS NULL
		WHERE u.contract_id = (SELECT id FROM contract WHERE number = '$1')"
}
others=$(of_contract C-1)
is "$(of_contract C-9)" "4 1 2 2" "(a contract with tokens and sessions)"
left "a contract's closing" "revoke branch1 - 0 branch P-9 closed,user-close branch1 - 0 branch P-9,user-close branch1 - 0 branch P-9,\
revoke branch1 - 1 branch P-9 closed,user-close branch1 - 1 branch P-9,contract-close branch1 - - branch P-9" \
	"revoked user@example.com,revoked user@example.com" do_as branch "CALL branch_close_contract('C-9', 'P-9')"
is "$(db "SELECT GROUP_CONCAT(on_user ORDER BY number SEPARATOR ' ') FROM audit_event WHERE act = 'user-close'
	AND contract_id = (SELECT id FROM contract WHERE number = 'C-9')")" "$(db "SELECT id FROM user WHERE login_id = 'c9-gone'") $general $bare $user" \
	"each of its users is named, who was closed before once"
is "$(of_contract C-9) $(db "SELECT closed_at FROM user WHERE login_id = 'c9-gone'")" "4 4 0 0 $gone" \
	"all are closed, without token and session"
is "$(of_contract C-1)" "$others" "the twin: another contract's are not"

# What is refused leaves nothing, not even a number.
left_nothing()
{
	local before

	before=$(db "SELECT CONCAT_WS(' ', (SELECT SUM(number) FROM audit_head), (SELECT COUNT(*) FROM audit_event), (SELECT COUNT(*) FROM mail_outbox))")
	is "$(as branch "CALL $3") $(db "SELECT CONCAT_WS(' ', (SELECT SUM(number) FROM audit_head), (SELECT COUNT(*) FROM audit_event),
		(SELECT COUNT(*) FROM mail_outbox))")" "$2 $before" "$1: $2, and no trace"
}
new_user plain
for act in "branch_unlock('%s', 'P')" "branch_revoke('%s', 'lost', 'P')" "branch_close_user('%s', 'P')" "branch_set_password('%s', '$hash_1')" \
	"branch_change_user('%s', 'x', NULL)" "branch_add_certificate('%s', $certificate, '2027-01-01')"; do
	# shellcheck disable=SC2059 # a call
	left_nothing "${act%%(*} of nobody" not-found "$(printf "$act" absent)"
	# shellcheck disable=SC2059
	left_nothing "${act%%(*} of a closed user" closed "$(printf "$act" worker)"
done
left_nothing "an unlock of one who is not locked" not-locked "branch_unlock('plain', 'P')"
left_nothing "a revocation of no token" no-live-token "branch_revoke('plain', 'lost', 'P')"
left_nothing "a confirmation password for a general user" not-master \
	"branch_set_confirmation_password('plain', '$hash_2')"
for paper in NULL "''" "REPEAT('9', 51)" "'a\\nb'"; do
	for act in "branch_unlock('plain', $paper)" "branch_revoke('plain', 'lost', $paper)" "branch_close_user('plain', $paper)" "branch_close_contract('C-1', $paper)"; do
		left_nothing "${act%%(*} on no paper ($paper)" paper-number "$act"
	done
done
left_nothing "a contract's closing, of none" not-found "branch_close_contract('C-8', 'P')"

# --- from when on (R9), wherever it is shown

new_master master C-5
# shown LOGIN: what revocation, list, show, token, console's list, operator's, login and an issue say; Japan's time.
revoke_at()
{
	clock '2026-11-22 12:00:00'
	new_user "$1" general C-5
	active_token
	# The counts are kept through all of it.
	db "UPDATE user SET otp_failures = 3, password_failures = 2 WHERE id = $user"
	[ -z "${3-}" ] || db "$3"
	user_is master
	clock "$2"
	clock_by -120
	log_in master
	confirm "$cookie"
	clock "$2"
	user_is "$1"
	given=$(as console "$(act_call revoke "$cookie" "$ticket" "$1")" | cut -f 3)
}
# Each as its own place says it, NULL where it says that there is nothing to wait for.
shown()
{
	printf '%s %s %s' "$(as console "CALL console_list_users($cookie, NULL, '$1', 'all', 0, 1)" | cut -f 7)" \
		"$(as branch "CALL branch_list_users('C-5', 'all')" | grep "	$1	" | cut -f 8)" \
		"$(as branch "CALL branch_list_users('C-5', 'waiting')" | grep -c "	$1	")"
}
r9()
{
	local from

	from=$(db "SELECT TIMESTAMP'$3' - INTERVAL 9 HOUR")
	[[ $from == *.* ]] || from+=.000000
	revoke_at "$1" "$2" "${4-}"
	is "$given" "$from" "revoked at $2: the revocation says $3"
	is "$(shown "$1")" "$from $from 1" "so do the lists"
	is "$(as branch "CALL branch_show_user('$1')" | cut -f 18) $(as branch "CALL branch_show_token('$1')" | head -n 1 | cut -f 11)" \
		"$from $from" "and the user's and the token's own"
	is "$(as radius "CALL radius_find('$1', NULL)" | cut -f 23)" "$from" "and the login"
	is "$(db "SELECT about FROM mail_outbox WHERE user_id = $user AND kind = 'revoked'")" "$from" "and the mail"
	clock "$3"
	clock_by -0.000001
	setup_ticket
	is "$(issue)" wait "a moment before, an issue has to wait"
	clock "$3"
	is "$(db "CALL branch_list_users('C-5', 'waiting')" | grep -c "	$1	")" 0 "at $3 no list says so any more"
	like "$(issue)" '^ok' "and one is issued"
	is "$(user_has 'otp_failures, password_failures')" "3 2" "no count was reset by it"
}
r9 r1 '2026-11-22 20:49:59' '2026-11-22 21:19:59'
r9 r2 '2026-11-22 20:50:00' '2026-11-23 08:10:00'
r9 r3 '2026-11-23 00:00:00' '2026-11-23 08:10:00'
r9 r4 '2026-11-23 08:09:59' '2026-11-23 08:10:00'
r9 r5 '2026-11-23 08:10:00' '2026-11-23 08:40:00'
r9 r6 '2026-12-31 23:59:59' '2027-01-01 08:10:00'
r9 r7 '2028-02-28 21:00:00' '2028-02-29 08:10:00'

# The lock stays through revocation and re-issue: it is the user's, not the token's.
clock '2026-11-22 12:00:00'
new_user bolted
active_token
last=$(user_has otp_last_step)
lock_user bolted
db "CALL branch_revoke('bolted', 'lost', 'P-1')" >/dev/null
clock_by 1800
is "$(user_has 'otp_locked_at IS NOT NULL, otp_failures, otp_last_step')" "1 5 $last" "a revocation does not free"
new_attempt
is "$(verdict "CALL radius_open_setup($user, time_us(clock_now()), NULL, $(password_now), $attempt, $ticket_digest)")" stale \
	"nor does who is locked get a setup ticket"
db "CALL branch_unlock('bolted', 'P-1')"
clock_by 1
setup_ticket
like "$(issue)" '^ok' "the twin: once he is free"
is "$(user_has 'otp_last_step')" "$last" "the last step stays: no old code is good for a new token"
is "$(db "CALL operator_verify_audit(NULL)")" "" "the audit chains are whole"

done_testing
