#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Restoring the database from a backup, by the tools that one restores with: nobody gets in before seikyo-otp recover
# has run, and nobody afterwards by what was used, locked, revoked or changed since the backup.
# shellcheck disable=SC2154 # set by the helpers
. "$(dirname "$0")/../console/console.sh"
# Later than what stands in the trail since the stack began, by the real clock: a recovery refuses a clock that is behind.
# shellcheck disable=SC2034 # console_up reads it
noon="$(TZ=JST-9 date --date=tomorrow +%F) 12:00:00"
console_up

# run WORDS...: runs the command; $exit, $out and $err tell what came of it.
run()
{
	exit=0
	"$SEIKYO_COMMAND" "$@" >"$work/out" 2>"$work/err" || exit=$?
	out=$(cat "$work/out")
	err=$(cat "$work/err")
}

# told PART: what the last run with --json told of it, in a line.
told()
{
	perl -MJSON::PP -0777 -e 'binmode STDOUT, ":utf8"; my $j = decode_json(<STDIN>);
		print join ", ", map { join " ", grep { defined && length } @$_{qw(what amount login_id)} }
			grep { $_->{part} eq $ARGV[0] && $_->{what} ne "codes" } @$j' "$1" <"$work/out"
}

# --- backup and restore

data=$stack/server/db/data
owner=$(stat -c %U:%G "$data")

# backup NAME: a backup, ready to be copied back.
backup()
{
	mariabackup --no-defaults --backup --target-dir="$work/$1" --socket="$SEIKYO_DB_SOCKET" --user="$SEIKYO_DB_ROOT" \
		--datadir="$data" >"$work/backup.log" 2>&1 || bail "no backup: $(tail -n 5 "$work/backup.log")"
	mariabackup --no-defaults --prepare --target-dir="$work/$1" >"$work/backup.log" 2>&1 ||
		bail "not prepared: $(tail -n 5 "$work/backup.log")"
}

# restore NAME [CLOCK]: the database as it was then; the test's clock goes on.
restore()
{
	local now

	now=$(sql "SELECT clock_now() + INTERVAL 9 HOUR")
	stack_do stop db
	rm -rf "$data"
	mkdir "$data"
	mariabackup --no-defaults --copy-back --target-dir="$work/$1" --datadir="$data" >"$work/restore.log" 2>&1 ||
		bail "no restore: $(tail -n 5 "$work/restore.log")"
	chown -R "$owner" "$data"
	stack_do start db || bail "the restored database does not start"
	stack_do clock "$now" >/dev/null
}

# head_of REPLY: its packet code and outcome.
head_of()
{
	local outcome

	outcome=$(field Seikyo-Outcome "$1")
	printf '%s' "${1%% *}${outcome:+ $outcome}"
}

# send_request WORDS...: the reply to one packet that is not sent again: the database's time-out is 2 s.
send_request()
{
	rad -t 3 "$@"
}

# log_in LOGIN PASSWORD [CODE]: what comes of a whole login by the gateway.
log_in()
{
	local words reply

	mapfile -t words < <(test_words "$1" "$2")
	reply=$(send_request "${words[@]}")
	[[ $reply == Access-Challenge\ * ]] || {
		head_of "$reply"
		return
	}
	mapfile -t words < <(test_words "$1" "${3-$(code "$1")}")
	head_of "$(send_request "${words[@]}" "State=$(field State "$reply")")"
}

# The log has told it since line $1.
log_tells()
{
	tail -n +$(($1 + 1)) "$SEIKYO_RADIUS_LOG" | grep -q 'no service until seikyo-otp recover has run'
}

is_served()
{
	[[ $(rad -t 1 -r 0 code=12) == Access-Accept* ]]
}

# served NAME: there is service again, without anybody's doing: a RADIUS server tries again after a second.
served()
{
	ok "$1: there is service again" poll 10 is_served
}

# closed NAME: nobody is served, and the log says what is to be done.
closed()
{
	local known unknown said

	mapfile -t known < <(test_words same 'pass word')
	mapfile -t unknown < <(test_words nobody 'pass word')
	said=$(wc -l <"$SEIKYO_RADIUS_LOG")
	is "$(printf '%s\n' "${known[*]}" "${unknown[*]}" code=12 | rad_many -t 2 | cut -d ' ' -f 1 | paste -sd ' ')" \
		"no-reply no-reply no-reply" "$1: no reply to a known user, an unknown one, and Status-Server"
	ok "$1: the log says what to do" poll 10 log_tells "$said"
}

