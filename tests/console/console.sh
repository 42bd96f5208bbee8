# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What the tests of the console share, on top of tests/lib.sh: a stack with a web server, people, and browsers
# that read pages and send the forms in them. Pages are asked for in English.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

export LC_ALL=C.UTF-8
noon='2026-11-25 12:00:00'
start_password=2468
work=$(mktemp -d /tmp/seikyo.XXXXXX)
at_exit rm -rf "$work"

# console_up [options of tests/stack up]: a stack at noon. SEIKYO_TEST_CONSOLE=PROGRAM: with that as console: one
# with sanitizers, or a script that runs it under valgrind.
console_up()
{
	stack_up --web "$@" ${SEIKYO_TEST_CONSOLE:+--console "$SEIKYO_TEST_CONSOLE"}
	console=$SEIKYO_CONSOLE_URL from=$SEIKYO_CONSOLE_URL
	stack_do clock "$noon" >/dev/null || bail "the clock can't be set"
	cheap_hashes
}

# As in tests/lib.sh, without a process of tests/stack in between.
sql()
{
	mariadb --no-defaults --default-character-set=utf8mb4 --socket="$SEIKYO_DB_SOCKET" --user="$SEIKYO_DB_ROOT" \
		--batch --skip-column-names "$SEIKYO_DB_NAME" -e "$1"
}

# --- people

# person LOGIN master|general [CONTRACT]: with a certificate, without a token.
person()
{
	stack_do person "$@" >"$work/person" 2>&1 || bail "no user $1: $(cat "$work/person")"
}

# their LOGIN FIELD: 3: the login password, 4: the certificate's digest, 5: the confirmation password.
their()
{
	awk -v login="$1" -v field="$2" '$1 == login { print $field }' "$stack/people"
}

# What the app on the user's phone shows.
code()
{
	(
		# shellcheck disable=SC1090 # written by tests/phone
		. "$stack/phone/$1"
		# shellcheck disable=SC2154 # set there
		printf '%s' "$secret" | oathtool "--totp=$algorithm" --digits="$digits" --time-step-size="${period}s" \
			--now="@$(($(sql 'SELECT time_us(clock_now()) DIV 1000000') + ${2:-0} * period))" -
	)
}

# A code that the phone does not show these days.
wrong_code()
{
	local number shown

	shown=$(code "$1" -2)$(code "$1" -1)$(code "$1")$(code "$1" 1)$(code "$1" 2)
	for number in 000000 111111 222222 333333 444444 555555; do
		[[ $shown == *$number* ]] || break
	done
	printf '%s' $number
}

# lock LOGIN: five wrong codes, the last of which locks.
lock()
{
	sql "UPDATE user SET otp_failures = 4 WHERE login_id = '$1'"
	browser "lock-$1" "$1"
	fetch /login
	submit /login "password=$(their "$1" 3)"
	submit /login/code "code=$(wrong_code "$1")"
	[[ $body == *'has been locked'* || $body == *'is locked'* ]] || bail "$1 is not locked: $status $(text)"
}

# --- browsers

# browser NAME [LOGIN]: requests come from now on from this browser, which shows this user's certificate (the
# one of its own name; -: none). It keeps its cookies.
browser()
{
	local login=${2-$1}

	agent=$1
	jar=$work/$agent.cookies
	shown=()
	[ "$login" = - ] || shown=(--cert "$stack/$login.crt" --key "$stack/$login.key")
	[ -e "$jar" ] || : >"$jar"
}

# fetch [CURL-OPTIONS] PATH: sets $status, $head and $body; a page is kept for `submit`.
fetch()
{
	rm -f "$work/head" "$work/body"
	status=$(curl --silent --max-time 120 --http1.1 --path-as-is --cacert "$SEIKYO_CA" "${shown[@]}" \
		--cookie "$jar" --cookie-jar "$jar" --header 'Accept-Language: en' --dump-header "$work/head" \
		--output "$work/body" --write-out '%{http_code}' "${@:1:$#-1}" "$console${!#}")
	touch "$work/head" "$work/body"
	head=$(tr -d '\r' <"$work/head")
	body=$(tr -d '\0' <"$work/body")
	[ "$status" != 200 ] || cp "$work/body" "$work/$agent.page"
}

