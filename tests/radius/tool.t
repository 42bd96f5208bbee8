#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The test tools themselves: the RADIUS client against two peers that share no code with it - one in
# Perl, which also answers wrongly on purpose, and FreeRADIUS with raddb/dictionary.seikyo - and the
# TAP functions of tests/lib.sh. Needs neither the module nor a database.
# shellcheck disable=SC2317 # called by poll and at_exit

# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

# The peers that this file started; one that bailed out is gone already.
end()
{
	kill "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

here=$(mktemp -d /tmp/seikyo.XXXXXX) || bail "no temporary directory"
at_exit rm -rf "$here"
export SEIKYO_RADIUS_HOST=127.0.0.1 SEIKYO_RADIUS_SECRET='s3cret of \x20 test'
# The secret's own backslash would be an escape in a request line, but is none in the environment.
peer_secret=$SEIKYO_RADIUS_SECRET

# The peer says in Reply-Message what it read, and does what User-Name tells it to.
cat >"$here/peer.pl" <<'PERL'
use strict;
use warnings;
use Digest::MD5 qw(md5);
use Socket;

my ($secret, $port_file) = @ARGV;
my %seen;

sub hmac_md5 {
	my ($data, $key) = @_;
	$key = md5($key) if length($key) > 64;
	$key .= "\0" x (64 - length($key));
	return md5(($key ^ ("\x5c" x 64)) . md5(($key ^ ("\x36" x 64)) . $data));
}

sub unhide {
	my ($hidden, $first) = @_;
	my ($open, $before) = ('', $first);
	for (my $i = 0; $i < length($hidden); $i += 16) {
		my $block = substr($hidden, $i, 16);
		$open .= $block ^ md5($secret . $before);
		$before = $block;
	}
	return $open;
}

sub hide {
	my ($open, $first) = @_;
	my ($hidden, $before) = ('', $first);
	$open .= "\0" x (-length($open) % 16);
	for (my $i = 0; $i < length($open); $i += 16) {
		$before = substr($open, $i, 16) ^ md5($secret . $before);
		$hidden .= $before;
	}
	return $hidden;
}

sub attribute { my ($number, $value) = @_; return pack('CC', $number, 2 + length($value)) . $value; }
sub vendor { my ($number, $value) = @_; return attribute(26, pack('N', 32473) . attribute($number, $value)); }

socket(my $socket, PF_INET, SOCK_DGRAM, 0) or die;
bind($socket, sockaddr_in(0, INADDR_LOOPBACK)) or die;
open(my $out, '>', "$port_file.new") or die;
print $out +(sockaddr_in(getsockname($socket)))[0], "\n";
close($out) or die;
rename("$port_file.new", $port_file) or die;

while (my $from = recv($socket, my $packet, 4096, 0)) {
	my ($code, $id, $len, $authenticator) = unpack('CCna16', $packet);
	my (%got, @order);
	for (my $at = 20; $at < $len;) {
		my ($number, $size) = unpack('CC', substr($packet, $at, 2));
		my $value = substr($packet, $at + 2, $size - 2);
		if ($number == 80) {
			my $copy = $packet;
			substr($copy, $at + 2, 16) = "\0" x 16;
			$got{mac} = hmac_md5($copy, $secret) eq $value ? 'right' : 'wrong';
		}
		if ($number == 26 && unpack('N', $value) == 32473) {
			$number = 'v' . unpack('C', substr($value, 4, 1));
			$value = substr($value, 6);
		}
		push @order, $number;
		$got{$number} = $value;
		$at += $size;
	}
	my ($port, $address) = sockaddr_in($from);
	my $count = ++$seen{$authenticator};
	my $do = $got{1} // '';
	next if $do eq 'silent' || ($do eq 'late' && $count < 3);
	for my $hidden (2, 'v2', 'v6') {
		$got{$hidden} = unpack('H*', unhide($got{$hidden}, $authenticator)) if defined $got{$hidden};
	}
	my $said = join(' ', "code=$code", "id=$id", "from=" . inet_ntoa($address), "seen=$count",
		'authenticator=' . unpack('H*', $authenticator), 'mac=' . ($got{mac} // 'none'),
		'order=' . join(',', @order), map { "$_=" . ($got{$_} // '') } (2, 'v2', 'v6'));
	my $salt = "\x9a\x01";
	my $ticket = pack('H*', '00112233445566778899aabbccddeeff');
	my $body = join('', map { attribute(18, $_) } unpack('(a253)*', $said));
	$body .= vendor(1, pack('N', 10)) . vendor(17, "r$count")
		. vendor(12, "a\"b Seikyo-Outcome=OTP-Used \\\n") . vendor(13, pack('H*', 'e5a591e7b484'))
		. vendor(16, pack('N', 1795312200)) . vendor(16, pack('N', 1795312100))
		. vendor(7, $salt . hide(pack('C', 16) . $ticket, $authenticator . $salt))
		. vendor(99, "\1\2") . attribute(33, "proxy") . attribute(24, "\0\xff") if $do eq 'full';
	my $mac_at = length($body) + 20;
	$body .= attribute(80, "\0" x 16) unless $do eq 'unsigned';
	$id ^= 1 if $do eq 'bad-id';
	my $head = pack('CCn', $do eq 'reject' ? 3 : $do eq 'challenge' ? 11 : 2, $id, 20 + length($body));
	if ($do ne 'unsigned') {
		my $mac = hmac_md5($head . $authenticator . $body, $secret);
		$mac ^= "\1" . "\0" x 15 if $do eq 'bad-mac';
		substr($body, $mac_at - 18, 16) = $mac;
	}
	my $response = md5($head . $authenticator . $body . $secret);
	$response ^= "\0" x 15 . "\1" if $do eq 'bad-authenticator';
	my $reply = $head . $response . $body;
	$reply = substr($reply, 0, 30) if $do eq 'short';
	send($socket, $reply, 0, $from);
}
PERL
perl "$here/peer.pl" "$peer_secret" "$here/port" &
at_exit end $!
poll 10 test -s "$here/port" || bail "the Perl peer does not start"
SEIKYO_RADIUS_PORT=$(cat "$here/port")
export SEIKYO_RADIUS_PORT

# said NAME LINE: one of the words in the peer's Reply-Message.
said()
{
	local word

	for word in $(field Reply-Message "$2" | tr -d '\n'); do
		[ "${word%%=*}" != "$1" ] || printf '%s\n' "${word#*=}"
	done
}

lines()
{
	printf '%s\n' "$1" | wc -l
}

# --- a request

reply=$(rad User-Name=x User-Password=abc id=7 authenticator=000102030405060708090a0b0c0d0e0f \
	source=127.0.0.2)
like "$reply" '^Access-Accept ' "a right reply is printed without a fault"
is "$(said order "$reply")" 80,1,2 "Message-Authenticator is the first attribute"
is "$(said mac "$reply")" right "the request's Message-Authenticator is right"
is "$(said id "$reply")" 7 "id is taken from the line"
is "$(said authenticator "$reply")" 000102030405060708090a0b0c0d0e0f "so is the authenticator"
is "$(said from "$reply")" 127.0.0.2 "so is the source address"
is "$(said 2 "$reply")" 61626300000000000000000000000000 "a password is hidden, filled up with NULs"

reply=$(rad User-Name=x User-Password=)
is "$(said 2 "$reply")" 00000000000000000000000000000000 "an empty password is one block"
reply=$(rad User-Name=x 'User-Password=0123456789abcde\x00\\ \xff')
is "$(said 2 "$reply")" 303132333435363738396162636465005c20ff00000000000000000000000000 \
	"a password of two blocks, with NUL, backslash, blank and an odd byte"
reply=$(rad User-Name=x "User-Password=$(esc 'a\x41 b')")
is "$(said 2 "$reply")" 615c7834312062000000000000000000 "esc keeps a text as it is"
reply=$(rad User-Name=x raw-User-Password=00112233 no-message-authenticator=1)
is "$(said order "$reply")" 1,2 "no-message-authenticator leaves it out"
is "$(said mac "$reply")" none "the peer sees none then"
isnt "$(said 2 "$reply")" 00112233 "a raw password is not hidden"
reply=$(rad secret=other User-Name=x)
like "$reply" '^bad-authenticator bad-message-authenticator Access-Accept' "another secret: both wrong"
is "$(said mac "$reply")" wrong "the peer finds the request's wrong, too"

reply=$(rad User-Name=x Seikyo-OTP=123456 Seikyo-Session="$(printf 'ab%.0s' {1..32})" \
	Seikyo-Purpose=Console Seikyo-Attempt=00ff attr-33=01 attr-33=02 Seikyo-attr-200=00 \
	Service-Type=Authenticate-Only State=00 EAP-Message=01 CHAP-Password=00 NAS-Identifier=n)
is "$(said order "$reply")" 80,1,v2,v6,v4,v5,33,33,v200,6,24,79,3,32 "attributes keep their order"
is "$(said v2 "$reply")" 31323334353600000000000000000000 "Seikyo-OTP is hidden"
is "$(said v6 "$reply")" "$(printf 'ab%.0s' {1..32})" "so is Seikyo-Session"
reply=$(rad code=12)
is "$(said code "$reply")/$(said mac "$reply")" 12/right "a Status-Server request is signed"

# --- a reply

reply=$(rad User-Name=full)
is "$(field Seikyo-Outcome "$reply")" Accepted "a value's name; quoted text is not taken for an attribute"
is "$(field Seikyo-Display-Name "$reply")" 'a\x22b Seikyo-Outcome=OTP-Used \x5c\x0a' "odd bytes are escaped"
is "$(field Seikyo-Contract-Name "$reply")" 契約 "Japanese is left to be read"
is "$(field Seikyo-Ticket "$reply")" 00112233445566778899aabbccddeeff "a ticket is deciphered"
is "$(field Seikyo-Last-Login "$reply")" $'1795312200\n1795312100' "a repeated attribute keeps its order"
is "$(field State "$reply")" 00ff "State is hex"
is "$(field Seikyo-attr-99 "$reply")" 0102 "an unknown one of the vendor's is printed by number"
is "$(field Class "$reply")" "" "what is not there is empty"
like "$(rad User-Name=reject)" '^Access-Reject ' "a Reject"
like "$(rad User-Name=challenge)" '^Access-Challenge ' "a Challenge"
for fault in bad-id bad-authenticator; do
	like "$(rad User-Name=$fault)" "^$fault Access-Accept " "a reply with a $fault is called so"
done
like "$(rad User-Name=bad-mac)" '^bad-message-authenticator Access-Accept ' \
	"a wrong Message-Authenticator is called so"
like "$(rad User-Name=unsigned)" '^no-message-authenticator Access-Accept ' "a missing one, too"
like "$(rad User-Name=short)" '^malformed raw=02' "a reply that is cut off is malformed"
words=(--raw User-Name=full authenticator=00000000000000000000000000000001)
first=$(field raw "$(rad "${words[@]}" id=1)")
second=$(field raw "$(rad "${words[@]}" id=1)")
is "${#first}" "${#second}" "raw: two replies of one length"
isnt "$first" "$second" "raw: one of which says another number"
words=(--raw User-Name=full 'Seikyo-OTP=1' authenticator=00000000000000000000000000000002)
like "$first" '^0200[0-9a-f]{4}0{32}' "raw: id and authenticator are zeros"
like "$first" '50120{32}$' "raw: Message-Authenticator is zeros"
like "$first" '11040000' "raw: Seikyo-Request-Id is zeros"
like "$(rad --time User-Name=x)" ' ms=[0-9]+\.[0-9]$' "the time is told when asked for"

# --- many

# The peer's socket need not hold that many: what it drops is sent again.
replies=$(for i in {1..300}; do echo "User-Name=x User-Password=$i"; done | rad_many -t 1 -r 5)
is "$(lines "$replies")" 300 "300 requests at once, more than there are ids: 300 lines"
wrong=0
i=0
while read -r line; do
	i=$((i + 1))
	[[ $(said 2 "$line") == "$(printf '%s' "$i" | od -An -tx1 | tr -d ' \n')"00* ]] ||
		wrong=$((wrong + 1))
done <<<"$replies"
is "$wrong" 0 "each line is the reply to its own request, in the order of the input"
replies=$(rad User-Name=x copies=20)
is "$(lines "$replies")" 20 "20 copies: 20 lines"
is "$(while read -r line; do said seen "$line"; done <<<"$replies" | sort -n | tr '\n' ' ')" \
	"$(seq -s ' ' 20) " "which are the same packet"
replies=$(rad User-Name=x copies-distinct=20)
is "$(while read -r line; do said seen "$line"; done <<<"$replies" | sort -u)" 1 \
	"20 distinct copies are different packets"
is "$(while read -r line; do said id "$line"; done <<<"$replies" | sort -u | wc -l)" 1 "of one id"

# --- no reply

started=$SECONDS
is "$(rad -t 0.5 User-Name=silent)" no-reply "no reply is told"
ok "and not waited for without end" test $((SECONDS - started)) -le 3
is "$(rad -t 0.3 port=9 User-Name=x)" no-reply "where nobody listens, too"
is "$(rad -t 0.3 -r 1 User-Name=late)" no-reply "a peer that answers the third packet: not with one retry"
is "$(said seen "$(rad -t 0.3 -r 2 User-Name=late)")" 3 "with two it does"
replies=$(printf 'User-Name=silent\nUser-Name=x\n' | rad_many -t 0.5)
like "$replies" $'^no-reply\nAccess-Accept ' "one that is silent does not keep back another"

# --- wrong use: nothing is sent

wrong_use()
{
	local status=0

	rad "$@" >/dev/null 2>"$here/error" || status=$?
	[ "$status" = 2 ]
}

for words in State=0 State=zz 'User-Name=\x4' Nonsense=1 attr-256=00 attr-0=00 id=256 copies=0 \
	authenticator=00 Seikyo-Ticket=00 Seikyo-Purpose=Dance plain no-message-authenticator=0 \
	"Seikyo-OTP=$(printf 'x%.0s' {1..241})" "User-Password=$(printf 'x%.0s' {1..241})" \
	"attr-33=$(printf '00%.0s' {1..254})" secret= source=nowhere.invalid; do
	ok "refused: ${words:0:40}" wrong_use "$words"
done
wrong_use User-Password=pa55word\\q
unlike "$(cat "$here/error")" pa55word "the value of a wrong word is not told"
reply=$(rad User-Name=x "User-Password=$(printf 'x%.0s' {1..240})")
is "$(said 2 "$reply")" "$(printf '78%.0s' {1..240})" "a password of 240 bytes is sent"
for option in '-t 0' '-t x' '-t 601' '-r -1' '-r 101' --nonsense; do
	# shellcheck disable=SC2086 # two words
	ok "refused: $option" wrong_use $option User-Name=x
done

# --- FreeRADIUS as the peer

make_freeradius()
{
	mkdir "$here/raddb" "$here/raddb/empty"
	cp "$TEST_ROOT/raddb/dictionary.seikyo" "$here/raddb/"
	# shellcheck disable=SC2016 # FreeRADIUS's, not the shell's
	printf '$INCLUDE %s\n$INCLUDE dictionary.seikyo\n' /usr/share/freeradius/dictionary \
		>"$here/raddb/dictionary"
	cat >"$here/raddb/radiusd.conf" <<-CONF
	prefix = /usr
	localstatedir = $here
	confdir = $here/raddb
	logdir = $here
	run_dir = $here
	libdir = /usr/lib/freeradius
	pidfile = $here/radiusd.pid
	max_requests = 1024
	cleanup_delay = 0
	log {
		destination = files
		file = $here/radius.log
	}
	security {
		allow_vulnerable_openssl = yes
		status_server = yes
	}
	thread pool {
		start_servers = 1
		max_servers = 1
	}
	client local {
		ipaddr = 127.0.0.1
		secret = peer
		require_message_authenticator = yes
	}
	modules {
	}
	server tool {
		listen {
			type = auth
			ipaddr = 127.0.0.1
			port = $1
		}
		authorize {
			update control {
				&Auth-Type := Accept
			}
			update reply {
				&Reply-Message := "%{User-Password}|%{Seikyo-OTP}|%{Seikyo-Session}|%{Seikyo-Purpose}|%{Seikyo-Attempt}|%{Seikyo-Client-Certificate}|%{Service-Type}"
				&Seikyo-Ticket := 0x000102030405060708090a0b0c0d0e0f
				&Seikyo-Outcome := OTP-Required
				&Seikyo-Role := Master
				&Seikyo-Request-Id := "r1"
				&Seikyo-Reissue-At := 1795312200
				&Message-Authenticator := 0x00
			}
		}
	}
	CONF
	chmod -R go-w "$here/raddb"
}

free_port()
{
	perl -MSocket -e 'socket(my $s, PF_INET, SOCK_DGRAM, 0); bind($s, sockaddr_in(0, INADDR_LOOPBACK));
		print +(sockaddr_in(getsockname($s)))[0]'
}

answers()
{
	[ "$(rad -t 0.3 "port=$port" secret=peer code=12)" != no-reply ]
}

port=$(free_port)
make_freeradius "$port"
freeradius -f -l "$here/radius.log" -d "$here/raddb" >"$here/freeradius.out" 2>&1 &
at_exit end $!
poll 20 answers || bail "FreeRADIUS does not start
$(cat "$here/freeradius.out" "$here/radius.log" 2>&1)"
digest=$(printf '0f%.0s' {1..32})
reply=$(rad "port=$port" secret=peer User-Name=x 'User-Password=long password of two blocks' \
	Seikyo-OTP=123456 "Seikyo-Session=$digest" Seikyo-Purpose=Confirmation-Password \
	Seikyo-Attempt=000102030405060708090a0b0c0d0e0f "Seikyo-Client-Certificate=$digest" Service-Type=8)
like "$reply" '^Access-Accept ' "FreeRADIUS's reply is right in all its parts"
is "$(field Reply-Message "$reply")" "long password of two blocks|123456|0x$digest|Confirmation-Password|$(
	)0x000102030405060708090a0b0c0d0e0f|0x$digest|Authenticate-Only" "it reads every attribute as meant"
is "$(field Seikyo-Ticket "$reply")" 000102030405060708090a0b0c0d0e0f "its ticket is deciphered"
is "$(field Seikyo-Outcome "$reply")/$(field Seikyo-Role "$reply")" OTP-Required/Master "names agree"
is "$(field Seikyo-Reissue-At "$reply")" 1795312200 "a date is in seconds since 1970"
is "$(rad -t 0.5 "port=$port" secret=peer User-Name=x no-message-authenticator=1)" no-reply \
	"without Message-Authenticator it is dropped where that is demanded"
is "$(rad -t 0.5 "port=$port" secret=wrong User-Name=x)" no-reply "with another secret, too"

# --- lib.sh

# tap LINES...: what a test file of these lines prints, and its status.
tap()
{
	{
		printf '. %q\n' "$TEST_ROOT/tests/lib.sh"
		printf '%s\n' "$@"
	} >"$here/inner.t"
	bash "$here/inner.t" 2>&1
	printf 'status %d\n' $?
}

is "$(tap 'is a a one' 'done_testing')" $'ok 1 - one\n1..1\nstatus 0' "is: a test that holds"
is "$(tap 'is a b one' 'done_testing')" \
	$'not ok 1 - one\n# got:    a\n# wanted: b\n1..1\nstatus 1' "is: one that does not"
for failing in 'isnt a a' 'like abc ^b' 'unlike abc b' 'ok' 'like a "("' 'unlike a "("'; do
	holding=${failing/isnt a a/isnt a b}
	holding=${holding/ ^b/ ^a}
	holding=${holding/unlike abc b/unlike abc d}
	if [ "$failing" = ok ]; then
		is "$(tap 'ok name false' done_testing | head -n 1)" 'not ok 1 - name' "ok: a command that fails"
		is "$(tap 'ok name true' done_testing | head -n 1)" 'ok 1 - name' "ok: one that does not"
		is "$(tap 'not_ok name true' done_testing | head -n 1)" 'not ok 1 - name' "not_ok: its contrary"
		is "$(tap 'not_ok name false' done_testing | head -n 1)" 'ok 1 - name' "not_ok: holds"
		continue
	fi
	like "$(tap "$failing name" done_testing)" '(^|'$'\n'')not ok 1 - name' "fails: $failing"
	[ "$holding" = "$failing" ] ||
		like "$(tap "$holding name" done_testing)" '^ok 1 - name' "holds: $holding"
done
is "$(tap done_testing)" $'not ok 1 - a test point was made\n1..1\nstatus 1' "no test point: a failure"
unlike "$(tap 'ok one true' 'exit 0')" '1\.\.' "a file that ends early has no plan, which fails"
like "$(tap 'at_exit echo left' 'bail gone')" 'Bail out! gone.*left.*status 1' "bail ends with 1"
like "$(tap 'at_exit echo left' 'kill -TERM $$' 'echo on')" 'left'$'\n''status 143' \
	"a killed test cleans up"
is "$(tap 'poll 1 false; echo $?' 'ok x true' done_testing | head -n 1)" 1 "poll gives up"
is "$(tap 'poll 1 true; echo $?' 'ok x true' done_testing | head -n 1)" 0 "poll ends when it holds"

done_testing