# --- people

make_contract C-1
for login in same used locked unlocked revoked changed gone closing; do
	make_user C-1 "$login" general 'pass word'
	[ "$login" = gone ] || setup_token "$login" 'pass word'
done
person master1 master
browser master1
set_up master1
next_step

lock_codes()
{
	local state i

	state=$(login "$1" 'pass word')
	for i in 1 2 3 4 5; do
		answer "$state" 000000 "$1" "Seikyo-Attempt=$(printf '%032x' $i)" >/dev/null
	done
	[ "$(sql "SELECT otp_locked_at IS NOT NULL FROM user WHERE login_id = '$1'")" = 1 ] || bail "$1 is not locked"
}

lock_codes unlocked
is "$(log_in same 'pass word')" "Access-Accept Accepted" "a user logs in before the backup"
next_step
backup full
run audit export "$work/older"

# --- a restart and a crash are no restore

sql "OPTIMIZE TABLE witness, service; ANALYZE TABLE witness, service" >/dev/null
stack_do stop db
stack_do start db
is "$(log_in same 'pass word')" "Access-Accept Accepted" "a database that was optimized, stopped and started serves"
stack_do kill db
stack_do start db
next_step
is "$(log_in same 'pass word')" "Access-Accept Accepted" "one that was killed serves, too"

# --- what is done between backup and restore

next_step
used=$(code used)
is "$(log_in used 'pass word' "$used")" "Access-Accept Accepted" "a code is used after the backup"
sleeper=$(login same 'pass word')
lock_codes locked
test_operate unlock unlocked --paper 1
test_operate revoke revoked --reason lost --paper 2
test_operate user password changed <<<'new password'
setup_token gone 'pass word'
test_operate user close closing --paper 3
test_operate policy set state_seconds 600
run audit export "$work/trail"
stack_do clock +1 >/dev/null
restore full
closed "restored"
browser master1
fetch /
is "$(verdict)" "503 away" "restored: a console page says that there is no service"
browser other master1
fetch /login
submit /login "password=$(their master1 3)"
is "$(verdict)" "503 away" "restored: so does a login at the console"
fetch --header 'Content-Type: application/json' --header "Origin: $SEIKYO_APP_URL" \
	--data '{"service_id": "SEIKYO", "user_id": "0000000000", "start_password": "2468"}' /token/install
isnt "$status" 200 "restored: no token is given to an app"
run status
like "$exit $err" '^1 .*service is closed' "restored: status says it, by its exit code too"
run user password same <<<'another'
like "$exit $err" '^1 .*\(31060\)' "restored: the branch can change nothing"
stack_do stop db
stack_do start db
closed "restored and started again"

# --- exports that are refused

before=$(sql "CHECKSUM TABLE user, token, audit_event, audit_head, policy, certificate, service, mail_outbox")
untouched()
{
	is "$(sql "CHECKSUM TABLE user, token, audit_event, audit_head, policy, certificate, service, mail_outbox")" "$before" \
		"$1: nothing was changed"
}
refused()
{
	run recover --audit "$work/bad" "${@:3}"
	like "$exit $err" "^1 .*$2" "$1: refused"
	untouched "$1"
	is "$(sql "SELECT COUNT(*) FROM recover_row")" 0 "$1: what was brought is not kept"
}
sed '0,/"act":"unlock"/s/"act":"unlock"/"act":"lock"/' "$work/trail" >"$work/bad"
refused "a row changed" "was changed: row [0-9]+ of chain C-1"
sed '0,/"contract":"C-1","number":2,/{/"contract":"C-1","number":2,/d}' "$work/trail" >"$work/bad"
refused "a row of before the backup removed" "was changed: row 3 of chain C-1"
head -n -1 "$work/trail" >"$work/bad"
refused "its end cut off" "is not whole"
head -n 5 "$work/trail" >"$work/bad"
refused "all of its end cut off" "is not whole"
tail -n 1 "$work/trail" >"$work/bad"
refused "one head alone" "is not whole"
: >"$work/bad"
refused "an empty file" "is not whole"
printf '{"kind":"row"}\n' >"$work/bad"
refused "no row" "no line of an export"
head -c 100000 /dev/zero >"$work/bad"
refused "zeros" "no line of an export"
sed '0,/"on_user":[0-9]/s/"on_user":[0-9][0-9]*/"on_user":9007199254740993/' "$work/trail" >"$work/bad"
refused "a user's number that is none of ours" "line [0-9]+: the number of a contract or of a user is larger"
sed '0,/"on_user":[0-9]/s/"on_user":[0-9][0-9]*/"on_user":9007199254740992/' "$work/trail" >"$work/bad"
refused "the twin: the largest one" "was changed: row"
sed '0,/"contract":"C-1"/s/"contract_id":1,"contract":"C-1"/"contract_id":2147483648,"contract":"C-1"/' "$work/trail" >"$work/bad"
refused "a contract's number that is none of ours" "line [0-9]+: the number of a contract or of a user is larger"
run recover --audit "$work/nowhere"
is "$exit" 2 "no file: exit code 2"
for words in '' '--audit x --nothing-lost' '--close --check' '--report --check' '--report --close' '--without-audit --nothing-lost'; do
	# shellcheck disable=SC2086 # words
	run recover $words
	is "$exit" 2 "wrong use: recover $words"
