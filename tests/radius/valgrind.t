#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every way in and every outcome under valgrind: no error and no definite leak that our code has part in.
. "$(dirname "$0")/../lib.sh"

# --- what finds nothing must be able to find something

found=$("$TEST_ROOT/tests/findings" - <<-'END'
	==7== Invalid read of size 1
	==7==    at 0x484ED24: strlen (in /usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so)
	==7==    by 0x10A1B2: seikyo_login_run (login.c:70)
	==7==
	==7== 24 bytes in 1 blocks are definitely lost in loss record 1 of 2
	==7==    at 0x48407B4: malloc (in /usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so)
	==7==    by 0x10A1B2: ??? (in /x/lib/rlm_seikyo_otp.so)
	==7==
	==7== 24 bytes in 1 blocks are definitely lost in loss record 2 of 2
	==7==    at 0x48407B4: malloc (in /usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so)
	==7==    by 0x10A1B2: main (in /usr/sbin/freeradius)
	END
)
like "$found" 'Invalid read.*login\.c' "an error below our code would be found"
like "$found" 'record 1 of 2' "a leak of our code would be found"
unlike "$found" 'record 2 of 2' "a leak of other code would not"

# --- the run

stack_up --valgrind --set read_timeout=20 --set connect_timeout=20
test_operate policy set reissue_delay_minutes 1
test_operate policy set night_from 00:00
test_operate policy set night_until 00:00
make_contract C-1
make_contract C-2 none
make_user C-1 user1 master 'pass word'
make_user C-1 user2 general 'pass word'
make_user C-2 user3 general 'pass word'

# outcome REPLY: packet code and outcome in a word or two.
outcome()
{
	printf '%s %s' "${1%% *}" "$(field Seikyo-Outcome "$1")"
}

# slow: what `rad` is told here.
slow=(-t 20)

# one NAME WANTED LOGIN TYPED [WORDS...]
one()
{
	local words

	mapfile -t words < <(test_words "$3" "$4")
	reply=$(rad "${slow[@]}" "${words[@]}" "${@:5}")
	is "$(outcome "$reply")" "$2" "$1"
}

rad_accepted()
{
	[[ $(rad -t 5 code=12) == Access-Accept* ]]
}

console=("source=$SEIKYO_CONSOLE_HOST" "secret=$SEIKYO_CONSOLE_SECRET")
one "no token" "Access-Reject Setup-Required" user1 'pass word'
setup_token user1 'pass word'
one "not started" "Access-Reject Not-Started" user3 'pass word'
one "unknown" "Access-Reject " user9 'pass word'
one "a wrong password" "Access-Reject " user1 'pass words'
one "another certificate" "Access-Reject " user1 'pass word' Seikyo-Client-Certificate=00
one "a challenge" "Access-Challenge OTP-Required" user1 'pass word'
state=$(field State "$reply")
one "a used code" "Access-Challenge OTP-Used" user1 "$(code user1)" "State=$state"
next_step
one "a right code" "Access-Accept Accepted" user1 "$(code user1)" "State=$state"
one "a State changed" "Access-Reject " user1 "$(code user1)" "State=${state%??}00"
next_step
one "one request" "Access-Accept Accepted" user1 'pass word' "Seikyo-OTP=$(code user1)"
one "one request with a used code" "Access-Challenge OTP-Used" user1 'pass word' "Seikyo-OTP=$(code user1)"
next_step
one "the console's login" "Access-Accept Accepted" user1 'pass word' "Seikyo-OTP=$(code user1)" \
	Seikyo-Purpose=Console "${console[@]}"
one "a Purpose from the gateway" "Access-Reject " user1 'pass word' Seikyo-Purpose=Console
test_operate user confirmation-password user1 <<<'confirm it'
session="Seikyo-Session=$(openssl rand -hex 32)"
one "a confirmation password" "Access-Accept Accepted" user1 'confirm it' "$session" \
	Seikyo-Purpose=Confirmation-Password "${console[@]}"
