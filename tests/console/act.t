#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# act: what a master user does to the users of his contract (R7, R8), and cannot do to others: by the pages' own
# forms, with names that no page has offered, twice, and at once.
. "$(dirname "$0")/console.sh"

console_up
stack_do stop mailer
person master1 master
person master3 master
person general1 general
person general2 general
person master2 master C-0002
person general9 general C-0002
stand_in master1 general1 general9 master2
browser master3
set_up master3

# Sixty more, who need no certificate, one of them with a name of signs.
# shellcheck disable=SC2016 # a hash
{
	printf 'contract,login_id,role,name,mail,password_hash,confirmation_hash\n'
	for ((i = 1; i <= 59; i++)); do
		printf 'C-0001,many%02d,general,多数 %d,many@example.jp,$6$rounds=1000$saltsalt$%086d,\n' $i $i 0
	done
	printf 'C-0001,odd_1%%,general,100%%_充足,odd@example.jp,$6$rounds=1000$saltsalt$%086d,\n' 0
} >"$work/many.csv"
test_operate user import "$work/many.csv"

# locked LOGIN: 1 or 0
locked()
{
	column "$1" 'otp_locked_at IS NOT NULL'
}

# offered: the users whom the last list lets be chosen, in one line.
offered()
{
	grep -oE '<input type="checkbox" name="user" id="user-[0-9]+" value="[^"]*"' "$work/body" |
		sed 's/.*value="//; s/"$//' | paste -sd ' '
}

# result LOGIN: what the last page says became of him.
result()
{
	perl -0777 -ne '
		print "$1" if /<th scope="row" role="rowheader">\Q'"$1"'\E<\/th>.*?<span class="state [a-z]+">([^<]*)</s' \
		"$work/body"
}

word=$(their master1 5)

# --- unlock: the list

browser master1
fetch /unlock
shows 'No user is locked\.' "nobody locked: the list is empty"
unlike "$body" 'name="confirmation"' "and there is nothing to confirm"
lock general1
lock master3
lock general9
browser master1
fetch /unlock
is "$(offered)" general1 "the list offers the locked general user, and neither a master nor another contract's"
shows 'master3' "though it shows the locked master"
unlike "$body" 'general9' "and never another contract's user"
fetch '/unlock?which=all&search=general9'
shows 'No user matches the search\.' "not when he is looked for, either"
fetch '/unlock?which=all&search=general'
shows '2 in all; shown are 1 to 2\.' "a search finds a part of a login id"
fetch --get --data-urlencode which=all --data-urlencode search=充足 /unlock
shows '1 in all.*odd_1%' "and of a name"
fetch --get --data-urlencode which=all --data-urlencode 'search=%' /unlock
shows '1 in all' "a percent sign stands for itself"
fetch --get --data-urlencode which=all --data-urlencode search=_ /unlock
shows '1 in all' "as does an underscore"
fetch '/unlock?which=all'
shows '64 in all; shown are 1 to 50\.' "a long list has pages"
fetch '/unlock?which=all&page=2'
shows '64 in all; shown are 51 to 64\.' "the second one, too"
fetch '/unlock?which=all&page=1000000'
is "$status" 200 "one far beyond the end is a page"

# --- unlock: the act

fetch /unlock
cp "$work/master1.page" "$work/form"
submit /unlock user=general1 'confirmation=not the word'
shows 'The confirmation password is not correct' "a wrong confirmation password: said"
is "$(locked general1)" 1 "and nobody freed"
like "$body" 'value="general1" checked' "the choice is kept"
submit /unlock user=general1 confirmation=
shows 'Please enter the confirmation password' "an empty one: said"
submit /unlock "confirmation=$word"
shows 'Please choose at least one user' "nobody chosen: said"
submit /unlock user=general1 "confirmation=$(their master1 3)"
shows 'The confirmation password is not correct' "the login password is none"
is "$(locked general1)" 1 "and frees nobody"
submit /unlock user=general9 user=no-such-user "confirmation=$word"
is "$(result general9)" 'There is no such user' "another contract's user: there is no such user"
is "$(result no-such-user)" "$(result general9)" "which is said of nobody, too"
is "$(locked general9)" 1 "and he stays locked"
fetch /unlock
submit /unlock user=master3 "confirmation=$word"
is "$(result master3)" 'Only the branch can do this' "a master: only the branch"
is "$(locked master3)" 1 "and he stays locked"
cp "$work/form" "$work/master1.page"
submit /unlock user=general1 "confirmation=$word"
is "$(result general1)" Released "the twin: a general user of the contract is freed"
is "$(locked general1) $(audited unlock general1)" "0 1" "in the database, and in the audit trail"
cp "$work/form" "$work/master1.page"
submit /unlock user=general1 "confirmation=$word"
shows 'has been carried out already.* in all' \
	"the same form sent again: it has been carried out, and the list shows how things stand"
