#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kill: every process of the console killed between any two pages, and in the middle of one, the next page taken by
# another web server; database and RADIUS servers away and back. Nothing is lost, nothing done twice.
. "$(dirname "$0")/console.sh"

console_up --web 2
person master1 master
person general1 general
person general2 general

# use N: requests go to that web server; the browser keeps its cookies, which know no ports.
use()
{
	local name=SEIKYO_CONSOLE_URL

	[ "$1" = 1 ] || name=SEIKYO_CONSOLE_URL_$1
	# shellcheck disable=SC2034 # of console.sh
	console=${!name} from=${!name}
}

# massacre N: kills all of them; the next page is that web server's.
massacre()
{
	stack_do kill console
	stack_do kill console2
	stack_do start console
	stack_do start console2
	use "$1"
}

# issued LOGIN: tokens, and what the audit trail has of them.
issued()
{
	printf '%s %s %s %s' "$(sql "SELECT COUNT(*) FROM token t JOIN user u ON u.id = t.user_id WHERE u.login_id = '$1'")" \
		"$(audited issue "$1")" "$(audited install "$1")" "$(audited first-code "$1")"
}

logins()
{
	column "$1" '(login_1_at IS NOT NULL) + (login_2_at IS NOT NULL) + (login_3_at IS NOT NULL)'
}

first=$(stack_do pid console | sort)
isnt "$first" "" "(there are processes to kill)"

# --- a setup

browser general1
fetch /login
massacre 2
submit /login "password=$(their general1 3)"
shows 'Issue of a one-time password token' "setup: the password is taken by another server's new process"
massacre 1
submit /setup mail=phone@docomo.ne.jp start=$start_password start_again=$start_password
shows 'A mail has been sent to: phone@docomo.ne.jp' "setup: the token is issued by yet another"
massacre 2
install_token general1
massacre 1
submit /setup/code "code=$(wrong_code general1)"
shows 'The one-time password is not correct' "setup: a wrong code is said to be wrong"
massacre 2
submit /setup/code "code=$(code general1)"
is "$(leads_to)" '303 /' "setup: the first code leads to the top page"
massacre 1
fetch /
shows 'Top page' "setup: which the other server shows"
is "$(issued general1) $(logins general1)" '1 1 1 1 1' "setup: one token, each step once, one login"
is "$(comm -12 <(echo "$first") <(stack_do pid console | sort))" "" "(none of the first processes has seen the end)"

# --- killed with the request in its hands

# in_hand ACTION [WORDS...]: the form is sent while no RADIUS server reads; the process that waits is killed.
in_hand()
{
	local action=$1 page=$work/$agent.page

	cp "$page" "$work/in-hand.page"
	cp "$jar" "$work/in-hand.cookies"
	stack_do pause radius
	(submit "$@" && printf '%s' "$status" >"$work/in-hand.status") &
	ok "$action: the RADIUS server has the question before it reads" poll 20 question_waits
	stack_do kill console
	stack_do kill console2
	wait $!
	stack_do resume radius
	stack_do start console
	stack_do start console2
	cp "$work/in-hand.page" "$page"
	cp "$work/in-hand.cookies" "$jar"
	like "$(cat "$work/in-hand.status")" '^(50[0-9]|000)$' "$action: the browser gets an error, and sends it again"
}

# A packet lies in the RADIUS server's socket.
question_waits()
{
	awk -v port="$(printf ':%04X' "$SEIKYO_RADIUS_PORT")" '
		$2 ~ port "$" { split($5, queues, ":"); if (queues[2] != "00000000") found = 1 }
		END { exit !found }' /proc/net/udp
}

use 1
browser general1
next_step
password_page general1
in_hand /login/code "code=$(code general1)"
ok "the code is settled without the process that asked" poll 20 [ "$(logins general1)" = 2 ]
use 2
submit /login/code "code=$(code general1)"
is "$(leads_to)" '303 /' "the same form to the other server: the login is done"
is "$(logins general1)" 2 "and was one"

# --- an unlock

use 1
browser general2
set_up general2
browser master1
set_up master1
lock general2
browser master1
fetch /unlock
massacre 2
submit /unlock user=general2 confirmation=wrong
shows 'The confirmation password is not correct' "unlock: a wrong confirmation password, to another server's new process"
massacre 1
in_hand /unlock user=general2 "confirmation=$(their master1 5)"
use 2
submit /unlock user=general2 "confirmation=$(their master1 5)"
shows 'general2 Released' "unlock: the same form to the other server: done"
is "$(audited unlock general2)" 1 "unlock: once"
massacre 1
cp "$work/in-hand.page" "$work/master1.page"
submit /unlock user=general2 "confirmation=$(their master1 5)"
shows 'has been carried out already' "unlock: the same form once more: it has been carried out"
fetch /unlock
submit /unlock user=general2 "confirmation=$(their master1 5)"
shows 'general2 It is not locked' "unlock: again: he is not locked"
is "$(audited unlock general2)" 1 "unlock: still once"

# --- the database away

browser master1
fetch /unlock
lock general2
browser master1
stack_do stop db
fetch /
is "$(verdict)" '503 away' "without the database: a page says that the service is away"
submit /unlock user=general2 "confirmation=$(their master1 5)"
is "$(verdict)" '503 away' "and so does an act"
like "$(text)" 'may have been processed all the same' "which may have been done, as it says"
fetch /login
is "$status" 200 "the login page comes without it"
cp "$work/master1.page" "$work/login"
submit /login "password=$(their master1 3)"
is "$(verdict)" '503 away' "and nobody is let in"
stack_do start db
fetch /unlock
is "$status" 200 "when it is back: the session is there, with the same processes"
submit /unlock user=general2 "confirmation=$(their master1 5)"
shows 'general2 Released' "and the act is done"
cp "$work/login" "$work/master1.page"
next_step
submit /login "password=$(their master1 3)"
like "$status $(hidden /login/code)" '^200 csrf=' "a login page of before is good, too"

# --- the RADIUS server away

browser general1
stack_do stop radius
fetch /login
submit /login "password=$(their general1 3)"
is "$(verdict)" '503 away' "without a RADIUS server: a page says that the service is away"
browser master1
lock_by_hand()
{
	sql "UPDATE user SET otp_locked_at = clock_now() WHERE login_id = '$1'"
}
lock_by_hand general2
fetch /unlock
submit /unlock user=general2 "confirmation=$(their master1 5)"
is "$(verdict)" '503 away' "and so does an act"
is "$(column general2 'otp_locked_at IS NOT NULL')" 1 "which is not done"
stack_do start radius
fetch /unlock
submit /unlock user=general2 "confirmation=$(their master1 5)"
shows 'general2 Released' "when it is back: the act is done"
browser general1
sign_in general1
fetch /
is "$status" 200 "and the login, too"
done_testing