# header NAME: of the last answer.
header()
{
	sed -n "s/^$1: //Ip" <<<"$head"
}

# hidden ACTION: what the form that leads there has hidden in this browser's last page, as NAME=VALUE.
hidden()
{
	ACTION=$1 perl -0777 -ne '
		my %entities = (amp => "&", lt => "<", gt => ">", quot => "\"", "#39" => "\x27");
		/<form method="post" action="\Q$ENV{ACTION}\E"[^>]*>(.*?)<\/form>/s or exit;
		my $form = $1;
		while ($form =~ /<input type="hidden" name="([^"]*)" value="([^"]*)">/g) {
			my ($name, $value) = ($1, $2);
			$value =~ s/&([a-z]+|#39);/$entities{$1}/g;
			print "$name=$value\n";
		}' "$work/$agent.page"
}

# submit ACTION [NAME=VALUE|-NAME]...: sends that form of this browser's last page, with what was typed; -NAME
# leaves a hidden field out. $from: another Origin; empty: none.
submit()
{
	local action=$1 data=() word
	local -A given=()

	for word in "${@:2}"; do
		[[ $word == -* ]] || data+=(--data-urlencode "$word")
		word=${word#-}
		given[${word%%=*}]=yes
	done
	while IFS= read -r word; do
		[ -n "${given[${word%%=*}]:-}" ] || data+=(--data-urlencode "$word")
	done < <(hidden "$action")
	[ ${#data[@]} != 0 ] || data=(--data '')
	fetch ${from:+--header "Origin: $from"} "${data[@]}" "$action"
}

# shows REGEX NAME: the last answer is a page with that text.
shows()
{
	like "$status $(text)" "^200 .*$1" "$2"
}

# text: the last page without its markup, on one line.
text()
{
	perl -0777 -pe 's/<(script|style)\b.*?<\/\1>//gs; s/<[^>]*>/ /g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g;
		s/&#39;/\x27/g; s/&amp;/&/g; s/\s+/ /g' "$work/body"
}

# The one cookie as this browser has it.
cookie()
{
	awk '$6 == "__Host-seikyo" { print $7 }' "$jar"
}

# leads_to: where the last answer sends the browser.
leads_to()
{
	printf '%s %s' "$status" "$(header Location)"
}

# What the last answer is, in short: its status, and why a request was refused.
verdict()
{
	local why=''

	case $body in
	*'did not come from our own page'*) why=' origin' ;;
	*'This page is too old'*) why=' token' ;;
	*'Only master users'*) why=' master' ;;
	*'time for this procedure is over'*) why=' expired' ;;
	*'is not well formed'*) why=' malformed' ;;
	*'is too large'*) why=' large' ;;
	*'not meant to be used like this'*) why=' method' ;;
	*'no page at this address'*) why=' nowhere' ;;
	*'not available at the moment'*) why=' away' ;;
	esac
	[ "$status" != 303 ] || why=" $(header Location)"
	printf '%s%s' "$status" "$why"
}

# True if this browser has a session: its top page is shown.
signed_in()
{
	local status

	fetch /
	[ "$status" = 200 ]
}

# --- ways through the pages

# set_up LOGIN: the initial setup (R5), up to the top page.
set_up()
{
	fetch /login
	submit /login "password=$(their "$1" 3)"
	submit /setup mail=phone@docomo.ne.jp start=$start_password start_again=$start_password
	install_token "$1"
	submit /setup/code "code=$(code "$1")"
	[ "$(leads_to)" = '303 /' ] || bail "no setup of $1: $status $(text)"
}

# install_token LOGIN: the phone takes the token that the last page names.
install_token()
{
	local id

	id=$(hidden /setup/code | sed -n 's/^app_user_id=//p')
	[[ $id =~ ^[0-9]{10}$ ]] || bail "no token issued to $1: $status $(text)"
	mkdir -p "$stack/phone"
	printf 'service_id=SEIKYO\napp_user_id=%s\nstart_password=%s\n' "$id" $start_password >"$stack/phone/$1"
	"$TEST_ROOT/tests/phone" install "$stack" "$1" || bail "no token installed for $1"
}

# password_page LOGIN: the browser is given the page that asks for the code.
password_page()
{
	fetch /login
	submit /login "password=$(their "$1" 3)"
	[ -n "$(hidden /login/code)" ] || bail "no page for the code of $1: $status $(text)"
}