one "a wrong one" "Access-Reject " user1 'confirm this' "$session" \
	Seikyo-Purpose=Confirmation-Password "${console[@]}"
test_operate policy set hash_cost 2000
one "a hash is renewed" "Access-Challenge OTP-Required" user1 'pass word'
state=$(field State "$reply")
next_step
for wanted in "Access-Challenge OTP-Wrong" "Access-Challenge OTP-Wrong" "Access-Challenge OTP-Wrong" \
	"Access-Challenge OTP-Wrong" "Access-Reject OTP-Locked" "Access-Reject OTP-Locked"; do
	one "a code of five digits: $wanted" "$wanted" user1 12345 "State=$state"
done
one "locked" "Access-Reject OTP-Locked" user1 'pass word'

# The setup in its middle, and a wait.
mapfile -t words < <(test_words user2 'pass word')
reply=$(rad_console "${slow[@]}" "${words[@]}" Seikyo-Purpose=Console)
is "$(outcome "$reply")" "Access-Challenge Setup-Required" "the console is led to the setup"
state=$(field State "$reply")
"$TEST_ROOT/tests/phone" issue "$stack" user2 "$(field Seikyo-Ticket "$reply")" >/dev/null || bail "no token issued"
one "a code before the app has its token" "Access-Challenge First-Code-Required" user2 123456 "State=$state" \
	Seikyo-Purpose=Console "${console[@]}"
"$TEST_ROOT/tests/phone" install "$stack" user2 >/dev/null || bail "no token installed"
one "the first code is awaited" "Access-Reject First-Code-Required" user2 'pass word'
one "a wrong first code" "Access-Challenge OTP-Wrong" user2 12345 "State=$state" Seikyo-Purpose=Console "${console[@]}"
one "the first code" "Access-Accept Accepted" user2 "$(code user2)" "State=$state" Seikyo-Purpose=Console "${console[@]}"
test_operate revoke user2 --reason lost --paper P-1
one "the wait after a revocation" "Access-Reject Reissue-Wait" user2 'pass word'
test_operate policy set before_start password
one "before the start, by password alone" "Access-Accept Accepted" user3 'pass word'

# Malformed.
printf '%s\n' 'User-Name=user1' 'User-Password=x' 'User-Name=user1 User-Name=user1 User-Password=x' \
	'User-Name=user1 User-Password=\x00' 'User-Name=user1 User-Password=\xff\xfe' \
	'User-Name=user1 CHAP-Password=00112233445566778899aabbccddeeff00' \
	'User-Name=user1 User-Password=x State=534b59' 'User-Name=user1 User-Password=x State=00' \
	'User-Name=user1 User-Password=x Seikyo-Attempt=00' 'User-Name=user1 User-Password=x attr-80=00' \
	'User-Name=user1 User-Password=x Seikyo-attr-4=00' | rad_many "${slow[@]}" >"$stack/malformed"
is "$(grep -c '^Access-Accept' "$stack/malformed")" 0 "what is malformed is not accepted"

# Many at once, and the database away.
next_step
printf '%s\n' 'User-Name=user3 User-Password=pass\x20word copies-distinct=20' | rad_many "${slow[@]}" >"$stack/many"
is "$(grep -c no-reply "$stack/many")" 0 "twenty at once are answered"
stack_do kill db
is "$(rad -t 3 User-Name=user1 User-Password=x)" no-reply "without a database there is no reply"
is "$(rad -t 3 code=12)" no-reply "to a Status-Server neither"
stack_do start db
ok "service goes on" poll 30 rad_accepted

stack_do stop radius
logs=("$stack"/valgrind/valgrind.*)
ok "valgrind wrote a log" test -s "${logs[0]}"
like "$(cat "${logs[@]}")" 'LEAK SUMMARY' "the server ended, and valgrind looked for leaks"
found=$("$TEST_ROOT/tests/findings" "${logs[@]}")
is "$found" "" "no error and no definite leak in our code"

done_testing
