#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# input: what no browser of ours sends: each is answered by a page that says so, with the same process as before
# and no row changed; and what a name may hold comes out on every page as the text that it is.
. "$(dirname "$0")/console.sh"

form=application/x-www-form-urlencoded
console_up
stack_do stop mailer
person master1 master
person general1 general
stand_in master1 general1
lock general1
browser master1
fetch /unlock
attempt=$(hidden /unlock | grep '^attempt=')
csrf=$(hidden /unlock | grep '^csrf=')
good="$csrf&$attempt"
before=$(rows)
processes=$(stack_do pid console | sort)

# unharmed NAME: no row has changed, and every process is the same.
unharmed()
{
	is "$(rows)" "$before" "$1: no row is changed"
	is "$(stack_do pid console | sort)" "$processes" "$1: no process has ended"
}

# send BODY [PATH]: as a form, with what a good one has.
send()
{
	printf '%b' "$1" >"$work/in"
	fetch -H "Origin: $console" --data-binary "@$work/in" "${2:-/unlock}"
}

# all_get VERDICT NAME COMMAND ITEM...: the command, with each item as its last word, is answered by this verdict.
all_get()
{
	local wanted=$1 name=$2 command=$3 item wrong=''

	for item in "${@:4}"; do
		$command "$item"
		[ "$(verdict)" = "$wanted" ] || wrong+="$item: $(verdict)"$'\n'
	done
	is "$wrong" "" "$name (${wanted%% *}, $(($# - 3)) ways)"
}

# --- forms

send "$good"
shows 'Please choose at least one user' "(a good form)"
bad_form()
{
	send "$good&$1"
}
all_get '400 malformed' "bad %-escapes are refused" bad_form \
	'user=%' 'user=%4' 'user=%zz' 'user=a%' 'user=%%%34' 'us%er=a' 'user=%u0041'
all_get '400 malformed' "NUL is refused" bad_form 'user=%%00' 'user=a%%00b' 'user=a\0b' '\0' 'user=a\0' 'user=a&\0'
all_get '400 malformed' "what is no UTF-8 is refused" bad_form 'user=%%ff' 'user=%%e3%%81' 'user=%%80' 'user=\0377' \
	'user=%%c0%%af' 'user=%%e0%%80%%af' 'user=%%f0%%80%%80%%af' 'user=%%ed%%a0%%80' 'user=%%ed%%bf%%bf' \
	'user=%%f4%%90%%80%%80' 'user=%%93%%fa%%96%%7b'
all_get '400 malformed' "control characters are refused" bad_form 'user=a%%0ab' 'user=a\nb' 'user=%%1b[31m' 'user=%%7f' \
	'user=a%%09' 'search=a%%0d'
all_get '400 malformed' "a field sent twice is refused" bad_form "$csrf" "$attempt" 'search=a&search=a' 'page=1&page=1' \
	'confirmation=a&confirmation=b'
all_get '400 malformed' "an unknown field is refused" bad_form 'x=y' 'users=a' 'reason=lost' 'password=a' 'user[]=a' 'user'
all_get '400 malformed' "a value beyond its length is refused" bad_form "user=$(printf 'x%.0s' {1..129})" \
	"confirmation=$(printf 'x%.0s' {1..2000})" 'page=0' 'page=-1' 'page=1000001' 'page=x' 'attempt=00'
many=$(printf '&user=u%d' {1..100})
send "$good$many"
shows 'Please enter the confirmation password' "a hundred users are taken"
send "$good$many&user=u101"
is "$(verdict)" '400 malformed' "a hundred and one are refused"
fetch -H "Origin: $console" --data "$good" "/unlock?user=a"
is "$(verdict)" '400 malformed' "a form with a query is refused"
unharmed "bad forms"

# --- a new line in each field

