#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Requests at the same instant over two RADIUS servers: R1, R7 and R8 hold in whatever order they come.
# With SEIKYO_LONG=1 the races for a code and for its count run a thousand times, the others a hundred.
. "$(dirname "$0")/../lib.sh"
. "$TEST_ROOT/tests/tools/burst.sh"
stack_up --radius 2
test_operate policy set reissue_delay_minutes 0
test_operate policy set night_from 00:00
test_operate policy set night_until 00:00
make_contract C-1
make_user C-1 user1 master 'pass word'
setup_token user1 'pass word'

# every NAME WANTED GOT...: one point for many rounds; a round that gave something else is shown.
every()
{
	local got bad=0

	for got in "${@:3}"; do
		[ "$got" = "$2" ] && continue
		bad=1
		diag "got:    $got" "(wanted: $2)"
	done
	[ $# -gt 2 ] || bad=1
	test_point $bad "$1"
}

# one_of NAME REGEX GOT...: the same with a pattern.
one_of()
{
	local got bad=0

	for got in "${@:3}"; do
		test_matches "$got" "$2" && continue
		bad=1
		diag "got:    $got" "(wanted: $2)"
	done
	[ $# -gt 2 ] || bad=1
	test_point $bad "$1"
}

attempt()
{
	openssl rand -hex 16
}

accepted()
{
	replies "$1" '^Access-Accept '
}

# --- one code

results=() others=() written=()
for ((round = 0; round < $(rounds 3); round++)); do
	next_step
	mapfile -t given < <(states user1 'pass word' 200)
	[ ${#given[@]} = 200 ] || bail "200 first legs gave ${#given[@]} States: $(summary states)"
	event=$(last_event)
	now=$(code user1)
	each "$(request user1 "$now")" State "${given[@]}" | burst one-code
	results+=("$(accepted one-code) of 200")
	others+=("$(replies one-code '^(Access-Reject |Access-Challenge .*Seikyo-Outcome=OTP-Used)')")
	written+=("$(events user1 "e.id > $event AND verdict = 'accepted'")")
	[ "${others[-1]}" = 199 ] || diag "$(summary one-code)"
done
every "R1: 200 States and one code at once, on two servers: one Accept" "1 of 200" "${results[@]}"
every "R1: the 199 others are refused" 199 "${others[@]}"
every "R1: one login is written down" 1 "${written[@]}"
like "$(answer "${given[0]}" "$now" user1)" '^Access-(Reject|Challenge) ' \
	"R1: the code is refused afterwards too"
next_step
like "$(answer "$(login user1 'pass word')" "$(code user1)" user1)" '^Access-Accept ' \
	"the next code is good: the burst locked nobody out"

results=() others=()
for ((round = 0; round < $(rounds 3); round++)); do
	next_step
	line=$(request user1 'pass word' "Seikyo-OTP=$(code user1)")
	mapfile -t attempts < <(openssl rand -hex 3200 | fold -w 32)
	each "$line" Seikyo-Attempt "${attempts[@]}" | burst one-request
	results+=("$(accepted one-request) of 200")
	others+=("$(replies one-request '^(Access-Reject |Access-Challenge .*Seikyo-Outcome=OTP-Used)')")
	[ "${others[-1]}" = 199 ] || diag "$(summary one-request)"
done
every "R1: 200 attempts with one code beside the password: one Accept" "1 of 200" "${results[@]}"
every "R1: the 199 others of these are refused" 199 "${others[@]}"

# --- one attempt

# copies LOGIN: request lines of one attempt on standard input; what they all left behind.
copies()
{
	local event tickets before

	event=$(last_event)
	tickets=$(sql 'SELECT COUNT(*) FROM ticket')
	before=$(user_row "$1" login_1_at)
	burst copies
	printf '%d accepted, %d asked again, %d login_event, %d ticket, %d answers, last login %s\n' \
		"$(accepted copies)" "$(replies copies '^Access-Challenge ')" \
		"$(events "$1" "e.id > $event AND leg = 'code'")" \
		"$(($(sql 'SELECT COUNT(*) FROM ticket') - tickets))" \
		"$(sed -E 's/ Seikyo-Request-Id=[^ ]*//; s/ Message-Authenticator=[^ ]*//' "$burst_dir/copies" |
			LC_ALL=C sort -u | wc -l)" \
		"$(user_row "$1" "CASE '$before' WHEN login_2_at THEN 'shifted once' WHEN login_1_at
			THEN 'as it was' ELSE 'shifted more' END")"
}

# console_request LOGIN TYPED [WORDS...]
console_request()
{
	request "$@" "source=$SEIKYO_CONSOLE_HOST" "secret=$SEIKYO_CONSOLE_SECRET" Seikyo-Purpose=Console
}

once="200 accepted, 0 asked again, 1 login_event, 1 ticket, 1 answers, last login shifted once"
results=()
for ((round = 0; round < $(rounds 2 100); round++)); do
	next_step
	state=$(field State "$(console_request user1 'pass word' | rad_many)")
	results+=("$(repeat 2 "$(console_request user1 "$(code user1)" "State=$state" \
		"Seikyo-Attempt=$(attempt)" copies-distinct=100)" | copies user1)")
done
every "200 copies of one Seikyo-Attempt (Console), other authenticators, two servers: one answer" \
	"$once" "${results[@]}"

results=()
for ((round = 0; round < $(rounds 2 100); round++)); do
	next_step
	state=$(field State "$(console_request user1 'pass word' | rad_many)")
	results+=("$(repeat 2 "$(console_request user1 "$(code user1)" "State=$state" id=7 \
		"authenticator=$(attempt)" copies=100)" | copies user1)")
done
every "200 copies of one packet (Console), two servers: one answer" "$once" "${results[@]}"

next_step
is "$(repeat 2 "$(console_request user1 'pass word' "Seikyo-OTP=$(code user1)" \
	"Seikyo-Attempt=$(attempt)" copies-distinct=100)" | copies user1)" "$once" \
	"200 copies of one attempt in one request (Console): one answer"

next_step
state=$(login user1 'pass word')
is "$(repeat 2 "$(request user1 "$(wrong_codes user1 1)" "State=$state" \
	"Seikyo-Attempt=$(attempt)" copies-distinct=100)" | copies user1)" \
	"0 accepted, 200 asked again, 1 login_event, 0 ticket, 1 answers, last login as it was" \
	"200 copies of one wrong attempt: one answer"
is "$(user_row user1 otp_failures)" 1 "R7: and it counts once"
like "$(answer "$state" "$(code user1)" user1)" '^Access-Accept ' "another attempt with this State is another one"

# The first leg while a stronger hash of the password is being made.
test_operate user password user1 <<<'pass word'
test_operate policy set hash_cost 2000
before=$(user_row user1 password_hash)
repeat 2 "$(request user1 'pass word' id=9 "authenticator=$(attempt)" copies=20)" | burst renewal
isnt "$(user_row user1 password_hash)" "$before" "a weaker hash is renewed at a good login"
is "$(replies renewal '^Access-Challenge ')" 40 "copies of the packet that renews the hash: the same answer for each" ||
	diag "$(summary renewal)"
test_operate policy set hash_cost 1000
test_operate user password user1 <<<'pass word'
test_operate policy set hash_cost 2000
repeat 40 "$(request user1 'pass word')" | burst renewal
is "$(replies renewal '^Access-Challenge ')" 40 "logins beside the one that renews the hash: the right password is right" ||
	diag "$(summary renewal)"
test_operate policy set hash_cost 1000
test_operate user password user1 <<<'pass word'

# --- wrong codes

# The same for every code: what is typed follows.
line=$(request user1 '' | sed 's/User-Password= //')
results=()
for ((round = 0; round < $(rounds 2); round++)); do
	forgive user1
	next_step
	state=$(login user1 'pass word')
	event=$(last_event)
	mapfile -t typed < <(wrong_codes user1 3)
	each "$line State=$state" User-Password "${typed[@]}" | burst three
	results+=("$(user_row user1 otp_failures) $(events user1 "e.id > $event AND reason = 'wrong'") $(
		grep -oE 'Seikyo-Tries-Left=[0-9]+' "$burst_dir/three" | sort | tr '\n' ' ')")
done
every "R7: three wrong codes at once all count, and each tells another number of tries" \
	"3 3 Seikyo-Tries-Left=2 Seikyo-Tries-Left=3 Seikyo-Tries-Left=4 " "${results[@]}"
like "$(answer "$state" "$(code user1)" user1)" '^Access-Accept ' "R7: after three wrong codes the right one is good"

locks="SELECT (SELECT COUNT(*) FROM audit_event WHERE act = 'lock')"
mailed="SELECT (SELECT COUNT(*) FROM mail_outbox WHERE kind = 'locked')"
results=() others=()
for ((round = 0; round < $(rounds 2); round++)); do
	forgive user1
	next_step
	state=$(login user1 'pass word')
	event=$(last_event)
	audits=$(sql "$locks")
	mails=$(sql "$mailed")
	mapfile -t typed < <(wrong_codes user1 60)
	each "$line State=$state" User-Password "${typed[@]}" | burst sixty
	results+=("$(replies sixty 'Seikyo-Outcome=OTP-Wrong') $(replies sixty 'Seikyo-Outcome=OTP-Locked') $(
		user_row user1 'otp_failures, otp_locked_at IS NOT NULL' | tr '\t' ' ') $(
		events user1 "e.id > $event AND reason = 'wrong'") $(
		events user1 "e.id > $event AND reason = 'wrong-now-locked'") $(
		sql "$locks - $audits") $(sql "$mailed - $mails")")
	next_step
	others+=("$(answer "$state" "$(code user1)" user1 | grep -oE '^[^ ]+|Seikyo-Outcome=[^ ]+' | tr '\n' ' ')$(
		first_leg user1 'pass word' | grep -oE '^[^ ]+|Seikyo-Outcome=[^ ]+' | tr '\n' ' ')")
done
every "R7: of 60 wrong codes at once four are wrong, the fifth locks; one lock, one audit row, one mail" \
	"4 56 5 1 4 1 1 1" "${results[@]}"
every "R7: the right code after the lock is refused, on the old State and from the start" \
	"Access-Reject Seikyo-Outcome=OTP-Locked Access-Reject Seikyo-Outcome=OTP-Locked " "${others[@]}"

results=()
for ((round = 0; round < $(rounds 6); round++)); do
	forgive user1
	next_step
	mapfile -t given < <(states user1 'pass word' 2)
	sql "UPDATE user SET otp_failures = 4 WHERE login_id = 'user1'"
	{
		request user1 "$(wrong_codes user1 1)" "State=${given[0]}"
		request user1 "$(code user1)" "State=${given[1]}"
	} | { ((round % 2)) && tac || cat; } | burst fifth
	results+=("$(accepted fifth) accepted, $(replies fifth 'Seikyo-Outcome=OTP-Locked') locked, $(
		user_row user1 'otp_failures, otp_locked_at IS NOT NULL' | tr '\t' ' ')")
done
one_of "R7: a right code beside the fifth wrong one: accepted and no lock, or locked and refused" \
	'^(1 accepted, 0 locked, 0 0|0 accepted, 2 locked, 5 1)$' "${results[@]}"
forgive user1

# --- wrong passwords

# guesses WORDS...: 199 request lines with wrong passwords, the right one somewhere among the first fifty.
guesses()
{
	local i place=$((RANDOM % 50)) typed=()

	for ((i = 0; i < 199; i++)); do
		typed+=("guess-$i")
		[ $i != $place ] || typed+=("$(esc 'pass word')")
	done
	each "$line $*" User-Password "${typed[@]}"
}

results=() others=()
for ((round = 0; round < $(rounds 2 100); round++)); do
	forgive user1
	next_step
	event=$(last_event)
	guesses | burst guesses
	results+=("$(user_row user1 'password_locked_until > clock_now()') $(
		events user1 "e.id > $event AND reason = 'wrong-now-locked'") $(
		replies guesses '^no-reply')")
	count=$(events user1 "e.id > $event AND reason = 'wrong'")
	[ "$count" -ge 9 ] && [ "$count" -le 18 ] || results+=("$count counted as wrong")
	state=$(sed -nE 's/^Access-Challenge .*[ ]State=([0-9A-Fa-f]+).*/\1/p' "$burst_dir/guesses")
	others+=("$(first_leg user1 'pass word' | cut -d ' ' -f 1) $([ -z "$state" ] ||
		answer "$state" "$(code user1)" user1 | cut -d ' ' -f 1)")
done
every "199 wrong passwords at once, the right one among them: ten in a row lock, once" "1 1 0" "${results[@]}"
one_of "after the lock the right password is refused, and so is a State from before it" \
	'^Access-Reject (Access-Reject)?$' "${others[@]}"

results=() others=()
for ((round = 0; round < $(rounds 2 100); round++)); do
	forgive user1
	next_step
	guesses "Seikyo-OTP=$(code user1)" | burst guesses
	results+=("$(user_row user1 'password_locked_until > clock_now()') $(accepted guesses)")
	next_step
	others+=("$(request user1 'pass word' "Seikyo-OTP=$(code user1)" | rad_many | cut -d ' ' -f 1)")
done
one_of "199 wrong passwords and the right one, each with the right code: locked, accepted once at most" \
	'^1 [01]$' "${results[@]}"
every "after the lock right password and code in one request are refused" Access-Reject "${others[@]}"

results=()
for ((round = 0; round < $(rounds 6 100); round++)); do
	forgive user1
	next_step
	sql "UPDATE user SET password_failures = 9 WHERE login_id = 'user1'"
	words=()
	[ $((round % 4)) -lt 2 ] || words=("Seikyo-OTP=$(code user1)")
	{
		request user1 'guess' "${words[@]}"
		request user1 'pass word' "${words[@]}"
	} | { ((round % 2)) && tac || cat; } | burst tenth
	results+=("$(replies tenth '^Access-(Accept|Challenge) ') good, $(
		user_row user1 'password_failures, IFNULL(password_locked_until > clock_now(), 0)' | tr '\t' ' ')")
done
# Right first: the other one is the first wrong one, and forgotten if the code is accepted after it.
one_of "the right password beside the tenth wrong one: good and no lock, or locked and refused" \
	'^(1 good, [01] 0|0 good, 0 1)$' "${results[@]}"
forgive user1
sql "UPDATE user SET password_failures = 9 WHERE login_id = 'user1'"
first_leg user1 'guess' >/dev/null
like "$(first_leg user1 'pass word')" '^Access-Reject ' "the last guess, after ten wrong ones, is refused though it is right"
forgive user1
like "$(first_leg user1 'pass word')" '^Access-Challenge ' "without the lock the same is right"

# --- a password changed, a token revoked, while logins are in flight

# in_flight NAME LINE...: a burst of both kinds of login, in the background; returns when the first of it is
# in the log. Ended by wait.
in_flight()
{
	local lines

	lines=$(cat "$SEIKYO_RADIUS_LOG" "$SEIKYO_RADIUS_LOG_2" | wc -l)
	for ((i = 0; i < 25; i++)); do
		printf '%s\n' "${@:2}"
	done | burst "$1" &
	flight=$!
	poll 10 begun "$lines" || bail "no request of the burst reached a server"
}

begun()
{
	[ "$(cat "$SEIKYO_RADIUS_LOG" "$SEIKYO_RADIUS_LOG_2" | wc -l)" -gt "$1" ]
}

# No lock of the password hides what the change does.
test_operate policy set password_failure_limit 100
results=() others=() written=()
passwords=('pass word' 'other word')
for ((round = 0; round < $(rounds 3 100); round++)); do
	old=${passwords[round % 2]} new=${passwords[(round + 1) % 2]}
	next_step
	event=$(last_event)
	now=$(code user1)
	mapfile -t given < <(states user1 "$old" 1)
	in_flight change "$(request user1 "$old")" "$(request user1 "$old" "Seikyo-OTP=$now")"
	test_operate user password user1 <<<"$new"
	{
		repeat 10 "$(request user1 "$old")"
		repeat 10 "$(request user1 "$old" "Seikyo-OTP=$(code user1)")"
		repeat 20 "$(request user1 "$(code user1)" "State=${given[0]}")"
	} | burst after
	wait "$flight"
	results+=("$(replies after '^Access-Reject ') $(user_row user1 'password_locked_until IS NULL')")
	state=$(grep '^Access-Challenge .*=OTP-Required' "$burst_dir/change" |
		sed -nE 's/.* State=([0-9A-Fa-f]+).*/\1/p' | tail -n 1)
	next_step
	others+=("$(answer "${state:-${given[0]}}" "$(code user1)" user1 | cut -d ' ' -f 1) $(
		answer "$(login user1 "$new")" "$(code user1)" user1 | cut -d ' ' -f 1)")
	written+=("$(events user1 "e.id > $event AND verdict = 'accepted' AND at < (
		SELECT MAX(at) FROM audit_event WHERE act = 'password')") $(accepted change)")
done
every "once a password's change has returned the old one is refused: alone, with a code, as a State" "40 1" "${results[@]}"
every "a State that the old password gained is refused; the new password is good" \
	"Access-Reject Access-Accept" "${others[@]}"
one_of "every Accept of a login in flight was settled before the change" '^(0 0|1 1)$' "${written[@]}"

results=()
for ((round = 0; round < $(rounds 3 100); round++)); do
	test_operate policy set hash_cost 1000
	test_operate user password user1 <<<'old word'
	test_operate policy set hash_cost 2000
	in_flight renewed "$(request user1 'old word')"
	test_operate user password user1 <<<'new word'
	wait "$flight"
	results+=("$(first_leg user1 'old word' | cut -d ' ' -f 1) $(first_leg user1 'new word' | cut -d ' ' -f 1)")
done
every "a hash being renewed does not bring back a password that was changed meanwhile" \
	"Access-Reject Access-Challenge" "${results[@]}"
test_operate policy set hash_cost 1000
test_operate user password user1 <<<'pass word'

results=() others=() written=()
for ((round = 0; round < $(rounds 2 100); round++)); do
	next_step
	event=$(last_event)
	mapfile -t given < <(states user1 'pass word' 1)
	in_flight revocation "$(request user1 "$(code user1)" "State=${given[0]}")" \
		"$(request user1 'pass word' "Seikyo-OTP=$(code user1)")"
	test_operate revoke user1 --reason lost --paper P-1
	{
		repeat 20 "$(request user1 "$(code user1 1)" "State=${given[0]}")"
		repeat 20 "$(request user1 'pass word' "Seikyo-OTP=$(code user1 1)")"
		repeat 20 "$(request user1 'pass word')"
	} | burst after
	results+=("$(replies after '^Access-Reject ')")
	wait "$flight"
	written+=("$(events user1 "e.id > $event AND verdict = 'accepted' AND at < (
		SELECT MAX(revoked_at) FROM token)") $(accepted revocation)")
	next_step
	setup_token user1 'pass word'
	next_step
	others+=("$(answer "$(login user1 'pass word')" "$(code user1)" user1 | cut -d ' ' -f 1)")
done
every "R8: once a revocation has returned nothing is accepted: no State, no code, no password" 60 "${results[@]}"
one_of "R8: every Accept of a login in flight was settled before the revocation" '^(0 0|1 1)$' "${written[@]}"
every "R9: the token issued anew is good" Access-Accept "${others[@]}"

done_testing
