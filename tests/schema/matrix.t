#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who may do what: each actor tries each act. Masters and general users come through the console's account, with
# sessions and tickets that they got from real logins; staff through their own.
. "$(dirname "$0")/schema.sh"
schema_up
accounts

new_user general
active_token
new_master master
new_master other C-2
# Whom it is done to, and who does it to himself: each actor has his own.
new_master colleague
for actor in general master other; do
	for act in unlock revoke; do
		case $actor in
		general) new_user "$act-general" && active_token ;;
		master) new_master "$act-master" ;;
		other) new_master "$act-other" C-2 ;;
		esac
	done
done
declare -A cookies
for login in general master other unlock-{general,master,other} revoke-{general,master,other}; do
	log_in "$login"
	cookies[$login]=$cookie
done
nothing="X'$(printf 'ee%.0s' {1..32})'"
cookies[nobody]=$nothing

# proof LOGIN: $ticket is what this actor can show: a confirmation ticket, or none that is real.
proof()
{
	ticket="X'$(printf 'ee%.0s' {1..16})'"
	[ "$1" != nobody ] || return 0
	user_is "$1"
	confirm "${cookies[$1]}"
}

# at_console ACT LOGIN DOER
at_console()
{
	proof "$3"
	answer=$(as console "$(act_call "$1" "${cookies[$3]}" "$ticket" "$2")")
}

# The acts: $answer is the verdict for this actor, staff in their own accounts, all others in the console's.

account_of()
{
	case $1 in
	branch | operator) printf '%s' "$1" ;;
	*) printf console ;;
	esac
}

# The newcomer has an open setup ticket; what the others show is their own.
issue_by()
{
	user_is newcomer
	setup_ticket
	case $1 in
	master | other | nobody) proof "$1" ;;
	esac
	answer=$(as "$(account_of "$1")" "CALL console_issue_token($ticket, 'SEIKYO', 'phone@docomo.ne.jp', $start_digest, NULL)")
}

# The newcomer knows his start password.
install_by()
{
	local digest=$start_digest

	case $1 in
	master | other | nobody) digest="X'$(printf '44%.0s' {1..32})'" ;;
	esac
	answer=$(as "$(account_of "$1")" "CALL app_install_token('SEIKYO', '$app_user_id', $digest, $envelope)")
}

# unlock_by, revoke_by ACTOR LOGIN [DOER]
unlock_by()
{
	case $1 in
	branch | operator) answer=$(as "$1" "CALL branch_unlock('$2', 'P-1')") ;;
	*) at_console unlock "$2" "${3-$1}" ;;
	esac
}

revoke_by()
{
	case $1 in
	branch | operator) answer=$(as "$1" "CALL branch_revoke('$2', 'lost', 'P-1')") ;;
	*) at_console revoke "$2" "${3-$1}" ;;
	esac
}

# What an act changes or must not: users, tokens, policies, the audit trail, mails.
world()
{
	db "SELECT MD5(CONCAT(
		(SELECT MD5(GROUP_CONCAT(CONCAT_WS(' ', id, otp_failures, IFNULL(otp_locked_at, '-'), IFNULL(live_token, '-'),
			IFNULL(closed_at, '-'), password_hash) ORDER BY id)) FROM user),
		IFNULL((SELECT MD5(GROUP_CONCAT(CONCAT_WS(' ', id, state, start_password_failures) ORDER BY id)) FROM token), '-'),
		(SELECT MD5(GROUP_CONCAT(CONCAT(name, value) ORDER BY name)) FROM policy),
		(SELECT SUM(number) FROM audit_head), (SELECT COUNT(*) FROM mail_outbox)))"
}

# cell ACTOR ACT WANTED COMMAND...: what it comes to, and that a refused act has changed nothing, a done one something.
cell()
{
	local before changed=changed rows=$'^ok [^\t]*\t([a-z-]+)\t'

	before=$(world)
	"${@:4}"
	if [[ $answer =~ $rows ]]; then
		answer=${BASH_REMATCH[1]}
	fi
	[[ $answer != ok\ * ]] || answer=ok
	[ "$before" != "$(world)" ] || changed=unchanged
	case $3 in
	ok | done) is "${answer/ /-}, $changed" "$3, changed" "$1, $2: done" ;;
	*) is "${answer/ /-}, $changed" "$3, unchanged" "$1, $2: refused ($3), nothing has changed" ;;
	esac
}

# The target of an unlock, and of a revocation.
lock_now()
{
	db "UPDATE user SET otp_locked_at = clock_now(), otp_failures = 5 WHERE login_id = '$1'"
}

free_now()
{
	db "UPDATE user SET otp_locked_at = NULL, otp_failures = 0 WHERE login_id = '$1'"
}