header_lines()
{
	local path field

	while read -r path field; do
		browser master1
		send "$good&$field=a%%0d%%0aSet-Cookie:%%20x=y" "$path"
		[ "$(verdict)" = '400 malformed' ] || printf '%s %s: %s\n' "$path" "$field" "$(verdict)"
		! grep -qi 'x=y' "$work/head" || printf '%s %s: in the head\n' "$path" "$field"
	done
}
is "$(
	header_lines <<-'EOF2'
	/login password
	/login login_id
	/login/code code
	/login/code state
	/setup mail
	/setup start
	/setup start_again
	/setup ticket
	/setup/code app_user_id
	/unlock user
	/unlock confirmation
	/unlock search
	/unlock which
	/unlock page
	/revoke reason
	EOF2
)" "" "a new line in any field of a form is refused, and never in the head"
query_lines()
{
	local path

	for path in '/login?lang=' '/login?notice=' '/unlock?search=' '/unlock?which=' '/unlock?page=' '/audit?act=' \
		'/audit?search=' '/audit.csv?search='; do
		fetch "${path}a%0d%0aSet-Cookie:%20x=y"
		[[ $(verdict) == '400'* ]] || printf '%s: %s\n' "$path" "$(verdict)"
		! grep -qi 'x=y' "$work/head" || printf '%s: in the head\n' "$path"
	done
}
is "$(query_lines)" "" "a new line in any field of an address is refused, and never in the head"

# --- bodies

fetch -H "Origin: $console" -H 'Expect:' -H 'Transfer-Encoding: chunked' --data "$good" /unlock
shows 'Please choose at least one user' "a form in chunks is a form"
for type in text/plain 'multipart/form-data; boundary=x' '' application/xml; do
	fetch -H "Origin: $console" -H "Content-Type: $type" --data "$good" /unlock
	is "$status" 415 "a body of the type '$type' is refused"
	like "$(text)" 'This page cannot be shown' "with a page that says so"
done
fetch -H "Origin: $console" -H 'Content-Type: application/json' --data '{"user": ["general1"]}' /unlock
is "$(verdict)" '400 malformed' "JSON is no form"
head -c 65537 /dev/zero | tr '\0' 'x' >"$work/large"
answered fetch -H "Origin: $console" --data-binary "@$work/large" /unlock
is "$status" 413 "a body of 64 KiB and a byte is refused"
head -c 10000000 /dev/zero | tr '\0' 'x' >"$work/large"
answered fetch -H "Origin: $console" -H 'Expect:' --data-binary "@$work/large" /unlock
is "$status" 413 "one of 10 MB is refused"
answered fetch -H "Origin: $console" -H 'Expect:' -H 'Transfer-Encoding: chunked' --data-binary "@$work/large" /unlock
like "$status" '^41[13]$' "one of 10 MB in chunks is refused"

# What no web server hands on, straight to a process behind it.
post=(REQUEST_METHOD=POST REQUEST_URI=/unlock "HTTP_ORIGIN=$console" "HTTP_COOKIE=__Host-seikyo=$(cookie)"
	SSL_CLIENT_VERIFY=SUCCESS "SSL_CLIENT_CERT=$(cat "$stack/master1.crt")" "CONTENT_TYPE=$form")
