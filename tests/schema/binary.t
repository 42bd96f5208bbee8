#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What people enter is compared byte for byte: no case, no padding, no folding, nothing cut; and what is not of its
# form is refused.
. "$(dirname "$0")/schema.sh"
schema_up

new_user user

add()
{
	verdict "CALL branch_add_user('C-1', $1, 'general', '利用者', 'user@example.com', '$hash_1')"
}

# found LOGIN-ID, as SQL: the id of the user that a login would find; nothing for an unknown one.
found()
{
	db "CALL radius_find($1, NULL)" | cut -f 1 | grep -vx NULL
}

# --- login ids

for other in "'user '" "' user'" "'User'" "'USER'" "'use'" "'user0'" "'ｕｓｅｒ'" "'usér'" "X'75736572C2A0'" "''" \
	"'%'" "'us_r'"; do
	is "$(found "$other")" "" "$other is not 'user'"
done
is "$(found "X'7573657200'")" "" "nor is it with a NUL behind"
is "$(found NULL)" "" "nor is nothing"
is "$(found "'user'")" "$user" "the twin: 'user' is"
is "$(add "'user'")" exists "an id that is there cannot be given again"
for other in "'user '" "'User'" "'user  '" "' user'" "'ユーザ'" "'ﾕｰｻﾞ'" "'ユーザ '" "'が'" "X'E3818BE38299'" "'😀'" "'it''s'" \
	"'a\\\\b'" "'a/b'" "'%'"; do
	is "$(add "$other")" ok "$other is another one"
	is "$(found "$other")" "$(db "SELECT MAX(id) FROM user")" "and is found by itself"
done
is "$(found "'user'")" "$user" "'user' is still the first"
is "$(db "SELECT COUNT(DISTINCT login_id) = COUNT(*) FROM user")" 1 "all are told apart"

long="REPEAT('a', 128)"
is "$(add "$long")" ok "an id of 128 bytes"
is "$(found "$long")" "$(db "SELECT MAX(id) FROM user")" "is found"
is "$(add "CONCAT(REPEAT('あ', 42), 'ab')")" ok "as many bytes of Japanese"
is "$(add "REPEAT('a', 129)")" login-id "one of 129 bytes is refused"
is "$(add "REPEAT('あ', 43)")" login-id "so are 43 characters of Japanese, bytes counting"
like "$(verdict "CALL radius_find(REPEAT('a', 129), NULL)")" '^(ok|error 1406)$' "and is not cut to one that is there"
like "$(verdict "CALL radius_find(CONCAT($long, ' '), NULL)")" '^(ok|error 1406)$' "with a blank at its end neither"
is "$(add "''")" login-id "an empty id is refused"
is "$(add NULL)" login-id "so is none"
for byte in 00 01 09 0A 0D 1F 7F; do
	is "$(add "X'6162${byte}63'")" login-id "so is one with the byte $byte"
	is "$(add "X'6162${byte}'")" login-id "at the end too ($byte)"
done
is "$(add "REPEAT('a', 400)")" "error 1406" "and what is far too long is an error"

# --- other names and numbers

is "$(verdict "CALL branch_add_contract('c-1', 'name', 'contract@example.com')")" ok "contract c-1 is not C-1"
is "$(db "SELECT GROUP_CONCAT(number ORDER BY number) FROM contract")" "C-1,c-1" "both are there"
for number in "'C-1 '" "' C-1'" "'C-１'" "'C_1'" "''" NULL "'123456789012345678901'"; do
	is "$(verdict "CALL branch_add_contract($number, 'name', 'contract@example.com')")" contract-number \
		"contract number $number"
done
is "$(verdict "CALL branch_start_contract('C-1 ', '2026-01-01')")" not-found "no contract is found by a blank behind its number"
is "$(verdict "CALL branch_start_contract('C-2', '2026-01-01')")" not-found "nor one that is not there"
is "$(verdict "CALL operator_set_policy('otp_failure_limit ', '7')")" policy-name "no policy by a blank behind its name"
for role in "'General'" "'general '" "'1'" "''" NULL "'admin'"; do
	is "$(verdict "CALL branch_add_user('C-1', 'role', $role, 'name', 'user@example.com', '$hash_1')")" role "role $role"
