#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# operator_import_users: all or nothing, every bad line named with its problem, thousands in one call.
. "$(dirname "$0")/schema.sh"
schema_up
accounts

new_user first
db "CALL branch_add_contract('C-2', '二', 'c2@example.com'); CALL branch_add_contract('C-9', '九', 'c9@example.com');
	CALL branch_close_contract('C-9', 'P-1')"

# line [NAME=JSON...]: a line that is good but for what is named; `-NAME` leaves it out.
line()
{
	# shellcheck disable=SC2034 # read by name
	local contract='"C-1"' login_id='"new"' role='"general"' name='"名前"' mail='"n@example.com"'
	# shellcheck disable=SC2034 # read by name
	local password_hash="\"$hash_1\"" confirmation_hash=null word out='' one

	for word; do
		printf -v "${word%%=*}" '%s' "${word#*=}"
	done
	for one in contract login_id role name mail password_hash confirmation_hash; do
		[ "${!one}" = - ] || out+=",\"$one\":${!one}"
	done
	printf '{%s}' "${out:1}"
}

# import DRY-RUN LINE...: problems as "line problem", one line; or the refusal.
import()
{
	local list

	list=$(printf ',%s' "${@:2}")
	list=${list//\\/\\\\}
	answer=$(as operator "CALL operator_import_users('[${list:1}]', $1)" | tr '\t' ' ' | paste -sd ,)
}
count()
{
	db "SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM user), (SELECT SUM(number) FROM audit_head), (SELECT COUNT(*) FROM hash_format),
		(SELECT COUNT(*) FROM mail_outbox))"
}
# --- each problem

# bad PROBLEM NAME LINE...: between two good lines; nothing is done, and the dry run says the same.
bad()
{
	local before

	before=$(count)
	import FALSE "$(line 'login_id="a"')" "${@:3}" "$(line 'login_id="b"')"
	is "$answer" "ok $1" "$2: $1"
	import TRUE "$(line 'login_id="a"')" "${@:3}" "$(line 'login_id="b"')"
	is "$answer $(count)" "ok $1 $before" "$2: the dry run says the same, and nothing was done"
}
bad "2 contract-unknown" "a contract that is not there" "$(line 'contract="C-3"')"
bad "2 contract-unknown,3 contract-unknown,4 contract-unknown,5 contract-unknown" "another case, a blank, none, null" \
	"$(line 'contract="c-1"')" "$(line 'contract="C-1 "')" "$(line contract=-)" "$(line contract=null)"
bad "2 contract-unknown,3 contract-unknown" "no object" '"x"' 'null'
bad "2 closed" "a closed contract" "$(line 'contract="C-9"')"
bad "2 login-id,3 login-id,4 login-id,5 login-id,6 login-id" "no login id, a long one, a line feed, an object" "$(line 'login_id=""')" \
	"$(line login_id=-)" "$(line "login_id=\"$(printf 'x%.0s' {1..129})\"")" "$(line 'login_id="a\nb"')" "$(line 'login_id={"a": "b"}')"
bad "2 login-id,3 login-id" "more than 128 bytes in Japanese; more than 300 letters" "$(line "login_id=\"$(printf 'あ%.0s' {1..43})\"")" \
	"$(line "login_id=\"$(printf 'x%.0s' {1..301})\"")"
bad "1 twice,2 twice" "a login id twice" "$(line 'login_id="a"')"
bad "2 exists" "a login id that is there" "$(line 'login_id="first"')"
bad "2 role,3 role,4 role,5 role" "no role" "$(line 'role="admin"')" "$(line 'login_id="c"' 'role="General"')" \
	"$(line 'login_id="d"' 'role="general "')" "$(line 'login_id="e"' role=null)"
bad "2 name,3 name,4 name" "no name, a long one, a tab" "$(line 'name=""')" "$(line 'login_id="c"' "name=\"$(printf '名%.0s' {1..101})\"")" \
	"$(line 'login_id="d"' 'name="a\tb"')"
bad "2 mail-address,3 mail-address,4 mail-address" "no mail address" "$(line 'mail="n"')" "$(line 'login_id="c"' mail=null)" \
	"$(line 'login_id="d"' 'mail="n@example.com\n"')"
