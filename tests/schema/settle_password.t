#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# radius_settle_password: what a password's verdict is, and what it leaves behind.
. "$(dirname "$0")/schema.sh"
schema_up

name=5a
name_mac="X'${name}000102030405060708090a0b0c0d0e'"
good=$(digest_of "$hash_1")

# settle RIGHT [HASH-DIGEST [RENEWED [ENDS-WITH [USER]]]]: cleared where radius_find would have it so.
settle()
{
	verdict "CALL radius_settle_password(${5-$user}, $name_mac, $1, ${2-NULL}, ${3-NULL}, ${4-NULL}, $attempt,
		$request, 'gateway', NOT EXISTS (SELECT 1 FROM user u JOIN contract c ON c.id = u.contract_id
		WHERE u.id = ${5-$user} AND (u.closed_at IS NOT NULL OR c.closed_at IS NOT NULL)))"
}

decoy()
{
	db "SELECT CONCAT(failures, ' ', LENGTH(attempts)) FROM decoy WHERE id = 0x$name"
}

# --- right

new_user right
row=$(user_row)
new_attempt
is "$(settle TRUE "$good")" ok "a right password is OK"
is "$(user_row) $(events)" "$row " "it writes nothing where there is nothing to reset: the code's verdict will"
new_attempt
is "$(settle TRUE "$good" NULL "'setup'")" ok "one that ends here is OK"
is "$(events)" "password refused setup" "and leaves an event that says why it ends"
for _ in 1 2 3; do
	new_attempt
	settle FALSE >/dev/null
done
is "$(user_has password_failures)" 3 "three wrong ones are counted"
new_attempt
is "$(settle TRUE "$good")" ok "a right one"
is "$(user_has password_failures)" 0 "begins the count anew"

new_attempt
settled=$attempt
settle FALSE >/dev/null
new_attempt
settle TRUE "$good" >/dev/null
attempt=$settled
is "$(settle TRUE "$good")" wrong "an attempt settled as wrong stays so, also where the count has begun anew since"

# --- wrong

new_user wrong
states=$(user_has states_from)
for _ in {1..9}; do
	new_attempt
	settle FALSE "$good" >"$work/verdict"
done
is "$(cat "$work/verdict")" wrong "a wrong password is refused"
is "$(user_has 'password_failures, states_from')" "9 $states" "each is counted"
clock_by 1
new_attempt
is "$(settle FALSE "$good")" locked "the tenth locks"
is "$(user_has "password_failures, TIMESTAMPDIFF(SECOND, clock_now(), password_locked_until),
	states_from = clock_now()")" "0 900 1" "for 15 minutes, and raises states_from"
is "$(events)" "$(printf 'password refused wrong,%.0s' {1..9})password refused wrong-now-locked" \
	"each has left one event"
is "$(user_has 'IFNULL(otp_locked_at, 0), otp_failures')" "0 0" "codes are not touched: their counter is their own"
row=$(user_row)
new_attempt
is "$(settle TRUE "$good")" locked "a right password is refused while it is locked"
is "$(user_row)" "$row" "and writes nothing to the user's row"
like "$(events)" 'password refused locked$' "but its event"
clock_by 899.999999
new_attempt
is "$(settle TRUE "$good")" locked "to the last microsecond"
clock_by 0.000001
new_attempt
is "$(settle TRUE "$good")" ok "then it is right again"
is "$(user_has "IFNULL(password_locked_until, 'free')")" free "and the lock is gone"
db "CALL operator_set_policy('password_failure_limit', '3'); CALL operator_set_policy('password_lock_minutes', '2')"
for _ in 1 2 3; do
	new_attempt
	settle FALSE >"$work/verdict"
done
is "$(cat "$work/verdict") $(user_has 'TIMESTAMPDIFF(SECOND, clock_now(), password_locked_until)')" "locked 120" \
	"limit and time are the policy's"
db "CALL operator_set_policy('password_failure_limit', '10'); CALL operator_set_policy('password_lock_minutes', '15')"

# --- the same attempt again

new_user repeat
new_attempt
settle FALSE >/dev/null
row=$(user_row)
event=$(events)
clock_by 60
is "$(settle FALSE)" wrong "an attempt is wrong again within 60 s"
is "$(user_row) $(events)" "$row $event" "and counted once"
is "$(settle TRUE "$good")" wrong "what it says the second time does not matter"
clock_by 0.000001
is "$(settle FALSE) $(user_has password_failures)" "wrong 2" "after 60 s it is counted anew"
db "UPDATE user SET password_failures = 9 WHERE id = $user"
new_attempt
is "$(settle FALSE)" locked "the attempt that locks"
event=$(events)
is "$(settle FALSE) $(events)" "locked $event" "is locked again"

# --- changed meanwhile

