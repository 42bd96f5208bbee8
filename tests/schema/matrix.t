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

# at_console ACTOR ACT LOGIN [DOER]
at_console()
{
	local doer=${4-$1}

	proof "$doer"
	as console "$(act_call "$2" "${cookies[$doer]}" "$ticket" "$3")" | sed 's/\t.*//'
}

# The acts; each prints the verdict for this actor.

# The newcomer has an open setup ticket; what the others show is their own.
issue_by()
{
	local call="CALL console_issue_token(%s, 'SEIKYO', 'phone@docomo.ne.jp', $start_digest)" shown

	user_is newcomer
	setup_ticket
	shown=$ticket
	case $1 in
	master | other | nobody)
		proof "$1"
		shown=$ticket
		;;
	esac
	# shellcheck disable=SC2059 # a call
	as "$(account_of "$1")" "$(printf "$call" "$shown")" | sed 's/^ok .*/ok/'
}

install_by()
{
	local digest=$start_digest

	case $1 in
	master | other | nobody) digest="X'$(printf '44%.0s' {1..32})'" ;;
	esac
	as "$(account_of "$1")" "CALL app_install_token('SEIKYO', '$app_user_id', $digest, $envelope)" | sed 's/^ok .*/ok/'
}

account_of()
{
	case $1 in
	branch | operator) printf '%s' "$1" ;;
	*) printf console ;;
	esac
}

# unlock_by, revoke_by ACTOR LOGIN [DOER]
unlock_by()
{
	case $1 in
	branch | operator) as "$1" "CALL branch_unlock('$2', 'P-1')" ;;
	*) at_console "$1" unlock "$2" "${3-$1}" ;;
	esac
}

revoke_by()
{
	case $1 in
	branch | operator) as "$1" "CALL branch_revoke('$2', 'lost', 'P-1')" | sed 's/^ok .*/ok/' ;;
	*) at_console "$1" revoke "$2" "${3-$1}" ;;
	esac
}

# What an act must not touch, or must: all users, tokens, tickets of others, policies and the audit trail.
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
	local before got after changed=changed

	before=$(world)
	"${@:4}" >"$work/got"
	got=$(cat "$work/got")
	after=$(world)
	[ "$before" != "$after" ] || changed=unchanged
	case $3 in
	ok | *done) is "$got, $changed" "$3, changed" "$1, $2: done" ;;
	*) is "$got, $changed" "$3, unchanged" "$1, $2: refused ($3), nothing has changed" ;;
	esac
}

# The target of an unlock or a revocation.
lock_now()
{
	db "UPDATE user SET otp_locked_at = clock_now(), otp_failures = 5 WHERE login_id = '$1'"
}

row=0
while read -r actor issue install unlock_general unlock_master unlock_self revoke_general revoke_master revoke_self; do
	row=$((row + 1))
	db "SET SESSION group_concat_max_len = 1000000; DELETE FROM token WHERE user_id = (SELECT id FROM user WHERE login_id = 'newcomer');
		UPDATE user SET live_token = NULL WHERE login_id = 'newcomer'"
	[ "$row" != 1 ] || new_user newcomer
	cell "$actor" issue "$issue" issue_by "$actor"

	db "DELETE FROM token WHERE user_id = (SELECT id FROM user WHERE login_id = 'newcomer');
		UPDATE user SET live_token = NULL WHERE login_id = 'newcomer'"
	user_is newcomer
	issued_token
	# A wrong start password is counted: the one thing that the refused may change.
	before=$(token_has start_password_failures)
	got=$(install_by "$actor")
	db "UPDATE token SET start_password_failures = 0 WHERE user_id = $user"
	is "$got $(token_has state)" "$install $([ "$install" = ok ] && echo installed || echo issued)" \
		"$actor, install: $([ "$install" = ok ] && echo "done" || echo "refused ($install), not installed")"

	new_user "target-$actor"
	active_token
	target=$token
	lock_now "target-$actor"
	cell "$actor" "unlock a general user" "${unlock_general//-/ target-$actor/}" unlock_by "$actor" "target-$actor"
	lock_now colleague
	cell "$actor" "unlock another master" "$unlock_master" unlock_by "$actor" colleague
	db "UPDATE user SET otp_locked_at = NULL, otp_failures = 0 WHERE login_id = 'colleague'"
	case $actor in
	general | master | other)
		lock_user "unlock-$actor"
		cell "$actor" "unlock himself" "$unlock_self" unlock_by "$actor" "unlock-$actor" "unlock-$actor"
		;;
	*) cell "$actor" "unlock himself, who is no user" "$unlock_self" unlock_by "$actor" branch1 ;;
	esac

	db "UPDATE user SET otp_locked_at = NULL, otp_failures = 0 WHERE login_id = 'target-$actor'"
	cell "$actor" "revoke a general user's token" "$revoke_general" revoke_by "$actor" "target-$actor"
	is "$(db "SELECT state FROM token WHERE id = $target")" \
		"$([[ $revoke_general == *done || $revoke_general == ok ]] && echo revoked || echo active)" \
		"$actor: and the token is what it should be"
	if [ "$actor" = branch ]; then
		new_master colleague-2
		cell "$actor" "revoke another master's token" "$revoke_master" revoke_by "$actor" colleague-2
	else
		cell "$actor" "revoke another master's token" "$revoke_master" revoke_by "$actor" colleague
	fi
	case $actor in
	general | master | other)
		cell "$actor" "revoke his own token" "$revoke_self" revoke_by "$actor" "revoke-$actor" "revoke-$actor"
		;;
	*) cell "$actor" "revoke his own token, who has none" "$revoke_self" revoke_by "$actor" branch1 ;;
	esac
done < <(sed -E 's/done:([a-z-]+)/done:\1/g' <<'TABLE'
general   ok          ok          not-master not-master not-master not-master not-master not-master
master    ticket      install     done       not-allowed session   done       not-allowed done
other     ticket      install     not-found  not-found  session    not-found  not-found  done
branch    error-1370  error-1370  ok         ok         not-found  ok         ok         not-found
operator  error-1370  error-1370  error-1370 error-1370 error-1370 error-1370 error-1370 error-1370
nobody    ticket      install     session    session    session    session    session    session
TABLE
)