bad "2 hash,3 hash,4 hash,5 hash" "no hash of a known format" "$(line 'password_hash="secret"')" "$(line 'login_id="c"' password_hash=null)" \
	"$(line 'login_id="d"' "password_hash=\"$hash_1$(printf 'A%.0s' {1..250})\"")" "$(line 'login_id="e"' 'password_hash="$1$abc$abcdefghijklmnopqrstuv"')"

# costs PROBLEM FORMAT...: what an import says of a hash of each, as password and as confirmation password.
costs()
{
	local problem=$1 list=() wanted='' number=1 format tail

	tail=$(printf 'A%.0s' {1..22})'$'$(printf 'A%.0s' {1..43})
	for format in "${@:2}"; do
		list+=("$(line "login_id=\"p$number\"" "password_hash=\"$format$tail\"")"
			"$(line "login_id=\"c$number\"" 'role="master"' "confirmation_hash=\"$format$tail\"")")
		wanted+=",$((2 * number - 1)) $problem,$((2 * number)) $problem"
		number=$((number + 1))
	done
	[ "$problem" ] || wanted=
	import TRUE "${list[@]}"
	is "$answer" "ok${wanted:+ ${wanted:1}}" "${problem:-taken}: ${*:2}"
}
# shellcheck disable=SC2016 # formats of hashes
{
	costs '' '$y$j9T$' '$y$jFT$' '$y$j0.$' '$gy$jFT$' '$7$GU..../....' '$7$CU..../....' '$6$rounds=1000$' \
		'$6$rounds=1000000$' '$5$rounds=999999$' '$6$' '$2b$04$' '$2y$15$' '$2a$12$'
	costs hash-cost '$y$jGT$' '$y$jFU$' '$y$jzzT$' '$y$j9T.$' '$y$j9T/A$' '$y$z9T$' '$gy$jGT$' '$gy$jFU$'
	costs hash-cost '$7$HU..../....' '$7$CV..../....' '$7$CU/.../....' '$7$CU....0....' '$7$CU..../.../'
	costs hash-cost '$6$rounds=1000001$' '$6$rounds=9999999$' '$6$rounds=99999999$' '$5$rounds=999999999$' '$2b$16$' '$2y$31$'
	costs hash '$6$rounds=999$' '$6$rounds=9999999999$' '$5$rounds=01000$' '$6$rounds=1000' '$2b$03$' '$2b$32$' '$2b$5$'
}
for call in "branch_set_password('first'" "branch_set_confirmation_password('first'"; do
	is "$(verdict "CALL $call, '\$6\$rounds=1000001\$${hash_1#*1000\$}')")" hash-cost "$call: no hash that costs too much"
done
bad "2 not-master" "a confirmation password for a general user" "$(line "confirmation_hash=\"$hash_2\"")"
master='role="master"'
bad "2 hash,3 hash" "a confirmation hash of no known format" "$(line "$master" 'confirmation_hash="secret"')" \
	"$(line 'login_id="c"' "$master" 'confirmation_hash=""')"
bad "2 hash" "a confirmation hash of more than 255 bytes" "$(line "$master" "confirmation_hash=\"$hash_1$(printf 'A%.0s' {1..230})\"")"
bad "2 hash" "one of more than 300" "$(line "$master" "confirmation_hash=\"$hash_1$(printf 'A%.0s' {1..300})\"")"
bad "2 hash,3 hash" "a confirmation hash that is no text" "$(line "$master" 'confirmation_hash={"a": 1}')" \
	"$(line 'login_id="c"' "$master" "confirmation_hash=[\"$hash_2\"]")"
bad "2 contract-unknown,4 exists,6 role" "many bad lines: each is named, in order" "$(line 'contract="C-3"')" "$(line 'login_id="c"')" \
	"$(line 'login_id="first"')" "$(line 'login_id="d"')" "$(line 'login_id="e"' 'role="x"')"
before=$(count)
for list in NULL "''" "'x'" "'[]'" "'{}'" "'[{}'" "'\"a\"'"; do
	is "$(as operator "CALL operator_import_users($list, FALSE)") $(count)" "users $before" "no list: $list"
