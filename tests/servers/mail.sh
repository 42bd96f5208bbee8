# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Part of tests/stack: the mail server (tests/servers/mail.py) and the mailer, which `up` starts only with
# --web.
# shellcheck disable=SC2034 # the parts share variables

mail_account=mailer@example.jp
service_name=ビジネスバンキング

free_tcp_port()
{
	local port

	while :; do
		port=$((20000 + RANDOM % 12000))
		grep -qi ":$(printf '%04X' $port) " /proc/net/tcp /proc/net/tcp6 2>/dev/null || break
	done
	printf '%s\n' $port
}

choose_mail_ports()
{
	mail_port=$(free_tcp_port) mail_tls_port=$(free_tcp_port)
}

# A certificate for the address by which the mailer comes, and one that it has no reason to trust.
make_mail_home()
{
	local at=$home/smtp name

	mkdir "$at" "$at/mail"
	for name in mail other; do
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
			-subj /CN=mail.example.jp -addext subjectAltName=IP:127.0.0.1 \
			-keyout "$at/$name.key" -out "$at/$name.crt" 2>>"$dir/openssl.log" ||
			die "openssl cannot make a certificate"
	done
	printf '%s\n' $mail_account "$smtp_password" >"$at/account"
	# A copy: the servers' user need not come to where we stand.
	cp "$root/tests/servers/mail.py" "$at/mail.py"
	hand_over "$at"
}

# True if a socket listens there.
mail_listens()
{
	grep -qi ":$(printf '%04X' "$mail_port") 00000000:0000 0A" /proc/net/tcp
}

mail_answers()
{
	stopped mail || mail_listens
}

# As with RADIUS, another may have taken the port meanwhile.
start_mail()
{
	local try

	[ -d "$home/smtp" ] || make_mail_home
	for try in 1 2 3 4 5; do
		launch mail "$home/smtp/output.log" /usr/bin/python3 "$home/smtp/mail.py" "$home/smtp" \
			"$mail_port" "$mail_tls_port"
		await $ready_seconds mail_answers || die "the mail server does not come up"
		running mail && return
		if [ "$try" = 5 ] || ! grep -q 'address already in use' "$home/smtp/output.log"; then
			die "the mail server ended"
		fi
		rm -f "$home/smtp/output.log"
		choose_mail_ports
		write_command
	done
}

# The mailer's part of the operator command's settings.
mail_settings()
{
	cat <<-EOF
	mailer_user = seikyo_mailer
	mailer_password = $mailer_db_password
	smtp_url = smtp://127.0.0.1:$mail_port
	smtp_ca = $dir/server/smtp/mail.crt
	smtp_user = $mail_account
	smtp_password = $smtp_password
	mail_from = noreply@otp-auth.example.jp
	mail_from_name = ワンタイムパスワード受付
	app_url = $(app_url)
	service_name = $service_name
	EOF
}

mail_env()
{
	line SEIKYO_MAIL_DIR "$dir/server/smtp/mail"
	line SEIKYO_MAIL_ANSWER "$dir/server/smtp/answer"
	line SEIKYO_MAIL_PORT "$mail_port"
	line SEIKYO_MAIL_TLS_PORT "$mail_tls_port"
	line SEIKYO_MAIL_PASSWORD "$smtp_password"
}

# The mailer gets what is its own, and nothing of the branch's and operator's.
start_mailer()
{
	local at=$home/mailer

	mkdir -p "$at"
	{
		printf 'socket = %s\ndatabase = %s\n' "$(db_sockets)" $database
		mail_settings
	} >"$at/mailer.conf"
	sed -i "s|^smtp_ca = .*|smtp_ca = $home/smtp/mail.crt|" "$at/mailer.conf"
	install -m 755 "$root/build/seikyo-otp" "$at/"
	hand_over "$at"
	launch mailer "$at/output.log" "$at/seikyo-otp" --config "$at/mailer.conf" mailer
}

# Each mail received, decoded, in the order in which they came.
mails()
{
	/usr/bin/python3 - "$home/smtp/mail" <<-'EOF'
	import email, email.policy, glob, sys
	for name in sorted(glob.glob(sys.argv[1] + "/*.eml")):
	    with open(name, "rb") as file:
	        mail = email.message_from_binary_file(file, policy=email.policy.default)
	    for field in ("Date", "From", "To", "Subject"):
	        print(f"{field}: {mail[field]}")
	    print("\n" + mail.get_body(("plain",)).get_content())
	EOF
}
