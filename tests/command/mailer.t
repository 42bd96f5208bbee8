#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mailer: every mail arrives, whatever the mail server, the database or a kill does in between.
. "$(dirname "$0")/command.sh"

mailers=()

# varied NAME [VALUE] ...: a settings file, $conf, in which these settings have these values; "": not set.
varied()
{
	conf=$work/varied.conf
	cp "$stack/seikyo-otp.conf" "$conf"
	while [ $# != 0 ]; do
		sed -i "/^$1 = /d" "$conf"
		[ -z "${2-}" ] || printf '%s = %s\n' "$1" "$2" >>"$conf"
		shift 2
	done
	chmod 600 "$conf"
}

# queue [KIND] [RECIPIENT]: a mail of its own; its id in $id.
queue()
{
	id=$(sql "CALL mail_queue('${1:-unlocked}', 1, 1, '${2:-user@example.com}', NULL, clock_now());
		SELECT LAST_INSERT_ID()")
}

# column ID COLUMN: of the outbox.
column()
{
	sql "SELECT $2 FROM mail_outbox WHERE id = $1"
}

# files ID: the mails that have arrived of this row, a line each.
files()
{
	grep -l "^Message-ID: <seikyo-$1\\." "$SEIKYO_MAIL_DIR"/*.eml 2>/dev/null
}

arrived()
{
	[ -n "$(files "$1")" ]
}

# times ID: how often it has arrived, and under how many Message-IDs.
times()
{
	local list

	mapfile -t list < <(files "$1")
	printf '%s of %s\n' "${#list[@]}" \
		"$(cat /dev/null "${list[@]}" | grep '^Message-ID:' | sort -u | wc -l)"
}

settled()
{
	[ "$(column "$1" 'sent_at IS NOT NULL')" = 1 ]
}

# answers [RULE]: what the mail server does from now on; nothing: takes all.
answers()
{
	rm -f "$stack/server/smtp/reached"
	if [ -z "${1-}" ]; then
		rm -f "$SEIKYO_MAIL_ANSWER"
	else
		printf '%s\n' "$1" >"$SEIKYO_MAIL_ANSWER.new"
		chmod 644 "$SEIKYO_MAIL_ANSWER.new"
		mv "$SEIKYO_MAIL_ANSWER.new" "$SEIKYO_MAIL_ANSWER"
	fi
}

# reached STAGE: the mailer hangs or waits there, since the last call of answers.
reached()
{
	grep -qx "$1" "$stack/server/smtp/reached" 2>/dev/null
}

# missed NUMBER: so often has the mailer said that the database is away.
missed()
{
	[ "$(grep -c 'cannot be used' "$work/mailer.out")" = "$1" ]
}

# mail_part FILE FIELD|text|defects, read by somebody else's code.
mail_part()
{
	/usr/bin/python3 - "$1" "$2" <<-'EOF'
	import email, email.policy, sys
	from email.header import decode_header, make_header
	sys.stdout.reconfigure(encoding="utf-8")
	with open(sys.argv[1], "rb") as file:
	    mail = email.message_from_binary_file(file, policy=email.policy.default)
	what = sys.argv[2]
	if what == "text":
	    print(mail.get_content())
	elif what == "defects":
	    print([mail.defects, [mail[name].defects for name in mail.keys()]])
	else:
	    # Not the policy's own reading, which leaves blanks between two encoded words of a name.
	    with open(sys.argv[1], "rb") as file:
	        print(make_header(decode_header(email.message_from_binary_file(file)[what])))
	EOF
}

# mailer_up: the service, in the background; its process in $mailer.
mailer_up()
{
	"$SEIKYO_COMMAND" mailer >"$work/mailer.out" 2>&1 &
	mailer=$!
	mailers+=("$mailer")
}

# mailer_down [SIGNAL]: its exit code in $status.
mailer_down()
{
	status=0
	kill "-${1:-TERM}" "$mailer" || true
	# Bash tells of a killed child.
	wait "$mailer" 2>/dev/null || status=$?
}

stop_mailers()
{
	local process

	for process in "${mailers[@]}"; do
		kill -KILL "$process" 2>/dev/null
	done
}

at_exit stop_mailers

# once [OPTIONS]: sends what is due.
once()
{
	run mailer --once --json "$@"
}

counts()
{
	json '"$j->{sent} $j->{deferred} $j->{failed}"'
}

# later SECONDS: the clock of the outbox goes on.
later()
{
	stack_do clock "+$1" >/dev/null
}

# deferred REGEX NAME: the mail $id is kept for later, with such an answer.
deferred()
{
	is "$status" 0 "$2: exit code 0"
	is "$(counts)" "0 1 0" "$2: put off"
	like "$(column "$id" answer)" "$1" "$2: the outbox says why"
	is "$(column "$id" 'sent_at IS NULL AND failed_at IS NULL')" 1 "$2: neither sent nor failed"
}

# arrives NAME [TIMES]: the mail $id, put off before, arrives when it is due again.
arrives()
{
	answers
	once
	is "$(counts)" "0 0 0" "$1: not before its pause is over"
	later 61
	once
	is "$(counts)" "1 0 0" "$1: sent at the next try"
	is "$(times "$id")" "${2:-1} of 1" "$1: it has arrived"
}

stack_up

# --- settings

for name in smtp_url mail_from app_url service_name mailer_user mailer_password; do
	varied $name ''
	run mailer --once --config "$conf"
	wrong "$name is not set in $conf" "without $name"
done
for url in mail.example.jp http://127.0.0.1 smtp://user:geheim@127.0.0.1 smtp://127.0.0.1/path 'smtp://a b'; do
	varied smtp_url "$url"
	run mailer --once --config "$conf"
	wrong "smtp_url must be" "smtp_url = $url"
	unlike "$err" "geheim" "smtp_url = $url: a password in it is not shown"
done
varied smtp_tls maybe
run mailer --once --config "$conf"
wrong "value of smtp_tls must be starttls or none" "smtp_tls = maybe"
varied smtp_tls none
run mailer --once --config "$conf"
wrong "in clear" "a password without TLS"
unlike "$err" "$SEIKYO_MAIL_PASSWORD" "a password without TLS: it is not shown"
varied smtp_password ''
run mailer --once --config "$conf"
wrong "smtp_user and smtp_password" "an account without a password"
varied mail_from 'Name <a@example.jp>'
run mailer --once --config "$conf"
wrong "mail_from must be a mail address" "a sender with a name"
varied service_name $'Bank\ting'
run mailer --once --config "$conf"
wrong "service_name holds control characters" "a service's name with a tab"
varied app_url 'ftp://example.jp/'
run mailer --once --config "$conf"
wrong "app_url must be" "app_url = ftp:"
varied language fr
run mailer --once --config "$conf"
wrong "value of language must be ja or en" "language = fr"
run mailer --once now
wrong "too many" "an argument too many"

once
is "$status" 0 "an empty outbox: exit code 0"
is "$(counts)" "0 0 0" "an empty outbox: nothing sent"

# --- what the mails say, of real acts

stack_do clock '2026-11-22 20:49:30' >/dev/null
stack_do start mail || bail "no mail server"
make_contract C-1 2026-11-22
make_user C-1 user1 general 'user one'
setup_token user1 'user one'
queue unlocked
run revoke user1 --reason lost --paper P-1
sql "UPDATE user SET role = 'master'"
queue locked
once
is "$(counts)" "7 0 0" "a mail for each act"
is "$err" "" "and nothing to complain of"
sql "UPDATE user SET role = 'general', display_name = '英字 花子'"
queue locked staff@example.com
general=$id
once

# of KIND: the file of the first mail of this kind.
of()
{
	files "$(sql "SELECT MIN(id) FROM mail_outbox WHERE kind = '$1'")"
}

for kind in app issued activated locked unlocked revoked ready; do
	file=$(of $kind)
	is "$(mail_part "$file" defects | tr -d '[](), ')" "" "$kind: well formed"
	like "$(mail_part "$file" From)" "^ワンタイムパスワード受付 <noreply@otp-auth.example.jp>" "$kind: the sender"
	like "$(mail_part "$file" Subject)" "^【ビジネスバンキング】." "$kind: the subject"
	is "$(mail_part "$file" Auto-Submitted)" auto-generated "$kind: asks for no automatic answers"
	is "$(mail_part "$file" Date)" "Sun, 22 Nov 2026 20:49:30 +0900" "$kind: the time of the act"
	is "$(mail_part "$file" X-Encrypted)" yes "$kind: by TLS"
	is "$(mail_part "$file" X-Login)" mailer@example.jp "$kind: after a login"
	is "$(LC_ALL=C grep -c '[^[:print:]]' < <(tr -d '\r\n' <"$file"))" 0 "$kind: ASCII on the wire"
	is "$(awk '/^X-/ { next } length($0) > 78' "$file")" "" "$kind: no line over 78 characters"
	text=$(mail_part "$file" text)
	unlike "$text" '[{}]' "$kind: every value is filled in"
	like "$text" "お取引店" "$kind: says whom to ask"
	unlike "$text" "user one" "$kind: holds no password"
done

app=$(of app)
text=$(mail_part "$app" text)
like "$text" "https://otp.example.jp/app/" "the setup's mail says where the app is"
like "$text" "サービスID.*ユーザID.*利用開始パスワード" "and what to enter"
isnt "$(mail_part "$app" To)" "user@example.com" "it goes to the mobile address"
unlike "$text" "利用者|契約|user1" "and names nobody"
secret=$(sql "SELECT app_user_id FROM token")
unlike "$(cat "$SEIKYO_MAIL_DIR"/*.eml; for file in "$SEIKYO_MAIL_DIR"/*.eml; do mail_part "$file" text; done)" \
	"$secret" "no mail holds the app's user ID"
like "$(mail_part "$(of issued)" To)" "<user@example.com>" "the notice goes to the address on record"
like "$(mail_part "$(of issued)" text)" "契約 C-1.*利用者 user1　様.*2026年11月22日 20時49分" "and names contract, user and time"
like "$(mail_part "$(of locked)" text)" "お取引店で書面により" "a master user is freed by the branch (R7)"
like "$(mail_part "$(files "$general")" text)" "マスターユーザの方に" "a general user by a master user (R7)"
like "$(mail_part "$(files "$general")" To)" "^英字 花子 <staff@example.com>" "the recipient's name"
like "$(mail_part "$(of revoked)" text)" "再発行可能日時：2026年11月22日 21時20分" \
	"a revocation says from when a new token can be issued, up to the full minute (R9)"
like "$(mail_part "$(of ready)" Subject)" "お手続き完了の通知$" "the contract's mail"
like "$(mail_part "$(of ready)" text)" "契約 C-1　御中.*ご利用開始日：2026年11月22日" "and its start date"
like "$(mail_part "$(of ready)" To)" "<contract@example.com>" "to the contract's address"

varied language en mail_from_name ''
queue locked
once --config "$conf"
like "$(mail_part "$(files "$id")" Subject)" "^ビジネスバンキング: one-time passwords locked" "in English"
like "$(mail_part "$(files "$id")" text)" "2026-11-22, 20:49 \(Japan time\)" "with the time"
like "$(mail_part "$(files "$id")" From)" "^ビジネスバンキング <" "without mail_from_name the service's name is the sender's"

# --- what no mail may become

for recipient in $'a@example.com\\r\\nBcc: b@example.com' 'a@example.com>' 'a b@example.com' 'a@example.com,b@example.com' \
	'@example.com' 'a@example' $'a\\0@example.com'; do
	queue unlocked "$recipient"
	once
	is "$(counts)" "0 0 1" "recipient $recipient: failed"
	is "$(times "$id")" "0 of 0" "recipient $recipient: not sent"
done
long=$(printf '長い名前の会社%.0s' {1..14})
sql "UPDATE user SET display_name = 'x\\r\\nBcc: b@example.com' WHERE id = 1"
queue
once
is "$(counts)" "0 0 1" "a name with a line break: failed"
like "$(column "$id" answer)" "control characters" "and the outbox says why"
sql "UPDATE user SET display_name = '$long' WHERE id = 1"
queue
once
like "$(mail_part "$(files "$id")" To)" "^$long <" "a long name arrives whole"
queue unlocked o..old.@docomo.ne.jp
once
like "$(mail_part "$(files "$id")" X-Envelope-To)" "^o\.\.old\.@docomo.ne.jp" "an old mobile address"

# --- what the mail server says

queue
answers 'once rcpt 451 4.3.0 Please wait'
once
deferred '^451 4.3.0 Please wait$' "451"
arrives "451"

queue
answers 'rcpt 451 4.3.0 Later'
once
pause=$(sql "SELECT TIMESTAMPDIFF(SECOND, clock_now(), next_try_at) FROM mail_outbox WHERE id = $id")
is "$pause" 60 "the first pause is a minute"
later 61
once
pause=$(sql "SELECT TIMESTAMPDIFF(SECOND, clock_now(), next_try_at) FROM mail_outbox WHERE id = $id")
is "$pause" 120 "the second is two"
sql "UPDATE mail_outbox SET tries = 20, created_at = clock_now() - INTERVAL 71 HOUR, next_try_at = clock_now()
	WHERE id = $id"
once
pause=$(sql "SELECT TIMESTAMPDIFF(SECOND, clock_now(), next_try_at) FROM mail_outbox WHERE id = $id")
is "$pause" 3600 "none is longer than an hour"
later 7200
once
is "$(column "$id" 'failed_at IS NOT NULL AND next_try_at IS NULL')" 1 "after three days it has failed"
queue
sql "UPDATE mail_outbox SET created_at = clock_now() - INTERVAL 9 DAY WHERE id = $id"
once
is "$(column "$id" 'failed_at IS NULL AND next_try_at IS NOT NULL')" 1 \
	"but not at the first try after a mailer's long silence"
arrives "an old mail"

for stage in mail rcpt data kept; do
	queue
	answers "$stage 550 5.1.1 No such place at $stage"
	once
	is "$(counts)" "0 0 1" "550 at $stage: failed"
	is "$(column "$id" answer)" "550 5.1.1 No such place at $stage" "550 at $stage: with the server's words"
	answers
	later 90000
	once
	is "$(counts)" "0 0 0" "550 at $stage: never tried again"
done

# What is about our settings must not cost a mail.
queue
varied smtp_password wrong
once --config "$conf"
deferred '^535 ' "a wrong password"
arrives "a wrong password"
queue
answers 'connect 554 5.3.2 Closed today'
once
deferred '^554 5.3.2 Closed' "a server that is closed"
arrives "a server that is closed"

queue
stack_do stop mail
once
deferred 'connect to 127.0.0.1 port' "a server that is away"
stack_do start mail
arrives "a server that is away"

varied smtp_timeout 2
for stage in connect mail rcpt data kept; do
	queue
	answers "$stage hang"
	started=$SECONDS
	once --config "$conf"
	deferred 'timed out|[Tt]imeout' "a server that hangs at $stage"
	ok "a server that hangs at $stage: not for longer than smtp_timeout" test $((SECONDS - started)) -le 6
	# What it had taken before it fell silent arrives twice, under one Message-ID.
	arrives "a server that hangs at $stage" $(($([ $stage = kept ] && printf 2 || printf 1)))

	queue
	answers "$stage drop"
	once --config "$conf"
	deferred '.' "a line that drops at $stage"
	arrives "a line that drops at $stage" $(($([ $stage = kept ] && printf 2 || printf 1)))
done

# --- TLS

queue
answers 'starttls none'
once
deferred 'STARTTLS|SSL|TLS' "a server without STARTTLS"
is "$(times "$id")" "0 of 0" "a server without STARTTLS: nothing goes there"
varied smtp_tls none smtp_user '' smtp_password ''
later 61
once --config "$conf"
is "$(counts)" "1 0 0" "smtp_tls = none: it does"
is "$(mail_part "$(files "$id")" X-Encrypted)" no "in clear"
queue
answers 'once starttls 454 4.7.0 TLS not available'
once
deferred '454|SSL|TLS' "a server that refuses STARTTLS"
arrives "a server that refuses STARTTLS"
queue
varied smtp_ca "$stack/server/smtp/other.crt"
once --config "$conf"
deferred 'certificate' "a certificate of somebody else's"
arrives "a certificate of somebody else's"
queue
varied smtp_ca ''
once --config "$conf"
deferred 'certificate' "a certificate that the system does not know"
arrives "a certificate that the system does not know"
queue
varied smtp_url "smtp://localhost:$SEIKYO_MAIL_PORT"
once --config "$conf"
deferred 'certificate|subject|match' "a certificate for another name"
arrives "a certificate for another name"
queue
varied smtp_url "smtps://127.0.0.1:$SEIKYO_MAIL_TLS_PORT"
once --config "$conf"
is "$(counts)" "1 0 0" "smtps://"
queue
answers 'quit hang'
started=$SECONDS
once
is "$(counts)" "1 0 0" "a server that hangs at QUIT"
ok "a server that hangs at QUIT: is left at once" test $((SECONDS - started)) -le 3
answers
queue
smtp_proxy=http://127.0.0.1:9 ALL_PROXY=http://127.0.0.1:9 once
is "$(counts)" "1 0 0" "the environment's proxies are not asked"

# --- the service

stack_do clock real >/dev/null
mailer_up
queue
ok "the service finds a mail by itself" poll 20 settled "$id"
# The mail server says its 250 when the file has gone: until then the mailer is in the midst of a mail.
answers 'kept wait'
queue
first=$id
queue
ok "a mail is under way" poll 20 reached kept
unlike "$(tr '\0' ' ' <"/proc/$mailer/cmdline")" "$SEIKYO_MAIL_PASSWORD" "no password in the process list"
kill -TERM "$mailer"
answers
mailer_down
is "$status" 0 "SIGTERM in the midst of a mail: exit code 0"
is "$(column "$first" 'sent_at IS NOT NULL')" 1 "the mail under way is finished"
is "$(column "$id" tries)" 0 "and no other begun"
unlike "$(cat "$work/mailer.out")" "$SEIKYO_MAIL_PASSWORD" "no password in what it says"
mailer_up
ok "the next one takes the rest" poll 20 settled "$id"
mailer_down INT
is "$status" 0 "SIGINT ends an idle service: exit code 0"

# --- the database goes while the mail server answers

answers 'kept wait'
queue
mailer_up
ok "another mail is under way" poll 20 reached kept
stack_do kill db
answers
poll 20 missed 1 || bail "the mailer does not miss the database"
stack_do start db
ok "what was accepted is put down when the database is back" poll 30 settled "$id"
is "$(times "$id")" "1 of 1" "and not sent again"

stack_do stop db
poll 20 missed 2 || bail "the mailer does not miss the database"
once
is "$status" 3 "--once without a database: exit code 3"
stack_do start db
queue
ok "the service goes on when the database is back" poll 30 settled "$id"
like "$(cat "$work/mailer.out")" "can be used again" "and says so"
ok "it has said once each time that the database was away" missed 2
mailer_down
is "$status" 0 "and ends by SIGTERM"

# --- kill -9, at every moment that a server can prolong

for stage in connect mail rcpt data kept; do
	queue
	answers "$stage hang"
	mailer_up
	poll 20 reached "$stage" || bail "the mailer does not come as far as $stage"
	mailer_down KILL
	is "$status" 137 "killed at $stage: it is dead"
	answers
	once
	is "$(counts)" "0 0 0" "killed at $stage: the claim holds"
	later 301
	once
	is "$(counts)" "1 0 0" "killed at $stage: then another takes it"
	is "$(times "$id")" "$([ $stage = kept ] && printf 2 || printf 1) of 1" "killed at $stage: it has arrived"
done

# --- and at any other

rounds=${SEIKYO_LONG:+200}
rounds=${rounds:-12}
mails=()
for ((round = 0; round < rounds; round++)); do
	queue
	mails+=("$id")
	mailer_up
	# Not to wait for anything: any moment is as good as another.
	sleep "0.0$((RANDOM % 90 + 10))"
	mailer_down KILL
done
later 301
once
lost='' changed=''
for id in "${mails[@]}"; do
	arrived "$id" && settled "$id" || lost+=" $id"
	[[ $(times "$id") == *' of 1' ]] || changed+=" $id"
done
is "$lost" "" "of $rounds mails, each with a mailer killed at some moment, none is lost"
is "$changed" "" "and each has one Message-ID however often it came"

# --- several mailers

mails=()
sql "$(printf "CALL mail_queue('unlocked', 1, 1, 'user%d@example.com', NULL, clock_now());\n" {1..60})"
first=$(sql "SELECT MAX(id) - 59 FROM mail_outbox")
for i in 1 2 3; do
	"$SEIKYO_COMMAND" mailer --once --json >"$work/several.$i" 2>&1 &
	mails[i]=$!
done
for i in 1 2 3; do
	ok "one of several mailers at work ends with 0" wait "${mails[i]}"
done
is "$(sql "SELECT COUNT(*) FROM mail_outbox WHERE id >= $first AND sent_at IS NOT NULL AND tries = 1")" 60 \
	"they send every mail at the first try"
twice=''
for ((id = first; id < first + 60; id++)); do
	[ "$(times "$id")" = "1 of 1" ] || twice+=" $id"
done
is "$twice" "" "and none of them twice"
done_testing
