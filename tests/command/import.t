#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# user import: many users from a CSV file, all or none, every bad line named.
. "$(dirname "$0")/command.sh"
stack_up
cheap_hashes
make_contract C-1
make_contract C-2 none
make_contract C-3 none
run contract close C-3 --paper P-1

users()
{
	sql "SELECT COUNT(*) FROM user"
}

# shellcheck disable=SC2016 # hashes
hash='$6$rounds=1000$saltsalt$'$(perl -e 'print substr(crypt("a pass word", q($6$rounds=1000$saltsalt$)), 24)')
# shellcheck disable=SC2016 # hashes
bcrypt='$2b$05$abcdefghijklmnopqrstuu5Lai.YeHn8nxG3zxjBnuwLLp5sCm6a.'
header=contract,login_id,role,name,mail,password_hash,confirmation_hash

# sheet LINE...: the CSV file with the header and these lines.
sheet()
{
	printf '%s\n' "$header" "$@" >"$work/users.csv"
}

# --- good files

sheet "C-1,master 1,master,\"見本, \"\"太郎\"\"\",m1@example.com,$hash,$bcrypt" \
	"C-1,user1,general,利用者 一,u1@example.com,$hash," \
	"" \
	"C-2,user2,general,利用者 二,u2@example.com,$bcrypt,"
run user import "$work/users.csv" --dry-run
is "$status" 0 "a dry run of a good file"
like "$out" "^3 users can be registered" "says that they could be"
is "$(users)" 0 "and registers nobody"
is "$(sql "SELECT COUNT(*) FROM audit_event WHERE act = 'user-import'")" 0 "and leaves nothing in the audit trail"
run user import "$work/users.csv"
is "$status" 0 "the import"
is "$out" "3 users are registered." "says how many are registered"
is "$(sql "SELECT CONCAT_WS('/', c.number, login_id, role, display_name, u.mail_address, password_hash,
	IFNULL(confirmation_hash, '-')) FROM user u JOIN contract c ON c.id = contract_id ORDER BY u.id")" \
	"C-1/master 1/master/見本, \"太郎\"/m1@example.com/$hash/$bcrypt
C-1/user1/general/利用者 一/u1@example.com/$hash/-
C-2/user2/general/利用者 二/u2@example.com/$bcrypt/-" "every field is there as the file has it"
is "$(sql "SELECT CONCAT(c.number, ' ', detail) FROM audit_event a JOIN contract c ON c.id = a.contract_id
	WHERE act = 'user-import' ORDER BY c.number")" "C-1 2 users
C-2 1 users" "the audit trail of each contract says so"
# shellcheck disable=SC2016 # formats of hashes
is "$(sql "SELECT hash_formats LIKE '%\$2b\$05\$%' AND hash_formats LIKE '%rounds=1000%' FROM policy_now")" 1 \
	"unknown names are hashed in these formats from now on"
sql "UPDATE policy SET value = 'none' WHERE name = 'require_certificate'; CALL policy_apply()"
is "$(field Seikyo-Outcome "$(rad User-Name=user1 "User-Password=a pass word")")" Setup-Required \
	"an imported user's password is the one he had"
run user import "$work/users.csv"
is "$status" 1 "the same file again: exit code 1"
is "$(printf '%s\n' "$err" | grep -c 'there is a user with this login ID already')" 3 "every line is there already"
like "$err" "users.csv, line 5: " "an empty line counts as a line of the file"

# shellcheck disable=SC1012
printf '\xef\xbb\xbfmail,role,password_hash,contract,name,login_id\r\na@example.com,general,%s,C-1,"two\r\nlines",x\r\n' \
	"$hash" >"$work/users.csv"
run user import "$work/users.csv"
like "$err" "line 2: a name has 1 to 100 characters without control characters" "a name over two lines is none"
printf '\xef\xbb\xbfmail,role,password_hash,contract,name,login_id\r\na@example.com,general,%s,C-1,一,x\r\n' \
	"$hash" >"$work/users.csv"
run user import - <"$work/users.csv"
is "$status" 0 "from standard input, with a byte order mark, CRLF, columns in any order, no confirmation hash"

# --- bad lines

before=$(users)
good="C-1,good,general,good,good@example.com,$hash,"
long=$(printf '%01001d' 0)
sheet "$good" \
	"C-9,a1,general,n,a@example.com,$hash," \
	"C-3,a2,general,n,a@example.com,$hash," \
	"C-1,,general,n,a@example.com,$hash," \
	"C-1,$(printf '%0129d' 0),general,n,a@example.com,$hash," \
	"C-1,a3,boss,n,a@example.com,$hash," \
	"C-1,a4,general,,a@example.com,$hash," \
	"C-1,a5,general,n,nonsense,$hash," \
	"C-1,a6,general,n,a@example.com,password," \
	"C-1,a7,general,n,a@example.com,$hash,$hash" \
	"C-1,a8,master,n,a@example.com,$hash,garbage" \
	"C-1,twin,general,n,a@example.com,$hash," \
	"C-1,a9,general,n,a@example.com,$hash" \
	"C-1,b1,general,n,a@example.com,$hash,," \
	"C-1,b2,general,a\"b,a@example.com,$hash," \
	"C-1,b3,general,$long,a@example.com,$hash," \
	$'C-1,b4,general,\xe9,a@example.com,'"$hash," \
	"C-1,twin,general,n,a@example.com,$hash," \
	"C-1,user1,general,n,a@example.com,$hash," \
	"C-1,b6,general,n,a@example.com,${hash/1000/1000001}," \
	"C-1,b7,master,n,a@example.com,$hash,${bcrypt/05/16}" \
	"C-1,b8,general,n,a@example.com,\$y\$jGT\$$(printf '%022d' 0)\$$(printf '%043d' 0),"
