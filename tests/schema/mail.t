#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The outbox: what is due is claimed, once; what was taken is never given out again; what was not is tried again, with
# growing pauses, for three days.
. "$(dirname "$0")/schema.sh"
schema_up
accounts

claim()
{
	as mailer "CALL mail_claim()"
}
has()
{
	db "SELECT CONCAT_WS(' ', $2) FROM mail_outbox WHERE id = $1"
}
# only_mail: one mail, just written; its id is $id.
only_mail()
{
	db "DELETE FROM mail_outbox; INSERT INTO mail_outbox (kind, contract_id, user_id, recipient, created_at, next_try_at)
		SELECT 'locked', contract_id, id, mail_address, clock_now(), clock_now() FROM user WHERE id = $user"
	id=$(db "SELECT id FROM mail_outbox")
}

# --- what is said

is "$(claim)" ok "an empty outbox: no row"
db "CALL branch_add_contract('C-1', '契約', 'contract@example.com'); CALL branch_start_contract('C-1', '2027-02-01')"
id=$(db "SELECT MAX(id) FROM mail_outbox")
now=$(db "SELECT clock_now()")
is "$(claim)" "ok $id	ready	contract@example.com	2027-01-31 15:00:00.000000	$now	1	契約		" \
	"the contract's own: recipient, the start date's instant, names"
new_user mailed master
only_mail
is "$(claim)" "ok $id	locked	user@example.com	NULL	$now	1	契約	利用者	master" "a user's"

# --- once

is "$(claim)" ok "what was claimed is not due"
clock_by 299.999999
is "$(claim)" ok "for five minutes"
clock_by 0.000001
is "$(claim | cut -f 6)" 2 "then a mailer that died in between has left it to the next, the same one"
is "$(as mailer "CALL mail_sent($id, '250 Ok')")" ok "sent"
is "$(has "$id" "sent_at = clock_now(), next_try_at IS NULL, answer")" "1 1 250 Ok" "with the server's words"
sent=$(db "SELECT sent_at FROM mail_outbox")
clock_by 864000
is "$(claim)" ok "it is never given out again"
for late in "mail_sent($id, '250 again')" "mail_defer($id, '451 late')" "mail_fail($id, '550 late')"; do
	as mailer "CALL $late" >/dev/null
	is "$(has "$id" "sent_at, failed_at IS NULL, next_try_at IS NULL, answer")" "$sent 1 1 250 Ok" \
		"nor changed by a late ${late%%(*}"
done

# --- not now

only_mail
pauses=
for _ in {1..9}; do
	claim >/dev/null
	as mailer "CALL mail_defer($id, '451 Later')" >/dev/null
	pause=$(has "$id" "TIMESTAMPDIFF(SECOND, clock_now(), next_try_at)")
	pauses+="$pause "
	clock_by $((pause - 1))
	[ "$(claim)" = ok ] || pauses+="(early) "
	clock_by 1
done
is "$pauses" "60 120 240 480 960 1920 3600 3600 3600 " \
	"the pauses double from a minute to an hour; nothing is due before"
is "$(has "$id" "sent_at IS NULL, failed_at IS NULL, answer")" "1 1 451 Later" "with the server's words"
only_mail
db "UPDATE mail_outbox SET tries = 12"
clock_by 259200
claim >/dev/null
as mailer "CALL mail_defer($id, '451 Later')" >/dev/null
is "$(has "$id" "failed_at IS NULL, tries")" "1 13" "to the end of the third day it is tried, however often it was"
only_mail
db "UPDATE mail_outbox SET tries = 11"
clock_by 262800
claim >/dev/null
as mailer "CALL mail_defer($id, '451 Later')" >/dev/null
is "$(has "$id" "failed_at IS NULL, tries")" "1 12" \
	"after it, still, to the twelfth time: the mailer may have stood still"
clock_by 3600
claim >/dev/null
as mailer "CALL mail_defer($id, '451 Last')" >/dev/null
is "$(has "$id" "failed_at = clock_now(), next_try_at IS NULL, answer")" "1 1 451 Last" "then it has failed"
clock_by 86400
is "$(claim)" ok "and is not due any more"

# --- never

only_mail
claim >/dev/null
is "$(as mailer "CALL mail_fail($id, '550 無理')")" ok "refused for good"
is "$(has "$id" "failed_at = clock_now(), next_try_at IS NULL, sent_at IS NULL, answer")" "1 1 1 550 無理" \
	"with the server's words"
clock_by 86400
is "$(claim)" ok "it is not due any more"
as mailer "CALL mail_defer($id, '451 late')" >/dev/null
is "$(has "$id" "failed_at IS NOT NULL, next_try_at IS NULL, answer")" "1 1 550 無理" \
	"nor by a late word of another mailer"
# The server took it from a mailer that was late: that is what counts.
as mailer "CALL mail_sent($id, '250 Ok')" >/dev/null
is "$(has "$id" "sent_at IS NOT NULL, failed_at IS NULL, answer")" "1 1 250 Ok" \
	"but where another did send it, it was sent"
is "$(db "CALL operator_status()" | cut -f 7-8)" "0	0" "and neither waits nor has failed"

# --- in order

db "DELETE FROM mail_outbox; INSERT INTO mail_outbox (kind, contract_id, user_id, recipient, created_at, next_try_at)
	SELECT 'locked', contract_id, u.id, CONCAT('m', seq), clock_now(), clock_now() + INTERVAL IF(seq = 3, -1, IF(seq = 5, 1, 0)) SECOND
	FROM user u JOIN seq_1_to_5 WHERE u.id = $user"
is "$(for _ in {1..5}; do claim | cut -f 3; done | paste -sd ' ')" "m3 m1 m2 m4 ok" \
	"the oldest due first; what is not yet due is not given"
for number in NULL 0 999999; do
	is "$(as mailer "CALL mail_sent($number, 'x')") $(as mailer "CALL mail_defer($number, 'x')") $(as mailer "CALL mail_fail($number, 'x')")" \
		"ok ok ok" "a mail that is not there: nothing ($number)"
done
is "$(db "SELECT COUNT(*) FROM mail_outbox WHERE answer IS NOT NULL")" 0 "and nothing has changed"
long="REPEAT('あ', 500)"
is "$(as mailer "CALL mail_fail((SELECT 1), $long)" | cut -c 1-2)" ok "words of 500 letters are kept"

done_testing
