#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# token list and show, revoke, policy list and set, status: on a stack with a user who has a token.
. "$(dirname "$0")/command.sh"
stack_up

# --- policy

run policy set otp_failure_limit 7
is "$status" 0 "a policy is set"
run policy list --json
is "$(json '(grep { $_->{name} eq "otp_failure_limit" } @$j)[0]{value}')" 7 "the list has the new value"
is "$(json '(grep { $_->{name} eq "otp_failure_limit" } @$j)[0]{default_value}')" 5 "and the default"
run policy set otp_failure_limit 11
refused 31041 "a value out of its bounds"
run policy set otp_failure_limits 7
refused 31040 "a policy that does not exist"
run policy list
like "$out" "otp_failure_limit +7 +5 +codes +3 to 10 +[A-Z]" "what was refused changes nothing; all columns are there"

# --- tokens and their revocation

stack_do clock '2026-11-22 12:00:00' >/dev/null
make_contract C-1
make_user C-1 user1 general 'user one'
run token show user1
is "$status" 0 "a user without a token is no error"
run token show user1 --json
is "$(json 'scalar @$j')" 0 "there is none yet"
run token show nobody
refused 31020 "the tokens of a user that does not exist"
run revoke user1 --reason lost --paper P-1
refused 31023 "the revocation of a token that is not there"

setup_token user1 'user one'
run token show user1 --json
is "$(json '$j->[0]{state}')" active "the token is active"
like "$(json '$j->[0]{app_user_id}')" '^[0-9]{10}$' "with the app's user id"
is "$(json '$j->[0]{issued_at}')" "2026-11-22T03:00:00Z" "and its time of issue"
run token show user1
like "$out" "Issued \(JST\)" "the table names the zone"
like "$out" "active .*2026-11-22 12:00:00" "and shows Japan time"

run token list --json
is "$(json 'join " ", map { "$_->{contract_number} $_->{login_id} $_->{state}" } @$j')" "C-1 user1 active" \
	"the list of tokens has it"
run token list C-1 --state issued --json
is "$(json 'scalar @$j')" 0 "but not among those that wait for the phone"
run token list C-9
refused 31020 "the tokens of a contract that does not exist"
run token list --state lost
refused 31039 "tokens of a state that there is not"

run revoke user1 --reason '' --paper P-1
refused 31037 "a revocation without a reason"
run revoke user1 --reason lost --paper ''
refused 31035 "a revocation without a paper number"
run token show user1 --json
is "$(json '$j->[0]{state}')" active "what was refused changes nothing"
stack_do clock '2026-11-22 20:49:00' >/dev/null
run revoke user1 --reason '携帯電話を紛失' --paper P-1 --json
is "$status" 0 "the token is revoked"
is "$(json '$j->{reissue_at}')" "2026-11-22T12:19:00Z" "--json says when a new one may be issued (R9)"
run token show user1 --json
is "$(json '$j->[0]{state}')" revoked "token show says so"
is "$(json '$j->[0]{reason}')" "携帯電話を紛失" "with the reason"
run user show user1 --json
is "$(json '$j->{reissue_at}')" "2026-11-22T12:19:00Z" "user show says when a new one may be issued"
run revoke user1 --reason lost --paper P-2
refused 31023 "the same again"

stack_do clock '2026-11-23 20:50:00' >/dev/null
make_user C-1 user2 general 'user two'
setup_token user2 'user two'
run revoke user2 --reason lost --paper P-3
like "$out" "JST.* 2026-11-24 08:10:00" "by night the new one waits for the morning, in Japan time (R9)"

# --- status

stack_do clock real >/dev/null
run status --json
is "$status" 0 "status of a stack that runs"
is "$(json '$j->{reachable} ? "yes" : "no"')" yes "the database is reachable"
is "$(json 'join " ", @$j{qw(contracts users live_tokens locked_users)}')" "1 2 0 0" "it counts"
ok "the clocks agree" perl -e 'exit !(abs($ARGV[0]) < 5)' -- "$(json '$j->{clock_difference_seconds}')"
like "$(json 'join " ", map { $_->{file} } @{$j->{keys}}')" "envelope-1.key safe-1.key .*state.key" \
	"it lists the keys"
is "$(json 'scalar grep { defined $_->{problem} } @{$j->{keys}}')" 0 "no key has a problem"
stack_do clock +120 >/dev/null
run status --json
ok "a clock that differs shows" \
	perl -e 'exit !(abs($ARGV[0] + 120) < 5)' -- "$(json '$j->{clock_difference_seconds}')"
stack_do clock real >/dev/null

# A folder of our own, which may hold bad keys.
sed "s|^key_dir.*|key_dir = $work/keys|" "$stack/seikyo-otp.conf" >"$work/conf"
chmod 600 "$work/conf"
run key new "$work/keys"
chmod 644 "$work/keys/safe-1.key"
: >"$work/keys/state.key"
printf 'nothing\n' >"$work/keys/envelope-1.crt"
run status --json --config "$work/conf"
is "$(json 'join " ", map { $_->{file} } grep { defined $_->{problem} } @{$j->{keys}}')" \
	"envelope-1.crt safe-1.key state.key" "keys that others can read, that are empty or damaged, are named"

stack_do stop db >/dev/null
run status
is "$status" 3 "the database away: exit code 3"
like "$err" "database cannot be used" "the database away: says so"
like "$out" "reachable +no" "the database away: the rest is shown"
run user show user1
is "$status" 3 "the database away: exit code 3 of any command"

done_testing