# sign_in LOGIN: password and code.
sign_in()
{
	next_step
	password_page "$1"
	submit /login/code "code=$(code "$1")"
	[ "$(leads_to)" = '303 /' ] || bail "$1 is not let in: $status $(text)"
}

# stand_in LOGIN...: each with a token of his own, signed in with the browser of his name.
stand_in()
{
	local login

	for login; do
		browser "$login"
		set_up "$login"
	done
}

# --- the database

# All rows that a page may change, as one line: every table but the record of logins, and of sessions all but
# when they were used.
rows()
{
	local table tables=()

	for table in $(sql "SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'" | cut -f 1); do
		[[ $table == @(console_session|login_event) ]] || tables+=("$table")
	done
	{
		sql "CHECKSUM TABLE $(IFS=,; printf '%s' "${tables[*]}")"
		sql 'SELECT HEX(digest), user_id, opened_at, ends_at, closed_at FROM console_session ORDER BY digest'
	} | sha256sum | cut -c 1-32
}

# column LOGIN EXPRESSION: of the user's row.
column()
{
	sql "SELECT $2 FROM user WHERE login_id = '$1'"
}

# audited ACT LOGIN: how often that was done to the user.
audited()
{
	sql "SELECT COUNT(*) FROM audit_event a JOIN user u ON u.id = a.on_user WHERE a.act = '$1' AND u.login_id = '$2'"
}

# in_log TEXT: how many lines of the web server's logs hold it, the console's among them.
in_log()
{
	cat "$stack"/server/web*/*.log | grep -cF -- "$1"
}

# --- past the web server

# cgi NAME=VALUE...: the console as a CGI program, with these variables and its standard input; sets $status,
# $head and $body like `fetch`. $settings: another settings file.
cgi()
{
	env -i PATH="$PATH" SEIKYO_CONSOLE_CONFIG="${settings:-$SEIKYO_CONSOLE_CONFIG}" HTTP_ACCEPT_LANGUAGE=en "$@" \
		"$stack/server/web/seikyo-console" >"$work/answer" 2>>"$work/cgi.log"
	split_answer
}

# fastcgi NAME=VALUE...: the same of a process that runs behind the web server: one FastCGI request.
fastcgi()
{
	perl -MIO::Socket::UNIX -e '
		my $socket = IO::Socket::UNIX->new(Peer => shift) or die "no console: $!\n";
		local $/;
		my $body = <STDIN>;
		my $record = sub {
			my ($type, $bytes) = @_;
			return pack("CCnnCC", 1, $type, 1, length $bytes, 0, 0) . $bytes;
		};
		my $stream = sub {
			my ($type, $bytes) = @_;
			return join("", map { $record->($type, $_) } unpack("(a60000)*", $bytes)) . $record->($type, "");
		};
		my $size = sub { $_[0] < 128 ? pack("C", $_[0]) : pack("N", $_[0] | 0x80000000) };
		my $parameters = "";
		for (@ARGV, "HTTP_ACCEPT_LANGUAGE=en") {
			my ($name, $value) = split /=/, $_, 2;
			$parameters .= $size->(length $name) . $size->(length $value) . $name . $value;
		}
		$SIG{PIPE} = "IGNORE";
		print $socket $record->(1, pack("nCx5", 1, 0)), $stream->(4, $parameters), $stream->(5, $body);
		$socket->flush;
		my $all = <$socket>;
		while (length $all >= 8) {
			my ($type, $len, $padding) = (unpack("CCnnCC", $all))[1, 3, 4];
			print substr($all, 8, $len) if $type == 6;
			$all = substr $all, 8 + $len + $padding;
		}' "$(console_socket)" "$@" >"$work/answer"
	split_answer
}

console_socket()
{
	find "$stack/server/web/run" -type s -name 'console*' | sort | head -n 1
}

split_answer()
{
	head=$(sed '/^\r*$/q' "$work/answer" | tr -d '\r')
	sed '1,/^\r*$/d' "$work/answer" >"$work/body"
	body=$(tr -d '\0' <"$work/body")
	status=$(header Status | cut -c 1-3)
}

console='' from='' settings=''
status='' head='' body='' agent='' jar='' shown=()
