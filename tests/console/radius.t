#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The console's RADIUS client against the true servers, silent ones and forgers: what it asks, what it
# believes, whom it asks next. SEIKYO_ASK="valgrind ... build/tools/ask" runs it under something.

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/../radius/wire.sh"

wire_up --radius 2
scratch=$(dirname "$stack")
read -ra tool <<<"${SEIKYO_ASK:-$TEST_ROOT/build/tools/ask}"
servers="127.0.0.1:$SEIKYO_RADIUS_PORT 127.0.0.1:$SEIKYO_RADIUS_PORT_2"
secret=$SEIKYO_CONSOLE_SECRET
source=$SEIKYO_CONSOLE_HOST
dictionary=$scratch/dictionary
timeout=5000
errors=$scratch/errors
: >"$errors"
mkdir "$dictionary"
# shellcheck disable=SC2016 # FreeRADIUS's own $INCLUDE
printf '$INCLUDE %s\n' "$TEST_ROOT/raddb/dictionary.seikyo" >"$dictionary/dictionary"

# --- asking

settings()
{
	printf '%s\n' "servers=$servers" "secret=$secret" "source=$source" "dictionary=$dictionary" \
		"timeout=$timeout" ''
}

# question LOGIN TYPED [KEY=VALUE...]: a block of it.
question()
{
	local digest

	digest=$(certificate "$1")
	printf '%s\n' purpose=2 "login=$1" "password=$2" ${digest:+"certificate=$digest"} "${@:3}" ''
}

# ask_all: questions on standard input; a file $scratch/answer.N for each, from 1 on.
ask_all()
{
	local status=0

	rm -f "$scratch"/answer.*
	{ settings && cat; } | "${tool[@]}" >"$scratch/answers" || status=$?
	awk -v to="$scratch/answer." 'BEGIN { n = 1 } /^$/ { n++; next } { print >(to n) }' "$scratch/answers"
	sed -n 's/^error=//p' "$scratch/answers" >>"$errors"
	[ $status = 0 ] || printf '%d\n' $status >>"$scratch/ended"
}

# ask LOGIN TYPED [KEY=VALUE...]: one question.
ask()
{
	question "$@" | ask_all
}

# value KEY [N]: of the last answer, or of the Nth.
value()
{
	sed -n "s/^$1=//p" "$scratch/answer.${2:-1}"
}

# answers WANT NAME [N]: kind and outcome of the last answer, or of the Nth.
answers()
{
	local got

	got="$(value kind "${3:-1}") $(value outcome "${3:-1}")"
	is "$got" "$1" "$2"
	[ "$got" = "$1" ] || diag "$(cat "$scratch/answers")"
}

# ticket_row COLUMNS: the row of the last answer's ticket.
ticket_row()
{
	sql "SELECT $1 FROM ticket WHERE digest = X'$(perl -e 'print pack("H*", $ARGV[0])' "$(value ticket)" |
		sha256sum | cut -d ' ' -f 1)'"
}

attempt()
{
	printf 'attempt=%s' "$1"
}

# --- servers that are none

# peer NAME MODE: a UDP peer that logs each packet into $scratch/NAME.log; its port in ${peers[NAME]}.
# `silent` says nothing. `forge` answers as the login id says: KIND sends that reply; KIND+true sends it
# and then what the true server says.
declare -A peers
cat >"$scratch/peer.py" <<'END'
import hashlib, hmac, os, socket, struct, sys

mode, true_port, log = sys.argv[1], int(sys.argv[2]), sys.argv[3]
secret = os.environ["SEIKYO_CONSOLE_SECRET"].encode()
VENDOR = 32473
ACCEPT, REJECT, CHALLENGE = 2, 3, 11
TICKET = b"F" * 16


def attribute(number, data):
    return bytes([number, len(data) + 2]) + data


def vsa(number, data):
    return attribute(26, struct.pack(">I", VENDOR) + attribute(number, data))


def integer(number, value):
    return vsa(number, struct.pack(">I", value))


def tunnel(data, vector):
    """RFC 2868 section 3.5, without a tag."""
    salt, last, out = b"\x80\x01", vector + b"\x80\x01", b"\x80\x01"
    plain = bytes([len(data)]) + data
    plain += bytes(-len(plain) % 16)
    for at in range(0, len(plain), 16):
        pad = hashlib.md5(secret + last).digest()
        last = bytes(a ^ b for a, b in zip(plain[at:at + 16], pad))
        out += last
    return out