printf 'C-1,b5\0,general,n,a@example.com,%s,\n"never closed\n' "$hash" >>"$work/users.csv"
run user import "$work/users.csv"
is "$status" 1 "bad lines: exit code 1"
is "$out" "" "nothing on standard output"
is "$(printf '%s\n' "$err" | sed -n 's/.*users.csv, line \([0-9]*\): \(.*\)\./\1 \2/p')" \
	"3 there is no such contract
4 the contract is closed
5 a login ID has 1 to 128 bytes without control characters
6 a login ID has 1 to 128 bytes without control characters
7 a role is master or general
8 a name has 1 to 100 characters without control characters
9 the mail address is not well formed
10 the password hash is of no known format
11 only a master user has a confirmation password
12 the confirmation password's hash is of no known format
13 this login ID is there more than once
14 there are fewer fields than columns
15 there are more fields than columns
16 a quotation mark stands where none may
17 a field is too long
18 this is not UTF-8
19 this login ID is there more than once
20 there is a user with this login ID already
21 a password hash costs a RADIUS server more than it may
22 a password hash costs a RADIUS server more than it may
23 a password hash costs a RADIUS server more than it may
24 there is a NUL byte
25 a quotation mark is opened and never closed" "every bad line is named with its number and the reason"
like "$err" "Nothing was registered: 23 of 24 lines are bad" "and that nothing was done"
is "$(users)" "$before" "nor was it: the good line is not registered either"
unlike "$err" "$bcrypt|rounds=1000" "no hash is shown"
run user import "$work/users.csv" --json
is "$status" 1 "--json: exit code 1"
is "$(json 'scalar(@$j) . " $j->[0]{line} $j->[0]{problem}"')" "23 3 contract-unknown" "--json lists them"
sheet "C-1,dear 1,general,n,a@example.com,${hash/1000/1000000}," "C-1,dear 2,master,n,a@example.com,$hash,${bcrypt/05/15}" \
	"C-1,dear 3,general,n,a@example.com,\$y\$jFT\$$(printf '%022d' 0)\$$(printf '%043d' 0),"
run user import "$work/users.csv" --dry-run
is "$status $out" "0 3 users can be registered. Nothing was, in this dry run." "the highest cost is taken"
sheet "$good"
run user import "$work/users.csv" --json --dry-run
is "$(json 'scalar @$j')" 0 "--json: an empty list for a good file"

# --- files that are none

run user import "$work/nothing.csv"
wrong "nothing.csv cannot be read: No such file" "a file that is not there"
run user import "$work"
wrong "cannot be read" "a folder"
: >"$work/users.csv"
run user import "$work/users.csv"
wrong "holds no users" "an empty file"
printf '%s\n' "$header" >"$work/users.csv"
run user import "$work/users.csv"
wrong "holds no users" "a header alone"
printf '%s\n' "$good" >"$work/users.csv"
run user import "$work/users.csv"
wrong "line 1: there is no column 'C-1'" "a file without a header"
printf '%s,name\n' "$header" >"$work/users.csv"
run user import "$work/users.csv"
wrong "the column 'name' is there twice" "a column twice"
printf 'contract,login_id,role,name,mail\n' >"$work/users.csv"
run user import "$work/users.csv"
wrong "the column 'password_hash' is missing" "a missing column"
printf '"contract\n' >"$work/users.csv"
run user import "$work/users.csv"
wrong "line 1: the first line must name the columns" "a header that is broken"
is "$(users)" "$before" "none of these registers anybody"

# --- many

# many COUNT NAME: that many users of C-2.
many()
{
	awk -v count="$1" -v name="$2" -v hash="$hash" -v header="$header" 'BEGIN {
		print header
		for (i = 1; i <= count; i++)
			printf "C-2,%s-%d,general,\"利用者, %d\",user%d@example.com,%s,\n", name, i, i, i, hash
	}' >"$work/users.csv"
}

many 10000 many
sed -i '7654s/general/boss/' "$work/users.csv"
run user import "$work/users.csv"
is "$status" 1 "one bad line in 10,000"
like "$err" "users.csv, line 7654: a role is master or general" "is named"
is "$(users)" "$before" "and nothing changes"
many 10000 many
started=$SECONDS
run user import "$work/users.csv"
is "$status" 0 "10,000 users are registered"
ok "in under a minute" test $((SECONDS - started)) -lt 60
diag "10,000 users took $((SECONDS - started)) s"
is "$(users)" $((before + 10000)) "all of them"
many 20000 more
run user import "$work/users.csv"
is "$status" 0 "20,000 users in one file"
many 40000 none
sed -i 's/,general,/,boss,/' "$work/users.csv"
run user import "$work/users.csv"
is "$(printf '%s\n' "$err" | grep -c 'a role is master or general')" 40000 "40,000 bad lines are all named"
many 90000 none
sed -i "s/利用者/$(printf '利用者%.0s' {1..20})/" "$work/users.csv"
run user import "$work/users.csv"
wrong "max_allowed_packet" "a file that makes more than the database takes at once"
many 100001 none
run user import "$work/users.csv"
wrong "holds 100001 users; the database takes 100000" "more than 100,000 users"
is "$(users)" $((before + 30000)) "and neither registers anybody"

# shellcheck disable=SC2016
many 3000 seen
script -qefc "$SEIKYO_COMMAND user import $work/users.csv --dry-run" "$work/screen" </dev/null >/dev/null 2>&1
like "$(cat "$work/screen")" "2000 users read" "on a terminal, progress is shown"
run user import "$work/users.csv" --dry-run
is "$err" "" "elsewhere it is not"

stack_do stop db >/dev/null
run user import "$work/users.csv"
is "$status" 3 "without a database: exit code 3"

done_testing