new_user changed
new_attempt
db "CALL branch_set_password('changed', '$hash_2')"
row=$(user_row)
is "$(settle TRUE "$good")" wrong "a right password of a hash that is no longer the user's is wrong"
is "$(user_row)" "$row" "uncounted"
is "$(events)" "password refused changed" "its event says so"
new_attempt
is "$(settle TRUE "$good" "'$hash_1'")" wrong "with a renewed hash as well"
is "$(user_has password_hash)" "$hash_2" "a password changed meanwhile is not restored"
new_attempt
is "$(settle TRUE "$(digest_of "$hash_2")")" ok "the twin: the hash of now"
new_attempt
is "$(settle TRUE)" wrong "without a hash's digest nothing is right"

# --- renewed

renewed="\$6\$rounds=2000\$seikyo\$$(printf 'C%.0s' {1..43})"
states=$(user_has states_from)
new_attempt
is "$(settle TRUE "$(digest_of "$hash_2")" "'$renewed'")" ok "a right password brings a renewed hash"
is "$(user_has 'password_hash, states_from')" "$renewed $states" "it is kept, and no State is stale for it"
like "$(db "SELECT hash_formats FROM policy_now")" 'rounds=2000' "its format is one of those in use"
new_attempt
is "$(settle FALSE "$(digest_of "$renewed")" "'$hash_1'") $(user_has password_hash)" "wrong $renewed" \
	"a wrong password renews nothing"
new_attempt
is "$(settle TRUE "$(digest_of "$hash_2")")" ok "a login verified against the hash before the renewed one is right"
new_attempt
is "$(settle TRUE "$(digest_of "$hash_2")" "'$hash_1'") $(user_has password_hash)" "ok $renewed" \
	"but the hash that it renews is not kept"
db "CALL branch_set_password('$(user_has login_id)', '$renewed')"
new_attempt
is "$(settle TRUE "$(digest_of "$hash_2")")" wrong "after a change of the password it is wrong"

# --- the same work for all

# work NAME REASON VERDICT RIGHT [USER]: refused with this verdict; the row of the name's decoy takes the attempt,
# the user's is not touched, and there is one event more.
work()
{
	local row

	name=$(printf '%02x' $((16#$name + 1)))
	name_mac="X'${name}000102030405060708090a0b0c0d0e'"
	row=$(user_row)
	new_attempt
	is "$(settle "$4" "$good" NULL NULL "${5-$user}")" "$3" "$1: $3"
	is "$(decoy)" "1 26" "$1: a row of the same shape is written"
	is "$(user_row)" "$row" "$1: the user's is not"
	is "$(db "SELECT CONCAT_WS(' ', COUNT(*), MAX(reason)) FROM login_event WHERE request_id = $request")" \
		"1 $2" "$1: one event"
	settle "$4" "$good" NULL NULL "${5-$user}" >/dev/null
	is "$(decoy) $(db "SELECT COUNT(*) FROM login_event WHERE request_id = $request")" "1 26 1" \
		"$1: the same attempt again is settled once"
}

new_user work
work "an unknown name" unknown wrong FALSE NULL
is "$(db "SELECT COUNT(*) FROM login_event WHERE user_id IS NULL AND name_mac = $name_mac")" 1 \
	"its event holds the name's MAC"
work "an unknown name with a right password" unknown wrong TRUE NULL
work "a user that is not there" closed wrong TRUE 999999
work "a missing certificate" certificate wrong NULL
is "$(user_has password_failures)" 0 "a missing certificate is not counted"
db "UPDATE user SET password_locked_until = clock_now() + INTERVAL 1 SECOND WHERE id = $user"
work "a locked password, right" locked locked TRUE
work "a locked password, wrong" locked locked FALSE
work "a locked password without a certificate" locked locked NULL
db "UPDATE user SET closed_at = clock_now() WHERE id = $user"
work "a closed user, locked too" closed wrong TRUE
db "UPDATE user SET closed_at = NULL, password_locked_until = NULL; UPDATE contract SET closed_at = clock_now()"
work "a closed contract" closed wrong TRUE
db "UPDATE contract SET closed_at = NULL"
new_attempt
is "$(settle TRUE "$good")" ok "the twin: open, free, known"
is "$(db "SELECT COUNT(*) FROM login_event WHERE user_id IS NOT NULL AND name_mac IS NOT NULL")" 0 \
	"no event of a user of ours holds a name's MAC"
for _ in {1..10}; do
	new_attempt
	settle FALSE NULL NULL NULL NULL >/dev/null
done
is "$(decoy)" "1 104" "a decoy counts to ten and begins anew, as a user's row does, and keeps four attempts"

# --- what must not be missing

for what in attempt request; do
	new_attempt
	row=$(user_row)
	declare "$what=NULL"
	unlike "$(settle FALSE)" '^ok' "without $what a wrong password is not OK"
	is "$(user_row)" "$row" "nor is it half settled ($what)"
done

done_testing
