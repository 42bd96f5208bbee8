#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# contract show and close, user list, change and close, unlock, mail-domain: what the branch does on paper.
. "$(dirname "$0")/command.sh"
stack_up
stack_do clock '2026-11-20 12:00:00' >/dev/null

# acts CONTRACT: what the audit trail of the contract ('-': the service's) holds, the paper number behind each act.
acts()
{
	"$SEIKYO_COMMAND" audit list "$1" --json | perl -MJSON::PP -0777 -ne '
		print join " ", map { $_->{act} . (defined $_->{paper} ? "($_->{paper})" : "") } @{decode_json $_}'
}

# mails: kind and recipient of every mail that waits since the last call.
mails()
{
	sql "SELECT CONCAT(kind, ' ', recipient) FROM mail_outbox WHERE sent_at IS NULL ORDER BY id; DELETE FROM mail_outbox"
}

listed()
{
	run --json user list "$@"
	json 'join " ", map { $_->{login_id} } @$j'
}

make_contract C-1
make_contract C-2
make_user C-1 master1 master 'pass 1'
make_user C-1 user1 general 'pass 2'
make_user C-1 user2 general 'pass 3'
make_user C-2 other general 'pass 4'
setup_token user1 'pass 2'
mails >/dev/null

# --- lists

is "$(listed)" "master1 user1 user2 other" "users of all contracts are listed"
is "$(listed C-1)" "master1 user1 user2" "users of one contract"
is "$(json '$j->[1]{token_state}')" active "with the state of the token"
is "$(json '$j->[2]{token_state}')" none "none yet"
is "$(listed C-1 --locked)$(listed --waiting)" "" "nobody is locked or waits"
run user list C-9
refused 31020 "a contract that does not exist"
run user list --locked --waiting
wrong "two lists" "both lists at once"
run user list C-1 C-2
wrong "one argument too many" "two contracts"
run user list --locked=yes
wrong "locked" "a flag with a value"

# --- lock and unlock

lock()
{
	local state

	next_step
	state=$(login user1 'pass 2')
	for _ in {1..5}; do
		reply=$(answer "$state" 000000 user1)
		state=$(field State "$reply")
	done
	is "$(field Seikyo-Outcome "$reply")" OTP-Locked "five wrong codes lock the user"
}

run unlock user1 --paper P-1
refused 31025 "the unlock of one who is not locked"
lock
is "$(mails)" "locked user@example.com" "and a mail tells him"
is "$(listed --locked)" user1 "the list of the locked has him"
like "$(json '$j->[0]{otp_locked_at}')" "^2026-11-20T03:01:00Z" "with the time of the lock"
run contract show C-1 --json
is "$(json '$j->{locked}')" 1 "contract show counts him"
run unlock user1
wrong "option --paper NUMBER is missing" "an unlock without a paper number"
run unlock user1 --paper ''
refused 31035 "an unlock with an empty one"
run unlock nobody --paper P-1
refused 31020 "the unlock of one who does not exist"
is "$(listed --locked)" user1 "what was refused changes nothing"
run unlock user1 --paper P-1
is "$status" 0 "the branch unlocks on paper (R7b)"
like "$out" "user1 is unlocked" "and the command says so"
is "$(listed --locked)" "" "the list of the locked has him no longer"
is "$(mails)" "unlocked user@example.com" "and a mail tells him"
like "$(acts C-1)" "lock unlock\(P-1\)$" "the audit trail has the lock, and the unlock with its paper"
next_step
like "$(answer "$(login user1 'pass 2')" "$(code user1)" user1)" "^Access-Accept" "he logs in again"

# --- waiting for a re-issue (R9)

stack_do clock '2026-11-20 20:50:00' >/dev/null
run revoke user1 --reason lost --paper P-2
is "$status" 0 "a token is revoked by night"
is "$(listed C-1 --waiting)" user1 "the list of the waiting has him"
is "$(json '$j->[0]{reissue_at}')" "2026-11-20T23:10:00Z" "until the morning"
run contract show C-1 --json
is "$(json 'join " ", map { $j->{$_} } qw(users masters tokens_active without_token waiting closed_users)')" \
	"3 1 0 3 1 0" "contract show counts by state"