sql "UPDATE user SET otp_locked_at = clock_now() WHERE login_id = 'general1'"
cp "$work/form" "$work/master1.page"
submit /unlock user=general1 "confirmation=$word"
is "$(locked general1) $(audited unlock general1)" "1 1" "also when he has been locked again: it was done once"
fetch /unlock
submit /unlock user=general1 "confirmation=$word"
is "$(result general1)" Released "the twin: a form of its own frees him"
fetch '/unlock?which=all'
submit /unlock user=general1 "confirmation=$word"
is "$(result general1)" 'It is not locked' "one who is not locked is not freed"
sql "UPDATE user SET otp_locked_at = clock_now() WHERE login_id = 'general1'"
fetch /unlock
submit /unlock user=general1 user=general1 "confirmation=$word"
is "$(grep -o 'role="rowheader">general1<' "$work/body" | wc -l) $(audited unlock general1)" "1 3" \
	"one who is named twice is freed once"

# --- twice at once

sql "UPDATE user SET otp_locked_at = clock_now() WHERE login_id = 'general1'"
fetch /unlock
before=$(audited unlock general1)
at_once()
{
	local n

	for n in 1 2 3 4; do
		(
			work=$work/at-once-$n
			mkdir "$work"
			cp "$stack/../at-once.page" "$work/master1.page"
			cp "$jar" "$work/master1.cookies"
			browser master1
			submit /unlock user=general1 "confirmation=$word"
			grep -oE 'Released|carried out already' "$work/body" | sort -u >"$work/result"
		) &
	done
	wait
	cat "$work"/at-once-*/result
}
cp "$work/master1.page" "$stack/../at-once.page"
at_once >"$work/results"
is "$(sort "$work/results" | uniq -c | sed 's/^ *//' | paste -sd ' ')" \
	'1 Released 3 carried out already' "the form sent four times at once: one has freed him"
is "$(($(audited unlock general1) - before))" 1 "and it was done once"

# --- many

sql "UPDATE user SET otp_locked_at = clock_now() WHERE login_id LIKE 'many%' AND login_id <= 'many55'"
fetch /unlock
shows '56 in all; shown are 1 to 50\.' "56 are locked: two pages"
chosen=()
for i in $(offered); do
	chosen+=("user=$i")
done
is "${#chosen[@]}" 50 "a page's users can all be chosen"
submit /unlock "${chosen[@]}" "confirmation=$word"
is "$(grep -c '>Released<' "$work/body")" 50 "and freed at once"
is "$(sql "SELECT COUNT(*) FROM user WHERE login_id LIKE 'many%' AND otp_locked_at IS NOT NULL")" 5 "those and no others"
fetch '/unlock?page=1&which='
chosen=()
for i in $(offered); do
	chosen+=("user=$i")
done
submit /unlock "${chosen[@]}" user=general9 user=master3 user=general1 "confirmation=$word"
is "$(result many55)/$(result general9)/$(result master3)/$(result general1)" \
	'Released/There is no such user/Only the branch can do this/It is not locked' "each has a result of his own"

# --- too many wrong confirmation passwords

fetch /unlock
sql "UPDATE user SET otp_locked_at = clock_now() WHERE login_id = 'general1'"
fetch /unlock
for i in 1 2 3 4 5; do
	submit /unlock user=general1 "confirmation=wrong $i"
done
submit /unlock user=general1 "confirmation=$word"
shows 'The confirmation password is locked until 2026-' "after five wrong ones the right one is refused"
is "$(locked general1)" 1 "and frees nobody"
fetch /
is "$status" 200 "the session goes on"
stack_do clock +840 >/dev/null
fetch /
stack_do clock +840 >/dev/null
fetch /
stack_do clock +120 >/dev/null
fetch /unlock
submit /unlock user=general1 "confirmation=$word"
is "$(result general1)" Released "the twin: half an hour later it is taken"

