#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The initial setup (R5) where it goes another way than it should: each page says what happened, and leads on.
. "$(dirname "$0")/console.sh"

console_up
stack_do people >/dev/null || bail "no people"

browser general1
fetch /login
submit /login "password=$(their general1 3)"
shows 'Issue of a one-time password token.*check.html' "the setup names the page that checks the phone"
submit /setup mail=phone@docomo.ne.jp start=$start_password start_again=$start_password
unlike "$(text)" 'Please check what you entered' "the first code is asked for without a complaint"
submit /setup/code code=123456
shows 'The app has not received this token yet' "a code typed before the phone has its token: said so"
submit /setup/code code=1234567
shows 'digits only' "seven digits are no code"
is "$(sql "SELECT otp_failures FROM user WHERE login_id = 'general1'")" 0 "neither was counted"
cp "$work/general1.page" "$work/waiting"
id=$(hidden /setup/code | sed -n 's/^app_user_id=//p')
for _ in 1 2 3 4 5; do
	sql "CALL app_install_token('SEIKYO', '$id', REPEAT('x', 32), REPEAT('x', 100))" 2>/dev/null
done
is "$(sql "SELECT live_token IS NULL FROM user WHERE login_id = 'general1'")" 1 "five wrong start passwords void it"
cp "$work/waiting" "$work/general1.page"
submit /setup/code code=123456
shows 'token that was issued is void.*Login password' "a code for it leads back to the login, and says why"
submit /login "password=$(their general1 3)"
submit /setup mail=phone@docomo.ne.jp start=$start_password start_again=$start_password
install_token general1
submit /setup/code "code=$(code general1)"
is "$(leads_to)" '303 /' "the twin: from there the setup goes through"

done_testing
