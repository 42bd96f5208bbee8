#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# R1: a code is good for one login only, whatever becomes of its token: otp_last_step never falls.
. "$(dirname "$0")/schema.sh"
schema_up
accounts
db "CALL operator_set_policy('reissue_delay_minutes', '0'); CALL operator_set_policy('night_from', '00:00');
	CALL operator_set_policy('night_until', '00:00')"
new_user floor
active_token
new_attempt
is "$(settle_code "$(step)")" ok "a code is accepted"
last=$(user_has otp_last_step)
is "$last" "$(step)" "and its step is the last one"

# stands AFTER: the step is used up still.
stands()
{
	is "$(user_has otp_last_step)" "$last" "$1: the last step stands"
	new_attempt
	is "$(settle_code "$(step)" "safe=$safe")" used "$1: its code is used"
}

lock_user floor
db "CALL branch_unlock('floor', 'P-1')"
stands "after a lock and an unlock"
db "CALL branch_set_password('floor', '$hash_2')"
stands "after another password"
db "CALL branch_revoke('floor', 'lost', 'P-1')" >/dev/null
is "$(user_has otp_last_step)" "$last" "after a revocation: the last step stands"
installed_token
stands "after the issue of a new token"
clock_by 60
new_attempt
is "$(settle_code "$(step)" "safe=$safe")" ok "the next step's code is good, as the new token's first"
is "$(user_has otp_last_step)" "$((last + 1))" "and is the last one now"
db "CALL branch_close_user('floor', 'P-1')"
is "$(user_has otp_last_step)" "$((last + 1))" "after his closing: it stands"
done_testing
