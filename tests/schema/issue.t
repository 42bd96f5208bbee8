#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# console_issue_token and app_install_token: the initial setup (R4, R5) and the wait after a revocation (R9).
. "$(dirname "$0")/schema.sh"
schema_up

# --- an issue

new_user plain
setup_ticket
answer=$(issue)
like "$answer" '^ok [0-9]{10}.2026-11-23 03:00:00' "an issue gives the app's user id and the start password's end"
is "$(cut -f 3-5 <<<"$answer")" "sha256	6	0" "and algorithm and digits; the token is for the app only"
is "$(token_has 'state, service_id, mail_address, algorithm, digits, issued_at = clock_now(),
	start_password_digest = '"$start_digest")" "issued SEIKYO phone@docomo.ne.jp sha256 6 1 1" "the token is issued"
is "$(user_has 'live_token')" "$(token_has id)" "it is the user's live one"
is "$(audits)" "user-add issue" "it is audited"
is "$(db "SELECT CONCAT_WS(' ', kind, recipient) FROM mail_outbox ORDER BY id" | paste -sd ,)" \
	"ready contract@example.com,app phone@docomo.ne.jp,issued user@example.com" \
	"the app's address goes to the phone, word of it to the user's own address"
is "$(issue)" ticket "the ticket is burned"
setup_ticket
new_ticket=$ticket
clock_by 1
setup_ticket
db "CALL operator_set_policy('token_algorithm', 'sha512'); CALL operator_set_policy('token_digits', '8');
	CALL operator_set_policy('start_password_hours', '1')"
like "$(issue)" '^ok [0-9]{10}.2026-11-22 04:00:01' "before the first code a token is replaced at once (R5)"
is "$(token_has 'algorithm, digits')" "sha512 8" "algorithm, length and time are the policy's"
is "$(db "SELECT GROUP_CONCAT(CONCAT(state, ' ', reissue_at IS NULL OR reissue_at <= clock_now(), ' ',
	start_password_digest IS NULL) ORDER BY id SEPARATOR ', ') FROM token WHERE user_id = $user")" \
	"revoked 1 1, issued 1 0" "the earlier one is void, without a wait"
db "CALL operator_set_policy('token_algorithm', 'sha256'); CALL operator_set_policy('token_digits', '6');
	CALL operator_set_policy('start_password_hours', '24')"
like "$(issue "$new_ticket")" '^ok' "another open ticket serves as well"

# --- tickets

new_user tickets
unlike_ok()
{
	is "$(issue "$2")" ticket "$1 is no ticket"
}
setup_ticket
unlike_ok "an unknown one" "X'00ff00ff00ff00ff00ff00ff00ff00ff'"
unlike_ok "nothing" NULL
unlike_ok "half of one's digest" "LEFT($ticket_digest, 16)"
for purpose in session confirm; do
	db "UPDATE ticket SET purpose = '$purpose' WHERE digest = $ticket_digest"
	unlike_ok "a $purpose ticket" "$ticket"
done
db "UPDATE ticket SET purpose = 'setup', burned_at = clock_now() WHERE digest = $ticket_digest"
unlike_ok "a burned one" "$ticket"
db "UPDATE ticket SET burned_at = NULL WHERE digest = $ticket_digest"
clock_by 1800
unlike_ok "one at its end, after 30 minutes" "$ticket"
clock_by -0.000001
like "$(issue)" '^ok' "the twin: a moment before"
is "$(db "SELECT COUNT(*) FROM token WHERE user_id = $user")" 1 "none of the others issued anything"

# --- the certificate that came with the password

new_user certified
certificate="X'$(printf 'ce%.0s' {1..32})'"
stolen="X'$(printf 'cf%.0s' {1..32})'"
db "CALL branch_add_certificate('certified', $certificate, '2027-01-01');
	CALL branch_add_certificate('certified', $stolen, '2027-01-01')"
issue_with()
{
	verdict "CALL console_issue_token($ticket, 'SEIKYO', 'phone@docomo.ne.jp', $start_digest, $1)"
}
new_attempt
db "CALL radius_open_setup($user, time_us(clock_now()), $certificate, $(password_now), $attempt, $ticket_digest)"
for wrong in NULL "$stolen" "X'00'" "''"; do
	is "$(issue_with "$wrong")" ticket "another certificate than the password's issues no token: ${wrong:0:6}"
done
is "$(db "SELECT burned_at IS NULL FROM ticket WHERE digest = $ticket_digest") $(db "SELECT COUNT(*) FROM token
	WHERE user_id = $user")" "1 0" "the ticket is not burned, nothing is issued"
like "$(issue_with "$certificate")" '^ok' "the twin: the password's"
setup_ticket
is "$(issue_with "$certificate")" ticket "a certificate where the password came without one"
like "$(issue_with NULL)" '^ok' "the twin: none"

# --- who may not

