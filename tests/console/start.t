#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# seikyo-console --check: the console does not start with a bad setting, and says which it is and why.
. "$(dirname "$0")/console.sh"

console_up
settings=$work/console.conf

# checked [NAME=VALUE]...: $said and $ended of a check with these settings changed; an empty value: not set.
checked()
{
	local change

	cp "$SEIKYO_CONSOLE_CONFIG" "$settings"
	for change; do
		sed -i "/^${change%%=*} = /d" "$settings"
		[ -z "${change#*=}" ] || printf '%s = %s\n' "${change%%=*}" "${change#*=}" >>"$settings"
	done
	ended=0
	said=$(SEIKYO_CONSOLE_CONFIG=$settings "$TEST_ROOT/build/seikyo-console" --check 2>&1) || ended=$?
}

# refused NAME=VALUE REGEX
refused()
{
	checked "$1"
	like "$ended $said" "^1 seikyo-console: .*$2" "${1%%=*} '${1#*=}': refused, and said why"
}

checked
is "$ended $said" '0 The settings are right, and the database answers.' "the twin: the stack's settings are right"
for name in console_user console_password radius_servers radius_secret dictionary key_dir origin app_origin app_url \
	service_id service_name; do
	refused "$name=" "$name is not set"
done
for origin in http://localhost https:// https://localhost/ https://LOCALHOST https://localhost:443 localhost; do
	refused "origin=$origin" 'origin must be https://HOST'
done
refused app_origin=https://localhost:443 'app_origin must be https://HOST'
checked origin=https://console.example.jp
is "$ended" 0 "the twin: an origin without a port"
refused app_url=https://elsewhere.example.jp/token/ 'app_url must begin with app_origin'
refused "app_url=$(sed -n 's/^app_origin = //p' "$SEIKYO_CONSOLE_CONFIG")/token" 'app_url must begin with app_origin'
refused 'service_id=two words' 'service_id must be 1 to 20'
refused login_id_from=nothing 'login_id_from must be certificate or typed'
refused radius_servers=nowhere 'radius_servers'
refused "key_dir=$SEIKYO_KEY_DIR" 'a key of the RADIUS servers has no place here'
refused "dictionary=$work" 'dictionary'
refused socket=/nowhere 'the database cannot be used'
checked "socket=/nowhere $SEIKYO_DB_SOCKET"
is "$ended" 0 "two database servers, of which the first is dead: the second is used"
like "$said" 'the database server /nowhere is away: ' "and the log says that the first is away"
refused 'socket=/nowhere /nowhere/2' 'the database cannot be used: .*/nowhere/2'
refused nonsense=x 'there is no setting of this name'
checked
chmod o+r "$settings"
said=$(SEIKYO_CONSOLE_CONFIG=$settings "$TEST_ROOT/build/seikyo-console" --check 2>&1)
like "$said" 'others may read or write' "a file that others can read is refused"
unlike "$said" "$SEIKYO_CONSOLE_DB_PASSWORD" "and no password of it is shown"

done_testing
