#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# session: whose a session is, how it begins, and all that ends it; what a form of another browser, or of an earlier
# page, is worth.
. "$(dirname "$0")/console.sh"

console_up
person master1 master
person general1 general
stand_in master1 general1

# ended NAME: this browser has no session, and is told so.
ended()
{
	fetch /
	is "$(leads_to)" '303 /login?notice=ended' "$1"
}

# goes_on NAME: it has one.
goes_on()
{
	fetch /
	is "$status" 200 "$1"
}

# borrow FROM TO [CERTIFICATE]: a browser with the cookies of another.
borrow()
{
	cp "$work/$1.cookies" "$work/$2.cookies"
	[ ! -e "$work/$1.page" ] || cp "$work/$1.page" "$work/$2.page"
	browser "$2" "${3-$1}"
}

sessions()
{
	sql 'SELECT COUNT(*) FROM console_session WHERE closed_at IS NULL'
}

# --- how it begins

browser before general1
fetch /login
first=$(cookie)
sign_in general1
second=$(cookie)
isnt "$second" "$first" "the cookie changes with the login"
goes_on "the new one is a session"
borrow before old general1
sed -i "s/$second/$first/" "$work/old.cookies"
ended "the one of before the login is none"
borrow before earlier general1
browser before general1
next_step
password_page general1
submit /login/code "code=$(code general1)"
third=$(cookie)
isnt "$third" "$second" "a login inside of a session changes it, too"
goes_on "and goes on with that"
browser earlier general1
ended "the earlier session has ended with it"
sql "UPDATE console_session SET closed_at = clock_now()"
browser thief general1
printf 'localhost\tFALSE\t/\tTRUE\t0\t__Host-seikyo\t%064d\n' 0 >"$jar"
sign_in general1
isnt "$(cookie)" "$(printf '%064d' 0)" "a cookie that somebody has planted is no session after the login"
is "$(sql "SELECT COUNT(*) FROM console_session WHERE digest = UNHEX(SHA2(UNHEX('$(cookie)'), 256))")" 1 \
	"the database has the digest of the cookie's bytes"
is "$(sql "SELECT COUNT(*) FROM console_session WHERE HEX(digest) = UPPER('$(cookie)')")" 0 "and not the bytes"

# --- as people type in Japanese