printf '%s' "$good" >"$work/in"
fastcgi "${post[@]}" "CONTENT_LENGTH=${#good}" <"$work/in"
shows 'Please choose at least one user' "(a good form, straight to the process)"
cgi "${post[@]}" "CONTENT_LENGTH=${#good}" <"$work/in"
shows 'Please choose at least one user' "(and to the program as CGI)"
lengths=('' -1 +1 0x10 1e1 "${#good} " " ${#good}" 99999999999999999999 1234567890 $((${#good} + 1)))
said_length()
{
	"$gateway" "${post[@]}" "CONTENT_LENGTH=$1" <"$work/in"
}
for gateway in fastcgi cgi; do
	all_get '400 malformed' "$gateway: a wrong length, or one beyond the body's, is refused" said_length "${lengths[@]}"
	all_get '413 large' "$gateway: a huge length is refused" said_length 65537 999999999
	"$gateway" "${post[@]}" <"$work/in"
	is "$(verdict)" '400 malformed' "$gateway: no length is refused"
	"$gateway" "${post[@]}" CONTENT_LENGTH=$((${#good} - 1)) <"$work/in"
	is "$(verdict)" '400 malformed' "$gateway: a form that is cut is refused"
	"$gateway" </dev/null
	is "$(verdict)" '404 nowhere' "$gateway: a request without any variable is answered"
	"$gateway" REQUEST_METHOD=GET REQUEST_URI=/login SSL_CLIENT_VERIFY=SUCCESS SSL_CLIENT_CERT=garbage </dev/null
	is "$(verdict)" '400 malformed' "$gateway: a certificate that is none is refused"
	"$gateway" REQUEST_METHOD=GET REQUEST_URI=/login "HTTP_COOKIE=$(printf 'a=b; %.0s' {1..9000})" </dev/null
	is "$(verdict)" 200 "$gateway: 50,000 bytes of cookies are looked through"
	"$gateway" REQUEST_METHOD=GET REQUEST_URI=/login HTTP_ACCEPT_LANGUAGE="$(printf 'x,%.0s' {1..30000})en" </dev/null
	is "$(verdict)" 200 "$gateway: as many languages"
done
printf 'garbage that is no FastCGI%.0s' {1..100} |
	perl -MIO::Socket::UNIX -e 'my $s = IO::Socket::UNIX->new(Peer => shift); local $SIG{PIPE} = "IGNORE";
		print $s do { local $/; <STDIN> }' "$(console_socket)"
fastcgi REQUEST_METHOD=GET REQUEST_URI=/login </dev/null
is "$(verdict)" 200 "a process answers after garbage instead of FastCGI"
unharmed "bad bodies"

# --- addresses

address()
{
	fetch "$1"
}
all_get '404 nowhere' "an address that only looks like a page's is none" address '/login/' '/Login' '/login.html' \
	'/works/users/' '/unlock/general1' '/login;x' '/login:x' '/audit.csv/'
no_page()
{
	fetch "$1"
	[[ $status == 4?? && $body != *master1* ]] || wrong+="$1: $status "
}
wrong=''
for path in '//login' '/./login' '/%2e%2e/login' '/..%2flogin' '/%2e/login' '/login%00' '/login%2f' '/\login' '/%ff' '/../login' '/works/../unlock' \
	"/$(printf 'x%.0s' {1..10000})" '/login?%' '/login?x=1' '/unlock?user=a' '/audit?page=0' '/unlock?search=%ff' \
	'/unlock?search=%f4%90%80%80' "/login?lang=$(printf 'x%.0s' {1..5000})" '/works?lang=ja&lang=en' '/unlock?search'; do
	no_page "$path"
done
is "$wrong" "" "addresses that are not what they seem get no page"
fetch "/login?lang=$(printf 'x%.0s' {1..2044})"
is "$(verdict)" '414 large' "a query of 2,049 bytes is refused"
fetch --request-target "$console/login" /x
like "$status" '^(200|40[04])$' "an absolute address is a page or none"
for method in PUT DELETE PATCH OPTIONS; do
	fetch -X $method /login
	is "$(verdict)" '405 method' "$method is refused"
done
for method in TRACE CONNECT FOO; do
	fetch -X $method /login
	like "$status" '^[45]0[0-9]$' "$method is refused"
	unlike "$body" "$(cookie)" "$method: nothing is sent back"
done

# --- cookies

# other_cookie HEADER: the top page with that.
other_cookie()
{
	: >"$jar"
	fetch --header "Cookie: $1" /
}
value=$(cookie)
cp "$jar" "$work/kept"
other_cookie "__Host-seikyo=$value"
is "$status" 200 "(the session's cookie)"
all_get '303 /login' "a cookie of another form is none" other_cookie '__Host-seikyo=' "__Host-seikyo=${value}0" \
	"__Host-seikyo=\"$value\"" "__Host-seikyo=x${value#?}" "seikyo=$value" "__host-seikyo=$value" \
	"__Host-seikyo =$value" "x__Host-seikyo=$value"
all_get '303 /login' "two cookies of our name are none" other_cookie "__Host-seikyo=$value; __Host-seikyo=$value" \
	"__Host-seikyo=$value; __Host-seikyo=$(printf '%064d' 0)" "__Host-seikyo=; __Host-seikyo=$value"
other_cookie "a=b; __Host-seikyo=$value; c=d"
is "$status" 200 "among others of foreign names it is good"
other_cookie "__Host-seikyo-lang=<b>; __Host-seikyo=$value"
is "$status" 200 "a language that is none does no harm"
other_cookie "x=$(printf 'x%.0s' {1..9000})"
like "$status" '^(4..|303)$' "a cookie of 9,000 bytes is refused"
cp "$work/kept" "$jar"

# --- the log

lines()
{
	cat "$stack"/server/web/*.log | tr -d '\n' | grep -aoP '[\x00-\x08\x0b-\x1f\x7f]' | wc -l
}
fetch -A $'x\ry\x1b[31mz' -H $'X-Mark: a\tb' '/login?lang=%0aforged'
fetch '/%0aforged%20line'
fetch '/x%1b%5b31m'
fetch -H 'Origin: https://forged-origin' --data '' /logout
is "$(cat "$stack"/server/web/*.log | grep -ac '^forged')" 0 "no request begins a line of a log"
is "$(lines)" 0 "no control character gets into one"
is "$(in_log forged-origin)" 0 "nor another's Origin"
is "$(in_log "$value")" 0 "nor the cookie"
is "$(in_log "${csrf#csrf=}")" 0 "nor the token"
is "$(in_log "$(their master1 3)") $(in_log "$(their master1 5)")" "0 0" "nor a password"
unharmed "bad addresses and cookies"

# --- names that mean something elsewhere

script='<script>alert(1)</script>'
image='"><img src=x onerror=alert(1)>'
quote="' onfocus='alert(1)"
bell='&lt;b&gt;'
formula='=HYPERLINK("https://example.jp")'
wide='＝1+1'
turned=$'ab\u202ecd\u2067ef'
for name in "$script" "$image" "$quote" "$bell" "$formula" "$wide"; do
	test_operate user add C-0001 "$name" --role general --name "$name" --mail odd@example.jp <<<"a password 1"
	sql "UPDATE user SET otp_locked_at = clock_now() WHERE login_id = '${name//\'/\'\'}'"
done
test_operate user change master1 --name "$script"
test_operate user add C-0001 turned --role general --name "$turned" --mail odd@example.jp <<<"a password 1"
sql "UPDATE user SET otp_locked_at = clock_now() WHERE login_id = 'turned'"
sql "UPDATE contract SET name = '${image//\'/\'\'}' WHERE number = 'C-0001'"

# escaped TEXT: as HTML has it.
escaped()
{
	perl -e '$_ = shift; s/&/&amp;/g; s/</&lt;/g; s/>/&gt;/g; s/"/&quot;/g; s/\x27/&#39;/g; print' "$1"
}

# harmless NAME TEXT...: the last page has each text escaped, and nothing of them as markup.
harmless()
{
	local text wrong=''

	for text in "${@:2}"; do
		[[ $body == *"$(escaped "$text")"* ]] || wrong+="lacks $text "
	done
	for text in '<script>alert' '<img' "' onfocus" $'\u202e' $'\u2067'; do
		[[ $body != *"$text"* ]] || wrong+="has $text "
	done
	[[ $body != *'&lt;b&gt;'* ]] || wrong+="has an entity for what is no sign "
	is "$status $wrong" "200 " "$1: names are text"
}

browser master1
fetch /
harmless "the top page" "$script" "$image"
fetch /unlock
harmless "the list" "$script" "$image" "$quote" "$bell" "$formula" "$wide" $'ab\ufffdcd\ufffdef'
fetch '/unlock?which=all&page=1'
harmless "the whole list" "$script" "$image" "$quote" "$bell"
fetch --get --data-urlencode "search=$image" --data-urlencode which=all /unlock
harmless "a search" "$image"
fetch --get --data-urlencode "search=$quote" --data-urlencode "which=' x" /unlock
harmless "a search for quotes" "$quote"
fetch /unlock
chosen=()
for name in "$script" "$image" "$quote" "$bell" "$formula" "$wide" '<i>nobody</i>'; do
	chosen+=("user=$name")
done
submit /unlock "${chosen[@]}" confirmation=wrong "search=$image"
harmless "the list again" "$script" "$image"
fetch /unlock
submit /unlock "${chosen[@]}" "confirmation=$(their master1 5)"
harmless "the result" "$script" "$image" "$quote" "$bell" "$formula" '<i>nobody</i>'
sql "UPDATE user SET otp_locked_at = clock_now() WHERE login_id = '=HYPERLINK(\"https://example.jp\")'"
test_operate unlock "$formula" --paper '+<script>'
fetch /audit
harmless "the audit trail" "$script" "$image" "$quote" "$bell" "$formula" '+<script>'
fetch --get --data-urlencode "search=$image" --data-urlencode "act=$script" /audit
harmless "its search" "$image"
like "$body" 'search=%22%3E%3Cimg%20src%3Dx' "an address has them escaped as addresses have it"
fetch /audit.csv
is "$(grep -cE ',"[=+@＝-]' "$work/body")" 0 "the file: no field begins as a formula, not in full width either"
is "$(grep -c ",\"'＝1+1\"" "$work/body")" 2 "the file: that has an apostrophe, too"
is "$(grep -c ",\"'=HYPERLINK(\"\"https" "$work/body")" 3 "the file: it has an apostrophe in front, and its quotes doubled"
like "$body" '"<script>alert\(1\)</script>"' "the file: other signs are themselves"
browser general1
fetch /login
submit /login "password=$(their general1 3)"
harmless "a page for somebody who is locked" 'ビジネスバンキング'
sql "UPDATE user SET otp_locked_at = NULL, otp_failures = 0 WHERE login_id = 'general1'"
person general2 general
browser general2
fetch /login
submit /login "password=$(their general2 3)"
submit /setup "mail=$image" start=1 start_again=2
harmless "the setup's page, again" "$image"
submit /setup "mail=$script" start=1234 start_again=1234
harmless "the setup's page, refused by the database" "$script"

# Where the settings say so, the login id is typed.
settings=$work/typed.conf
sed 's/^login_id_from = .*/login_id_from = typed/' "$SEIKYO_CONSOLE_CONFIG" >"$settings"
chmod 600 "$settings"
printf '%s' "csrf=$(hidden /setup | sed -n 's/^csrf=//p')&$attempt&login_id=%22%3E%3Cimg%20src%3Dx%3E&password=" >"$work/in"
cgi REQUEST_METHOD=POST REQUEST_URI=/login "HTTP_ORIGIN=$console" "HTTP_COOKIE=__Host-seikyo=$(cookie)" \
	"CONTENT_TYPE=$form" "CONTENT_LENGTH=$(wc -c <"$work/in")" <"$work/in"
harmless "a typed login id" '"><img src=x>'
is "$(stack_do pid console | sort)" "$processes" "after all of it: no process has ended"
not_ok "nor left a message of a failed call" grep -aE 'console_[a-z_]+: ' "$stack/server/web/output.log"
done_testing
