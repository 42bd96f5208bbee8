# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Part of tests/stack: the web servers' configuration: the files of admin/console/sites/ with their values
# replaced, and round them what a machine's own configuration would hold.
# shellcheck disable=SC2034 # the parts share variables

# Replaces a text in a file, which has to be there.
replace_text()
{
	grep -qF -- "$2" "$1" || die "no '$2' in $(basename "$1")"
	OLD=$2 NEW=$3 perl -pi -e 's/\Q$ENV{OLD}\E/$ENV{NEW}/g' "$1"
}

# As a plain CGI program: what the comments of lighttpd.conf say.
write_cgi()
{
	cat <<-EOF
	server.modules += ("mod_cgi")
	fastcgi.server := ()
	setenv.add-environment = ("SEIKYO_CONSOLE_CONFIG" => var.console_config)
	alias.url = ("" => var.console)
	cgi.assign = ("/$(basename "$1")" => "")
	EOF
}

write_lighttpd_conf()
{
	local n=$1 at=$2 file=$2/lighttpd.conf web_name=web_port$1 app_name=app_port$1

	cp "$root/admin/console/sites/lighttpd.conf" "$file"
	set_item "$file" var.console_address 127.0.0.1
	set_item "$file" var.console_port "${!web_name}"
	set_item "$file" var.app_address 127.0.0.1
	set_item "$file" var.app_port "${!app_name}"
	set_item "$file" var.certificate "$home/tls/server.crt"
	set_item "$file" var.private_key "$home/tls/server.key"
	set_item "$file" var.client_ca "$home/tls/client-ca.crt"
	set_item "$file" var.console "$at/seikyo-console"
	set_item "$file" var.console_config "$at/console.conf"
	set_item "$file" var.run_dir "$at/run"
	set_item "$file" var.processes 2
	set_item "$file" var.static_dir "$at/static"
	set_item "$file" var.token_dir "$at/token"
	set_item "$file" var.log_dir "$at"
	[ -z "$cgi" ] || write_cgi "$at/seikyo-console" >>"$file"
}

write_nginx_conf()
{
	local n=$1 at=$2 file=$2/site.conf name web_name=web_port$1 app_name=app_port$1

	cp "$root/admin/console/sites/nginx.conf" "$file"
	replace_text "$file" 'listen 443 ' "listen 127.0.0.1:${!web_name} "
	replace_text "$file" 'listen 8443 ' "listen 127.0.0.1:${!app_name} "
	replace_text "$file" 'server_name console.example.jp' 'server_name localhost'
	replace_text "$file" 'server_name app.example.jp' 'server_name localhost'
	replace_text "$file" /etc/seikyo-otp/tls "$home/tls"
	replace_text "$file" /run/seikyo-otp/console.socket "$at/run/console"
	replace_text "$file" /usr/share/seikyo-otp/console/static/ "$at/static/"
	replace_text "$file" /usr/share/seikyo-otp/token/ "$at/token/"
	replace_text "$file" /var/log/nginx "$at"
	{
		printf 'daemon off;\nworker_processes 1;\npid %s/run/pid;\nerror_log %s/error.log;\n' "$at" "$at"
		printf 'events {\n}\nhttp {\n'
		for name in client_body fastcgi proxy scgi uwsgi; do
			printf '%s_temp_path %s/run/%s;\n' $name "$at" $name
		done
		printf 'types {\ntext/css css;\ntext/javascript js;\n}\ninclude %s;\n}\n' "$file"
	} >"$at/nginx.conf"
}

write_apache_conf()
{
	local n=$1 at=$2 file=$2/site.conf name value web_name=web_port$1 app_name=app_port$1

	cp "$root/admin/console/sites/apache.conf" "$file"
	while read -r name value; do
		grep -q "^Define SEIKYO_$name " "$file" || die "no SEIKYO_$name in apache.conf"
		sed -i "s|^Define SEIKYO_$name .*|Define SEIKYO_$name $value|" "$file"
	done <<-EOF
	CONSOLE_NAME localhost
	CONSOLE_LISTEN 127.0.0.1:${!web_name}
	APP_NAME localhost
	APP_LISTEN 127.0.0.1:${!app_name}
	CERTIFICATE $home/tls/server.crt
	PRIVATE_KEY $home/tls/server.key
	CLIENT_CA $home/tls/client-ca.crt
	SOCKET $at/run/console
	STATIC_DIR $at/static
	TOKEN_DIR $at/token
	LOG_DIR $at
	EOF
	{
		printf 'ServerRoot %s\nDefaultRuntimeDir %s/run\nPidFile %s/run/pid\n' "$at" "$at" "$at"
		printf 'ErrorLog %s/error.log\nTypesConfig /dev/null\n' "$at"
		# What Debian's apache2 loads, and what the comments of apache.conf say.
		for name in mpm_event authn_core authz_core authz_host mime dir env filter socache_shmcb \
			ssl http2 headers alias proxy proxy_fcgi reqtimeout; do
			printf 'LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n' $name $name
		done
		printf 'Include %s\n' "$file"
	} >"$at/apache.conf"
}

# The console as a service of its own: processes that share one socket, which is their standard input.
# Then the web server in place of the program that started them.
# shellcheck disable=SC2016 # Perl's variables
serve_console='
	my ($path, $program, @server) = @ARGV;
	unlink $path;
	my $socket = IO::Socket::UNIX->new(Local => $path, Listen => 128) or die "$path: $!";
	for (1 .. 2) {
		next if fork;
		open STDIN, "<&", $socket or die $!;
		exec $program or die "$program: $!";
	}
	exec @server or die "@server: $!";
'

launch_web()
{
	local server=$1 at=$home/$1 command

	case $web_server in
	lighttpd)
		launch "$server" "$at/output.log" lighttpd -D -f "$at/lighttpd.conf"
		return
		;;
	nginx) command=(nginx -e "$at/error.log" -c "$at/nginx.conf") ;;
	apache) command=(apache2 -D FOREGROUND -f "$at/apache.conf") ;;
	esac
	launch "$server" "$at/output.log" env SEIKYO_CONSOLE_CONFIG="$at/console.conf" \
		perl -MIO::Socket::UNIX -e "$serve_console" "$at/run/console" "$at/seikyo-console" \
		"${command[@]}"
}
