#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What a master does with many users at once (R7a, R8a), and what his list and his audit trail show.
. "$(dirname "$0")/schema.sh"
schema_up
accounts

new_master master
log_in master
master=$user
new_user foreign general C-2
active_token
lock_user foreign

# act ACT USERS: by the master, with a new ticket; $answer, its rows' columns parted by blanks, rows by commas.
act()
{
	local whom=$user

	user=$master
	confirm "$cookie"
	user=$whom
	answer=$(as console "$(act_call "$1" "$cookie" "$ticket" "${@:2}")" | tr '\t' ' ' | paste -sd ,)
}

# --- what is no list of users

# none USERS: SQL. The ticket stays good.
none()
{
	user=$master
	confirm "$cookie"
	is "$(as console "$(act_call unlock "$cookie" "$ticket" "($1)")") $(db "SELECT burned_at IS NULL FROM ticket
		WHERE digest = $ticket_digest")" "users 1" "no list: ${2-$1}; the ticket is not burned"
}
none NULL
none "''"
none "'x'"
none "'[\"a\"'" 
none "'[\"a\",]'"
none "'[\"a\"]]'"
none "'[]'"
none "'{}'"
none "'{\"login_id\": \"a\"}'"
none "'\"a\"'"
none "1"
none "'null'"
none "CONCAT('[', REPEAT('\"a\",', 1000), '\"a\"]')" "1,001"
none "CONCAT(REPEAT('[', 100), '\"a\"', REPEAT(']', 100))" "an array within an array, a hundred deep"

# --- what is no user

new_user '1'
active_token
lock_user '1'
new_user true
active_token
lock_user true
act unlock '["absent", ["1"], {"login_id": "1"}, null, "", "foreign", "master"]'
is "$(grep -o 'done' <<<"$answer" | wc -l)" 0 "nested, null, empty, absent, another contract's: nobody is freed"
like "$answer" '(^|,|^ok )absent not-found' "a user who is not there: not-found"
like "$answer" '(^|,|^ok )foreign not-found NULL' "one of another contract: the same"
like "$answer" '(^|,|^ok )master not-allowed NULL' "the master himself: not-allowed"
act unlock '[1]'
is "$answer $(db "SELECT COUNT(*) FROM user WHERE otp_locked_at IS NULL AND login_id IN ('1', 'true')")" "ok 1 done NULL 1" \
	"a number is the login id of these digits, and nobody else's"

# Of each master's act on these: what the absent and the foreign read, letter by letter.
for doing in unlock revoke; do
	act $doing '["absent"]'
	absent=$answer
	act $doing '["foreign"]'
	is "${answer/foreign/absent}" "$absent" "$doing: another contract's user reads as nobody"
done
new_user closed
active_token
lock_user closed
db "CALL branch_close_user('closed', 'P-1')"
act unlock closed
is "$answer" "ok closed not-found NULL" "so does a closed one"
for page in "console_audit(%s, NULL, '%s', NULL, 0, 100)" "console_list_users(%s, NULL, '%s', 'all', 0, 100)"; do
	# shellcheck disable=SC2059 # a call
	absent=$(as console "CALL $(printf "$page" "$cookie" absent)")
	# shellcheck disable=SC2059
	is "$(as console "CALL $(printf "$page" "$cookie" foreign)")" "$absent" "${page%%(*}: so does his trail, or his line"
done

# --- odd login ids

odd=('利用者' "o'brien" 'a"b' 'a\b' 'a b ' ' a b' 'abc' 'ABC' 'ａｂｃ' 'é' '%_' '[1]' '{}' '😀' '</script>')
hex_of()
{
	printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n' | tr a-f A-F
}
for login in "${odd[@]}"; do
	db "CALL branch_add_user('C-1', X'$(hex_of "$login")', 'general', 'n', 'user@example.com', '$hash_1')"
done
db "UPDATE user SET otp_locked_at = clock_now() WHERE display_name = 'n'"
users="(SELECT JSON_ARRAYAGG(CONVERT(login_id USING utf8mb4)) FROM $SEIKYO_DB_NAME.user WHERE display_name = 'n')"
json=$(db "SELECT HEX($users)")
user=$master
confirm "$cookie"
answer=$(as console "$(act_call unlock "$cookie" "$ticket" "(X'$json')")")
is "$(grep -c '	done	' <<<"$answer") $(db "SELECT COUNT(*) FROM user WHERE display_name = 'n' AND otp_locked_at IS NULL")" \
	"${#odd[@]} ${#odd[@]}" "login ids with quotes, backslashes, blanks, capitals, Japanese: each is found by itself"
