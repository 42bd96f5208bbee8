#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Acts of masters, staff and operators at the same instant come out as if one had come after the other, and audit and
# state say the same. Each pair is tried in both orders. A deadlock's victim is tried again, as the stores do.
# shellcheck disable=SC2034 # $race_at is for schema.sh
. "$(dirname "$0")/schema.sh"
schema_up
accounts

rounds=$([ -n "${SEIKYO_LONG-}" ] && echo 200 || echo 8)
deadlocks=0
# The clock goes on with each code; the masters' sessions stay.
db "CALL operator_set_policy('session_idle_minutes', '120'); CALL operator_set_policy('session_hours', '24')"
declare -A came

# master LOGIN [CONTRACT]: with a session in $cookie.
master()
{
	new_master "$@"
	log_in "$1"
}

# meet NAME WHAT-TO-ADD STATEMENT...: the verdicts, without rows but with their results, and what is then seen of
# $user. Afterwards all that was held is let go.
meet()
{
	local i one line='' rows=$'^ok [^\t]*\t([a-z-]+)\t'

	race "${@:3}"
	for ((i = 0; i < ${#raced[@]}; i++)); do
		if [ "${raced[i]}" = "error 1213" ]; then
			deadlocks=$((deadlocks + 1))
			diag "deadlock: $1"
			raced[i]=$(verdict "${@:i+3:1}")
		fi
		one=${raced[i]}
		if [[ $one =~ $rows ]]; then
			one=${BASH_REMATCH[1]}
		fi
		[[ $one != ok\ * ]] || one=ok
		line+="${one/ /-} "
	done
	[ -z "$2" ] || line+="$(db "SELECT CONCAT_WS(' ', $2) FROM user WHERE id = $user") "
	came[$1]+="$line$(audits "on_user = $user AND number > $seen") | $(mails "user_id = $user AND id > $mailed");"
}

# from_here: audit and mails of $user are looked at from here on.
from_here()
{
	seen=$(db "SELECT number FROM audit_head WHERE contract_id = (SELECT contract_id FROM user WHERE id = $user)")
	mailed=$(db "SELECT IFNULL(MAX(id), 0) FROM mail_outbox")
}

# act ACT LOGIN: $call is one by the master whose cookie it is, with a ticket of its own.
act()
{
	local whom=$user

	user=$master
	confirm "${3-$cookie}"
	user=$whom
	call=$(act_call "$1" "${3-$cookie}" "$ticket" "$2")
}

state='otp_failures, otp_locked_at IS NOT NULL'
live="IFNULL((SELECT state FROM token t WHERE t.id = live_token), 'none')"

for ((round = 1; round <= rounds; round++)); do
	if [ $((round % 10)) = 1 ]; then
		master "first$round"
		cookie_1=$cookie master_1=$user
		master "second$round"
		cookie_2=$cookie master_2=$user
		log_in "first$round"
		cookie_1=$cookie
	fi

	# Two unlocks.
	new_user "unlocks$round"
	active_token
	lock_user "unlocks$round"
	from_here
	cookie=$cookie_1 master=$master_1
	act unlock "unlocks$round"
	one=$call
	cookie=$cookie_2 master=$master_2
	act unlock "unlocks$round"
	meet unlocks "$state" "$one" "$call"
	lock_user "unlocks$round"
	from_here
	act unlock "unlocks$round"
	meet unlock-branch "$state" "$call" "CALL branch_unlock('unlocks$round', 'P-1')"
	lock_user "unlocks$round"
	from_here
	act unlock "unlocks$round"
	meet branch-unlock "$state" "CALL branch_unlock('unlocks$round', 'P-1')" "$call"
	lock_user "unlocks$round"
	from_here
	meet branch-unlocks "$state" "CALL branch_unlock('unlocks$round', 'P-1')" "CALL branch_unlock('unlocks$round', 'P-2')"

	# An unlock and a wrong code.
	for order in unlock-wrong wrong-unlock unlock-lock lock-unlock; do
		new_user "$order$round"
		active_token
		case $order in
		*wrong*) lock_user "$order$round" ;;
		*) db "UPDATE user SET otp_failures = 4 WHERE id = $user" ;;
		esac
		from_here
		act unlock "$order$round"
		new_attempt
		case $order in
		unlock-*) meet $order "$state" "$call" "$(settle_code_call NULL)" ;;
		*) meet $order "$state" "$(settle_code_call NULL)" "$call" ;;
		esac
	done

	# A revocation, and a code or an installation.
	for order in revoke-code code-revoke revoke-install install-revoke; do
		new_user "$order$round"
		case $order in
		*code*) active_token ;;
		*) issued_token ;;
		esac
		from_here
		act revoke "$order$round"
		new_attempt
		case $order in
		*code*) other=$(settle_code_call "$(step)") ;;
		*) other="CALL app_install_token('SEIKYO', '$app_user_id', $start_digest, $envelope)" ;;
		esac
		case $order in
		revoke-*) meet $order "$live" "$call" "$other" ;;
		*) meet $order "$live" "$other" "$call" ;;
		esac
	done

	# The end of a user or a contract, and a login, an act on him, his own session.
	for order in close-code code-close close-unlock unlock-close close-revoke revoke-close close-session session-close; do
		new_user "$order$round"
		active_token
		case $order in
		*unlock*) lock_user "$order$round" ;;
		*session*) session_ticket ;;
		esac
		from_here
		cookie=$(fresh 32)
		case $order in
		*code*)
			new_attempt
			other=$(settle_code_call "$(step)")
			;;
		*session*) other="CALL console_open_session($ticket, $cookie, NULL)" ;;
		*)
			cookie=$cookie_2 act=${order/close/}
			act "${act/-/}" "$order$round"
			other=$call
			;;
		esac
		what="closed_at IS NOT NULL, otp_locked_at IS NOT NULL, (SELECT COUNT(*) FROM console_session s
			WHERE s.user_id = user.id AND s.closed_at IS NULL)"
		case $order in
		close-*) meet $order "$what" "CALL branch_close_user('$order$round', 'P-1')" "$other" ;;
		*) meet $order "$what" "$other" "CALL branch_close_user('$order$round', 'P-1')" ;;
		esac
	done

	# Re-sealing, and a revocation or the first code.
	resealed="X'010131$(printf '55%.0s' {1..60})'"
	for order in reseal-revoke revoke-reseal reseal-first first-reseal; do
		new_user "$order$round"
		case $order in
		*revoke*)
			active_token
			other="CALL branch_revoke('$order$round', 'lost', 'P-1')"
			;;
		*)
			installed_token
			new_attempt
			other=$(settle_code_call "$(step)" "safe=$safe")
			;;
		esac
		from_here
		reseal="CALL keys_reseal($token, $safe, $resealed)"
		what="$live, IFNULL((SELECT IF(safe = $resealed, 'new', IF(safe = $safe, 'old', 'other')) FROM token t
			WHERE t.id = live_token), 'gone')"
		case $order in
		reseal-*) meet $order "$what" "$reseal" "$other" ;;
		*) meet $order "$what" "$other" "$reseal" ;;
		esac
	done

	# A log-out and an act of the session.
	new_user "logout$round"
	active_token
	lock_user "logout$round"
	cookie=$cookie_2 master=$master_2
	for order in logout-act act-logout; do
		[ "$order" = logout-act ] || lock_user "logout$round"
		from_here
		log_in "second$((round - (round - 1) % 10))"
		cookie_2=$cookie
		user_is "logout$round"
		act unlock "logout$round"
		race_at="SELECT user_id FROM console_session WHERE digest = UNHEX(SHA2($cookie_2, 256))"
		case $order in
		logout-act) meet $order "$state" "CALL console_close_session($cookie_2)" "$call" ;;
		*) meet $order "$state" "$call" "CALL console_close_session($cookie_2)" ;;
		esac
		unset race_at
		as console "CALL console_use_session($cookie_2, NULL)" | cut -c 1-2 >>"$work/sessions"
	done
	log_in "second$((round - (round - 1) % 10))"
	cookie_2=$cookie

	# The lock of a master, and what he does at that instant.
	for order in lock-act act-lock; do
		master "$order$round"
		mine=$user
		new_user "$order-target$round"
		active_token
		lock_user "$order-target$round"
		target=$user master=$mine
		act unlock "$order-target$round"
		user=$mine
		db "UPDATE user SET otp_failures = 4 WHERE id = $user"
		token=$(user_has live_token)
		from_here
		new_attempt
		code=$(settle_code_call NULL)
		what="otp_locked_at IS NOT NULL, (SELECT COUNT(*) FROM user t WHERE t.id = $target AND otp_locked_at IS NULL),
			(SELECT COUNT(*) FROM audit_event WHERE on_user = $target AND act = 'unlock')"
		case $order in
		lock-act) meet $order "$what" "$code" "$call" ;;
		*) meet $order "$what" "$call" "$code" ;;
		esac
		# Out of the way of those after him.
		db "CALL branch_close_user('$order$round', 'P-1')"
	done
	cookie=$cookie_2 master=$master_2

	# The end of a contract, and a new user, an act of its master.
	for order in contract-user user-contract contract-import import-contract; do
		new_user "$order$round" general "$order-$round"
		from_here
		case $order in
		*user*) other="CALL branch_add_user('$order-$round', 'new-$order$round', 'general', 'n', 'n@example.com', '$hash_1')" ;;
		*)
			other="CALL operator_import_users('[{\"contract\": \"$order-$round\", \"login_id\": \"new-$order$round\", \"role\":
				\"general\", \"name\": \"n\", \"mail\": \"n@example.com\", \"password_hash\": \"$hash_1\"}]', FALSE)"
			;;
		esac
		close="CALL branch_close_contract('$order-$round', 'P-1')"
		race_at="SELECT id FROM contract WHERE number = '$order-$round'"
		what="closed_at IS NOT NULL, (SELECT COUNT(*) FROM user n WHERE n.contract_id = user.contract_id AND
			n.closed_at IS NULL)"
		case $order in
		contract-*) meet $order "$what" "$close" "$other" ;;
		*) meet $order "$what" "$other" "$close" ;;
		esac
		unset race_at
	done
	new_user "last$round" general "Y-$round"
	active_token
	lock_user "last$round"
	target=$user
	master "last-master$round" "Y-$round"
	master=$user user=$target
	from_here
	act unlock "last$round"
	meet contract-act "closed_at IS NOT NULL" "CALL branch_close_contract('Y-$round', 'P-1')" "$call"
	cookie=$cookie_2 master=$master_2