def ticket(data, vector):
    return vsa(7, tunnel(data, vector))


def sign(code, ident, vector, attributes, key=secret, message=True, length=None):
    """A reply that is right in all that is not said otherwise."""
    if message:
        attributes = attribute(80, bytes(16)) + attributes
    head = struct.pack(">BBH", code, ident, length or 20 + len(attributes))
    if message:
        mac = hmac.new(key, head + vector + attributes, "md5").digest()
        attributes = attribute(80, mac) + attributes[18:]
    return head + hashlib.md5(head + vector + attributes + key).digest() + attributes


def flip(packet, at):
    return packet[:at] + bytes([packet[at] ^ 1]) + packet[at + 1:]


def forgeries(ident, vector):
    """What is wrong with the packet itself."""
    good = integer(1, 10) + ticket(TICKET, vector) + vsa(17, b"forged")
    right = sign(ACCEPT, ident, vector, good)
    broken_mac = flip(attribute(80, bytes(16)), 5) + good
    head = struct.pack(">BBH", ACCEPT, ident, 20 + len(broken_mac))
    full = good
    while len(full) + 18 + 20 + 255 <= 4097:
        full += attribute(18, b"x" * 253)
    return {
        "right": right,
        "trailing": right + b"xyz",
        "no-authenticator-attribute": sign(ACCEPT, ident, vector, good, message=False),
        "wrong-message-authenticator": head + hashlib.md5(head + vector + broken_mac + secret).digest() + broken_mac,
        "wrong-response-authenticator": flip(right, 4),
        "wrong-secret": sign(ACCEPT, ident, vector, good, key=secret + b"x"),
        "other-id": sign(ACCEPT, (ident + 1) % 256, vector, good),
        "other-request": sign(ACCEPT, ident, flip(vector, 0), good),
        "other-code": sign(5, ident, vector, good),
        "request-code": sign(1, ident, vector, good),
        "changed-code": bytes([ACCEPT]) + sign(REJECT, ident, vector, good)[1:],
        "changed-outcome": right.replace(integer(1, 10), integer(1, 1)),
        "garbage": hashlib.sha512(vector).digest() * 4,
        "empty": b"",
        "one-byte": b"\x02",
        "short": right[:19],
        "cut": right[:-1],
        "long": sign(ACCEPT, ident, vector, full + attribute(18, b"x" * (4097 - 20 - 18 - len(full) - 2))),
        "padded-long": right + bytes(4097 - len(right)),
        "length-beyond": sign(ACCEPT, ident, vector, good, length=4000),
        "length-short": sign(ACCEPT, ident, vector, good, length=19),
        "attribute-beyond": sign(ACCEPT, ident, vector, good + b"\x12\x09abc"),
        "attribute-length-0": sign(ACCEPT, ident, vector, good + b"\x12\x00"),
        "attribute-length-1": sign(ACCEPT, ident, vector, good + b"\x12\x01"),
        "attribute-0": sign(ACCEPT, ident, vector, good + b"\x00\x03a"),
        "message-authenticator-15": sign(ACCEPT, ident, vector, good + attribute(80, bytes(15)), message=False),
    }


