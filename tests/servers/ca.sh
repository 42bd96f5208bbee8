# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Part of tests/stack: a demo CA made on the spot, for the web servers and for the users.
# shellcheck disable=SC2034 # the parts share variables

p12_password=seikyo

new_ca()
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 365 -subj "/CN=$2" \
		-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
		-keyout "$1.key" -out "$1.crt" 2>>"$dir/openssl.log" || die "openssl cannot make a CA"
}

# new_certificate CA FILE NAME USAGE [EXTENSION]...: FILE.key and FILE.crt
new_certificate()
{
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$3" \
		-keyout "$2.key" 2>>"$dir/openssl.log" |
		openssl x509 -req -CA "$1.crt" -CAkey "$1.key" -days 365 -out "$2.crt" -extfile <(
			printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n'
			printf 'extendedKeyUsage=%s\n' "$4"
			[ $# -lt 5 ] || printf '%s\n' "${@:5}"
		) 2>>"$dir/openssl.log" || die "openssl cannot make a certificate"
}

# Made when it is first needed: users have certificates in a stack without web servers, too.
need_client_ca()
{
	[ ! -e "$dir/ca/client-ca.crt" ] || return 0
	mkdir -p "$dir/ca"
	new_ca "$dir/ca/client-ca" 'Seikyo OTP demo client CA'
}

# The servers get no CA's key.
make_tls()
{
	local at=$home/tls

	mkdir -p "$dir/ca" "$at"
	need_client_ca
	new_ca "$dir/ca/server-ca" 'Seikyo OTP demo server CA'
	new_certificate "$dir/ca/server-ca" "$at/server" localhost serverAuth \
		subjectAltName=DNS:localhost,IP:127.0.0.1
	cat "$dir/ca/server-ca.crt" >>"$at/server.crt"
	cp "$dir/ca/client-ca.crt" "$at/"
	hand_over "$at"
}
