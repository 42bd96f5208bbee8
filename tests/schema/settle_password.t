#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# radius_settle_password: what a password's verdict is, and what it leaves behind.
. "$(dirname "$0")/schema.sh"
schema_up

name=5a
name_mac="X'${name}000102030405060708090a0b0c0d0e'"
good=$(digest_of "$hash_1")

# settle RIGHT [HASH-DIGEST [RENEWED [ENDS-WITH [USER]]]]
settle()
{
	verdict "CALL radius_settle_password(${5-$user}, $name_mac, $1, ${2-NULL}, ${3-NULL}, ${4-NULL}, $attempt,
		$request, 'gateway')"
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
for i in 1 2 3; do
	new_attempt
	settle FALSE >/dev/null
done
is "$(user_has password_failures)" 3 "three wrong ones are counted"
new_attempt
is "$(settle TRUE "$good")" ok "a right one"
is "$(user_has password_failures)" 0 "begins the count anew"

# --- wrong

new_user wrong
states=$(user_has states_from)
for i in {1..9}; do
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
for i in 1 2 3; do
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

# --- the same work for all

shape=$(decoy)
new_attempt
is "$(settle FALSE NULL NULL NULL NULL) $(events 'user_id IS NULL')" "wrong password refused unknown" \
	"an unknown name is wrong"
is "$(decoy)" "1 26" "and writes a row of the same shape"
is "$shape" "0 26" "the rows of those refused before stand there"
is "$(db "SELECT COUNT(*) FROM login_event WHERE user_id IS NULL AND name_mac = $name_mac")" 1 \
	"its event holds the name's MAC"
is "$(db "SELECT COUNT(*) FROM login_event WHERE user_id IS NOT NULL AND name_mac IS NOT NULL")" 0 \
	"a known user's does not"
done_testing
