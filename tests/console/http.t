#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# http: every route of the console, asked for by everybody, in every way; the headers of every answer; and that a
# GET changes nothing.
. "$(dirname "$0")/console.sh"

# METHOD PATH NEED GOOD: who may come (route.c), and what a well-formed request of such a one gets. /logout is
# last: it ends the sessions.
table='
GET  /login          anybody 200
POST /login          anybody 200
POST /login/code     anybody 403 expired
POST /setup          anybody 403 expired
POST /setup/again    anybody 403 expired
POST /setup/standard anybody 403 expired
POST /setup/code     anybody 403 expired
GET  /               user    200
GET  /works          master  200
GET  /works/users    master  200
GET  /unlock         master  200
POST /unlock         master  200
GET  /revoke         master  200
POST /revoke         master  200
GET  /audit          master  200
GET  /audit.csv      master  200
POST /logout         user    303 /login?notice=out
'
# The phone app's, on its own origin: the web server of the console's hands it on to nobody.
elsewhere='POST /token/install'

people=(nobody general1 master1 master2)
needed=('Cache-Control: no-store'
	"Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
	'Cross-Origin-Opener-Policy: same-origin'
	'Cross-Origin-Resource-Policy: same-origin'
	'Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()'
	'Referrer-Policy: same-origin'
	'Strict-Transport-Security: max-age=31536000'
	'X-Content-Type-Options: nosniff'
	'X-Frame-Options: DENY')
answers=0
unsafe=''

console_up
stack_do stop mailer
person master1 master
person general1 general
person master2 master C-0002
stand_in master1 general1 master2
browser nobody master1
fetch /login

# --- the table is the program's

routes()
{
	sed -nE 's/^\t\{(GET|POST), "([^"]*)",.*/\1 \2/p' "$TEST_ROOT/admin/console/route.c" | sort
}

is "$(routes)" "$({ awk 'NF { print $1, $2 }' <<<"$table"; printf '%s\n' "$elsewhere"; } | sort)" \
	"the table here names every route of the console, and no other"

# --- requests, many over one connection

# blocks: a block of curl's configuration for each line "KIND PATH" of standard input, numbered from 1. KIND:
# get, head, put, good, or what a POST lacks or has wrong: token, origin, foreign, null.
blocks()
{
	local kind path token n=0 attempt=attempt=00112233445566778899aabbccddeeff origin

	token=$(csrf)
	while read -r kind path; do
		n=$((n + 1)) origin=$console
		[ $n = 1 ] || printf 'next\n'
		printf 'url = "%s"\nsilent\nhttp1.1\npath-as-is\nmax-time = 120\ncacert = "%s"\n' "$console$path" "$SEIKYO_CA"
		printf 'cert = "%s"\nkey = "%s"\n' "${shown[1]}" "${shown[3]}"
		printf 'header = "Accept-Language: en"\nheader = "Cookie: __Host-seikyo=%s"\n' "$(cookie)"
		printf 'dump-header = "%s"\noutput = "%s"\nwrite-out = "%%{http_code}\\n"\n' \
			"$work/$agent.$n.head" "$work/$agent.$n.body"
		case $kind in
		head) printf 'head\n' ;;
		put) printf 'request = "PUT"\n' ;;
		token | origin | foreign | null | good)
			[ "$kind" = token ] || printf 'data = "%s"\n' "$token"
			printf 'data = "%s"\n' $attempt
			printf 'data = ""\n'
			[ "$kind" != foreign ] || origin=https://localhost.example.jp
			[ "$kind" != null ] || origin=null
			[ "$kind" = origin ] || printf 'header = "Origin: %s"\n' "$origin"
			;;
		esac
	done
}

# The field with the token of this browser's last page.
csrf()
{
	hidden "$([ "$agent" = nobody ] && echo /login || echo /logout)" | grep '^csrf='
}

# minds_headers WORDS: notes what the last answer lacks; WORDS name it.
minds_headers()
{
	local line rest

	answers=$((answers + 1))
	shopt -s nocasematch
	for line in "${needed[@]}"; do
		rest=${head/$'\n'"$line"$'\n'/$'\n'}
		# Each exactly once.
		[[ $rest != "$head" && $rest != *$'\n'"${line%%:*}:"* ]] || unsafe+="$*: no single '${line%%:*}'"$'\n'
	done
	[[ $head =~ content-type:\ text/(html|csv)\;\ charset=utf-8$'\n' ]] || unsafe+="$*: no type"$'\n'
	shopt -u nocasematch
}

declare -A got

# everybody_sends PLAN: its lines, sent by each of the people; got[LINE] holds what they got.
everybody_sends()
{
	local who line n

	got=()
	for who in "${people[@]}"; do
		browser "$who" "${who/nobody/master1}"
		# For the token, which is good as long as the cookie.
		fetch "$([ "$who" = nobody ] && echo /login || echo /)"
		blocks <<<"$1" >"$work/config"
		curl --config "$work/config" >"$work/statuses" || bail "curl ends with $?"
		n=0
		while read -r status <&3 && IFS= read -r line <&4; do
			n=$((n + 1))
			head=$(tr -d '\r' <"$work/$who.$n.head")$'\n'
			body=$(cat "$work/$who.$n.body" 2>/dev/null)
			got[$line]+="$(verdict);"
			minds_headers "$who, $line"
		done 3<"$work/statuses" 4<<<"$1"
		[ "$n" = "$(wc -l <<<"$1")" ] || bail "$n answers to $(wc -l <<<"$1") requests of $who"
	done
}

# --- who may come

