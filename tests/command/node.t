#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The settings socket and host name several database servers: the command goes to the first that answers, and says
# which one does not.
. "$(dirname "$0")/command.sh"
stack_up
settings=$work/seikyo-otp.conf
# A server that takes connections and says nothing.
setsid socat "UNIX-LISTEN:$work/silent,fork" PIPE 2>/dev/null &
silent=$!
disown
end_silent()
{
	kill -- "-$silent"
}
at_exit end_silent
poll 5 test -S "$work/silent" || bail "no silent server"

# on SOCKETS WORDS...: runs the command with these servers.
on()
{
	sed "s|^socket = .*|socket = $1|" "${SEIKYO_COMMAND%/*}/seikyo-otp.conf" >"$settings"
	grep -q '^timeout = ' "$settings" || printf 'timeout = 1\n' >>"$settings"
	sed -i 's/^timeout = .*/timeout = 1/' "$settings"
	chmod 600 "$settings"
	run "${@:2}" --config "$settings"
}

dead=/nowhere/db
away='^seikyo-otp: The database server [^ ]* is away \(.*\); another one is asked\.$'

on "$SEIKYO_DB_SOCKET" policy list
is "$status $err" '0 ' "one server: it is asked"
like "$out" otp_failure_limit "and answers"
on "$SEIKYO_DB_SOCKET $dead" policy list
is "$status $err" '0 ' "two servers: the first answers, the second is not asked"
on "$dead $SEIKYO_DB_SOCKET" policy list
is "$status" 0 "the first is dead: the second is asked"
like "$out" otp_failure_limit "and answers"
like "$err" "$away" "what is wrong with the first is said"
like "$err" "$dead" "with its name"
on "$work/silent $SEIKYO_DB_SOCKET" policy list
is "$status" 0 "the first is silent: the second is asked"
like "$err" "The database server $work/silent is away" "that it is silent is said"
on "$dead  $work/silent	$SEIKYO_DB_SOCKET $dead" policy set otp_failure_limit 7
is "$status" 0 "blanks part the names; two are away: the third does the act"
is "$(grep -cE "$away" <<<"$err")" 2 "each is said to be away"
is "$(sql 'SELECT otp_failure_limit FROM policy_now')" 7 "it was done"
on "$dead ${dead}2" policy set otp_failure_limit 8
is "$status" 3 "all are away: exit code 3"
like "$err" "The database cannot be used: .*${dead}2" "and why, of the last"
is "$(sql 'SELECT otp_failure_limit FROM policy_now')" 7 "nothing was done"

sql 'REVOKE EXECUTE ON PROCEDURE service_hello FROM seikyo_operator'
on "$SEIKYO_DB_SOCKET $SEIKYO_DB_SOCKET" policy list
is "$status" 3 "without a right that everybody needs: exit code 3"
like "$err" 'execute command denied' "and why"
unlike "$err" 'is away' "no server is said to be away for that"
sql 'GRANT EXECUTE ON PROCEDURE service_hello TO seikyo_operator'

eight="$dead $dead $dead $dead $dead $dead $dead"
on "$eight $SEIKYO_DB_SOCKET" policy list
is "$status" 0 "eight servers may be named"
on "$eight $dead $SEIKYO_DB_SOCKET" policy list
is "$status" 2 "nine may not"
like "$err" 'socket names more than 8 database servers' "and that is said"
on "$SEIKYO_DB_SOCKET" policy list
printf 'host = a b c d e f g h i\ntls_ca = /nowhere/ca.pem\n' >>"$settings"
run policy list --config "$settings"
is "$status" 2 "nor nine hosts"
like "$err" 'host names more than 8 database servers' "and that is said of them"

# --- hosts

printf '# no TLS here: what matters is that each is tried\n' >"$work/ca.pem"
sed -i "/^socket = /d; s|^host = .*|host = 127.0.0.1 localhost|; s|^tls_ca = .*|tls_ca = $work/ca.pem|" "$settings"
printf 'port = 1\n' >>"$settings"
run policy list --config "$settings"
is "$status" 3 "two hosts where nobody listens: exit code 3"
is "$(grep -cE "$away" <<<"$err")" 2 "each was tried"
like "$err" 'server 127\.0\.0\.1 is away' "the first"
like "$err" 'server localhost is away' "and the second"

done_testing
