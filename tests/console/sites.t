#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# sites: the files of admin/console/sites/, each in its web server with nothing but its values replaced:
# what reaches the console, what the console is told of client certificates, and what is served as it is.
. "$(dirname "$0")/../lib.sh"

work=$(mktemp -d /tmp/seikyo.XXXXXX)
at_exit rm -rf "$work"
limit=65536

# fetch URL [CURL-OPTIONS]: sets $status, $head and $body. HTTP/1.1, whose every status curl reports.
fetch()
{
	rm -f "$work/head" "$work/body"
	status=$(curl --silent --max-time 20 --http1.1 --path-as-is --cacert "$SEIKYO_CA" \
		--header 'Accept-Language: en' --dump-header "$work/head" --output "$work/body" \
		--write-out '%{http_code}' "${@:2}" "$1")
	touch "$work/head" "$work/body"
	head=$(tr -d '\r' <"$work/head")
	body=$(tr -d '\0' <"$work/body")
}

# header NAME: of the last answer.
header()
{
	sed -n "s/^$1: //Ip" <<<"$head"
}

# sign FILE CA NAME USAGE DAYS: FILE.key and a certificate of it in FILE.crt
sign()
{
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$3" -keyout "$1.key" \
		2>/dev/null | openssl x509 -req -CA "$2.crt" -CAkey "$2.key" -days "$5" -out "$1.crt" \
		-extfile <(printf 'extendedKeyUsage=%s\n' "$4") 2>/dev/null || bail "no certificate made"
}

# certificates: what somebody may come with, all in master1's name.
certificates()
{
	local ca=$stack/ca/client-ca

	# The same name as the true CA's.
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
		-subj '/CN=Seikyo OTP demo client CA' -keyout "$work/foreign-ca.key" \
		-out "$work/foreign-ca.crt" 2>/dev/null || bail "no CA made"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=master1 \
		-keyout "$work/self-signed.key" -out "$work/self-signed.crt" 2>/dev/null ||
		bail "no certificate made"
	sign "$work/foreign" "$work/foreign-ca" master1 clientAuth 30
	sign "$work/expired" "$ca" master1 clientAuth -1
	sign "$work/server" "$ca" master1 serverAuth 30
	sign "$work/below" "$stack/master1" master1 clientAuth 30
	cat "$stack/master1.crt" >>"$work/below.crt"
	cp "$stack/master1.crt" "$stack/master1.key" "$work/"
}

# come_with NAME [CURL-OPTIONS]: the login page, with a certificate.
come_with()
{
	fetch "$console/login" --cert "$work/$1.crt" --key "$work/$1.key" "${@:2}"
}

# not_in NAME: the console has not been told that anybody is there.
not_in()
{
	unlike "$status $body" 'master1' "$server: $1"
}

check_certificates()
{
	fetch "$console/login"
	is "$status" 200 "$server: the console is reached without a client certificate"
	like "$body" 'A client certificate is needed' "$server: and says that one is needed"
	come_with master1
	like "$status $body" '^200 .*master1' "$server: with a certificate it knows whose it is"
	come_with foreign
	not_in "a certificate of a foreign CA of the same name is nobody's"
	come_with self-signed
	not_in "a self-signed certificate is nobody's"
	come_with expired
	not_in "an expired certificate is nobody's"
	come_with server
	not_in "a certificate for servers is nobody's"
	come_with below
	not_in "a certificate that a user has signed is nobody's"
}

check_forging()
{
	local pem escaped dash

	pem=$(tr '\n' ' ' <"$work/master1.crt")
	escaped=$(perl -pe 's/([^A-Za-z0-9])/sprintf("%%%02X", ord $1)/ge' "$work/master1.crt")
	for dash in _ -; do
		fetch "$console/login" -H "SSL${dash}CLIENT${dash}VERIFY: SUCCESS" \
			-H "SSL${dash}CLIENT${dash}CERT: $pem"
		is "$status" 200 "$server: a request with headers SSL${dash}CLIENT${dash}* is answered"
		not_in "they make nobody somebody"
		fetch "$console/login" -H "SSL${dash}CLIENT${dash}VERIFY: SUCCESS" \
			-H "SSL${dash}CLIENT${dash}CERT: $escaped"
		not_in "nor do they with a certificate in %-escapes"
	done
	fetch "$console/login" -H 'SSL_CLIENT_VERIFY: SUCCESS' -H "SSL_CLIENT_CERT: $pem" \
		--cert "$work/foreign.crt" --key "$work/foreign.key"
	not_in "nor does it with a foreign certificate"
}

# say_login [S_CLIENT-OPTIONS]: the login page over openssl's own client.
say_login()
{
	printf 'GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' |
		timeout 20 openssl s_client -connect "${console#https://}" -servername localhost \
			-CAfile "$SEIKYO_CA" -ign_eof "$@" 2>&1
}