done
is "$(as operator "CALL operator_import_users('[$(line)]', NULL)" | cut -c 1-2) $(count)" "ok $before" \
	"neither a dry run nor not: nothing is done" 

# --- good

import TRUE "$(line)"
is "$answer $(count)" "ok $before" "a dry run of good lines: no problem, and nothing is done"
import FALSE "$(line)" "$(line 'login_id="NEW"')" "$(line 'login_id="new "')" "$(line "login_id=\"$(printf 'x%.0s' {1..128})\"")" \
	"$(line 'login_id="利用者"' "$master" "confirmation_hash=\"$hash_2\"" 'name="a\"b\\c"')" "$(line 'login_id="m"' "$master" 'contract="C-2"')" \
	"$(line 'login_id="o'"''"'brien"' 'extra=1')"
is "$answer" ok "good lines: no row"
is "$(db "SELECT CONCAT_WS(' ', c.number, role, display_name, u.mail_address, password_hash = '$hash_1', confirmation_hash = '$hash_2',
	u.created_at = clock_now(), states_from = clock_now(), otp_failures, live_token IS NULL) FROM user u JOIN contract c
	ON c.id = contract_id WHERE login_id = '利用者'")" 'C-1 master a"b\\c n@example.com 1 1 1 1 0 1' "what the line said is in the row"
is "$(db "SELECT COUNT(*) FROM user WHERE login_id IN ('new', 'NEW', 'new ', 'm', 'o''brien', REPEAT('x', 128))")" 6 \
	"other capitals and blanks are other users"
is "$(db "SELECT GROUP_CONCAT(CONCAT_WS(' ', c.number, actor, origin, detail) ORDER BY c.id) FROM audit_event
	JOIN contract c ON c.id = contract_id WHERE act = 'user-import'")" \
	"C-1 operator1@localhost operator 6 users,C-2 operator1@localhost operator 1 users" "one event for each contract"
is "$(db "SELECT COUNT(*) FROM mail_outbox WHERE kind <> 'ready'")" 0 "and no mail"
is "$(db "SELECT hash_formats LIKE '%rounds=1000%' FROM policy_now")" 1 "the hashes' formats are noted"
import FALSE "$(line)"
is "$answer" "ok 1 exists" "the same again: exists"
user_is new
setup_ticket
like "$(issue)" '^ok' "one who was imported can begin the setup"

# --- many

count=$([ -n "${SEIKYO_LONG-}" ] && echo 50000 || echo 10000)
db "SET SESSION group_concat_max_len = 100000000; SET @users = (SELECT CONCAT('[', GROUP_CONCAT(CONCAT('{\"contract\":\"C-',
	1 + seq % 2, '\",\"login_id\":\"many', seq, '\",\"role\":\"general\",\"name\":\"名', seq, '\",\"mail\":\"m', seq,
	'@example.com\",\"password_hash\":\"$hash_1\"}')), ']') FROM seq_1_to_$count)"
before=$(db "SELECT COUNT(*) FROM user")
db "SET @bad = REPLACE(@users, '\"login_id\":\"many$count\"', '\"login_id\":\"\"')"
is "$(verdict "CALL operator_import_users(@bad, FALSE)" | tr '\t' ' ') $(db "SELECT COUNT(*) FROM user")" "ok $count login-id $before" \
	"$count users, the last line bad: it is named and nothing is done"
db "SET @bad = REPLACE(@users, '\"role\":\"general\"', '\"role\":\"?\"')"
is "$(verdict "CALL operator_import_users(@bad, FALSE)" | grep -c role) $(db "SELECT COUNT(*) FROM user")" "$count $before" \
	"$count bad lines: each is named"
started=$(date +%s%N)
is "$(verdict "CALL operator_import_users(@users, FALSE)")" ok "$count users"
took=$((($(date +%s%N) - started) / 1000000))
is "$(db "SELECT COUNT(*) FROM user WHERE login_id LIKE 'many%'")" "$count" "are all there"
is "$([ "$took" -lt 60000 ] && echo "in time" || echo "$took ms")" "in time" "within a minute"
is "$(db "CALL operator_verify_audit(NULL)")" "" "the audit chains are whole"

done_testing