done
is "$(db "SELECT COUNT(*) FROM user WHERE login_id = 'role'")" 0 "none of these added anyone"

issued_token
for id in "'SEIKYO '" "'seikyo'" "'ＳＥＩＫＹＯ'"; do
	is "$(verdict "CALL app_install_token($id, '$app_user_id', $start_digest, $envelope)")" install "service id $id is not SEIKYO"
done
for id in "'$app_user_id '" "' $app_user_id'" "'${app_user_id:0:9}'" "'$((10#$app_user_id))x'" "$((10#$app_user_id)) + 0.1"; do
	is "$(verdict "CALL app_install_token('SEIKYO', $id, $start_digest, $envelope)")" install "app user id $id is another"
done
like "$(install)" '^ok' "the twin: both as they were given"

# --- a line feed behind is not the end

# unended NAME REFUSAL CALL: with a line feed where NL stands it is refused, without it is not.
unended()
{
	is "$(verdict "${3//NL/\\n}" | sed 's/ .*//')" "$2" "a line feed behind: $1"
	isnt "$(verdict "${3//NL/}" | sed 's/ .*//')" "$2" "the twin: $1 without"
}

unended "a contract's number" contract-number "CALL branch_add_contract('C-7NL', 'name', 'contract@example.com')"
unended "a contract's mail address" mail-address "CALL branch_add_contract('C-8', 'name', 'contract@example.comNL')"
unended "a user's mail address" mail-address \
	"CALL branch_add_user('C-1', 'feed', 'general', 'name', 'user@example.comNL', '$hash_1')"
unended "a password's hash" hash "CALL branch_set_password('user', '${hash_1}NL')"
unended "a date" date "CALL branch_start_contract('C-1', '2026-01-01NL')"
unended "a number" policy-value "CALL operator_set_policy('otp_failure_limit', '5NL')"
unended "a time" policy-value "CALL operator_set_policy('night_from', '20:50NL')"
unended "a choice" policy-value "CALL operator_set_policy('token_digits', '6NL')"
unended "a key's id" policy-value "CALL operator_set_policy('active_safe_key', '1NL')"
db "CALL operator_set_policy('active_safe_key', ''); CALL operator_set_policy('mobile_mail_only', 'no')"
new_user setup
setup_ticket
unended "a service id" service-id "CALL console_issue_token($ticket, 'SEIKYONL', 'phone@docomo.ne.jp', $start_digest, NULL)"
setup_ticket
unended "a phone's mail address" mail-address \
	"CALL console_issue_token($ticket, 'SEIKYO', 'phone@docomo.ne.jpNL', $start_digest, NULL)"

# --- texts

is "$(db "SELECT display_name FROM user WHERE login_id = 'user'")" 利用者 "Japanese comes back as it was"
is "$(verdict "CALL branch_add_contract('C-11', REPEAT('あ', 100), 'contract@example.com')")" ok "a name of 100 characters"
is "$(verdict "CALL branch_add_contract('C-12', REPEAT('あ', 101), 'contract@example.com')")" name "one of 101 is refused"
for name in "''" NULL "'a\\nb'" "'a\\0b'" "'a\\r'"; do
	is "$(verdict "CALL branch_add_contract('C-13', $name, 'contract@example.com')")" name "name $name"
done
is "$(verdict "CALL branch_add_contract('C-14', '𠮷野家😀', 'contract@example.com')")" ok "characters of four bytes"
is "$(db "SELECT name FROM contract WHERE number = 'C-14'")" 𠮷野家😀 "come back too"

# --- dates

for date in 2026-02-29 2026-13-01 2026-00-10 2026-1-1 20260101 2026-01-32 1999-12-31 '2026-01-01 00:00' ''; do
	is "$(verdict "CALL branch_start_contract('C-1', '$date')")" date "'$date' is no date"
done
is "$(verdict "CALL branch_start_contract('C-1', '2028-02-29')")" ok "the twin: a leap day"

done_testing
