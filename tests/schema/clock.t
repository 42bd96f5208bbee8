#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# clock_now(): the only source of time, in UTC, whatever a client or the server's time zone says.
. "$(dirname "$0")/schema.sh"
schema_up
stack_do clock real >/dev/null

# off SESSION: seconds between clock_now() there and this machine's clock.
off()
{
	local at now

	send "$1" "SELECT FLOOR(time_us(clock_now()) / 1000000)"
	at=$(receive "$1")
	now=$(date +%s)
	printf '%s' $((at > now ? at - now : now - at))
}

near()
{
	local seconds

	seconds=$(off "$1")
	ok "$2 (off by $seconds s)" test "$seconds" -le 2
}

near db "the clock is this machine's, in UTC"
like "$(db "SELECT clock_now()")" '^20[0-9-]{8} [0-9:]{8}[.][0-9]{6}$' "to the microsecond"
is "$(db "SELECT time_us('1970-01-01 00:00:01.5'), us_time(1500000)")" "1500000	1970-01-01 00:00:01.500000" \
	"microseconds since 1970 and back"

# --- a client's settings

session moved
send moved "SET timestamp = 1000000000"
receive moved >/dev/null
send moved "SELECT UTC_TIMESTAMP()"
is "$(receive moved)" "2001-09-09 01:46:40" "a client can move NOW() by SET TIMESTAMP"
near moved "but not the clock"
for zone in +00:00 +09:00 -12:00 +13:00; do
	send moved "SET time_zone = '$zone'"
	receive moved >/dev/null
	near moved "nor can it by SET time_zone = $zone"
	send moved "SELECT @@time_zone"
	is "$(receive moved)" "$zone" "whose zone stays what it was"
done
send moved "SET timestamp = 1000000000, time_zone = '+09:00', sql_mode = ''"
receive moved >/dev/null

# What a procedure writes by that session.
send moved "CALL branch_add_contract('C-9', 'name', 'contract@example.com')"
receive moved >/dev/null
is "$(db "SELECT ABS(TIMESTAMPDIFF(SECOND, created_at, UTC_TIMESTAMP())) <= 5 FROM contract WHERE number = 'C-9'")" 1 \
	"what it registers has the true time, in UTC"
is "$(db "SELECT ABS(TIMESTAMPDIFF(SECOND, at, UTC_TIMESTAMP())) <= 5 FROM audit_event WHERE act = 'contract-add'")" 1 \
	"so has the audit"

# The account that may move nothing: the module's own.
session module seikyo_radius --password="$SEIKYO_RADIUS_DB_PASSWORD"
send module "SET timestamp = 1000000000, time_zone = '+09:00'"
receive module >/dev/null
send module "CALL radius_hello()"
hello=$(receive module | cut -f 1)
now=$(date +%s)
ok "radius_hello gives the true time to such a connection (${hello}, $now)" \
	test $((hello / 1000000 - now)) -ge -2 -a $((hello / 1000000 - now)) -le 2

# --- inside of statements and transactions

is "$(db "SELECT clock_now() < IF(BENCHMARK(20000, SHA2('x', 512)) = 0, clock_now(), NULL)")" 1 \
	"it goes on within a statement, where NOW() stands still"
send db "START TRANSACTION; SELECT clock_now() INTO @before; DO BENCHMARK(20000, SHA2('x', 512));
	SELECT @before < clock_now(); COMMIT"
is "$(receive db)" 1 "and within a transaction"

# --- the server's time zone

db "SET GLOBAL time_zone = '+05:30'"
session zoned
send zoned "SELECT @@time_zone"
is "$(receive zoned)" "+05:30" "the server has another time zone"
near zoned "the clock is UTC still"
db "SET GLOBAL time_zone = 'SYSTEM'"
stack_do stop db >/dev/null
TZ=JST-9 stack_do start db >/dev/null
session japan
send japan "SELECT TIMESTAMPDIFF(HOUR, UTC_TIMESTAMP(), NOW())"
is "$(receive japan)" 9 "the machine has another time zone"
near japan "the clock is UTC still"
send japan "CALL branch_start_contract('C-9', '2026-01-01')"
receive japan >/dev/null
send japan "SELECT ABS(TIMESTAMPDIFF(SECOND, at, UTC_TIMESTAMP())) <= 5 FROM audit_event WHERE act = 'contract-start'"
is "$(receive japan)" 1 "and so is what is written"

# --- the only one

# Other sources of time, in the procedures' text (clock_now itself, and the test clock's, apart).
sources="SELECT GROUP_CONCAT(routine_name ORDER BY routine_name) FROM information_schema.routines WHERE routine_schema = DATABASE()
	AND routine_definition REGEXP '(?i)\\\\b((now|sysdate|curdate|curtime|localtime|unix_timestamp) *[(]|(current|utc|local)_?(date|time|timestamp)\\\\b)'"
send japan "$sources"
is "$(receive japan)" clock_now "no other routine reads another clock"
send japan "CREATE PROCEDURE other_1() SELECT NOW(6); CREATE PROCEDURE other_2() SELECT CURRENT_TIMESTAMP; $sources"
is "$(receive japan)" clock_now,other_1,other_2 "the twin: such routines are found"
send japan "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE()
	AND (data_type = 'timestamp' OR column_default REGEXP '(?i)current_timestamp' OR extra REGEXP '(?i)on update')"
is "$(receive japan)" 0 "and no column fills itself"
send japan "SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND data_type = 'datetime'
	AND datetime_precision <> 6"
is "$(receive japan)" 0 "every time is kept to the microsecond"

done_testing
