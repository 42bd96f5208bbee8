#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# EAP-TTLS with PAP inside, as raddb/sites-available/seikyo-eap has it, driven by eapol_test, the supplicant of
# wpa_supplicant without a network.

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/wire.sh"

work=$(mktemp -d /tmp/seikyo.XXXXXX)
at_exit rm -rf "$work"
host=radius.example.jp

wire_up --radius 2 --set otp_in_password=suffix
for i in alice bob carol; do
	person $i
done
test_operate user add C-1 bare --role general --name bare --mail bare@example.com <<<"$(word bare)"
policy require_certificate none
setup_token bare "$(word bare)"

# --- the second server becomes one for EAP, as the comments of the site say

raddb=$SEIKYO_RADDB_2
site=$raddb/sites-available/seikyo-eap
stack_do stop radius2
mkdir "$raddb/seikyo"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$host" \
	-addext "subjectAltName=DNS:$host" -keyout "$raddb/seikyo/eap.key" -out "$raddb/seikyo/eap.crt" 2>/dev/null ||
	bail "no certificate made"
cp "$raddb/seikyo/eap.crt" "$work/"
rm "$raddb/sites-enabled/seikyo"
ln -s ../sites-available/seikyo-eap "$raddb/sites-enabled/"
ln -s ../mods-available/seikyo_eap "$raddb/mods-enabled/"
sed -i 's/cleanup_delay = .*/cleanup_delay = 5/' "$raddb/radiusd.conf"
sed -i "s/ipaddr = .*/ipaddr = 127.0.0.1/; s/port = .*/port = $SEIKYO_RADIUS_PORT_2/" "$site"
chown -R --reference="$raddb" "$raddb"
stack_do start radius2

# supplicant LOGIN TYPED [LINE-OF-ITS-CONFIGURATION]...: a later line of a name replaces an earlier one.
supplicant()
{
	{
		printf 'network={\nkey_mgmt=IEEE8021X\n'
		printf '%s\n' eap=TTLS 'phase2="auth=PAP"' 'anonymous_identity="anonymous"' "identity=\"$1\"" "password=\"$2\"" \
			"ca_cert=\"$work/eap.crt\"" "domain_match=\"$host\"" "${@:3}" |
			awk -F = '{ line[$1] = $0 } END { for (i in line) print line[i] }'
		printf '}\n'
	} >"$work/supplicant.conf"
}

# converse [OPTIONS]: the conversation; prints success, failure or silence.
converse()
{
	local status=0

	eapol_test -c "$work/supplicant.conf" -a 127.0.0.1 -p "$SEIKYO_RADIUS_PORT_2" -s "$SEIKYO_RADIUS_SECRET" \
		-t 20 "$@" >"$work/eapol.log" 2>&1 || status=$?
	if grep -q 'EAPOL test timed out' "$work/eapol.log"; then
		printf silence
	elif [ $status = 0 ]; then
		printf success
	else
		printf failure
	fi
}

# tunnel LOGIN TYPED [LINE]...
tunnel()
{
	supplicant "$@"
	converse
}

# What the last reply outside the tunnel consists of: its packet code, and number and length of each attribute,
# with vendor and number of a vendor's.
shape()
{
	awk '
	/^RADIUS message: code=/ { sub(/.*\(/, ""); sub(/\).*/, ""); all = $0; n = 0 }
	/^ *Attribute [0-9]/ && all { all = all " " $2 "/" substr($NF, 8); vendor = $2 == 26 }
	/^ *Value: / && vendor { all = all ":" substr($2, 5, 6); vendor = 0 }
	/^STA .*Received RADIUS packet/ { last = all; all = "" }
	END { print last }' "$work/eapol.log" | sed 's/:7ed9\(..\)/:Seikyo-\1/g; s/:0137\(..\)/:MS-\1/g'
}

# --- in and out

next_step
typed=$(word alice)$(code alice)
is "$(tunnel alice "$typed")" success 'password and code in one word are accepted'
like "$(cat "$work/eapol.log")" 'MPPE keys OK: 1  mismatch: 0' 'and supplicant and access point get the same key'
is "$(tr ' ' '\n' <<<"$(shape)" | sed 's/\/.*:/ /; s/\/.*//' | LC_ALL=C sort | paste -sd ,)" \
	'1,26 MS-10,26 MS-11,26 Seikyo-11,79,80,Access-Accept' \
	'of the reply inside nothing leaves the tunnel but its id'
is "$(tunnel alice "$typed")" failure 'R1: the same again is refused'
used=$(shape)
is "$(column alice 'otp_failures, password_failures')" $'0\t0' 'and counts nothing'

next_step
is "$(tunnel alice "$(word alice)$(code alice)" 'anonymous_identity="bob"')" success 'another identity outside'
is "$(sql "SELECT u.login_id FROM login_event e JOIN user u ON u.id = e.user_id ORDER BY e.id DESC LIMIT 1")" alice \
	'does not matter: it is a login of who stands in the tunnel'

next_step
supplicant alice "$(word alice)$(code alice)"
converse -r 1 >/dev/null
is "$(grep -c 'EAP: Received EAP-Success' "$work/eapol.log") $(grep -c 'EAP: Received EAP-Failure' "$work/eapol.log")" '1 1' \
	'R1: who is asked again in the same session gets on with another code only: no session is resumed'

# --- refused, and nothing said