is "$(sed 's/^ok //' <<<"$answer" | cut -f 1 | sort)" "$(printf '%s\n' "${odd[@]}" | sed 's/\\/\\\\/g' | sort)" \
	"and comes back as it is"
db "UPDATE user SET otp_locked_at = clock_now() WHERE display_name = 'n'"
act unlock '["abc", "Abc", "abc ", "a b", "\u5229\u7528\u8005", "a\"b", "a\\b", "\ud83d\ude00"]'
is "$(db "SELECT GROUP_CONCAT(HEX(login_id) ORDER BY id) FROM user WHERE display_name = 'n' AND otp_locked_at IS NULL")" \
	"$(hex_of 利用者),$(hex_of 'a"b'),$(hex_of 'a\b'),$(hex_of abc),$(hex_of 😀)" \
	"JSON's escapes are the same ids; other capitals and blanks are other ids"
act unlock "(CONCAT('[\"', REPEAT('x', 100000), '\", \"ABC\"]'))"
like "$answer" 'ABC done' "a text of 100,000 letters is nobody, the one after it is done"
act unlock "(CONCAT('[\"%_', REPEAT(' ', 300), '\"]'))"
unlike "$answer" 'done' "a login id with 300 blanks behind is not the one without"

# --- many

db "INSERT INTO user (login_id, contract_id, role, display_name, mail_address, password_hash, created_at, states_from,
	otp_failures, otp_locked_at) SELECT CONCAT('u', LPAD(seq, 4, '0')), (SELECT id FROM contract WHERE number = 'C-1'), 'general',
	'many', 'user@example.com', '$hash_1', clock_now(), clock_now(), 5, clock_now() FROM seq_1_to_1000; COMMIT;
	SET SESSION autocommit = 1"
from=$(db "SELECT MAX(number) FROM audit_event")
mailed=$(db "SELECT MAX(id) FROM mail_outbox")
started=$(date +%s%N)
act unlock "(CONCAT('[', (SELECT GROUP_CONCAT(CONCAT('\"u', LPAD(seq, 4, '0'), '\"')) FROM x), ']'))" 2>/dev/null
is "${answer:0:5}" error "(a table is not the console's)"
list=$(printf ',"u%04d"' {1..1000})
act unlock "[${list:1}]"
took=$((($(date +%s%N) - started) / 1000000))
is "$(tr , '\n' <<<"$answer" | grep -c 'u[0-9]* done') $(db "SELECT COUNT(*) FROM user WHERE display_name = 'many' AND
	otp_locked_at IS NULL AND otp_failures = 0")" "1000 1000" "a thousand are freed in one call"
is "$(db "SELECT CONCAT_WS(' ', COUNT(*), COUNT(DISTINCT on_user), MIN(by_user = $master), MIN(origin), COUNT(paper)) FROM audit_event
	WHERE act = 'unlock' AND number > $from AND contract_id = (SELECT id FROM contract WHERE number = 'C-1')")" \
	"1000 1000 1 console 0" "an event for each: by the master, from the console, without paper"
is "$(db "SELECT CONCAT_WS(' ', COUNT(*), COUNT(DISTINCT user_id)) FROM mail_outbox WHERE kind = 'unlocked' AND id > $mailed")" \
	"1000 1000" "a mail for each"
is "$([ "$took" -lt 15000 ] && echo "in time" || echo "$took ms")" "in time" "within 15 seconds"
like "$answer" '^ok u0001 done NULL,u0002 .*,u1000 done NULL$' "a row each, in one order"
act unlock '["u0001", "u0002", "u0001"]'
is "$answer" "ok u0001 not-locked NULL,u0002 not-locked NULL" "one who is named twice has one row"