# wide DIGITS: in full width.
wide()
{
	local digits=$1 digit

	for digit in 0０ 1１ 2２ 3３ 4４ 5５ 6６ 7７ 8８ 9９; do
		digits=${digits//${digit:0:1}/${digit:1}}
	done
	printf '%s' "$digits"
}

browser general1
next_step
password_page general1
submit /login/code "code=　$(wide "$(code general1)") "
is "$(leads_to)" '303 /' "a code in full width, with blanks around it, is taken"
person general6 general
browser general6
fetch /login
submit /login "password=$(their general6 3)"
submit /setup mail=phone@docomo.ne.jp "start=$(wide $start_password)" start_again=$start_password
install_token general6
submit /setup/code "code=$(wide "$(code general6)")"
is "$(leads_to)" '303 /' "a start password in full width is the one that the app knows"

# --- the certificate

browser general1
goes_on "a session with its certificate"
borrow general1 other master1
ended "with another's certificate: none"
browser other -
ended "without a certificate: none"
# The same user's, and as good: on his other machine.
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=general1 -keyout "$stack/second.key" 2>/dev/null |
	openssl x509 -req -CA "$stack/ca/client-ca.crt" -CAkey "$stack/ca/client-ca.key" -days 30 -out "$stack/second.crt" \
		-extfile <(printf 'extendedKeyUsage=clientAuth\n') 2>/dev/null || bail "no certificate made"
test_operate user certificate add general1 "$stack/second.crt"
browser other second
ended "with another certificate of the same user: none"
browser other general1
goes_on "the twin: with its own certificate it is still there"
browser second
sign_in general1
goes_on "(the other certificate has sessions of its own)"

# --- log-out

borrow general1 copy
browser general1
fetch /
submit /logout
is "$(leads_to)" '303 /login?notice=out' "a log-out leads to the login page"
is "$(cookie)" "" "and takes the cookie away"
browser copy general1
ended "the cookie is no session any more"
submit /logout
is "$(leads_to)" '303 /login?notice=ended' "a second log-out, from another tab, says so"
browser one general1
sign_in general1
browser two general1
sign_in general1
fetch /
submit /logout
browser one general1
goes_on "a log-out in one browser leaves the other's session"
fetch /
submit /logout

# --- time

browser general1
sign_in general1
stack_do clock +899 >/dev/null
goes_on "14:59 idle: the session is there"
stack_do clock +899 >/dev/null
goes_on "each page begins the minutes anew"
stack_do clock +900 >/dev/null
ended "15 minutes idle: it has ended"
test_operate policy set session_idle_minutes 120
sign_in general1
for _ in 1 2 3 4; do
	stack_do clock +7000 >/dev/null
	fetch /
done
stack_do clock +799 >/dev/null
goes_on "7:59:59 after the login: it is there"
stack_do clock +1 >/dev/null
ended "8 hours after the login: it has ended"
test_operate policy set session_idle_minutes 15

# --- what happens to the user

sign_in general1
lock general1
browser general1
ended "a lock of the codes ends it"
test_operate unlock general1 --paper P-1
ended "and it stays ended when the lock is released"
sign_in general1
printf 'a-new-Password' | "$SEIKYO_COMMAND" user password general1 >/dev/null || bail "no new password"
ended "a new login password ends it"
sed -i "s/^\(general1 general \)[^ ]*/\1a-new-Password/" "$stack/people"
sign_in general1
test_operate user certificate remove general1 "$(their general1 4)"
ended "the end of the certificate ends it"
test_operate user certificate add general1 "$stack/general1.crt"
sign_in general1
goes_on "(the certificate is back)"
browser master1
sign_in master1
test_operate revoke general1 --reason lost --paper P-2
browser general1
ended "a revocation ends it"
browser master1
goes_on "the twin: not another's"
person general2 general
browser general2
set_up general2
goes_on "(another user's)"

browser general2
test_operate user close general2 --paper P-3
ended "the end of the user ends it"

# --- the forms

person general5 general
browser general5
set_up general5
fetch /
token=$(hidden /logout | grep '^csrf=')
browser master1
fetch /
submit /logout "$token"
is "$(verdict)" '403 token' "another session's token is refused"
goes_on "and nothing is done"
browser fresh master1
fetch /login
token=$(hidden /login | grep '^csrf=')
browser master1
submit /logout "$token"
is "$(verdict)" '403 token' "a token of the same user's other browser is refused"
borrow fresh fresh2 master1
next_step
password_page master1
before=$(hidden /login/code | grep '^csrf=')
submit /login/code "code=$(code master1)"
fetch /
submit /logout "$before"
is "$(verdict)" '403 token' "the token of before the login is refused after it"
browser master1
fetch /
submit /logout -csrf
is "$(verdict)" '403 token' "no token is refused"
submit /logout csrf=
is "$(verdict)" '400 malformed' "an empty one is"
submit /logout "csrf=$(printf '%064d' 0)"
is "$(verdict)" '403 token' "zeros are"
submit /logout
is "$(leads_to)" '303 /login?notice=out' "the twin: the page's own is taken"

# --- the page of the code, sent again

# last_login: what a login changes of a user.
last_login()
{
	column "$1" "CONCAT_WS(' ', login_1_at, login_2_at, otp_last_step, otp_failures)"
}

next_step
password_page master1
stack_do clock +1 >/dev/null
good=$(code master1)
borrow master1 stranger master1
browser master1
submit /login/code "code=$good"
in=$(cookie)
open=$(sessions)
seen=$(last_login master1)
# The browser has sent the form twice before the first answer came: with the cookie of before.
borrow stranger late master1
borrow stranger again master1
submit /login/code "code=$good"
is "$(leads_to) $(cookie)" "303 / $in" "the form sent twice gives the same session"
is "$(sessions) $(last_login master1)" "$open $seen" "and is not a second login"
# Somebody who has the form, all hidden fields, the code and the certificate, but not the cookie.
browser stranger master1
rm "$jar"
browser stranger master1
held=$(hidden /login/code | grep -v '^csrf=')
fetch /login
token=$(hidden /login | grep '^csrf=')
data=()
for word in $held "$token" "code=$good"; do
	data+=(--data "$word")
done
fetch -H "Origin: $console" "${data[@]}" /login/code
unlike "$(leads_to)" '^303 /$' "the same form from a browser with another cookie gives no session"
ended "none at all"
is "$(sessions) $(last_login master1)" "$open $seen" "and changes nothing"
stack_do clock +61 >/dev/null
browser late master1
submit /login/code "code=$good"
shows 'The login is no longer valid' "a minute later the form is worth nothing"
ended "and gives no session"
is "$(sessions) $(last_login master1)" "$open $seen" "nor is it a second login"
browser again master1
goes_on "the twin: the session that it gave goes on"

# --- the setup's ticket

person general3 general
person general4 general
browser general3
fetch /login
submit /login "password=$(their general3 3)"
mapfile -t victim < <(hidden /setup | grep -E '^(state|ticket)=')
browser general4
fetch /login
submit /login "password=$(their general4 3)"
asked=(mail=thief@docomo.ne.jp start=1111 start_again=1111)
submit /setup "${asked[@]}" "${victim[@]}"
is "$(verdict)" '403 expired' "the setup's ticket of another user is refused"
is "$(column general3 'live_token IS NULL') $(column general4 'live_token IS NULL')" "1 1" "and no token issued"
browser nobody -
fetch /login
submit /login password=x
cp "$work/general3.page" "$work/nobody.page"
cp "$work/general3.cookies" "$work/nobody.cookies"
browser nobody -
submit /setup "${asked[@]}"
is "$(verdict)" '403 expired' "without the certificate it is refused"
browser general3
submit /setup mail=phone@docomo.ne.jp start=$start_password start_again=$start_password
shows 'A mail has been sent to: phone@docomo.ne.jp' "the twin: its own user's is taken"
submit /setup mail=phone@docomo.ne.jp start=$start_password start_again=$start_password
is "$(sql "SELECT COUNT(*) FROM token t JOIN user u ON u.id = t.user_id WHERE u.login_id = 'general3'")" 1 \
	"once only"
install_token general3
submit /setup/code "code=$(code general3)"
is "$(leads_to)" '303 /' "and leads to the top page"
mapfile -t victim < <(hidden /setup/code | grep -E '^(state|ticket)=')
browser general4
cp "$work/general3.page" "$work/general4.page"
fetch /login
submit /login "password=$(their general4 3)"
cp "$work/general4.page" "$work/keep"
submit /setup "${asked[@]}"
submit /setup/code "code=$(code general3)" "${victim[@]}"
isnt "$(leads_to)" '303 /' "a State of another user's setup is refused with that user's code"
ended "and gives no session"
done_testing