# refused WHY NAME: nothing happens, and the ticket stays good.
refused()
{
	local before

	before=$(user_row)
	is "$(issue)" "$2" "$1: $2"
	is "$(user_row) $(db "SELECT burned_at IS NULL FROM ticket WHERE digest = $ticket_digest")" "$before 1" \
		"$1: nothing has changed, the ticket is not burned"
}
new_user who
setup_ticket
db "UPDATE user SET closed_at = clock_now() WHERE id = $user"
refused "a closed user" ticket
db "UPDATE user SET closed_at = NULL; UPDATE contract SET closed_at = clock_now()"
refused "a closed contract" ticket
db "UPDATE contract SET closed_at = NULL; UPDATE user SET otp_locked_at = clock_now() WHERE id = $user"
refused "a locked user" ticket
db "UPDATE user SET otp_locked_at = NULL, states_from = clock_now() + INTERVAL 1 MICROSECOND WHERE id = $user"
refused "a user whose password was changed since" ticket
db "UPDATE user SET states_from = clock_now() WHERE id = $user"
active_token
# The module opens none for him; here one comes late.
new_attempt
db "INSERT INTO ticket (digest, user_id, purpose, opened_at, expires_at)
	VALUES ($ticket_digest, $user, 'setup', '2026-12-01', '2026-12-02')"
refused "a user with an active token" token-active
db "CALL branch_revoke('who', 'lost', 'P-1')" >/dev/null
refused "a user whose token was revoked just now" wait
clock_by 1799.999999
refused "the same to the last moment" wait
clock_by 0.000001
like "$(issue)" '^ok' "30 minutes after the revocation a token is issued (R9)"
new_user night
active_token
clock '2026-11-22 20:50:00'
db "CALL branch_revoke('night', 'lost', 'P-1')" >/dev/null
clock '2026-11-23 08:09:59.999999'
setup_ticket
refused "a user whose token was revoked by night" wait
clock '2026-11-23 08:10:00'
like "$(issue)" '^ok' "at 08:10 it is issued"

# --- what is entered

new_user entered
setup_ticket
entered()
{
	verdict "CALL console_issue_token($ticket, ${1-'SEIKYO'}, ${2-'phone@docomo.ne.jp'}, ${3-$start_digest}, NULL)"
}
for id in "''" NULL "'123456789012345678901'" "'サービス'" "'A B'" "'A_B'"; do
	is "$(entered "$id")" service-id "service id $id"
done
for digest in NULL "X''" "X'$(printf '11%.0s' {1..31})'" "X'$(printf '11%.0s' {1..33})'"; do
	is "$(entered "'SEIKYO'" "'phone@docomo.ne.jp'" "$digest")" digest "a digest of another length than 32: $digest"
done
for mail in "''" NULL "'docomo.ne.jp'" "'@docomo.ne.jp'" "'a@'" "'a@b@docomo.ne.jp'" "'a b@docomo.ne.jp'" \
	"'a@docomo..jp'" "'a@-docomo.jp'" "'a@docomo.ne.jp '" "' a@docomo.ne.jp'" "'ａ@docomo.ne.jp'" \
	"'a@ｄocomo.ne.jp'" "'a,b@docomo.ne.jp'" "'<a@docomo.ne.jp>'" "'\"a\"@docomo.ne.jp'" \
	"'.a@docomo.ne.jp'" "'a@localhost'" "'a@[127.0.0.1]'" "CONCAT(REPEAT('a', 65), '@docomo.ne.jp')" \
	"CONCAT('a@', REPEAT('abcdefgh.', 27), 'docomo.ne.jp')" "'a\\r\\nb@docomo.ne.jp'"; do
	is "$(entered "'SEIKYO'" "$mail")" mail-address "mail address $mail"
done
for mail in "'a@example.com'" "'a@docomo.ne.jp.example.com'" "'a@mydocomo.ne.jp'" "'a@docomo-ne.jp'" "'a@ne.jp'" \
	"'a@docomoXne.jp'"; do
	is "$(entered "'SEIKYO'" "$mail")" mail-domain "mail address $mail"
done
is "$(db "SELECT COUNT(*) FROM token WHERE user_id = $user")" 0 "none of these issued anything"
for mail in "'a@docomo.ne.jp'" "'a@DOCOMO.ne.jp'" "'a..b.@ezweb.ne.jp'" "'a@t.vodafone.ne.jp'" "'a+b_c/d@au.com'" \
	"CONCAT(REPEAT('a', 64), '@docomo.ne.jp')"; do
	setup_ticket
	like "$(entered "'A-1'" "$mail")" '^ok' "the twin: $mail"
done
db "CALL operator_set_policy('mobile_mail_only', 'no')"
setup_ticket
like "$(entered "'12345678901234567890'" "'a@example.com'")" '^ok' "with mobile_mail_only = no any domain is taken"
is "$(entered "'SEIKYO'" "'a@'")" ticket "(the ticket is burned)"
setup_ticket
is "$(entered "'SEIKYO'" "'a@'")" mail-address "but not any form"
db "CALL operator_set_policy('mobile_mail_only', 'yes')"

# --- the phone