declare -A refused
refused['a used code']=$used
# refuse NAME LOGIN TYPED [LINE]...
refuse()
{
	is "$(tunnel "${@:2}")" failure "$1: refused"
	refused[$1]=$(shape)
}

next_step
refuse 'a wrong password' alice "wrong-word$(code alice)"
is "$(column alice 'otp_failures, password_failures')" $'0\t1' 'a wrong password counts as one'
refuse 'a wrong code' alice "$(word alice)$(wrong_code alice)"
is "$(column alice 'otp_failures, password_failures')" $'1\t0' 'a wrong code counts as one'
refuse 'the password alone' alice "$(word alice)"
refuse 'the code alone' alice "$(code alice)"
refuse 'an unknown user' nobody "$(word alice)123456"
for i in 1 2 3 4; do
	tunnel bob "$(word bob)$(wrong_code bob)" >/dev/null
done
next_step
is "$(tunnel bob "$(word bob)$(code bob)")" success 'R7: four wrong codes do not lock'
for i in 1 2 3 4 5; do
	tunnel bob "$(word bob)$(wrong_code bob)" >/dev/null
done
next_step
refuse 'a locked login id with the right code' bob "$(word bob)$(code bob)"
sql "UPDATE user SET closed_at = clock_now() WHERE login_id = 'carol'"
refuse 'a closed login id with the right code' carol "$(word carol)$(code carol)"
for i in "${!refused[@]}"; do
	is "${refused[$i]}" 'Access-Reject 80/18 26/24:Seikyo-11 79/6' "$i: the reply is one to any other"
done
id=$(sed -n 's/^ *Value: 00007ed91112\(.*\)/\1/p' "$work/eapol.log" | tail -n 1 | perl -pe 'chomp; $_ = pack "H*", $_')
is "$(sql "SELECT HEX(request_id) FROM login_event ORDER BY id DESC LIMIT 1")" "${id^^}" \
	'the id that leaves the tunnel is that of the login_event'

# --- other ways

before=$(snapshot)
for i in 'MSCHAPV2 auth=MSCHAPV2' 'CHAP auth=CHAP' 'GTC autheap=GTC' 'MD5 autheap=MD5'; do
	is "$(tunnel alice "$(word alice)$(code alice)" "phase2=\"${i#* }\"")" failure "${i% *} in the tunnel is refused"
done
is "$(tunnel alice "$(word alice)$(code alice)" eap=PEAP 'phase2="auth=MSCHAPV2"')" failure 'PEAP is refused'
is "$(tunnel alice "$(word alice)$(code alice)" eap=MD5)" failure 'EAP-MD5 is refused'
is "$(told "$(rad "$(port 2)" User-Name=alice "User-Password=$(word alice)$(code alice)")")" 'Access-Reject -' \
	'a password outside the tunnel is refused'
is "$(snapshot)" "$before" 'and none of these leaves anything behind'
is "$(tunnel alice "$(word alice)$(code alice)")" success 'inside the tunnel the same is accepted'

# --- the database away

next_step
supplicant alice "$(word alice)$(code alice)"
stack_do stop db
is "$(converse -t 3)" silence 'without a database there is no reply, so that the access point goes on to its next server'
stack_do start db
accepted()
{
	next_step
	[ "$(tunnel alice "$(word alice)$(code alice)")" = success ]
}
ok 'with it there is one' poll 10 accepted

# --- certificates (R2)

next_step
policy require_certificate all
is "$(tunnel alice "$(word alice)$(code alice)")" failure 'require_certificate = all: nobody gets in'
policy require_certificate registered
is "$(tunnel alice "$(word alice)$(code alice)")" failure 'require_certificate = registered: not who has one'
is "$(tunnel bare "$(word bare)$(code bare)")" success 'but who has none'
next_step

# A door of its own to what is inside the tunnel, where a supplicant may write whatever he likes. Through it
# there is nothing outside.
stack_do stop radius2
inner=$((SEIKYO_RADIUS_PORT_2 + 1))
while grep -qi ":$(printf '%04X' $inner) " /proc/net/udp; do
	inner=$((inner + 1))
done
awk -v port=$inner '
/update outer.reply/ { getline; getline; next }
{ print }
/^server seikyo-tunnel/ { print "\tlisten {\n\t\ttype = auth\n\t\tipaddr = 127.0.0.1\n\t\tport = " port "\n\t}" }
' "$site" >"$work/site"
cat "$work/site" >"$site"
stack_do start radius2
is "$(told "$(rad "port=$inner" User-Name=alice "User-Password=$(word alice)$(code alice)" \
	"Seikyo-Client-Certificate=$(certificate alice)")" | sed 's/no-message-authenticator //')" 'Access-Reject -' \
	'a certificate that is claimed in the tunnel is not believed'
reply=$(rad "port=$inner" "source=$SEIKYO_CONSOLE_HOST" "secret=$SEIKYO_CONSOLE_SECRET" User-Name=bare \
	"User-Password=$(word bare)$(code bare)" Seikyo-Purpose=Console)
like "$reply" 'Access-Accept .*Seikyo-Outcome=Accepted' 'a purpose that is claimed in the tunnel'
is "$(field Seikyo-Ticket "$reply")" '' 'is not believed either: no ticket'
is "$(told "$(first_leg alice "$(word alice)$(code alice)")")" 'Access-Accept Accepted' \
	'outside a tunnel, from a gateway, the certificate is'

done_testing