# A session taken up again brings its certificate's verdict along.
check_resumption()
{
	local said version

	for version in tls1_2 tls1_3; do
		said=$(say_login -$version -cert "$work/foreign.crt" -key "$work/foreign.key" \
			-sess_out "$work/session")
		if [ -s "$work/session" ]; then
			said+=$(say_login -$version -sess_in "$work/session")
		fi
		unlike "${said//subject=CN = master1/}" 'master1' \
			"$server, $version: a foreign certificate is nobody's when its session is taken up again"
		rm -f "$work/session"
	done
}

# protocol ORIGIN VERSION: 0 if it speaks that.
protocol()
{
	timeout 20 openssl s_client -connect "${1#https://}" -"$2" -cipher 'DEFAULT@SECLEVEL=0' \
		</dev/null 2>&1 | grep -q '^New, TLS.* Cipher is [A-Z]'
}

check_tls()
{
	local origin

	for origin in "$console" "$app"; do
		ok "$server, ${origin#https://localhost}: speaks TLS 1.3" protocol "$origin" tls1_3
		ok "$server, ${origin#https://localhost}: speaks TLS 1.2" protocol "$origin" tls1_2
		not_ok "$server, ${origin#https://localhost}: does not speak TLS 1.1" \
			protocol "$origin" tls1_1
	done
}

# asks_for_certificate ORIGIN
asks_for_certificate()
{
	timeout 20 openssl s_client -connect "${1#https://}" -msg </dev/null 2>&1 |
		grep -q ', CertificateRequest$'
}

# same_headers WHAT POLICY: what goes with each file.
same_headers()
{
	is "$(header Content-Security-Policy)" "$2" "$server: $1 has the Content-Security-Policy"
	is "$(header X-Content-Type-Options)" nosniff "$server: $1 has its type and no other"
	is "$(header Strict-Transport-Security)" max-age=31536000 "$server: $1 wants TLS from now on"
	is "$(header Cache-Control)" no-cache "$server: $1 is asked for anew"
}

check_static()
{
	local policy

	fetch "$console/login"
	policy=$(header Content-Security-Policy)
	fetch "$console/static/style.css"
	is "$status" 200 "$server: the style sheet is served"
	ok "$server: as it is" cmp "$work/body" "$TEST_ROOT/admin/console/static/style.css"
	like "$(header Content-Type)" '^text/css' "$server: as a style sheet"
	like "$policy" "default-src 'none'" "$server: a page has a Content-Security-Policy"
	same_headers "the style sheet" "$policy"
	fetch "$console/static/page.js"
	like "$status $(header Content-Type)" '^200 (text|application)/javascript' \
		"$server: a script is served as a script"
	fetch "$console/static/style.css" -d x=y
	like "$status" '^4' "$server: nothing is sent to a file"
	fetch "$console/static/"
	like "$status" '^4' "$server: folders are not listed"
	unlike "$body" 'style\.css' "$server: also not in the page that says so"
}

# statuses PATH...: the status of each, by one curl; what is served lies in $work/body.
statuses()
{
	curl --silent --max-time 20 --http1.1 --path-as-is --globoff --cacert "$SEIKYO_CA" \
		--write-out '\n%{http_code} %{url}\n' "$@" >"$work/body"
	grep -aE '^[0-9]{3} https://' "$work/body"
}

