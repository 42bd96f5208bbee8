#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Table of subcommands, options, settings file, exit codes: what needs no database.
. "$(dirname "$0")/command.sh"

conf=$work/conf

# settings LINES: the settings file.
settings()
{
	printf '%s\n' "$1" >"$conf"
	chmod 600 "$conf"
}

# --- the table

run
wrong "Usage: seikyo-otp" "no command"
run --help
is "$status" 0 "--help ends with 0"
like "$out" "contract add .*user confirmation-password .*key new .*status " "--help lists the commands"
run nonsense
wrong "no command 'nonsense'" "an unknown command"
run user nonsense
wrong "user certificate remove" "half a command lists what it could be"
run users show x
wrong "no command 'users'" "a command's name is not matched in part"
run user add --help
is "$status" 0 "a command's --help ends with 0"
like "$out" "--role=master.general" "a command's --help names its options"

run contract add C1 --name Name
wrong "--mail ADDRESS is missing" "a missing option"
run contract add --name Name --mail a@example.com
wrong "NUMBER" "a missing operand"
run contract add C1 C2 --name Name --mail a@example.com
wrong "too many: 'C2'" "an operand too many"
run contract add C1 --name Name --name Name --mail a@example.com
wrong "--name is given twice" "an option given twice"
run contract add C1 --name Name --mail a@example.com --role master
wrong "unrecognized option" "an option of another command"
run user show $'caf\xe9'
wrong "UTF-8" "an argument that is no UTF-8"
run user add C1 u1 --role general --name N --mail a@example.com --password secret
wrong "unrecognized option" "a password is not taken as an argument"

for date in 2026-02-30 2026-13-01 2026-1-1 2026-12-011 20261201 today; do
	run contract start C1 "$date"
	wrong "no day of the calendar" "the date $date"
done
run user certificate remove u1 abcd
wrong "64 hex digits" "a digest that is too short"
run user certificate remove u1 "$(printf '%064d' 0)0"
wrong "64 hex digits" "a digest that is too long"

# --- certificates in files

run user certificate add u1 "$work/missing.pem"
wrong "missing.pem cannot be read: No such file" "a certificate file that is not there"
printf 'no certificate\n' >"$work/bad.pem"
run user certificate add u1 "$work/bad.pem"
wrong "no certificate in .*bad.pem" "a file without a certificate"
new_certificate "$work/one.pem"
cat "$work/one.pem" "$work/one.pem" >"$work/two.pem"
run user certificate add u1 "$work/two.pem"
wrong "more than one certificate" "a file with two certificates"
head -c 70000 /dev/zero >"$work/long.pem"
run user certificate add u1 "$work/long.pem"
wrong "longer than" "a file that is too long"

# --- settings

run --config "$work/nowhere" contract list
wrong "settings file $work/nowhere cannot be read: No such file" "no settings file"
settings "socket = $work/socket"
run --config "$conf" contract list
wrong "branch_user is not set in $conf" "the branch account is not set"
settings "socket = $work/socket
branch_user = x"
run contract list --config "$conf"
wrong "branch_password is not set in $conf" "the branch password is not set"
run --config "$conf" policy list
wrong "operator_user is not set" "the operator account is not set"
run --config "$conf" status
wrong "operator_user is not set" "status without an operator account"

# wrong_setting LINES REGEX NAME
wrong_setting()
{
	settings "$1"
	run --config "$conf" contract list
	wrong "$conf$2" "$3"
}

wrong_setting "socket = x
# a comment

  sockets = y" ", line 4: there is no setting of this name; there are socket, host" "an unknown setting"
wrong_setting "just words" ", line 1: a setting is written as name = value" "a line without ="
wrong_setting "socket =" ", line 1: the value of socket" "an empty value"
wrong_setting "socket = x
socket = y" ", line 2: socket is set a second time" "a setting made twice"
for port in 0 65536 -1 +5 12x 0x50 99999999999999999999; do
	wrong_setting "port = $port" ", line 1: the value of port must be a number" "port = $port"
done
wrong_setting "timeout = 0" ", line 1: the value of timeout" "a timeout of 0"
wrong_setting "socket = $(printf '%0256d' 0)" ", line 1: the value of socket" "a value that is too long"
wrong_setting "database = caf"$'\xe9' ", line 1: the value of database" "a value that is no UTF-8"
wrong_setting "port = 1" ": neither socket nor host" "no server"
wrong_setting "host = db.example.com" ": host is set without tls_ca" "a host without TLS"
wrong_setting "branch_password = top-secret
branch_password = top-secret" ", line 2" "a password given twice"
unlike "$err" "top-secret" "errors of the settings file do not show values"
settings "x"
printf 'socket = a\0b\n' >"$conf"
run --config "$conf" contract list
wrong "line 1" "a NUL in the settings file"
head -c 70000 /dev/zero | tr '\0' '#' >"$conf"
run --config "$conf" contract list
wrong "longer than" "a settings file that is too long"
mkfifo -m 600 "$work/fifo"
run --config "$work/fifo" contract list
wrong "not a regular file" "a FIFO as settings file does not hold the command"

good="socket = $work/socket
branch_user = branch
branch_password = a # b
operator_user=operator
	operator_password	=	x
timeout = 1"
settings "$good"
run --config "$conf" contract list
is "$status" 3 "a database that is away: exit code 3"
like "$err" "database cannot be used: .*settings in $conf" "a database that is away: says so"
unlike "$err" "a # b" "a database that is away: no password in the error"
for mode in 604 602 601; do
	chmod $mode "$conf"
	run --config "$conf" contract list
	wrong "others may read or write" "a settings file of mode $mode"
done
chmod 640 "$conf"
run --config "$conf" contract list
is "$status" 3 "a settings file that the group may read is taken"

run --config "$conf" --json status
is "$status" 3 "status of a database that is away: exit code 3"
is "$(json '$j->{reachable} ? "yes" : "no"')" no "status --json says that it is away"
is "$(json 'exists $j->{users} ? $j->{users} : "missing"')" null "status --json keeps its names"

run user show x --config "$conf" </dev/null
is "$status" 3 "options stand before or behind the command"

full=0
"$SEIKYO_COMMAND" --help >/dev/full 2>"$work/err" || full=$?
is "$full" 2 "a result that cannot be written is no success"

done_testing