done
run recover --without-audit </dev/null
is "$exit" 2 "without a trail and without a terminal, --yes is wanted"
untouched "wrong use"

# --- with the trail

run recover --audit "$work/trail" --check --json
is "$exit" 0 "--check tells what would be done"
would=$out
untouched "--check"
is "$(sql "SELECT COUNT(*) FROM recover_row")" 0 "--check: what was brought is not kept"
run recover --audit "$work/trail" --json
is "$exit $out" "0 $would" "recover does what --check has told"
served "recovered"
like "$(told "done")" "^sessions 1, mails [0-9]+, rows $(($(wc -l <"$work/trail") - $(wc -l <"$work/older")))$" \
	"it tells of sessions, mails and rows"
is "$(told left)" "later-acts, unlock-user unlocked, set-password changed, issue-token gone" "who needs what is named"
run recover --report --json
is "$exit $out" "0 $would" "it can be asked for again"
run audit verify --heads "$work/trail"
is "$exit" 0 "the audit chain goes on from the export"
is "$(sql "SELECT act, actor FROM audit_event WHERE contract_id = 0 ORDER BY number DESC LIMIT 1" | tr '\t' ' ')" \
	"recover operator1@localhost" "with the recovery as its newest row"
is "$(log_in used 'pass word' "$used")" "Access-Challenge OTP-Used" "the code that was used is refused"
is "$(log_in same 'pass word')" "Access-Challenge OTP-Used" "so is every code from before"
mapfile -t words < <(test_words same "$(code same 12)")
is "$(head_of "$(send_request "${words[@]}" "State=$sleeper")")" Access-Reject "a State from before is refused"
browser master1
fetch /
is "$(leads_to)" "303 /login?notice=ended" "a session from before has ended"
is "$(sql "SELECT COUNT(*) FROM mail_outbox WHERE next_try_at IS NOT NULL AND created_at < (SELECT MAX(at) FROM audit_event
	WHERE act = 'recover')")" 0 "no mail of before goes out again"
stack_do clock +720 >/dev/null
is "$(log_in same 'pass word')" "Access-Accept Accepted" "12 minutes later the others get in"
is "$(log_in used 'pass word')" "Access-Accept Accepted" "also who had used a code"
is "$(log_in unlocked 'pass word')" "Access-Reject OTP-Locked" "who was freed is locked: an export frees nobody"
test_operate unlock unlocked --paper 1
is "$(log_in unlocked 'pass word')" "Access-Accept Accepted" "until he is freed again"
is "$(log_in locked 'pass word')" "Access-Reject OTP-Locked" "who was locked is locked"
like "$(log_in revoked 'pass word')" "^Access-Reject (Reissue-Wait|Setup-Required)" "a revoked token is revoked"
is "$(log_in changed 'pass word')" Access-Reject "the old password is no good"
is "$(log_in changed 'new password')" Access-Reject "nor the new one, which the trail does not hold"
like "$(log_in gone 'pass word')" "^Access-Reject (Reissue-Wait|Setup-Required)" "who had set up his token since needs a new one"
is "$(log_in closing 'pass word')" Access-Reject "who was closed is closed"
is "$(sql "SELECT value FROM policy WHERE name = 'state_seconds'")" 600 "a policy is what it was"
test_operate user password changed <<<'third password'
is "$(log_in changed 'third password')" "Access-Accept Accepted" "with a new password he gets in"
run recover --audit "$work/trail"
like "$exit $err" '^1 .*\(31061\)' "a second time there is nothing to recover"
run recover --nothing-lost --yes
like "$exit $err" '^1 .*\(31061\)' "in no way"
stack_do kill db
stack_do start db
next_step
is "$(log_in used 'pass word')" "Access-Accept Accepted" "it stays open after a crash"