new_user phone
issued_token
row=$(user_row)
is "$(install)" "ok sha256	6	60	0" "the phone gets algorithm, digits and period; the token is for the app only"
is "$(token_has "state, installed_at = clock_now(), envelope = $envelope, start_password_digest IS NULL")" \
	"installed 1 1 1" "the token is installed, its envelope kept, the start password gone"
is "$(audits)" "user-add issue install" "it is audited"
is "$(user_row)" "$row" "the user's row is not touched"
is "$(install)" install "the start password is good once"
db "CALL operator_set_policy('standard_apps', 'yes')"
new_user standard
setup_ticket
is "$(issue | cut -f 5)" 1 "with standard_apps = yes an issue says that a standard app may have the token"
app_user_id=$(token_has app_user_id)
is "$(install)" "ok sha256	6	60	1" "and so does the installation"
db "CALL operator_set_policy('standard_apps', 'no')"

new_user guessed
issued_token
answers=$({
	verdict "CALL app_install_token('OTHER', '$app_user_id', $start_digest, $envelope)"
	echo
	verdict "CALL app_install_token('SEIKYO', '0000000000', $start_digest, $envelope)"
	echo
	verdict "CALL app_install_token(NULL, NULL, NULL, $envelope)"
	echo
	install "X'$(printf '12%.0s' {1..32})'"
	echo
	install NULL
} | sort -u)
is "$answers" install "wrong service id, user id or start password: all refusals read the same"
is "$(token_has 'state, start_password_failures')" "issued 2" "wrong start passwords are counted, other ids are not"
# written STATEMENT: how many rows it updates, whatever it says.
written()
{
	local before

	before=$(db "SHOW SESSION STATUS LIKE 'Handler_update'" | cut -f 2)
	verdict "$1" >/dev/null
	printf '%d' $(($(db "SHOW SESSION STATUS LIKE 'Handler_update'" | cut -f 2) - before))
}
is "$(written "CALL app_install_token('SEIKYO', '0000000000', X'00', $envelope)") $(written "
	CALL app_install_token('OTHER', '$app_user_id', X'00', $envelope)") $(written "
	CALL app_install_token('SEIKYO', NULL, X'00', $envelope)") $(written "
	CALL app_install_token('SEIKYO', '$app_user_id', X'00', $envelope)")" "1 1 1 1" \
	"another id and a wrong start password write as much: their time does not tell which ids there are"
install "X'00'" >/dev/null
is "$(token_has state)" issued "four leave the issue"
is "$(install "X'00'")" install "the fifth reads the same"
is "$(token_has 'state, reason')" "revoked too many wrong start passwords" "but voids the issue"
is "$(audits) $(user_has "IFNULL(live_token, 'none')")" "user-add issue void none" "it is audited, no token is left"
is "$(install)" install "the right one comes too late"
setup_ticket
like "$(issue)" '^ok' "a new issue need not wait"
app_user_id=$(token_has app_user_id)
for _ in 1 2 3 4; do
	install "X'00'" >/dev/null
done
like "$(install)" '^ok' "the twin: after four wrong ones the right one is taken"

new_user late
issued_token
old=$app_user_id
clock_by 86400
is "$(install)" install "a start password at its end, after 24 hours"
clock_by -0.000001
setup_ticket
issue >/dev/null
is "$(install)" install "an issue that was replaced"
app_user_id=$(token_has app_user_id)
isnt "$app_user_id" "$old" "each issue has a user id of its own"
for sealed in NULL "''" "REPEAT('x', 63)" "REPEAT('x', 8001)"; do
	is "$(verdict "CALL app_install_token('SEIKYO', '$app_user_id', $start_digest, $sealed)")" envelope \
		"an envelope that cannot be one: $sealed"
done
db "UPDATE user SET otp_locked_at = clock_now() WHERE id = $user"
is "$(install)" install "a locked user's"
db "UPDATE user SET otp_locked_at = NULL, closed_at = clock_now() WHERE id = $user"
is "$(install)" install "a closed user's"
db "UPDATE user SET closed_at = NULL; UPDATE contract SET closed_at = clock_now()"
is "$(install)" install "a closed contract's"
db "UPDATE contract SET closed_at = NULL"
clock_by 86399.999999
like "$(install)" '^ok' "the twin: a moment before its end, all open"

# --- one live token

insert="INSERT INTO token (user_id, state, service_id, app_user_id, mail_address, start_password_until, algorithm, digits,
	issued_at) SELECT user_id, 'STATE', service_id, 'NUMBER', mail_address, start_password_until, algorithm,
	digits, issued_at FROM token WHERE user_id = $user LIMIT 1"
for state in issued installed active; do
	text=${insert/STATE/$state}
	is "$(verdict "${text/NUMBER/99$user}")" "error 1062" "a second live token ($state) is impossible even by hand (R4)"
done
text=${insert/STATE/revoked}
is "$(verdict "${text/NUMBER/99$user}")" ok "a revoked one is not"
is "$(verdict "UPDATE token SET state = 'active' WHERE app_user_id = '99$user'")" "error 1062" "nor can it come back"

done_testing
