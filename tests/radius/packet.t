#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Packets as they must not be: refused, never accepted, never half understood, and the server goes on
# (DESIGN section 7).

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/wire.sh"

wire_up
policy otp_failure_limit 10
policy password_failure_limit 100
person alice master
long=$(printf 'x%.0s' {1..128})
make_user C-1 longest general "$long"
make_user C-1 long general "$(word long)"
sql "UPDATE user SET login_id = '$long' WHERE login_id = 'long'"
server=$(stack_do pid radius)
next_step

name=User-Name=alice
password=User-Password=$(word alice)
certificate=Seikyo-Client-Certificate=$(certificate alice)

log_lines()
{
	wc -l <"$SEIKYO_RADIUS_LOG"
}

# What was logged since line $1.
log_since()
{
	tail -n "+$(($1 + 1))" "$SEIKYO_RADIUS_LOG"
}

# refused NAME REASON WORDS...: refused without an outcome, nothing is written to the database, and the
# log says why.
refused()
{
	local lines reply before name=$1 reason=$2

	shift 2
	lines=$(log_lines)
	before=$(snapshot)
	reply=$(rad "$@")
	says "$reply" 'Reject -' "$name: refused"
	like "$(log_since "$lines")" "refused: .*$reason" "$name: the log says why"
	is "$(snapshot)" "$before" "$name: nothing is counted"
}

# taken NAME WORDS...: the negative twin: asked for a code.
taken()
{
	says "$(rad "${@:2}")" 'Challenge OTP-Required' "$1: taken"
}

taken 'a packet as it should be' "$name" "$password" "$certificate"

# --- only PAP

chap=CHAP-Password=01$(random 16)
mschap_challenge=attr-26=000001370b12$(random 16)
mschap_response=attr-26=000001370134$(random 50)
mschap2_response=attr-26=000001371934$(random 50)
eap=EAP-Message=0201000a01616c696365
refused CHAP 'only PAP' "$name" "$chap" "attr-60=$(random 16)" "$certificate"
refused 'CHAP beside PAP' 'only PAP' "$name" "$password" "$chap" "$certificate"
refused MS-CHAP 'only PAP' "$name" "$mschap_challenge" "$mschap_response" "$certificate"
refused MS-CHAPv2 'only PAP' "$name" "$mschap_challenge" "$mschap2_response" "$certificate"
refused 'MS-CHAPv2 beside PAP' 'only PAP' "$name" "$password" "$mschap_challenge" "$mschap2_response" "$certificate"
refused EAP 'only PAP' "$name" "$eap" "$certificate"
is "$(rad -t 0.7 "$name" "$password" "$eap" "$certificate")" no-reply 'EAP beside PAP: FreeRADIUS itself drops it'
for number in 103 206; do
	digest=attr-$number=$(printf '%s' "$(random 16)" | od -An -v -tx1 | tr -d ' \n')
	refused "Digest ($([ $number = 103 ] && printf 'RFC 5090' || printf "RFC 5090's draft"))" 'only PAP' "$name" "$digest" \
		"$certificate"
	refused "Digest beside PAP, attribute $number" 'only PAP' "$name" "$password" "$digest" "$certificate"
done
refused ARAP 'only PAP' "$name" "attr-70=$(random 16)" "$certificate"

# --- exactly one name, exactly one password

refused 'no User-Name' 'User-Name' "$password" "$certificate"
refused 'an empty User-Name' 'User-Name' User-Name= "$password" "$certificate"
refused 'two User-Name' 'User-Name' "$name" User-Name=bob "$password" "$certificate"
refused 'the same User-Name twice' 'User-Name' "$name" "$name" "$password" "$certificate"
refused 'no User-Password' 'User-Password' "$name" "$certificate"
refused 'an empty User-Password' 'User-Password' "$name" User-Password= "$certificate"
refused 'two User-Password' 'User-Password' "$name" "$password" User-Password=other "$certificate"
refused 'the same User-Password twice' 'User-Password' "$name" "$password" "$password" "$certificate"
refused 'two Seikyo-OTP' 'Seikyo-OTP' "$name" "$password" Seikyo-OTP=123456 Seikyo-OTP=123456 "$certificate"
refused 'nothing at all' 'User-Name' NAS-Identifier=gateway