is "$(json '$j->{started} ? "yes" : "no"')" yes "and says that the contract is under OTP"
stack_do clock '2026-11-21 08:10:00' >/dev/null
is "$(listed --waiting)" "" "from 08:10 on he waits no more"
run contract show C-9
refused 31020 "a contract that is not there"
run contract show C-2
like "$out" "Registered \\(JST\\) +2026-11-20 12:00:00" "the table shows Japan time"

# --- change

run user change user1
wrong "Nothing is to be changed" "a change of nothing"
run user change user1 --name '改名 一郎'
is "$status" 0 "a name is changed"
run user change user1 --mail new@example.com
is "$status" 0 "a mail address is changed"
run user show user1 --json
is "$(json '"$j->{display_name} $j->{mail_address}"')" "改名 一郎 new@example.com" "each leaves the other as it was"
run user change user1 --name ''
refused 31031 "an empty name"
run user change user1 --mail nonsense
refused 31014 "a mail address of another form"
run user change nobody --name x
refused 31020 "the change of one who does not exist"
like "$(acts C-1)" "revoke\(P-2\) user-change user-change$" "both changes are in the audit trail, no refused one"

# --- close

mails >/dev/null
setup_token user2 'pass 3'
next_step
state=$(login user2 'pass 3')
mails >/dev/null
run user close user2 --paper ''
refused 31035 "a close without a paper number"
run user close nobody --paper P-3
refused 31020 "the close of one who does not exist"
run user close user2 --paper P-3
is "$status" 0 "a user is closed"
like "$(answer "$state" "$(code user2)" user2)" "^Access-Reject" "a login that began before is refused"
is "$(mails)" "revoked user@example.com" "a mail tells him that his token is revoked"
like "$(acts C-1)" "revoke\(P-3\) user-close\(P-3\)$" "the audit trail has both acts with the paper"
like "$(first_leg user2 'pass 3')" "^Access-Reject" "the password is refused from then on"
run user close user2 --paper P-4
refused 31022 "a second close"
run unlock user2 --paper P-4
refused 31022 "the unlock of a closed user"
run user change user2 --name x
refused 31022 "the change of a closed user"
run contract show C-1 --json
is "$(json '"$j->{users} $j->{closed_users}"')" "2 1" "contract show counts him apart"

run contract close C-9 --paper P-5
refused 31020 "the close of a contract that does not exist"
run contract close C-1 --paper "$(printf '%051d' 0)"
refused 31035 "a paper number of 51 characters"
run contract close C-1
wrong "option --paper NUMBER is missing" "a close without one"
setup_token user1 'pass 2'
run contract close C-1 --paper P-5
is "$status" 0 "a contract is closed"
like "$(acts C-1)" \
	"user-close\(P-5\) .*revoke\(P-5\) user-close\(P-5\) contract-close\(P-5\)$" "with all of its users"
is "$(listed C-1)" "master1 user1 user2" "they stay on the list"
is "$(json 'scalar grep { defined $_->{closed_at} } @$j')" 3 "as closed ones"
like "$(first_leg user1 'pass 2')" "^Access-Reject" "nobody of it gets in"
run contract close C-1 --paper P-6
refused 31022 "a second close of the contract"
run contract start C-1 2026-12-01
refused 31022 "the start of a closed contract"
is "$(listed C-2)" other "another contract is untouched"
is "$(json 'defined $j->[0]{closed_at} ? "closed" : "open"')" open "and its users too"

# --- mail domains

run mail-domain list --json
count=$(json 'scalar @$j')
ok "carriers' domains are there from the beginning" test "$count" -gt 5
run mail-domain add Mobile.Example.JP
is "$status" 0 "a domain is added"
run mail-domain list
like "$out" $'\nmobile.example.jp' "in small letters"
run mail-domain add mobile.example.jp
refused 31021 "a domain that is there"
for domain in 'a b.jp' 'example' '.jp' 'a@b.jp' '' "x;DROP.jp"; do
	run mail-domain add "$domain"
	refused 31038 "the domain '$domain'"
done
run mail-domain remove MOBILE.example.jp
is "$status" 0 "a domain is removed"
run mail-domain remove mobile.example.jp
refused 31020 "one that is not there"
run mail-domain list --json
is "$(json 'scalar @$j')" "$count" "the list is as it was"
like "$(acts -)" "mail-domain-add mail-domain-remove$" "both acts are in the service's audit trail, no refused one"

run audit verify
is "$status" 0 "after all this, every chain is whole"

done_testing
