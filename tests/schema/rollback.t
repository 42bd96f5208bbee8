#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# All or nothing: what fails at its last step leaves nothing of the steps before, not even for the next call of the
# same connection to commit; done again, it is done as if it had never been tried.
. "$(dirname "$0")/schema.sh"
schema_up
accounts

# Everything that a procedure writes, as one line.
everything()
{
	db "CHECKSUM TABLE contract, user, decoy, token, ticket, console_session, certificate, login_event, audit_event,
		audit_head, mail_outbox, policy, policy_now" | cut -f 2 | paste -sd ' '
}

# fails NAME TABLE VERDICT CALL: the call cannot write to TABLE, where it writes last.
fails()
{
	local before

	before=$(everything)
	db "CREATE TRIGGER full BEFORE INSERT ON $2 FOR EACH ROW SIGNAL SQLSTATE '45001' SET MYSQL_ERRNO = 1644"
	is "$(verdict "$4")" "error 1644" "$1: it fails at its last step"
	db "START TRANSACTION; COMMIT"
	is "$(everything)" "$before" "$1: nothing is left of it, whatever is committed next"
	db "DROP TRIGGER full"
	is "$(verdict "$4" | cut -d ' ' -f 1)" "$3" "$1: done again it is done"
	isnt "$(everything)" "$before" "$1: and leaves what it leaves"
}

new_user code
active_token
new_attempt
fails "a code" login_event ok "$(settle_code_call "$(step)")"
new_attempt
fails "a wrong code" login_event wrong "$(settle_code_call NULL)"
db "UPDATE user SET otp_failures = 4 WHERE id = $user"
new_attempt
fails "the wrong code that locks" login_event locked "$(settle_code_call NULL)"
fails "an unlock" mail_outbox ok "CALL branch_unlock('code', 'P-1')"

new_user first
installed_token
new_attempt
fails "a first code" login_event ok "$(settle_code_call "$(step)" "safe=$safe" "ticket=$ticket_digest")"
clock_by 60
fails "a revocation" mail_outbox ok "CALL branch_revoke('first', 'lost', 'P-1')"

new_user issue
setup_ticket
fails "an issue" mail_outbox ok "CALL console_issue_token($ticket, 'SEIKYO', 'phone@docomo.ne.jp', $start_digest, NULL)"
app_user_id=$(token_has app_user_id)
fails "an installation" audit_event ok "CALL app_install_token('SEIKYO', '$app_user_id', $start_digest, $envelope)"

password_call()
{
	printf "CALL radius_settle_password(%s, X'55000102030405060708090a0b0c0d0e', FALSE, %s, NULL, NULL, %s, %s, 'gateway', TRUE)" \
		"$1" "$(digest_of "$hash_1")" "$attempt" "$request"
}

new_user password
new_attempt
fails "a wrong password" login_event wrong "$(password_call "$user")"
new_attempt
fails "an unknown user's password" login_event wrong "$(password_call NULL)"

new_master master
session_ticket
fails "a session" console_session ok "CALL console_open_session($ticket, X'0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20', NULL)"
log_in master
new_attempt
fails "a confirmation password" login_event ok "CALL radius_settle_confirmation($user,
	X'77000102030405060708090a0b0c0d0e', TRUE, $(digest_of "$hash_2"), UNHEX(SHA2($cookie, 256)), $attempt, $request,
	'console', $ticket_digest)"
new_user ticked
active_token
lock_user ticked
user_is master
confirm "$cookie"
fails "a master's act" mail_outbox ok "$(act_call unlock "$cookie" "$ticket" ticked)"

fails "a changed password" audit_event ok "CALL branch_set_password('ticked', '$hash_2')"
fails "a user's closing" mail_outbox ok "CALL branch_close_user('ticked', 'P-1')"
fails "a contract's closing" audit_event ok "CALL branch_close_contract('C-1', 'P-1')"

is "$(db "CALL operator_verify_audit(NULL)")" "" "after all of this the audit's chains are whole"
done_testing