# --- their bytes

refused 'NUL in User-Name' User-Name 'User-Name=alice\x00' "$password" "$certificate"
refused 'NUL and more in User-Name' User-Name 'User-Name=alice\x00bob' "$password" "$certificate"
refused 'NUL in User-Password' User-Password "$name" "$password\\x00junk" "$certificate"
refused 'NUL in front of User-Password' User-Password "$name" "User-Password=\\x00$(word alice)" "$certificate"
refused 'NUL in Seikyo-OTP' Seikyo-OTP "$name" "$password" "Seikyo-OTP=$(code alice)\\x00junk" "$certificate"
for bytes in '\xff' '\xc0\xaf' '\xed\xa0\x80' '\xe3\x81' '\xf5\x80\x80\x80' '\x80'; do
	refused "User-Name with $bytes" User-Name "$name$bytes" "$password" "$certificate"
	refused "User-Password with $bytes" User-Password "$name" "$password$bytes" "$certificate"
	refused "Seikyo-OTP with $bytes" Seikyo-OTP "$name" "$password" "Seikyo-OTP=12345$bytes" "$certificate"
done

# --- their length

taken '128 bytes of User-Password' User-Name=alice "$password" "$certificate"
longest=Seikyo-Client-Certificate=$(certificate longest)
says "$(rad User-Name=longest "User-Password=$long" "$longest")" 'Reject Setup-Required' \
	'a password of 128 bytes is compared whole'
says "$(rad User-Name=longest "User-Password=${long:1}" "$longest")" 'Reject -' '127 of them are refused'
says "$(rad User-Name=longest "User-Password=${long:1}y" "$longest")" 'Reject -' 'another last byte is refused'
for more in 1 16 112; do
	refused "a password of 128 bytes and $more more" User-Password User-Name=longest \
		"User-Password=$long$(printf 'x%.0s' $(seq $more))" "$longest"
done
refused 'a User-Password of 240 raw bytes' User-Password "$name" "raw-User-Password=$(random 240)" "$certificate"
says "$(rad "User-Name=$long" "User-Password=$(word long)" "Seikyo-Client-Certificate=$(certificate long)")" \
	'Reject Setup-Required' 'a login id of 128 bytes is known'
refused 'a login id of 128 bytes and one more' User-Name "User-Name=${long}x" "User-Password=$(word long)" \
	"Seikyo-Client-Certificate=$(certificate long)"
for size in 1 15 17 31; do
	unlike "$(rad -t 0.3 "$name" "raw-User-Password=$(random $size)" "$certificate")" '^Access-[AC]' \
		"a User-Password of $size raw bytes, which can't be, is neither accepted nor challenged"
done
refused 'a Seikyo-OTP of 129 bytes' Seikyo-OTP "$name" "$password" "Seikyo-OTP=${long}1" "$certificate"

# --- a login id is what was registered, to the byte

for other in 'alice\x20' '\x20alice' Alice ALICE alicé alic 'alice\x0a' 'alice\x09' ａｌｉｃｅ 'alice%' "alice'"; do
	says "$(rad "User-Name=$other" "$password" "$certificate")" 'Reject -' "the login id '$other' is not 'alice'"
done
for other in "$(word alice)\\x20" "\\x20$(word alice)" "$(word alice | tr a-z A-Z)" "$(word alice | head -c 5)" "$(word alice)\\x0a"; do
	says "$(rad "$name" "User-Password=$other" "$certificate")" 'Reject -' "the password '$other' is not '$(word alice)'"
done

# --- a code is six ASCII digits