# --- revocation

browser general1
sign_in general1
browser master1
fetch /revoke
is "$(offered)" 'general1 master1' "the list offers who has a token: general users, and himself"
submit /revoke user=general1 "confirmation=$word"
shows 'Please choose a reason' "no reason: said"
submit /revoke user=general1 "confirmation=$word" 'reason=because'
shows 'Please choose a reason' "a reason that is not offered: said"
submit /revoke user=general1 'confirmation=not the word' reason=lost
shows 'The confirmation password is not correct' "a wrong confirmation password: said"
is "$(column general1 'live_token IS NULL') $(audited revoke general1)" "0 0" "and nothing revoked"
fetch /revoke
cp "$work/master1.page" "$work/form"
submit /revoke user=general1 user=general2 user=general9 user=master3 user=no-such-user "confirmation=$word" reason=lost
is "$(result general1)/$(result general2)/$(result general9)/$(result master3)/$(result no-such-user)" \
	'The token was revoked/There is no token in use/There is no such user/Only the branch can do this/There is no such user' \
	"each has a result of his own"
is "$(column general1 'live_token IS NULL') $(column general9 'live_token IS NULL') $(column master3 'live_token IS NULL')" \
	"1 0 0" "the contract's general user has no token, the others have theirs"
now=$(sql "SELECT DATE_FORMAT(clock_now() + INTERVAL '9:30' HOUR_MINUTE, '%Y-%m-%d %H:%i')")
shows "general1 The token was revoked $now" "the page says from when a new one can be issued: in half an hour"
browser general1
fetch /
is "$(leads_to)" '303 /login?notice=ended' "his session has ended"
fetch /login
submit /login "password=$(their general1 3)"
shows "Please log in again at or after $now" "and his login tells him to wait"
browser master1
cp "$work/form" "$work/master1.page"
submit /revoke user=general1 "confirmation=$word" reason=lost
shows 'has been carried out already' "the same form again: it has been carried out"
is "$(audited revoke general1)" 1 "once"
fetch '/revoke?which=all'
submit /revoke user=general1 "confirmation=$word" reason=lost
is "$(result general1) $(audited revoke general1)" 'There is no token in use 1' "a new form: there is nothing to revoke"
browser master2
sign_in master2
fetch /revoke
submit /revoke user=master1 "confirmation=$(their master2 5)" reason=stolen
is "$(result master1) $(column master1 'live_token IS NULL')" 'There is no such user 0' \
	"a master of another contract cannot"

# --- the audit trail

browser master1
fetch /audit
shows 'Revocation general1 master1 This service smartphone lost' "the trail shows what was done, to whom, by whom, why"
unlike "$body" 'general9|master2' "and nothing of another contract"
fetch '/audit?search=general9'
shows 'There is no such operation' "not when it is looked for, either"
fetch '/audit?act=revoke'
is "$(grep -c 'role="rowheader"' "$work/body")" 1 "a filter shows one kind of operation"
fetch '/audit?act=no-such-act'
shows 'There is no such operation' "one that is none shows nothing"
fetch '/audit?search=general1&act=unlock'
is "$(grep -c 'role="rowheader"' "$work/body")" "$(audited unlock general1)" "both filters together"
fetch '/audit?page=9999'
shows 'There is no such operation' "a page beyond the end shows nothing"
fetch '/audit.csv'
is "$status $(header Content-Type) $(header Content-Disposition)" \
	'200 text/csv; charset=utf-8 attachment; filename="operations.csv"' "the file is one to be saved"
is "$(($(wc -l <"$work/body") - 1))" \
	"$(sql "SELECT COUNT(*) FROM audit_event a JOIN contract c ON c.id = a.contract_id WHERE c.number = 'C-0001'")" \
	"it has every operation of the contract"
unlike "$body" 'general9|master2' "and nothing of another's"
is "$(grep -vc $'\r$' "$work/body")" 0 "its lines end as RFC 4180 has it"
fetch '/audit.csv?search=general9'
is "$(wc -l <"$work/body")" 1 "another contract's user is not in it when he is asked for"

# --- himself

fetch /revoke
submit /revoke user=master1 "confirmation=$word" reason=changed
is "$(result master1)" 'The token was revoked' "a master can revoke his own token"
fetch /
is "$(leads_to)" '303 /login?notice=ended' "and is out at the next page"
done_testing