done

# either NAME WANTED OTHER-WANTED POINT: what came out in every round is one of the two orders.
either()
{
	local odd

	odd=$(tr ';' '\n' <<<"${came[$1]}" | sed 's/ *$//; s/ |$//; /^$/d' | grep -vxF -e "$2" -e "$3" | sort -u | paste -sd ';')
	is "${odd:-one of the two orders}" "one of the two orders" "$4"
}

either unlocks "done not-locked 0 0 unlock | unlocked" "not-locked done 0 0 unlock | unlocked" \
	"two masters' unlocks: one is done, one event, one mail"
either unlock-branch "done not-locked 0 0 unlock | unlocked" "not-locked ok 0 0 unlock | unlocked" \
	"a master's and the branch's unlock: one is done"
either branch-unlock "ok not-locked 0 0 unlock | unlocked" "not-locked done 0 0 unlock | unlocked" \
	"the branch's and a master's: one is done"
either branch-unlocks "ok not-locked 0 0 unlock | unlocked" "not-locked ok 0 0 unlock | unlocked" \
	"the branch's, twice: one is done"
either unlock-wrong "done wrong-4 1 0 unlock | unlocked" "done locked 0 0 unlock | unlocked" \
	"an unlock before a wrong code: the code counts as the first"
either wrong-unlock "locked done 0 0 unlock | unlocked" "wrong-4 done 1 0 unlock | unlocked" \
	"a wrong code before an unlock: it is locked, then free"