now=$(code alice)
state=$(login alice "$(word alice)")
wide=$(printf '%s' "$now" | sed 'y/0123456789/０１２３４５６７８９/')
arabic=$(printf '%s' "$now" | sed 'y/0123456789/٠١٢٣٤٥٦٧٨٩/')
for typed in "${now:0:5}" "${now:1}" "${now}0" "0$now" "$now$now" "$now\\x20" "\\x20$now" "+${now:0:5}" "+$now" "-$now" \
	"${now:0:3}\\x20${now:3}" "${now:0:5}a" "$now\\x0a" "0x${now:2}" "${now:0:5}." "$wide" "$arabic" "$now'"; do
	sql "UPDATE user SET otp_failures = 0 WHERE login_id = 'alice'"
	says "$(rad "$name" "User-Password=$typed" "State=$state" "$certificate")" 'Challenge OTP-Wrong' \
		"'$typed' for '$now' is a wrong code"
	says "$(rad "$name" "$password" "Seikyo-OTP=$typed" "$certificate")" 'Challenge OTP-Wrong' \
		"'$typed' for '$now' in Seikyo-OTP is a wrong code"
	is "$(column alice otp_failures)" 2 "'$typed' for '$now' counts as one"
done
refused 'NUL behind a code' User-Password "$name" "User-Password=$now\\x00\\x01" "State=$state" "$certificate"
says "$(rad "$name" "User-Password=$now" "State=$state" "$certificate")" 'Accept Accepted' \
	'and the six digits themselves are the right one'
next_step

# --- what comes beside them

refused 'a certificate of 31 bytes' Seikyo "$name" "$password" "Seikyo-Client-Certificate=$(random 31)"
refused 'a certificate of 33 bytes' Seikyo "$name" "$password" "${certificate}00"
says "$(rad "$name" "$password" Seikyo-Client-Certificate=)" 'Reject -' 'an empty certificate is none'
refused 'two certificates' Certificate "$name" "$password" "$certificate" "Seikyo-Client-Certificate=$(random 32)"
refused 'an attempt of 15 bytes' Seikyo "$name" "$password" "$certificate" "Seikyo-Attempt=$(random 15)"
refused 'an attempt of 17 bytes' Seikyo "$name" "$password" "$certificate" "Seikyo-Attempt=$(random 17)"
refused 'two attempts' Attempt "$name" "$password" "$certificate" "Seikyo-Attempt=$(random 16)" "Seikyo-Attempt=$(random 16)"
refused 'two States' State "$name" "$password" "$certificate" State=6666 State=6667
for purpose in 0 4 99 4294967295; do
	refused "Seikyo-Purpose $purpose" Purpose "$name" "$password" "$certificate" "Seikyo-Purpose=$purpose"
done
refused 'two Seikyo-Purpose' Purpose "$name" "$password" "$certificate" Seikyo-Purpose=Login Seikyo-Purpose=Login
refused 'a Seikyo-Purpose of one byte' 'Seikyo' "$name" "$password" "$certificate" Seikyo-attr-4=01
refused 'a Seikyo-Purpose of five bytes' 'Seikyo' "$name" "$password" "$certificate" Seikyo-attr-4=0000000001
taken 'Seikyo-Purpose Login' "$name" "$password" "$certificate" Seikyo-Purpose=Login
taken 'an attempt of 16 bytes' "$name" "$password" "$certificate" "Seikyo-Attempt=$(random 16)"
taken 'attributes that are nothing to us' "$name" "$password" "$certificate" NAS-Identifier=gw attr-200=00 Seikyo-attr-99=00
console=("source=$SEIKYO_CONSOLE_HOST" "secret=$SEIKYO_CONSOLE_SECRET")
# Hidden values are padded to whole blocks of 16 bytes, and FreeRADIUS takes no more than 32 of them.
refused 'a session of 16 bytes' Seikyo "$name" "$password" "$certificate" Seikyo-Purpose=Confirmation-Password \
	"Seikyo-Session=$(random 16)" "${console[@]}"