# Half of them bad.
db "UPDATE user SET otp_locked_at = clock_now() WHERE login_id IN ('u0001', 'u0003', 'u0005')"
from=$(db "SELECT MAX(number) FROM audit_event")
mailed=$(db "SELECT MAX(id) FROM mail_outbox")
act unlock u0001 u0002 absent u0003 foreign master u0005 closed
is "$(tr , '\n' <<<"${answer#ok }" | sort | paste -sd ,)" "absent not-found NULL,closed not-found NULL,foreign not-found NULL,master not-allowed NULL,u0001 done NULL,u0002 not-locked NULL,u0003 done NULL,u0005 done NULL" \
	"half of them bad: the good ones are done, each is told of"
is "$(db "SELECT COUNT(*) FROM audit_event WHERE number > $from AND contract_id = (SELECT id FROM contract WHERE number = 'C-1')") $(db "
	SELECT COUNT(*) FROM mail_outbox WHERE id > $mailed")" "3 3" "an event and a mail for what was done only"
is "$(db "SELECT otp_locked_at IS NOT NULL FROM user WHERE login_id = 'foreign'")" 1 "the foreign one stays locked"

# --- revocations

for login in r1 r2; do
	new_user $login
	active_token
done
new_user r3
issued_token
user=$master
confirm "$cookie"
for bad in "''" NULL "REPEAT('x', 201)"; do
	is "$(as console "CALL console_revoke($cookie, NULL, $ticket, '[\"r1\"]', $bad)")" reason \
		"a revocation wants a reason: $bad"
done
act revoke r1 r2 r3 u0001 foreign
reissue=$(db "SELECT clock_now() + INTERVAL 30 MINUTE")
is "$(tr , '\n' <<<"${answer#ok }" | sort | paste -sd ,)" \
	"foreign not-found NULL,r1 done $reissue,r2 done $reissue,r3 done $reissue,u0001 no-live-token NULL" \
	"a revocation gives for each from when a new one can be issued"
is "$(db "SELECT GROUP_CONCAT(CONCAT_WS(' ', a.act, a.by_user = $master, a.origin, IFNULL(a.paper, '-'), a.detail) ORDER BY number) FROM
	audit_event a JOIN user u ON u.id = on_user WHERE act = 'revoke' AND u.login_id IN ('r1', 'r2', 'r3')")" \
	"revoke 1 console - lost,revoke 1 console - lost,revoke 1 console - lost" "an event for each, with the reason"
is "$(db "SELECT GROUP_CONCAT(CONCAT_WS(' ', kind, about = TIMESTAMP'$reissue')) FROM mail_outbox m JOIN user u ON u.id = user_id
	WHERE kind = 'revoked' AND u.login_id IN ('r1', 'r2', 'r3')")" "revoked 1,revoked 1,revoked 1" "a mail for each, with the time"
is "$(as console "CALL console_use_session($cookie, NULL)" | cut -f 1)" "ok master" "the master's own session goes on"
new_user r4
active_token
act revoke master r4
is "$(tr , '\n' <<<"${answer#ok }" | sort | paste -sd ,)" "master done $(db "SELECT clock_now() + INTERVAL 30 MINUTE"),r4 done $(db "
	SELECT clock_now() + INTERVAL 30 MINUTE")" "a lone master revokes himself and another in one call: both are done"
is "$(as console "CALL console_use_session($cookie, NULL)")" session "and his session has ended"

# --- the list

new_master lister C-3
log_in lister
new_user g-none general C-3
new_user g-issued general C-3
issued_token
new_user g-installed general C-3
installed_token
new_user g-active general C-3
active_token
new_user g-locked general C-3
active_token
lock_user g-locked
new_user g-revoked general C-3
active_token
db "CALL branch_revoke('g-revoked', 'lost', 'P-1')" >/dev/null
new_user g-closed general C-3
db "CALL branch_close_user('g-closed', 'P-1')"
new_user z-master master C-3
active_token
listed()
{
	as console "CALL console_list_users($cookie, NULL, ${1-NULL}, ${2-'all'}, ${3-0}, ${4-100})" | sed 's/^ok //' |
		awk -F '\t' '{ print $1, $5, $8, $9 }' | paste -sd ,
}
is "$(listed)" "g-active active 0 1,g-installed installed 0 1,g-issued issued 0 1,g-locked active 1 1,g-none none 0 0,g-revoked revoked 0 0,lister active 0 1,z-master active 0 0" \
	"the list: each open user, his token, and what this master may do"
is "$(listed NULL "'locked'")" "g-locked active 1 1" "the locked ones"
is "$(listed NULL "'waiting'")" "g-revoked revoked 0 0" "those who wait for a re-issue"
is "$(listed NULL "'revocable'" | tr , '\n' | cut -d ' ' -f 1 | paste -sd ' ')" "g-active g-installed g-issued g-locked lister" \
	"those whose tokens he may revoke"
is "$(listed "'lock'")" "g-locked active 1 1" "a part of the login id"
is "$(listed "'利用'" | tr , '\n' | grep -c .)" 8 "a part of the name"
is "$(listed "'%'" | cut -c 1-2) $(listed "'_'" | cut -c 1-2)" "ok ok" "a sign of patterns is a letter like others"
is "$(listed NULL "'all'" 2 2)" "g-issued issued 0 1,g-locked active 1 1" "a page of it"
is "$(as console "CALL console_list_users($cookie, NULL, NULL, 'all', 2, 2)" | cut -f 10 | paste -sd ' ')" "8 8" \
	"with how many there are"
is "$(as console "CALL console_list_users($cookie, NULL, 'lock', 'all', 0, 1)" | cut -f 10) $(as console "
	CALL console_list_users($cookie, NULL, NULL, 'revocable', 4, 1)" | cut -f 10)" "1 5" "that is, of those who match"
is "$(listed NULL "'all'" 7 2)" "z-master active 0 0" "the last page holds what is left"
is "$(as console "CALL console_list_users($cookie, NULL, NULL, 'all', 8, 2)")" ok "a page beyond it is empty"
is "$(as console "CALL console_list_users($cookie, NULL, NULL, 'waiting', 0, 2)" | cut -f 5-7 | tr '\t' ,)" "revoked,$(db "
	SELECT CONCAT_WS(',', MAX(revoked_at), MAX(reissue_at)) FROM token JOIN user u ON u.id = user_id
	WHERE login_id = 'g-revoked'")" "a revoked token: since when, and from when there can be another"
db "UPDATE token JOIN user u ON u.id = user_id SET reissue_at = clock_now() WHERE login_id = 'g-revoked'"
is "$(listed NULL "'waiting'") $(as console "CALL console_list_users($cookie, NULL, 'g-revoked', 'all', 0, 2)" |
	cut -f 5,7)" "ok    revoked	NULL" "the twin: the wait is over"

# --- the trail

trail()
{
	as console "CALL console_audit($cookie, NULL, ${1-NULL}, ${2-NULL}, ${3-0}, ${4-100})" | sed 's/^ok //'
}
is "$(trail "'g-revoked'" | cut -f 3,5,6,7,8 | tr '\t' ' ' | paste -sd ,)" \
	"revoke g-revoked branch P-1 lost,first-code g-revoked gateway NULL ,install g-revoked phone NULL ,issue g-revoked console NULL ,user-add g-revoked branch NULL general" \
	"the trail of one user, newest first"
is "$(trail NULL "'lock'" | cut -f 3,5 | tr '\t' ' ')" "lock g-locked" "of one act"
is "$(trail NULL NULL 1 2 | cut -f 1 | paste -sd ' ')" "$(trail | sed -n 2,3p | cut -f 1 | paste -sd ' ')" \
	"a page of it"
acts=$(trail | grep -c .)
installs=$(trail NULL "'install'" | grep -c .)
is "$(trail NULL NULL 1 2 | cut -f 9 | paste -sd ' ')" "$acts $acts" "with how many acts there are"
is "$(trail "'g-revoked'" NULL 1 1 | cut -f 3,9) $(trail NULL "'install'" 2 1 | cut -f 9) $(trail "'g-revoked'" "'issue'" |
	cut -f 3,9)" "first-code	5 $installs issue	1" "that is, of those who match"
is "$(trail NULL NULL $((acts - 1)) 5 | cut -f 1)" 1 "the last page ends with the first act"
is "$(trail NULL NULL "$acts" 5) $(trail NULL NULL 4294967295 5) $(trail "'g-revoked'" NULL 5 5)" "ok ok ok" \
	"a page beyond it is empty"

is "$(db "CALL operator_verify_audit(NULL)")" "" "the audit chains are whole"
done_testing