def contents(ident, vector):
    """Packets that are right, with more or less believable things in them."""
    yes, no = integer(1, 10), integer(1, 1)
    state = attribute(24, b"state")
    tries = integer(8, 100) + vsa(9, b"\xff" * 4)
    ids = vsa(10, b"S" * 20) + vsa(11, b"1" * 10) + vsa(17, b"r" * 16)
    foreign = attribute(18, b"text") + attribute(25, b"c") + attribute(26, b"\0\0\0\x09cut") + attribute(99, b"e")
    packets = {
        "longest": (CHALLENGE, no + attribute(24, b"s" * 253) + ticket(TICKET, vector) + tries + ids),
        "foreign": (ACCEPT, foreign + yes + integer(16, 1) * 3 + vsa(12, b"name") + vsa(200, b"new")),
        "reject": (REJECT, b""),
        "outcome-0": (REJECT, integer(1, 0)),
        "outcome-11": (REJECT, integer(1, 11)),
        "outcome-twice": (ACCEPT, yes + yes),
        "outcome-short": (REJECT, vsa(1, b"\0\0\x01")),
        "ticket-15": (ACCEPT, yes + ticket(b"F" * 15, vector)),
        "ticket-17": (ACCEPT, yes + ticket(b"F" * 17, vector)),
        "ticket-empty": (ACCEPT, yes + ticket(b"", vector)),
        "ticket-cut": (ACCEPT, yes + vsa(7, b"\x80")),
        "ticket-twice": (ACCEPT, yes + ticket(TICKET, vector) + ticket(TICKET, vector)),
        "tries-101": (CHALLENGE, no + state + integer(8, 101)),
        "date-short": (REJECT, vsa(9, b"\0\0")),
        "service-21": (CHALLENGE, no + state + vsa(10, b"S" * 21)),
        "app-user-11": (CHALLENGE, no + state + vsa(11, b"1" * 11)),
        "request-17": (CHALLENGE, no + state + vsa(17, b"r" * 17)),
        "service-nul": (CHALLENGE, no + state + vsa(10, b"S\0S")),
        "request-newline": (CHALLENGE, no + state + vsa(17, b"r\nforged")),
        "app-user-high": (CHALLENGE, no + state + vsa(11, b"\xc3\xa9")),
        "accept-plain": (ACCEPT, b""),
        "accept-wrong": (ACCEPT, integer(1, 4)),
        "reject-accepted": (REJECT, yes),
        "challenge-accepted": (CHALLENGE, yes + state),
        "challenge-stateless": (CHALLENGE, no),
        "state-twice": (CHALLENGE, no + state + state),
        "reject-ticket": (REJECT, integer(1, 2) + ticket(TICKET, vector)),
        "vendor-cut": (ACCEPT, yes + attribute(26, struct.pack(">I", VENDOR) + b"\x01\x09abc")),
    }
    return {name: sign(code, ident, vector, body) for name, (code, body) in packets.items()}


def parse(packet):
    found, at = [], 20
    while at < len(packet):
        found.append((packet[at], packet[at + 2:at + packet[at + 1]]))
        at += packet[at + 1]
    return found


def note(packet, sender):
    """Source address, first attribute, authenticator, id, then what the packet says, in hex."""
    found = parse(packet)
    ours = {data[4]: data[6:] for number, data in found if number == 26}
    plain = dict(found)
    with open(log, "a") as file:
        print(sender[0], found[0][0], packet[4:20].hex(), plain[1].decode(), plain.get(24, b"").hex(),
              ours[5].hex(), plain[2].hex(), ours.get(6, b"").hex(), packet[1], file=file)
    return plain[1].decode()


listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
listener.bind(("127.0.0.1", 0))
other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
other.bind(("127.0.0.1", 0))
onward = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
onward.bind((os.environ["SEIKYO_CONSOLE_HOST"], 0))
onward.settimeout(5)
print(listener.getsockname()[1], flush=True)
while True:
    packet, sender = listener.recvfrom(65536)
    kind, _, then = note(packet, sender).partition("+")
    if mode == "silent":
        continue
    if kind == "other-port":
        other.sendto(forgeries(packet[1], packet[4:20])["right"], sender)
    elif kind != "nothing":
        known = {**forgeries(packet[1], packet[4:20]), **contents(packet[1], packet[4:20])}
        listener.sendto(known[kind], sender)
    if then == "true":
        onward.sendto(packet, ("127.0.0.1", true_port))
        listener.sendto(onward.recv(65536), sender)
END

peer()
{
	: >"$scratch/$1.log"
	python3 "$scratch/peer.py" "$2" "$SEIKYO_RADIUS_PORT" "$scratch/$1.log" >"$scratch/$1.port" 2>"$scratch/$1.err" &
	at_exit kill $!
	poll 20 test -s "$scratch/$1.port" || bail "the peer $1 does not start: $(cat "$scratch/$1.err")"
	peers[$1]=127.0.0.1:$(cat "$scratch/$1.port")
}

# packets NAME: how many a peer has got.
packets()
{
	wc -l <"$scratch/$1.log"
}

# noted NAME FIELD: of the last packet that a peer has got.
noted()
{
	tail -n 1 "$scratch/$1.log" | cut -d ' ' -f "$2"
}

peer quiet silent
peer mute silent
peer forger forge

person alice master
person bob
make_user C-1 carol general "$(word carol)"
# shellcheck disable=SC2016 # nothing is to be expanded
odd='\x41\\n"%{User-Name}'\''$(id) 合言葉 \'
make_user C-1 dora general "$odd"
longest=$(printf 'x%.0s' {1..128})
make_user C-1 erin general "$longest"
make_contract C-2 2027-01-01
make_user C-2 early general "$(word early)"
test_operate user confirmation-password alice <<<confirm-alice
next_step