# wanted NEED GOOD: what each of the people gets for a good request.
wanted()
{
	local who

	for who in "${people[@]}"; do
		case $1:$who in
		user:nobody | master:nobody) printf '303 /login?notice=ended;' ;;
		master:general1) printf '403 master;' ;;
		*) printf '%s;' "$2" ;;
		esac
	done
}

# same VERDICT: as if all of them got it.
same()
{
	printf "%.0s$1;" "${people[@]}"
}

# lines: the plan of the whole table, and what is in no table.
lines()
{
	local method path need good kind

	while read -r method path need good; do
		[ -n "$method" ] || continue
		if [ "$method" = GET ]; then
			printf 'get %s\n' "$path"
			grep -q "^POST *$path " <<<"$table" || printf 'good %s\n' "$path"
		else
			grep -q "^GET *$path " <<<"$table" || printf 'get %s\n' "$path"
			for kind in token foreign origin null; do
				printf '%s %s\n' "$kind" "$path"
			done
			[ "$path" = /logout ] || printf 'good %s\n' "$path"
		fi
	done <<<"$table"
	printf 'put /\nget /nowhere\n'
	printf 'good /logout\n'
}

everybody_sends "$(lines)"
while read -r method path need good; do
	[ -n "$method" ] || continue
	if [ "$method" = GET ]; then
		is "${got[get $path]}" "$(wanted "$need" "$good")" "GET $path: who may see it"
		grep -q "^POST *$path " <<<"$table" ||
			is "${got[good $path]}" "$(same '405 method')" "POST $path: it is not meant to be sent to"
		continue
	fi
	grep -q "^GET *$path " <<<"$table" ||
		is "${got[get $path]}" "$(same '405 method')" "GET $path: it is not meant to be looked at"
	is "${got[token $path]}" "$(same '403 token')" "POST $path without the page's token: refused to everybody"
	is "${got[foreign $path]}" "$(same '403 origin')" "POST $path from another origin: refused to everybody"
	is "${got[origin $path]}" "$(same '403 origin')" "POST $path without an origin: refused to everybody"
	is "${got[null $path]}" "$(same '403 origin')" "POST $path from the origin null: refused to everybody"
	is "${got[good $path]}" "$(wanted "$need" "$good")" "POST $path: who may send it"
done <<<"$table"
is "${got[put /]}" "$(same '405 method')" "another method: refused to everybody"
browser nobody master1
for path in '/login GET, HEAD, POST' '/ GET, HEAD' '/logout POST'; do
	fetch -X DELETE "${path%% *}"
	is "$(verdict) $(header Allow)" "405 method ${path#* }" "${path%% *}: and is told which may be used"
done
is "${got[get /nowhere]}" "$(same '404 nowhere')" "an address without a page: for nobody"
ok "their sessions ended with /logout" [ "$(sql 'SELECT COUNT(*) FROM console_session WHERE closed_at IS NULL')" = 0 ]
browser nobody master1
fetch --header "Origin: $console" --data "$(csrf)" "${elsewhere#POST }"
like "$status" '^40[345]$' "$elsewhere: not on the console's origin"

# --- cookies

stand_by()
{
	browser "$1"
	sign_in "$1"
	cp "$work/head" "$work/$1.head"
}

rm -f "$work"/*.cookies
browser nobody -
fetch /login
rule='; Path=/; Secure; HttpOnly; SameSite=Strict'
like "$(header Set-Cookie)" "^__Host-seikyo=[0-9a-f]{64}$rule\$" "a new browser gets a cookie for this host alone"
fetch /login
is "$(header Set-Cookie)" "" "and no other with the next page"
fetch '/login?lang=en'
is "$(header Set-Cookie)" "__Host-seikyo-lang=en; Max-Age=31536000$rule" "a change of language is kept in a cookie as safe"
for who in master1 general1 master2; do
	stand_by "$who"
done
browser master1
like "$(sed -n 's/^set-cookie: //Ip' "$work/master1.head" | tr -d '\r')" "^__Host-seikyo=[0-9a-f]{64}$rule\$" \
	"a login gives a cookie of the same kind"
minds_headers 'a login'
fetch /
is "$(header Set-Cookie)" "" "a page of the session sets none"

# --- a GET changes nothing

sweep()
{
	local path

	for path in $(awk '$1 == "GET" { print $2 }' <<<"$table") '/login?lang=ja' '/login?notice=out' '/?lang=en' \
		'/unlock?which=all&search=general&page=1' '/revoke?which=all&page=2' '/audit?act=issue&search=general1' \
		'/audit.csv?act=revoke' /login/code /setup /setup/again /setup/code /setup/standard /logout \
		'/unlock?user=general1&confirmation=x' '/logout?csrf=00' '/revoke?user=general1'; do
		printf 'get %s\nhead %s\n' "$path" "$path"
	done
}

before=$(rows)
everybody_sends "$(sweep)"
is "${got[get /audit]}" '303 /login?notice=ended;403 master;200;200;' "(the sessions of those who look are good)"
is "$(rows)" "$before" "no GET and no HEAD changes a row, whoever asks for whatever"
browser master1
ok "nor does it end a session" signed_in
submit /logout
isnt "$(rows)" "$before" "the twin: a log-out is seen in the rows"
minds_headers 'a log-out'
is "$(header Set-Cookie)" "__Host-seikyo=; Max-Age=0$rule" "and takes the cookie back"

# --- HEAD

fetch /login
length=$(header Content-Length)
fetch --head /login
is "$status $(header Content-Length) $(grep -c '<' <<<"$body")" "200 $length 0" "HEAD gives a page's head and no page"

is "$unsafe" "" "every one of $answers answers has every header of safety, once"
done_testing
