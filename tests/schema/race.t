#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What happens at the same instant comes out as if one had come after the other. Each pair is tried in both orders,
# held at the user's row until both wait.
. "$(dirname "$0")/schema.sh"
schema_up

rounds=$([ -n "${SEIKYO_LONG-}" ] && echo 100 || echo 8)

issue_call()
{
	printf "CALL console_issue_token(%s, 'SEIKYO', 'phone@docomo.ne.jp', %s, NULL)" "$1" "$start_digest"
}

# What came out, without rows and texts: "ok wait".
outcome()
{
	printf '%s ' "${raced[@]%% *}" | sed 's/ $//'
}

live_tokens()
{
	db "SELECT COUNT(*) FROM token WHERE live_user = $user"
}

declare -A came
for ((round = 1; round <= rounds; round++)); do
	new_user "issue$round"
	setup_ticket
	other=$ticket
	setup_ticket
	race "$(issue_call "$other")" "$(issue_call "$ticket")"
	came[issues]+="$(outcome) $(live_tokens);"

	new_user "same$round"
	setup_ticket
	race "$(issue_call "$ticket")" "$(issue_call "$ticket")"
	came[ticket]+="$(outcome) $(db "SELECT COUNT(*) FROM token WHERE user_id = $user");"

	new_user "install$round"
	issued_token
	call="CALL app_install_token('SEIKYO', '$app_user_id', $start_digest, $envelope)"
	race "$call" "$call"
	came[installs]+="$(outcome) $(audits "on_user = $user AND act = 'install'");"

	new_user "guess$round"
	issued_token
	call="CALL app_install_token('SEIKYO', '$app_user_id', X'00', $envelope)"
	race "$call" "$call" "$call" "$call" "$call" "$call" "CALL app_install_token('SEIKYO', '$app_user_id',
		$start_digest, $envelope)"
	came[guesses]+="$(outcome) $(token_has 'state, start_password_failures');"

	# Revocation and code.
	new_user "revoke$round"
	active_token
	new_attempt
	race "CALL branch_revoke('revoke$round', 'lost', 'P')" "$(settle_code_call "$(step)")"
	came[revoke-code]+="$(outcome);"
	new_user "code$round"
	active_token
	new_attempt
	race "$(settle_code_call "$(step)")" "CALL branch_revoke('code$round', 'lost', 'P')"
	came[code-revoke]+="$(outcome) $(user_has 'login_1_at = clock_now()');"

	# Revocation and re-issue.
	new_user "reissue$round"
	setup_ticket
	other=$ticket
	installed_token
	race "CALL branch_revoke('reissue$round', 'lost', 'P')" "$(issue_call "$other")"
	came[revoke-issue]+="$(outcome) $(live_tokens);"
	new_user "replace$round"
	setup_ticket
	other=$ticket
	installed_token
	race "$(issue_call "$other")" "CALL branch_revoke('replace$round', 'lost', 'P')"
	came[issue-revoke]+="$(outcome) $(live_tokens);"

	# First code and re-issue.
	new_user "first$round"
	setup_ticket
	other=$ticket
	installed_token
	new_attempt
	first=$(settle_code_call "$(step)" "safe=$safe")
	race "$first" "$(issue_call "$other")"
	came[first-issue]+="$(outcome) $(db "SELECT state FROM token WHERE live_user = $user");"
	new_user "again$round"
	setup_ticket
	other=$ticket
	installed_token
	new_attempt
	first=$(settle_code_call "$(step)" "safe=$safe")
	race "$(issue_call "$other")" "$first"
	came[issue-first]+="$(outcome) $(db "SELECT state FROM token WHERE live_user = $user");"

	# One code, many attempts.
	new_user "once$round"
	active_token
	calls=()
	for _ in {1..8}; do
		new_attempt
		calls+=("$(settle_code_call "$(step)")")
	done
	race "${calls[@]}"
	came[codes]+="$(printf '%s\n' "${raced[@]}" | sort | uniq -c | awk '{ print $1, $2 }' | paste -sd ' ');"

	new_user "wrong$round"
	active_token
	calls=()
	for _ in {1..8}; do
		new_attempt
		calls+=("$(settle_code_call NULL)")
	done
	race "${calls[@]}"
	came[wrong]+="$(printf '%s\n' "${raced[@]}" | sort | uniq -c | awk '{ print $1, $2, $3 }' | paste -sd ' ' |
		tr -s ' ') $(user_has otp_failures);"

	new_user "copies$round"
	active_token
	new_attempt
	calls=()
	for _ in {1..8}; do
		calls+=("$(settle_code_call "$(step)" "ticket=$ticket_digest")")
	done
	race "${calls[@]}"
	came[copies]+="$(outcome) $(db "SELECT COUNT(*) FROM login_event WHERE request_id = $request") $(db "
		SELECT COUNT(*) FROM ticket WHERE digest = $ticket_digest");"
done

# always NAME WANTED: what came out in every round.
always()
{
	is "$(tr ';' '\n' <<<"${came[$1]}" | sed '/^$/d' | sort -u | paste -sd ';')" "$2" "$3"
}

always issues "ok ok 1" "two issues with two tickets: the later one replaces the earlier, one token lives"
always ticket "ok ticket 1" "two issues with one ticket: it is burned once"
always installs "ok install install" "two installs: one gets the token"
always guesses "install install install install install install install revoked 5" \
	"six wrong start passwords and a right one after them: the fifth voids, the right one comes too late"
always revoke-code "ok stale" "a revocation before a code: the code is stale"
always code-revoke "ok ok 1" "a code before a revocation: both are done"
always revoke-issue "ok wait 0" "a revocation before an issue: the issue has to wait (R9)"
always issue-revoke "ok ok 0" "an issue before a revocation: the new token is revoked"
always first-issue "ok token-active active" "a first code before an issue: the token is active and is not replaced"
always issue-first "ok stale issued" "an issue before a first code: the code's token is void"
always codes "1 ok 7 used" "eight attempts with one code: one is accepted, the others are used"
always wrong "4 locked 1 wrong 1 1 wrong 2 1 wrong 3 1 wrong 4 5" \
	"eight wrong codes: each counts once, the fifth locks"
always copies "ok ok ok ok ok ok ok ok 1 1" "eight copies of one attempt: one answer, one event, one ticket"

done_testing
