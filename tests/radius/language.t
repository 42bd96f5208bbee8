#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every Reply-Message in Japanese and in English: server 1 speaks Japanese, server 2 English.

# shellcheck source=tests/radius/wire.sh
. "$(dirname "$0")/wire.sh"

wire_up --radius 2
module=$SEIKYO_RADDB_2/mods-available/seikyo_otp
grep -q 'language = "ja"' "$module" || bail "no language in $module"
sed -i 's/language = "ja"/language = "en"/' "$module"
stack_do stop radius2
stack_do start radius2
declare -A said

# speaks NAME LINE-OF-1 LINE-OF-2 CODE-AND-OUTCOME JAPANESE ENGLISH: what both servers say (extended
# regular expressions for the whole message).
speaks()
{
	local name=$1 line text

	for line in "$2" "$3"; do
		says "$line" "$4" "$name: the outcome is the same in both languages"
		text=$(field Reply-Message "$line")
		ok "$name: valid UTF-8" iconv -f UTF-8 -t UTF-8 -o /dev/null <(printf '%s' "$text")
		ok "$name: 1 to 253 bytes ($(printf '%s' "$text" | wc -c))" \
			test "$(printf '%s' "$text" | wc -c)" -ge 1 -a "$(printf '%s' "$text" | wc -c)" -le 253
	done
	like "$(field Reply-Message "$2")" "^$5\$" "$name: in Japanese"
	like "$(field Reply-Message "$3")" "^$6\$" "$name: in English"
	unlike "$(printf '%s' "$text" | LC_ALL=C tr -d '\040-\176' | wc -c)" '[1-9]' "$name: in English it is ASCII"
	[ -z "${said[$text]-}" ] || [ "${said[$text]}" = "$4" ] ||
		is "$name" "${said[$text]}" "$name: no other outcome says the same"
	said[$text]=$4
}

# both COMMAND...: the command once for each server; the replies in $one and $two.
both()
{
	one=$("$@" "$(port 1)")
	two=$("$@" "$(port 2)")
}

person alice
person bob
next_step

both first_leg alice wrong-password
speaks refused "$one" "$two" 'Reject -' 'ログインできませんでした。.*電子証明書をご確認ください。' \
	'Login failed\. Please check .*certificate\.'
both first_leg nobody wrong-password
speaks 'unknown' "$one" "$two" 'Reject -' 'ログインできませんでした。.*電子証明書をご確認ください。' \
	'Login failed\. Please check .*certificate\.'
both rad User-Name=alice "User-Password=$(word alice)" User-Name=alice
speaks malformed "$one" "$two" 'Reject -' 'ログインできませんでした。.*電子証明書をご確認ください。' \
	'Login failed\. Please check .*certificate\.'
both first_leg alice "$(word alice)"
speaks OTP-Required "$one" "$two" 'Challenge OTP-Required' 'ワンタイムパスワードを入力してください。' \
	'Please enter the one-time password\.'
states=("$(field State "$one")" "$(field State "$two")")
one=$(answer "${states[0]}" "$(wrong_code alice)" alice)
two=$(answer "${states[1]}" "$(wrong_code alice)" alice "$(port 2)")
speaks OTP-Wrong "$one" "$two" 'Challenge OTP-Wrong' 'ワンタイムパスワードが正しくありません。あと4回誤ると利用停止となります。' \
	'The one-time password is wrong\. .*: 3\.'
one=$(answer "${states[0]}" "$(code alice)" alice)
next_step
two=$(once alice "$(code alice)" "$(port 2)")
speaks Accepted "$one" "$two" 'Accept Accepted' 'ログインしました。' 'You are logged in\.'
both once alice "$(code alice)"
speaks OTP-Used "$one" "$two" 'Challenge OTP-Used' 'このワンタイムパスワードはすでに使用されています。.*入力してください。' \
	'This one-time password has been used\. .*'
one=$(answer "${states[0]}" "$(code alice)" alice)
two=$(answer "${states[0]}" "$(code alice)" alice "$(port 2)")
speaks expired "$one" "$two" 'Reject -' 'ログインの有効期限が切れました。はじめからやり直してください。' \
	'This login is no longer valid\. Please start again\.'
state=$(login alice "$(word alice)")
both rad User-Name=alice "User-Password=$(code alice)" "State=$state"
speaks Certificate-Refused "$one" "$two" 'Reject Certificate-Refused' '電子証明書が.*やり直してください。' \
	'This is not the client certificate .*'

make_contract C-2 2027-01-01
make_user C-2 later general "$(word later)"
both first_leg later "$(word later)"
speaks Not-Started "$one" "$two" 'Reject Not-Started' 'ワンタイムパスワードのご利用開始日前です。' 'The start date .* not come yet\.'
make_user C-1 fresh general "$(word fresh)"
both first_leg fresh "$(word fresh)"
speaks Setup-Required "$one" "$two" 'Reject Setup-Required' 'ワンタイムパスワードの初期設定を行ってください。' \
	'Please do the initial setup .*'
reply=$(rad_console User-Name=fresh "User-Password=$(word fresh)" Seikyo-Purpose=Console \
	"Seikyo-Client-Certificate=$(certificate fresh)")
"$TEST_ROOT/tests/phone" issue "$stack" fresh "$(field Seikyo-Ticket "$reply")" >/dev/null
both first_leg fresh "$(word fresh)"
speaks First-Code-Required "$one" "$two" 'Reject First-Code-Required' \
	'ワンタイムパスワードの初期設定を完了してください。' 'Please complete the initial setup .*'

for _ in 1 2 3 4 5; do
	once bob "$(wrong_code bob)" >/dev/null
done
both first_leg bob "$(word bob)"
speaks OTP-Locked "$one" "$two" 'Reject OTP-Locked' 'ワンタイムパスワードは利用停止中です。.*お申し出ください。' \
	'The one-time password is locked\. .*'

stack_do clock '2026-12-31 23:00:05' >/dev/null
revoke alice
both first_leg alice "$(word alice)"
speaks Reissue-Wait "$one" "$two" 'Reject Reissue-Wait' 'トークンは失効しています。1月1日8時10分以降に再発行の手続きをしてください。' \
	'The token has been revoked\. .* 1/1 8:10 \(Japan time\)\.'

# --- names as long as they may be

long=$(printf '長%.0s' {1..100})
sql "UPDATE user SET display_name = '$long', otp_locked_at = NULL WHERE login_id = 'bob'"
sql "UPDATE contract SET name = 'x${long:1}' WHERE number = 'C-1'"
reply=$(enter bob)
says "$reply" 'Accept Accepted' 'names of 298 bytes and more do not stand in the way of a login'
is "$(field Seikyo-Display-Name "$reply")" "${long:0:82}" 'a name is cut between characters where an attribute ends'
is "$(field Seikyo-Contract-Name "$reply")" "x${long:0:82}" "and so is the contract's"
is "$(field Seikyo-Role "$reply")" General 'nothing behind them is lost'

done_testing