# Paths that lead out of the folders; console.conf lies right beside them.
check_paths()
{
	local folder urls=() said

	fetch "$console/static/style.css"
	is "$status" 200 "$server: a path that stays inside is served"
	for folder in static token; do
		urls+=("/$folder/../console.conf" "/$folder/%2e%2e/console.conf" \
			"/$folder/..%2fconsole.conf" "/$folder../console.conf" "//$folder/../console.conf" \
			"/$folder/.%2e/console.conf" "/$folder/..%5cconsole.conf" \
			"/$folder/%252e%252e/console.conf" "/$folder//../console.conf" \
			"/$folder/./../../../../../etc/passwd")
	done
	urls+=(/../console.conf /console.conf)
	said=$(statuses "${urls[@]/#/$console}" "${urls[@]/#/$app}")
	is "$(wc -l <<<"$said")" $((2 * ${#urls[@]})) "$server: every path is answered"
	is "$(grep -v '^4' <<<"$said")" '' "$server: no path leads out of the folders"
	not_ok "$server: nothing that lies there is served" grep -aE 'radius_secret|root:' "$work/body"
}

check_size()
{
	head -c $limit /dev/zero >"$work/limit"
	head -c $((limit + 1)) /dev/zero >"$work/over"
	fetch "$console/login" --data-binary "@$work/limit"
	isnt "$status" 413 "$server: a body of 64 KiB gets to the console"
	like "$(header Content-Security-Policy)" 'default-src' "$server: which answers"
	answered fetch "$console/login" --data-binary "@$work/over"
	is "$status" 413 "$server: a bigger one is refused"
	is "$(header Content-Security-Policy)" '' "$server: by the web server, not by a page of the console"
	answered fetch "$console/login" --data-binary "@$work/over" -H 'Transfer-Encoding: chunked'
	like "$status" '^41[13]$' "$server: a bigger one is refused without a length, too"
	answered fetch "$app/token/install" --data-binary "@$work/over"
	is "$status" 413 "$server: on the app's origin, too"
	fetch "$console/login" -H "X-Long: $(head -c 20000 /dev/zero | tr '\0' x)"
	like "$status" '^(4|000)' "$server: a header of 20,000 bytes is refused"
}

# ask_token ORIGIN: the phone app's request, as the app sends it.
ask_token()
{
	fetch "$1/token/install" -H 'Content-Type: application/json' -H "Origin: $app" \
		-d '{"service_id": "SEIKYO", "user_id": "0000000000", "start_password": "0000"}'
}

check_origins()
{
	local said

	fetch "$app/token/"
	is "$status" 200 "$server: the phone app is served"
	ok "$server: as it is" cmp "$work/body" "$TEST_ROOT/admin/token/index.html"
	same_headers "the phone app" "default-src 'none'; script-src 'self'; style-src 'self'; \
img-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'none'; \
frame-ancestors 'none'; base-uri 'none'"
	fetch "$app/token/manifest.webmanifest"
	is "$(header Content-Type | cut -d ';' -f 1)" application/manifest+json \
		"$server: its manifest is served as one"
	fetch "$app/"
	is "$status" 301 "$server: the app's origin leads to the app"
	like "$(header Location)" '/token/$' "$server: by its path"
	said=$(statuses "$app"/{login,setup,works,unlock,audit.csv,static/style.css,/login} \
		"$app/token/"{../login,install/../../login,install/login,js/../../login})
	is "$(wc -l <<<"$said")" 11 "$server: other paths of the app's origin are answered"
	is "$(grep -v '^4' <<<"$said")" '' "$server: but by no page"
	not_ok "$server: of the console" grep -a 'ertificate' "$work/body"
	ask_token "$app"
	like "$(header Content-Type)" '^application/json' "$server: the console answers the phone on the app's origin"
	ask_token "$console"
	like "$status" '^4' "$server: and not on its own"
	unlike "$(header Content-Type)" 'json' "$server: with no answer of its own"
	ok "$server: the console's origin asks for a client certificate" asks_for_certificate "$console"
	not_ok "$server: the app's origin does not" asks_for_certificate "$app"
}

# in_logs WORD: how many lines of the web server's logs hold it.
in_logs()
{
	cat "$stack"/server/web/*.log | grep -c -- "$1"
}

logged()
{
	[ "$(in_logs "$1")" != 0 ]
}

check_logs()
{
	fetch "$console/works/users?lang=markquery" -H 'Cookie: __Host-seikyo=markcookie' -H 'Referer: markreferer'
	fetch "$console/static/style.css?markquery" -H 'Authorization: Basic markauthorization'
	ok "$server: the access log has the path" poll 20 logged /works/users
	is "$(in_logs 'mark\(query\|cookie\|referer\|authorization\)')" 0 \
		"$server: no log has a query string or a header"
}

check_site()
{
	server=$1
	stack_up --web --web-server "$server"
	console=$SEIKYO_CONSOLE_URL
	app=${SEIKYO_TOKEN_URL%/token/}
	stack_do person master1 master
	certificates
	check_certificates
	check_forging
	check_resumption
	check_tls
	check_static
	check_paths
	check_size
	check_origins
	check_logs
}

# --- what lighttpd does besides

check_processes()
{
	local before

	before=$(stack_do pid console)
	isnt "$before" '' "lighttpd: runs the console"
	stack_do kill console
	ok "lighttpd: starts the console again when it has been killed" stack_do start console
	come_with master1
	like "$status $body" '^200 .*master1' "lighttpd: and it works as before"
	is "$(comm -12 <(sort <<<"$before") <(stack_do pid console | sort))" '' \
		"lighttpd: by other processes"
}

check_cgi()
{
	server=cgi
	stack_up --web --cgi
	console=$SEIKYO_CONSOLE_URL
	app=${SEIKYO_TOKEN_URL%/token/}
	stack_do person master1 master
	certificates
	check_certificates
	check_forging
	check_origins
	is "$(stack_do pid console 2>/dev/null)" '' "cgi: no process stays"
}

check_site lighttpd
check_processes
stack_do down
check_cgi
stack_do down
check_site nginx
stack_do down
check_site apache
done_testing
