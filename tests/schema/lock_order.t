#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Whoever locks several rows takes users first, by id, then the head of the contract's trail: a contract's closing,
# which takes all of them, meets each act on one of its users, in both orders, and nobody is a deadlock's victim.
. "$(dirname "$0")/schema.sh"
schema_up
accounts
db "CALL operator_set_policy('session_idle_minutes', '120')"
pair=0

# prepare KIND: a contract with a user for this act, which is $call; $user is who is held.
prepare()
{
	local who master contract

	pair=$((pair + 1))
	who=user-$pair contract=K-$pair
	case $1 in
	act)
		new_master "master-$pair" "$contract"
		master=$user
		new_user "$who" general "$contract"
		active_token
		lock_user "$who"
		log_in "master-$pair"
		confirm "$cookie"
		call=$(act_call unlock "$cookie" "$ticket" "$who")
		[ "$user" = "$master" ] || bail "not the master"
		user_is "$who"
		;;
	first-code)
		new_user "$who" general "$contract"
		installed_token
		new_attempt
		call=$(settle_code_call "$(step)" "safe=$safe")
		;;
	*)
		new_user "$who" general "$contract"
		active_token
		new_attempt
		;;
	esac
	case $1 in
	code) call=$(settle_code_call "$(step)") ;;
	lock)
		db "UPDATE user SET otp_failures = 4 WHERE id = $user"
		call=$(settle_code_call NULL)
		;;
	unlock)
		lock_user "$who"
		call="CALL branch_unlock('$who', 'P-1')"
		;;
	revoke) call="CALL branch_revoke('$who', 'lost', 'P-1')" ;;
	password) call="CALL branch_set_password('$who', '$hash_2')" ;;
	close) call="CALL branch_close_user('$who', 'P-1')" ;;
	esac
	closing="CALL branch_close_contract('$contract', 'P-1')"
}

# words: what came of both, without rows and texts.
words()
{
	printf '%s\n' "${raced[@]}" | sed -E 's/^(error [0-9]+|[^ ]+).*/\1/' | paste -sd ,
}

for kind in code lock unlock revoke password close first-code act; do
	prepare $kind
	race "$call" "$closing"
	is "$(words | cut -d , -f 2)" ok "$kind, then the contract's closing: it is closed"
	unlike "$(words)" 'error' "$kind, then the closing: nobody is thrown out"
	is "$(db "SELECT closed_at IS NOT NULL FROM user WHERE id = $user")" 1 "$kind, then the closing: the user is closed"
	prepare $kind
	race "$closing" "$call"
	is "$(words | cut -d , -f 1)" ok "the contract's closing, then $kind: it is closed"
	unlike "$(words)" 'error' "the closing, then $kind: nobody is thrown out"
	is "$(db "SELECT closed_at IS NOT NULL FROM user WHERE id = $user")" 1 "the closing, then $kind: the user is closed"
done
is "$(db "CALL operator_verify_audit(NULL)")" "" "after all of this the audit's chains are whole"

# The method finds what it looks for.
new_user one
one=$user
new_user two
two=$user
session left
session right
send left "START TRANSACTION; SELECT id FROM user WHERE id = $one FOR UPDATE"
receive left >/dev/null
send right "START TRANSACTION; SELECT id FROM user WHERE id = $two FOR UPDATE"
receive right >/dev/null
send left "SELECT id FROM user WHERE id = $two FOR UPDATE"
blocked 1
send right "SELECT id FROM user WHERE id = $one FOR UPDATE"
like "$(verdict_of "$(receive right)") $(send right ROLLBACK; verdict_of "$(receive left)")" 'error 1213' \
	"two users locked the other way round: one is thrown out"
done_testing