new_user newcomer
while read -r actor issue install unlock_general unlock_master unlock_self revoke_general revoke_master revoke_self; do
	is_user=no
	case $actor in
	general | master | other) is_user=yes ;;
	esac
	user_is newcomer
	db "DELETE FROM token WHERE user_id = $user; UPDATE user SET live_token = NULL WHERE id = $user"
	cell "$actor" "issue a token" "$issue" issue_by "$actor"

	user_is newcomer
	issued_token
	install_by "$actor"
	[[ $answer != ok\ * ]] || answer=ok
	is "${answer/ /-} $(token_has state)" "$install $([ "$install" = ok ] && echo installed || echo issued)" \
		"$actor, install a token: $([ "$install" = ok ] && echo "done" || echo "refused ($install), not installed")"

	new_user "target-$actor"
	active_token
	target=$token
	lock_now "target-$actor"
	cell "$actor" "unlock a general user" "$unlock_general" unlock_by "$actor" "target-$actor"
	lock_now colleague
	cell "$actor" "unlock another master" "$unlock_master" unlock_by "$actor" colleague
	free_now colleague
	if [ "$is_user" = yes ]; then
		lock_user "unlock-$actor"
		cell "$actor" "unlock himself" "$unlock_self" unlock_by "$actor" "unlock-$actor" "unlock-$actor"
	else
		cell "$actor" "unlock himself, who is no user" "$unlock_self" unlock_by "$actor" branch1
	fi

	free_now "target-$actor"
	cell "$actor" "revoke a general user's token" "$revoke_general" revoke_by "$actor" "target-$actor"
	state=active
	case $revoke_general in
	"done" | ok) state=revoked ;;
	esac
	is "$(db "SELECT state FROM token WHERE id = $target")" "$state" "$actor: and the token is $state"
	cell "$actor" "revoke another master's token" "$revoke_master" revoke_by "$actor" colleague
	if [ "$is_user" = yes ]; then
		cell "$actor" "revoke his own token" "$revoke_self" revoke_by "$actor" "revoke-$actor" "revoke-$actor"
	else
		cell "$actor" "revoke his own token, who has none" "$revoke_self" revoke_by "$actor" branch1
	fi
	if [ "$actor" = branch ]; then
		# For the rows that follow.
		new_master colleague-2
		db "UPDATE user SET login_id = 'gone' WHERE login_id = 'colleague';
			UPDATE user SET login_id = 'colleague' WHERE login_id = 'colleague-2'"
	fi
done <<'TABLE'
general   ok          ok          not-master not-master  session    not-master not-master  not-master
master    ticket      install     done       not-allowed session    done       not-allowed done
other     ticket      install     not-found  not-found   session    not-found  not-found   done
branch    error-1370  error-1370  ok         ok          not-found  ok         ok          not-found
operator  error-1370  error-1370  error-1370 error-1370  error-1370 error-1370 error-1370  error-1370
nobody    ticket      install     session    session     session    session    session     session
TABLE

# --- what they see

# logins: the first column of the rows in $answer, one line.
logins()
{
	sed 's/^ok //' <<<"$answer" | cut -f "${1-1}" | sort | paste -sd ' '
}

# open_users CONTRACT
open_users()
{
	db "SELECT login_id FROM user JOIN contract c ON c.id = contract_id WHERE c.number = '$1'" | sort | paste -sd ' '
}

list="console_list_users(%s, NULL, NULL, 'all', 0, 1000)"
trail="console_audit(%s, NULL, NULL, NULL, 0, 100000)"
# seen ACTOR CALL: with the cookie of this actor.
seen()
{
	# shellcheck disable=SC2059 # a call
	answer=$(as console "CALL $(printf "$2" "${cookies[$1]}")")
}

log_in general
cookies[general]=$cookie
seen general "$list"
is "$answer" not-master "general, list users: refused"
seen master "$list"
is "$(logins)" "$(open_users C-1)" "master, list users: those of his contract"
seen other "$list"
is "$(logins)" "$(open_users C-2)" "other, list users: those of his own contract"
answer=$(as branch "CALL branch_list_users(NULL, 'all')")
is "$(logins 2)" "$( (open_users C-1; open_users C-2) | tr ' ' '\n' | sort | paste -sd ' ')" "branch, list users: all"
is "$(as operator "CALL branch_list_users(NULL, 'all')")" "error 1370" "operator, list users: refused"
seen nobody "$list"
is "$answer" session "nobody, list users: refused"

# Which contracts' events an account may see, as numbers of rows.
events_of()
{
	db "SELECT COUNT(*) FROM audit_event a JOIN contract c ON c.id = a.contract_id WHERE c.number = '$1'"
}
rows()
{
	grep -c . <<<"$answer"
}
seen general "$trail"
is "$answer" not-master "general, audit: refused"
seen master "$trail"
is "$(rows) $(grep -c 'unlock-other\|revoke-other' <<<"$answer")" "$(events_of C-1) 0" \
	"master, audit: all of his contract's, nothing of another's"
seen other "$trail"
is "$(rows) $(grep -c target <<<"$answer")" "$(events_of C-2) 0" "other, audit: his own contract's"
is "$(as branch "CALL operator_list_audit(NULL, 0, 10)")" "error 1370" "branch, audit: refused"
answer=$(as operator "CALL operator_list_audit(NULL, 0, 100000)")
is "$(rows)" "$(db "SELECT COUNT(*) FROM audit_event")" "operator, audit: all"
seen nobody "$trail"
is "$answer" session "nobody, audit: refused"

policy="CALL operator_set_policy('otp_failure_limit', '6')"
for actor in general master other nobody branch; do
	is "$(as "$(account_of "$actor")" "$policy") $(db "SELECT otp_failure_limit FROM policy_now")" "error 1370 5" \
		"$actor, set a policy: refused, nothing has changed"
done
is "$(as operator "$policy") $(db "SELECT otp_failure_limit FROM policy_now")" "ok 6" "operator, set a policy: done"

is "$(db "CALL operator_verify_audit(NULL)")" "" "after all of this the audit chains are whole"

done_testing