# --- the first leg

ask alice "$(word alice)"
answers 'CHALLENGE 1' 'a right password asks for a code'
state=$(value state)
is ${#state} 300 'with the State, whole'
like "$(value request_id)" '^[0-9a-f]{16}$' 'and the request id'
is "$(value ticket) $(value tries_left) $(value reissue_at) $(value service_id) $(value error)" ' -1 0  ' \
	'and nothing that was not said'
ask alice wrong-word
answers 'REJECT 0' 'a wrong password is refused'
is "$(value state)$(value ticket)" '' 'without State or ticket'
is "$(column alice password_failures)" 1 'and counted once'
ask nobody wrong-word
answers 'REJECT 0' 'an unknown user is refused'
{ printf '%s\n' purpose=2 login=alice "password=$(word alice)" ''; } | ask_all
answers 'REJECT 0' 'a password without the certificate is refused'
ask dora "$odd"
answers 'CHALLENGE 2' 'backslashes, quotes, percent signs and Japanese reach the server as they were typed'
ask erin "$longest"
answers 'CHALLENGE 2' 'so do 128 bytes'
ask early "$(word early)"
answers 'REJECT 8' 'before the start date: Not-Started'

# --- the second

ask alice "$(wrong_code alice)" "state=$state"
answers 'CHALLENGE 4' 'a wrong code'
is "$(value tries_left)" 4 'with the tries that are left'
isnt "$(value state)" '' 'and a State'
try=$(attempt "$(random 16)")
right=$(code alice)
ask alice "$right" "state=$state" "$try"
answers 'ACCEPT 10' 'the right code'
is "$(ticket_row "CONCAT_WS(' ', user_id, purpose, LOWER(HEX(certificate)))")" \
	"$(column alice id) session $(certificate alice)" 'with the ticket that the database has'
is "$(sql "SELECT verdict FROM login_event WHERE request_id = X'$(value request_id)'")" accepted \
	'and the request id that stands in login_event'
first=$(value ticket)
ask alice "$right" "state=$state" "$try"
answers 'ACCEPT 10' 'a repeated attempt'
is "$(value ticket)" "$first" 'has the same ticket'
ask alice "$right" "state=$state"
answers 'CHALLENGE 5' 'another attempt with the same code: used'
ask bob "$(word bob)"
state=$(value state)
for left in 4 3 2 1; do
	ask bob "$(wrong_code bob)" "state=$state"
	is "$(value kind) $(value outcome) $(value tries_left)" "CHALLENGE 4 $left" "$left tries left"
done
ask bob "$(wrong_code bob)" "state=$state"
answers 'REJECT 6' 'the fifth wrong code: locked'
test_operate unlock bob --paper P-1

# --- setup and wait

ask carol "$(word carol)"
answers 'CHALLENGE 2' 'no token: Setup-Required'
is "$(ticket_row purpose)" setup 'with a ticket for the setup'
state=$(value state)
"$TEST_ROOT/tests/phone" issue "$stack" carol "$(value ticket)" >/dev/null || bail 'no token issued'
"$TEST_ROOT/tests/phone" install "$stack" carol >/dev/null || bail 'no token installed'
ask carol "$(word carol)"
answers 'CHALLENGE 3' 'a token without its first code: First-Code-Required'
is "$(value service_id) $(value app_user_id)" \
	"$(sql "SELECT service_id, app_user_id FROM token WHERE id = $(column carol live_token)" | tr '\t' ' ')" \
	'with what is to be entered on the phone'
ask carol "$(code carol)" "state=$state"
answers 'ACCEPT 10' 'the first code, with the State of the setup'
revoke carol
ask carol "$(word carol)"
answers 'REJECT 7' 'after a revocation: Reissue-Wait'
is "$(value reissue_at)" "$(sql "SELECT time_us(reissue_at) DIV 1000000 FROM token WHERE user_id = $(column carol id)")" \
	'until when'

# --- confirmation

session=$(random 30)0000
try=$(attempt "$(random 16)")
confirm=(purpose=3 "session=$session" "$try")
ask alice confirm-alice "${confirm[@]}"
answers 'ACCEPT 10' 'the right confirmation password'
is "$(ticket_row "CONCAT_WS(' ', purpose, LOWER(HEX(session_digest)))")" "confirm $session" \
	'with a ticket for this session, zeros at its end and all'
ask alice confirm-wrong "${confirm[@]}"
answers 'REJECT 0' 'a wrong confirmation password'

# --- who is asked

# other_answers WHAT: a login while the first server is away.
other_answers()
{
	next_step
	ask alice "$(word alice)"
	answers 'CHALLENGE 1' "$1: the password is answered by the other server"
	state=$(value state)
	ask alice "$(code alice)" "state=$state"
	answers 'ACCEPT 10' "$1: and so is the code"
}

stack_do stop radius
other_answers 'the first server stopped'
stack_do start radius
stack_do kill radius
other_answers 'the first server killed'
stack_do start radius
servers="127.0.0.1:$SEIKYO_RADIUS_PORT 127.0.0.1:$SEIKYO_RADIUS_PORT_2"

# logged COUNT: the first server has logged so many requests of alice.
logged()
{
	[ "$(grep -c 'user alice' "$SEIKYO_RADIUS_LOG")" -ge "$1" ]
}

# settled LOGIN: what became of the codes, in their order.
settled()
{
	sql "SELECT GROUP_CONCAT(verdict ORDER BY id SEPARATOR ' ') FROM login_event
		WHERE user_id = $(column "$1" id) AND leg = 'code' AND id > $since"
}

next_step
ask alice "$(word alice)"
state=$(value state)
since=$(sql 'SELECT MAX(id) FROM login_event')
wrong_try=$(attempt "$(random 16)")
right_try=$(attempt "$(random 16)")
wrong=$(wrong_code alice)
right=$(code alice)
log=$(grep -c 'user alice' "$SEIKYO_RADIUS_LOG")
stack_do pause radius
timeout=2500
ask alice "$wrong" "state=$state" "$wrong_try"
answers 'CHALLENGE 4' 'the first server paused: the other one answers'
is "$(value tries_left)" 4 'it is the first wrong code'
is "$(value error)" '' 'an answer leaves nothing for the log'
ask alice "$right" "state=$state" "$right_try"
answers 'ACCEPT 10' 'the right code as well'
ticket=$(value ticket)
stack_do resume radius
ok 'resumed, the first server settles what waited for it' poll 20 logged $((log + 2))
timeout=5000
ask alice "$right" "state=$state" "$right_try"
answers 'ACCEPT 10' 'and gives the same verdict on the attempt'
is "$(value ticket)" "$ticket" 'with the same ticket'
ask alice "$wrong" "state=$state" "$wrong_try"
answers 'CHALLENGE 4' 'also on the wrong one'
is "$(settled alice)" 'refused accepted' 'each attempt was settled once'
is "$(column alice otp_failures)" 0 'and counted once, before the right one'

servers="${peers[quiet]} 127.0.0.1:$SEIKYO_RADIUS_PORT"
timeout=2500
{ for _ in 1 2 3; do question alice "$(word alice)"; done; } | ask_all
is "$(value kind 1) $(value kind 2) $(value kind 3)" 'CHALLENGE CHALLENGE CHALLENGE' \
	'a silent first server does not keep the second from answering'
is "$(packets quiet)" 1 'and is not asked again while the other one answers'

servers="${peers[quiet]} ${peers[mute]}"
timeout=300
try=$(random 16)
before=$(packets quiet) before_mute=$(packets mute)
ask alice 123456 "state=$state" "attempt=$try"
answers 'NONE 0' 'nobody answers: nothing is known'
like "$(value error)" "^${peers[quiet]}: no reply in 300 ms; ${peers[mute]}: no reply in 300 ms\$" \
	'and the log is told who was asked'
is "$(($(packets quiet) - before)) $(($(packets mute) - before_mute))" '1 1' 'each is asked once'
is "$(noted quiet 1) $(noted mute 1)" "$SEIKYO_CONSOLE_HOST $SEIKYO_CONSOLE_HOST" 'from the address of the settings'
is "$(noted quiet 2)" 80 'the Message-Authenticator is the first attribute'
is "$(noted quiet 5) $(noted mute 5)" "$state $state" 'with the same State'
is "$(noted quiet 6) $(noted mute 6)" "$try $try" 'and the same Seikyo-Attempt'
isnt "$(noted quiet 3)" "$(noted mute 3)" 'under another Request Authenticator'
isnt "$(noted quiet 7)" "$(noted mute 7)" 'and so differently encrypted'
unlike "$(noted quiet 7)" "$(printf 123456 | od -An -tx1 | tr -d ' \n')" 'what was typed is not sent in clear'
ask alice confirm-alice "${confirm[@]}"
is "$(noted quiet 8 | wc -c)" 65 'a session is sent'
unlike "$(noted quiet 8)" "$session" 'but not in clear'
servers='127.0.0.1:1 [::1]:1'
source=
ask alice "$(word alice)"
answers 'NONE 0' 'nobody listens: nothing is known'
like "$(value error)" '^127\.0\.0\.1:1: Connection refused; \[::1\]:1: [A-Z]' 'and the log is told so of each'
source=$SEIKYO_CONSOLE_HOST
servers="127.0.0.1:1 127.0.0.1:1 127.0.0.1:1 127.0.0.1:1 127.0.0.1:1 127.0.0.1:1 127.0.0.1:1 127.0.0.1:$SEIKYO_RADIUS_PORT"
ask alice "$(word alice)"
answers 'CHALLENGE 1' 'the last of eight servers is reached'
secret=another-secret servers="127.0.0.1:$SEIKYO_RADIUS_PORT" timeout=300
ask alice "$(word alice)"
answers 'NONE 0' 'with another secret nothing is known'
secret=$SEIKYO_CONSOLE_SECRET

# --- forged replies

servers=${peers[forger]}
timeout=5000
forged=(no-authenticator-attribute wrong-message-authenticator wrong-response-authenticator wrong-secret
	other-id other-request other-port other-code request-code changed-code changed-outcome garbage empty
	one-byte short cut long padded-long length-beyond length-short attribute-beyond attribute-length-0
	attribute-length-1 attribute-0 message-authenticator-15)

for kind in right trailing; do
	question $kind typed-word
done | ask_all
for i in 1 2; do
	is "$(value kind $i) $(value ticket $i)" "ACCEPT $(printf '46%.0s' {1..16})" \
		'a reply signed with the secret is taken: what is forged below differs in one thing only'
done
for kind in "${forged[@]}"; do
	question "$kind+true" typed-word
done | ask_all
for i in "${!forged[@]}"; do
	like "$(value kind $((i + 1))) $(value request_id $((i + 1)))" '^REJECT [0-9a-f]{16}$' \
		"dropped, and the true reply behind it taken: ${forged[i]}"
done
is "$(packets forger)" $((${#forged[@]} + 2)) 'and none of them was asked for twice'

timeout=900
blamed=(no-authenticator-attribute 'malformed or without Message-Authenticator'
	wrong-message-authenticator 'with a wrong authenticator: forged, or the secret differs'
	other-id 'to another id'
	other-code 'of a code that answers no Access-Request'
	long 'of a length that no RADIUS packet has')
for ((i = 0; i < ${#blamed[@]}; i += 2)); do
	question "${blamed[i]}" typed-word
done | ask_all
for ((i = 0; i < ${#blamed[@]}; i += 2)); do
	is "$(value kind $((i / 2 + 1))): $(value error $((i / 2 + 1)))" \
		"NONE: ${peers[forger]}: no true reply in 900 ms, 1 dropped, the last one ${blamed[i + 1]}" \
		"without a true reply nothing is known: ${blamed[i]}"
done

# --- true replies that are not believed

timeout=5000
ask longest typed-word
answers 'CHALLENGE 1' 'the longest values are taken'
is "$(value state | wc -c) $(value tries_left) $(value reissue_at) $(value service_id) $(value app_user_id) $(value request_id)" \
	"507 100 4294967295 SSSSSSSSSSSSSSSSSSSS 1111111111 rrrrrrrrrrrrrrrr" 'and are whole'
ask foreign typed-word
answers 'ACCEPT 10' 'attributes that the console does not read are passed over'
ask reject typed-word
answers 'REJECT 0' 'a Reject may say nothing'
untrusted=(outcome-0 'a Seikyo-Outcome that is not known'
	outcome-11 'a Seikyo-Outcome that is not known'
	outcome-twice 'an attribute that is there twice'
	outcome-short 'a Seikyo attribute that is not well formed'
	ticket-15 'a ticket that is not of 16 bytes'
	ticket-17 'a State or ticket of the wrong length'
	ticket-empty 'a State or ticket of the wrong length'
	ticket-cut 'a Seikyo attribute that is not well formed'
	ticket-twice 'an attribute that is there twice'
	tries-101 'Seikyo-Tries-Left beyond any limit'
	date-short 'a Seikyo attribute that is not well formed'
	service-21 'a text that is too long'
	app-user-11 'a text that is too long'
	request-17 'a text that is too long'
	service-nul 'a text with a byte that may not be there'
	request-newline 'a text with a byte that may not be there'
	app-user-high 'a text with a byte that may not be there'
	accept-plain 'packet code and Seikyo-Outcome contradict each other'
	accept-wrong 'packet code and Seikyo-Outcome contradict each other'
	reject-accepted 'packet code and Seikyo-Outcome contradict each other'
	challenge-accepted 'packet code and Seikyo-Outcome contradict each other'
	challenge-stateless 'an Access-Challenge without State'
	state-twice 'an attribute that is there twice'
	reject-ticket 'an Access-Reject with a ticket'
	vendor-cut 'a Seikyo attribute that is not well formed')
servers=${peers[forger]}
for ((i = 0; i < ${#untrusted[@]}; i += 2)); do
	question "${untrusted[i]}" typed-word
done | ask_all
nothing='kind=NONE outcome=0 state= ticket= tries_left=-1 reissue_at=0 service_id= app_user_id= request_id='
for ((i = 0; i < ${#untrusted[@]}; i += 2)); do
	is "$(paste -sd ' ' "$scratch/answer.$((i / 2 + 1))")" "$nothing error=${peers[forger]}: ${untrusted[i + 1]}" \
		"not believed, and nothing of it kept: ${untrusted[i]}"
done
servers="${peers[forger]} ${peers[mute]}"
before=$(packets mute)
question outcome-0 typed-word | ask_all
is "$(packets mute)" "$before" 'the next server is not asked for another answer'
{
	question outcome-0 typed-word
	question right typed-word
} | ask_all
is "$(packets mute)" $((before + 1)) 'but one that is not believed is not the first to be asked the next time'

# --- questions that are not asked

servers=${peers[forger]}
before=$(packets forger)
# refused NAME LOGIN TYPED [KEY=VALUE...]
refused()
{
	local try
	try=$(random 16)

	ask "$2" "$3" "attempt=$try" "${@:4}"
	like "$(value kind): $(value error)" '^NONE: not asked: ' "not asked: $1"
}
refused 'what is typed has 129 bytes' right "${longest}x"
refused 'nothing is typed' right ''
refused 'a login id of 129 bytes' "${longest}x" typed-word
refused 'no login id' '' typed-word
refused 'the purpose Login' right typed-word purpose=1
refused 'a purpose that is none' right typed-word purpose=4
refused 'a State of 254 bytes' right typed-word "state=$(random 254)"
refused 'an empty State' right typed-word state=
refused 'no attempt' right typed-word attempt=none
refused 'a confirmation without a session' right typed-word purpose=3
refused 'a session without a confirmation' right typed-word "session=$(random 32)"
is "$(packets forger)" "$before" 'and no packet is sent'
ask right typed-word "state=$(random 253)"
answers 'ACCEPT 10' 'a State of 253 bytes is sent'
is "$(noted forger 5 | wc -c)" 507 'whole'

# --- settings

# bad PATTERN NAME [COMMAND...]: with the settings that COMMAND makes the client is not opened.
bad()
{
	local status=0

	(
		"${@:3}"
		settings
	) | "${tool[@]}" >"$scratch/answers" || status=$?
	sed -n 's/^error=//p' "$scratch/answers" >>"$errors"
	like "$status $(cat "$scratch/answers")" "^1 error=.*$1" "not opened: $2"
}

# made NAME LINES: a folder with a dictionary of those lines.
made()
{
	mkdir -p "$scratch/$1"
	printf '%s\n' "${@:2}" >"$scratch/$1/dictionary"
	dictionary=$scratch/$1
}

# without PATTERN: our dictionary without the lines that match.
without()
{
	made without "$(grep -v "$1" "$TEST_ROOT/raddb/dictionary.seikyo")"
}

other_vendor()
{
	made vendor "$(sed 's/32473/32474/' "$TEST_ROOT/raddb/dictionary.seikyo")"
}

seikyo=$(cat "$TEST_ROOT/raddb/dictionary.seikyo")
timeout=300
one='127\.0\.0\.1'
for wrong in '127.0.0.1' '127.0.0.1:' ':1812' '127.0.0.1:0' '127.0.0.1:65536' '127.0.0.1:+1' '127.0.0.1:1812x' '256.0.0.1:1812' \
	'localhost:1812' '127.0.0.1:1812,127.0.0.1:1813' '::1:1812' '[::1]' '[::1:1812' '[127.0.0.1]:1812' '[]:1812' ']:1812' '127.1:x'; do
	bad "radius_servers: '[^ ]*' is not ADDRESS:PORT" "the server '$wrong'" eval "servers='$wrong'"
done
bad 'radius_servers must name 1 to 8 servers' 'no server' eval servers=
bad 'radius_servers must name 1 to 8 servers' 'nine servers' eval "servers='$(printf '127.0.0.1:1 %.0s' {1..9})'"
bad "is not ADDRESS:PORT" 'a bad one behind good ones' eval "servers='127.0.0.1:1 127.0.0.1:2 x'"
bad "radius_source: 'localhost' is not an address" 'a source that is a name' eval source=localhost
bad "radius_source: from ::1 nothing can be sent to $one:1;" 'a source of the other family' eval 'source=::1 servers=127.0.0.1:1'
bad 'radius_secret must be of 1 to 255 bytes' 'no secret' eval secret=
bad 'radius_secret must be of 1 to 255 bytes' 'a secret of 256 bytes' eval "secret=$longest$longest"
bad 'radius_timeout must be 1 to 60000 milliseconds' 'no time' eval timeout=0
bad 'radius_timeout must be 1 to 60000 milliseconds' 'more than a minute' eval timeout=60001
bad "The dictionary in the folder $scratch/none cannot be loaded: .*No such file" 'no dictionary' eval "dictionary=$scratch/none"
bad 'The dictionary in the folder .* cannot be loaded: .*too long' 'a folder with a long name' \
	eval "dictionary=/$longest/$longest"
bad 'cannot be loaded: .*invalid' 'a dictionary that is none' made words 'these are words'
bad 'cannot be loaded: .*No such file' 'an include that is not there' made include "\$INCLUDE $scratch/gone"
bad 'does not know Seikyo-Outcome: .*INCLUDE dictionary.seikyo' 'an empty dictionary' made empty '# nothing'
bad 'does not know Seikyo-Ticket' 'a dictionary without the ticket' without 'Seikyo-Ticket'
bad 'gives Seikyo-Ticket another type or encryption' 'a ticket in clear' \
	made clear "${seikyo/encrypt=2/}"
bad 'gives Seikyo-Session another type or encryption' 'a session in clear' \
	made clear "$(sed '/Seikyo-Session/s/encrypt=1//' "$TEST_ROOT/raddb/dictionary.seikyo")"
bad 'gives User-Password another type or encryption' 'passwords in clear' \
	made clear "$seikyo" $'ATTRIBUTE\tUser-Password\t2\tstring'
bad 'gives Seikyo-Outcome another type or encryption' 'an outcome that is a text' \
	made text "$(sed '/^ATTRIBUTE.*Seikyo-Outcome/s/integer/string/; /^VALUE.*Seikyo-Outcome/d' "$TEST_ROOT/raddb/dictionary.seikyo")"
made writable "$seikyo"
chmod o+w "$scratch/writable/dictionary"
bad 'cannot be loaded: .*writable' 'a dictionary that anybody may write' eval "dictionary=$scratch/writable"

dictionary=$SEIKYO_DICTIONARY
servers="127.0.0.1:$SEIKYO_RADIUS_PORT"
timeout=5000
ask alice "$(word alice)"
answers 'CHALLENGE 1' "FreeRADIUS's own dictionary beside ours will do"
other_vendor
ask right typed-word
answers 'REJECT 0' "with another organisation's number the server does not know our Purpose: refused"
servers=${peers[forger]}
ask accept-plain typed-word
answers 'NONE 0' 'and an Accept without an outcome that we know is not believed'

is "$(cat "$scratch/ended" 2>/dev/null)" '' 'the client ended with 0 each time'

# --- secrets

# secrets: words that may not be in a text for the log.
secrets()
{
	printf '%s\n' "$SEIKYO_CONSOLE_SECRET" another-secret "$(word alice)" confirm-alice wrong-word 123456 typed-word "$odd" \
		"${longest:0:32}" "$state" "${state:0:32}" "$first" "$session" alice carol
}
isnt "$(grep -c . "$errors")" 0 'texts for the log were collected'
is "$(secrets | grep -c .)" 15 'and what may not be in them'
is "$(grep -vE '^(The dictionary|radius_)' "$errors" | grep -F -f <(secrets) || true)" '' \
	'no password, code, State, ticket, session or name is in them, nor the secret'
is "$(grep -F -f <(printf '%s\n' "$SEIKYO_CONSOLE_SECRET" "$longest$longest") "$errors" || true)" '' \
	'nor is the secret in what is said of settings'

done_testing