refused 'two sessions' Session "$name" "$password" "$certificate" Seikyo-Purpose=Confirmation-Password \
	"Seikyo-Session=$(random 32)" "Seikyo-Session=$(random 32)" "${console[@]}"

# --- the reply's id

lines=$(log_lines)
id=$(field Seikyo-Request-Id "$(rad "$name" "$chap")")
like "$id" '^[0-9a-f]{16}$' "a malformed request's reply has a request id"
like "$(log_since "$lines")" "request ${id:-missing}:" 'and the log has the same'

# --- signatures (RFC 3579 section 3.2)

mapfile -t silent < <(rad_many -t 0.7 <<EOF
$name $password $certificate no-message-authenticator=1
$name $password $certificate secret=another-secret
$name $password $certificate source=127.0.0.3
$name $password $certificate code=4
EOF
)
is "${silent[0]}" no-reply 'a request without Message-Authenticator gets no reply'
is "${silent[1]}" no-reply 'a request under another secret gets no reply'
is "${silent[2]}" no-reply 'a request from an unknown client gets no reply'
is "${silent[3]}" no-reply 'an accounting request gets no reply'
now=$(code alice)
for want in 'Challenge OTP-Required' 'Accept Accepted' 'Reject -'; do
	case $want in
	Challenge*) reply=$(rad --raw "$name" "$password" "$certificate") ;;
	Accept*) reply=$(rad --raw "$name" "$password" "$certificate" "Seikyo-OTP=$now") ;;
	Reject*) reply=$(rad --raw "$name" User-Password=wrong "$certificate") ;;
	esac
	# says: what is wrong with a signature would stand in front.
	says "$reply" "$want" "Access-${want%% *} is signed rightly"
	like "$(raw "$reply")" '5012(0){32}' "Access-${want%% *} carries Message-Authenticator"
done
reply=$(rad "$name" User-Password=wrong "$chap")
says "$reply" 'Reject -' 'the Reject of a malformed request is signed rightly'

# --- noise

# noise N: that many signed requests of random attributes, beside a real name.
noise()
{
	local i j line

	for ((i = 0; i < $1; i++)); do
		line="$name"
		for ((j = RANDOM % 6; j >= 0; j--)); do
			case $((RANDOM % 4)) in
			0) line+=" attr-$((RANDOM % 255 + 1))=${random:RANDOM % 2000 * 2:RANDOM % 100 * 2}" ;;
			1) line+=" Seikyo-attr-$((RANDOM % 25 + 1))=${random:RANDOM % 2000 * 2:RANDOM % 60 * 2}" ;;
			2) line+=" raw-User-Password=${random:RANDOM % 2000 * 2:RANDOM % 130 * 2}" ;;
			3) line+=" State=534b5901${random:RANDOM % 2000 * 2:RANDOM % 120 * 2}" ;;
			esac
		done
		printf '%s %s\n' "$line" "$certificate"
	done
}

random=$(random 4000)
count=$([ -z "${SEIKYO_LONG-}" ] && printf 300 || printf 20000)
before=$(column alice "CONCAT_WS(' ', otp_last_step, login_1_at)")
accepted=0 replies=0
for ((sent = 0; sent < count; sent += 100)); do
	while read -r line; do
		[[ $line != Access-Accept* ]] || accepted=$((accepted + 1))
		[[ $line != Access-* ]] || replies=$((replies + 1))
	done < <(noise 100 | rad_many -t 0.7)
done
is "$accepted" 0 "of $count requests of random attributes none is accepted"
like "$replies" '^[1-9]' 'and some are answered'
is "$(column alice "CONCAT_WS(' ', otp_last_step, login_1_at)")" "$before" 'none of them is a login'

# --- and goes on

is "$(stack_do pid radius)" "$server" 'the server is still the same process'
sql 'UPDATE user SET password_failures = 0, password_locked_until = NULL, otp_failures = 0, otp_locked_at = NULL'
says "$(enter alice)" 'Accept Accepted' 'after all these a right login is accepted'

done_testing