either unlock-lock "not-locked locked 5 1 lock | locked" "done locked 0 0 lock unlock | locked unlocked" \
	"an unlock before the code that locks: it stays locked, and the master is told that it was not"
either lock-unlock "locked done 0 0 lock unlock | locked unlocked" "locked not-locked 5 1 lock | locked" \
	"the code that locks before an unlock: free"
either revoke-code "done stale none revoke | revoked" "done ok none revoke | revoked" \
	"a revocation and a code: stale, or both"
either code-revoke "ok done none revoke | revoked" "stale done none revoke | revoked" \
	"a code and a revocation: the same"
either revoke-install "done install none revoke | revoked" "done ok none install revoke | revoked" \
	"a revocation and an installation: no live token is left"
either install-revoke "ok done none install revoke | revoked" "install done none revoke | revoked" \
	"an installation and a revocation: no live token is left"
either close-code "ok stale 1 0 0 revoke user-close | revoked" "ok ok 1 0 0 revoke user-close | revoked" \
	"a user's closing and a code: stale, or both"
either code-close "ok ok 1 0 0 revoke user-close | revoked" "stale ok 1 0 0 revoke user-close | revoked" \
	"a code and his closing: the same"
either close-unlock "ok not-found 1 1 0 revoke user-close | revoked" \
	"ok done 1 0 0 unlock revoke user-close | unlocked revoked" \
	"a user's closing and his unlock: he is not found, or was free before"