# --- closed by hand, with connections that are open; an older export, and none

run recover --close
is "$exit" 0 "service is closed by hand"
closed "closed by hand"
run recover --audit "$work/older"
like "$exit $err" '^1 .*\(31063\).*older than the backup' "an export that is older than the backup is refused"
next_step
tokens=$(sql "SELECT COUNT(*) FROM token WHERE live_user IS NOT NULL")
run recover --without-audit --check
like "$exit $out" "^0 .*Every live token is revoked \\($tokens\\)" "without a trail it says what that means"
is "$(sql "SELECT COUNT(*) FROM token WHERE live_user IS NOT NULL")" "$tokens" "--check revokes none"
run recover --without-audit --yes
like "$exit $out" "^0 .*Tokens revoked: $tokens" "it revokes them"
is "$(sql "SELECT COUNT(*) FROM token WHERE live_user IS NOT NULL")" 0 "all of them"
served "recovered without a trail"
stack_do clock +720 >/dev/null
like "$(log_in used 'pass word')" "^Access-Reject (Reissue-Wait|Setup-Required)" "nobody gets in by a token of before"
run audit verify
is "$exit" 0 "the audit chain is whole"
is "$(sql "SELECT COUNT(*) FROM audit_event WHERE act = 'revoke' AND detail = 'not vouched for after a restore'")" "$tokens" \
	"and tells of each"
stack_do clock +43200 >/dev/null
setup_token same 'pass word'
next_step
is "$(log_in same 'pass word')" "Access-Accept Accepted" "who sets a new one up gets in"

# --- files that were moved

next_step
stack_do stop db
cp -a "$data" "$data.moved"
rm -rf "$data"
mv "$data.moved" "$data"
stack_do start db
closed "files moved"
run recover --nothing-lost </dev/null
like "$exit $out" '^2 .*The newest act in this database is of 20[0-9: -]+, the newest login of 20[0-9: -]+ \(UTC\)' \
	"it is asked whether nothing was lost"
run recover --nothing-lost --yes --json
is "$exit $(told left)" "0 " "nothing is lost, nothing left to do"
served "files moved"
is "$(log_in same 'pass word')" "Access-Challenge OTP-Used" "codes of before are no good all the same"
stack_do clock +720 >/dev/null
is "$(log_in same 'pass word')" "Access-Accept Accepted" "the token is good"
is "$(sql "SELECT GROUP_CONCAT(SUBSTRING_INDEX(detail, ',', 1), ' ', SUBSTRING_INDEX(detail, ', ', -1) ORDER BY number)
	FROM audit_event WHERE act = 'recover' AND detail LIKE 'no%'")" \
	"no-trail operator1@localhost,nothing-lost its database was restored" "who had closed stands in the trail"

# --- a dump, loaded into the running server

mariadb-dump --no-defaults --socket="$SEIKYO_DB_SOCKET" --user="$SEIKYO_DB_ROOT" "$SEIKYO_DB_NAME" >"$work/dump" 2>/dev/null ||
	bail "no dump"
next_step
used=$(code same)
is "$(log_in same 'pass word' "$used")" "Access-Accept Accepted" "a code is used after the dump"
mariadb --no-defaults --socket="$SEIKYO_DB_SOCKET" --user="$SEIKYO_DB_ROOT" "$SEIKYO_DB_NAME" <"$work/dump" ||
	bail "the dump is not loaded"
is "$(head_of "$(send_request code=12)")" no-reply "a loaded dump: Status-Server, which asks anew, has no reply"
closed "a loaded dump"
run recover --without-audit --yes
is "$exit" 0 "it is recovered"
served "a loaded dump"
isnt "$(log_in same 'pass word' "$used")" "Access-Accept Accepted" "the used code is refused"

done_testing