either unlock-close "done ok 1 0 0 unlock revoke user-close | unlocked revoked" \
	"not-found ok 1 1 0 revoke user-close | revoked" "his unlock and his closing: the same"
either close-revoke "ok not-found 1 0 0 revoke user-close | revoked" "ok done 1 0 0 revoke user-close | revoked" \
	"a user's closing and his token's revocation: he is not found, or it was revoked before"
either revoke-close "done ok 1 0 0 revoke user-close | revoked" "not-found ok 1 0 0 revoke user-close | revoked" \
	"his token's revocation and his closing: the same"
either close-session "ok ticket 1 0 0 revoke user-close | revoked" "ok ok 1 0 0 revoke user-close | revoked" \
	"a user's closing and a session that opens: none is left open"
either session-close "ok ok 1 0 0 revoke user-close | revoked" "ticket ok 1 0 0 revoke user-close | revoked" \
	"a session that opens and his closing: none is left open"
either reseal-revoke "ok ok none gone revoke | revoked" "changed ok none gone revoke | revoked" \
	"a re-sealing and a revocation: no secret is left"
either revoke-reseal "ok changed none gone revoke | revoked" "ok ok none gone revoke | revoked" \
	"a revocation and a re-sealing: no secret is left"
either reseal-first "changed ok active old first-code | activated" "ok ok active new first-code | activated" \
	"a re-sealing and the first code: the token opens under what it says"
either first-reseal "ok ok active new first-code | activated" "ok changed active old first-code | activated" \
	"the first code and a re-sealing: the same"
either logout-act "ok session 5 1" "ok done 0 0 unlock | unlocked" "a log-out and an act of the session"
either act-logout "done ok 0 0 unlock | unlocked" "session ok 5 1" "an act and the log-out"
not_ok "after either the session has ended" grep -x ok "$work/sessions"
either lock-act "locked session 1 0 0 lock | locked" "locked done 1 1 1 lock | locked" \
	"the lock of a master and his act: refused, or done before"
either act-lock "done locked 1 1 1 lock | locked" "session locked 1 0 0 lock | locked" \
	"his act and his lock: the same"
either contract-user "ok closed 1 0 user-close" "ok ok 1 0 user-close" \
	"a contract's closing and a new user: no open user is left in it"
either user-contract "ok ok 1 0 user-close" "closed ok 1 0 user-close" "a new user and the closing: the same"

either contract-import "ok closed-1 1 0 user-close" "ok ok 1 0 user-close" \
	"a contract's closing and an import: no open user is left in it"
either import-contract "ok ok 1 0 user-close" "closed-1 ok 1 0 user-close" "an import and the closing: the same"
either contract-act "ok session 1 revoke user-close | revoked" "ok done 1 unlock revoke user-close | unlocked revoked" \
	"a contract's closing and an act of its master"
is "$deadlocks" 0 "none was a deadlock's victim: users by id, then the contract"

# --- imports, and the trail

lines()
{
	printf '[%s]' "$(printf ',{"contract":"C-1","login_id":"%s","role":"general","name":"n","mail":"n@example.com","password_hash":"'"$hash_1"'"}' \
		"$@" | cut -c 2-)"
}
race_at="SELECT contract_id FROM audit_head WHERE contract_id = (SELECT id FROM contract WHERE number = 'C-1')"
# imports NAME CALL...: with the numbers of users and of import and add events since.
imports()
{
	local from

	from=$(db "SELECT number FROM audit_head WHERE contract_id = (SELECT id FROM contract WHERE number = 'C-1')")
	race "${@:2}"
	[[ " ${raced[*]} " != *1213* ]] || diag "a deadlock: $1"
	got="${raced[*]} $(db "SELECT COUNT(*) FROM user WHERE login_id LIKE '$1-%'") $(db "
		SELECT GROUP_CONCAT(act ORDER BY number SEPARATOR ' ') FROM audit_event
		WHERE contract_id = (SELECT id FROM contract WHERE number = 'C-1') AND number > $from")"
}
for ((round = 1; round <= rounds; round++)); do
	file=$(lines "i$round-"{1..50})
	imports "i$round" "CALL operator_import_users('$file', FALSE)" "CALL operator_import_users('$file', FALSE)"
	came[imports]+="$got;"
	file=$(lines "j$round-"{1..50})
	add="CALL branch_add_user('C-1', 'j$round-25', 'general', 'n', 'n@example.com', '$hash_1')"
	imports "j$round" "CALL operator_import_users('$file', FALSE)" "$add"
	came[import-add]+="$got;"
	file=$(lines "k$round-"{1..50})
	add="CALL branch_add_user('C-1', 'k$round-25', 'general', 'n', 'n@example.com', '$hash_1')"
	imports "k$round" "$add" "CALL operator_import_users('$file', FALSE)"
	came[add-import]+="$got;"
	new_user "c$round-1"
	new_user "c$round-2"
	imports "c$round" "CALL branch_change_user('c$round-1', 'x', NULL)" "CALL branch_change_user('c$round-2', 'x', NULL)"
	came[trail]+="$got;"
done
unset race_at
either imports "ok exists 50 user-import" "exists ok 50 user-import" \
	"two imports of one file: the users are there once"
either import-add "ok exists 50 user-import" "exists ok 1 user-add" \
	"an import and one of its users added: one of them"
either add-import "ok exists 1 user-add" "exists ok 50 user-import" \
	"one of its users added and an import: one of them"

either trail "ok ok 2 user-change user-change" "ok ok 2 user-change user-change" \
	"acts on two users of one contract: each has its own number in the trail"

# --- no row in common

# The pruner holds what is old; whoever logs in does not wait for it.
new_user pruned
active_token
db "DELETE FROM login_event"
db "INSERT INTO login_event (at, request_id, user_id, client, leg, verdict, reason) SELECT '2020-01-01', X'00', $user,
	'x', 'code', 'accepted', 'code' FROM seq_1_to_50"
session pruner
send pruner "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; START TRANSACTION;
	SELECT id FROM login_event ORDER BY id LIMIT 1 FOR UPDATE"
receive pruner >/dev/null
send operator "CALL operator_prune()"
ok "the pruner waits" blocked 1
new_attempt
is "$(settle_code "$(step)") $(events "request_id = $request")" "ok code accepted code" \
	"a login goes on while old events are being deleted"
send pruner "COMMIT"
receive pruner >/dev/null
like "$(receive operator)" '^[1-9][0-9]*	' "and these go"
is "$(db "SELECT COUNT(*) FROM login_event WHERE at < '2021-01-01'") $(events "request_id = $request")" \
	"0 code accepted code" "its own event stays"

# Mailers side by side.
db "UPDATE mail_outbox SET next_try_at = clock_now() WHERE next_try_at IS NOT NULL"
waiting=$(db "SELECT COUNT(*) FROM mail_outbox WHERE next_try_at <= clock_now()")
session mailer2 seikyo_mailer --password=test
: >"$work/claims"
for ((i = 0; i <= waiting; i++)); do
	send mailer "CALL mail_claim()"
	send mailer2 "CALL mail_claim()"
	receive mailer | cut -f 1 >>"$work/claims"
	receive mailer2 | cut -f 1 >>"$work/claims"
	[ $(((i + 1) * 2)) -le "$waiting" ] || break
done
is "$(sort -u "$work/claims" | wc -l) $(wc -l <"$work/claims")" "$waiting $waiting" \
	"two mailers at once: each mail is claimed by one of them"

is "$(db "CALL operator_verify_audit(NULL)")" "" "after all of this the audit chains are whole"
done_testing
