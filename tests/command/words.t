#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The command's languages: Japanese where the locale says so, English elsewhere; exit codes and JSON the
# same in both; nothing left untranslated.
. "$(dirname "$0")/command.sh"

locales=$work/locales
mkdir "$locales"
for name in ja_JP en_US; do
	# 1: warnings of the source; the locale counts.
	localedef -i $name -f UTF-8 "$locales/$name.UTF-8" >"$work/localedef" 2>&1 || true
	[ -d "$locales/$name.UTF-8" ] || bail "no locale $name made
$(cat "$work/localedef")"
done

# in_environment "NAME=VALUE ..." WORDS...: runs the command so. Not in this shell: it would look for its
# own texts there too.
in_environment()
{
	local variables

	read -ra variables <<<"$1"
	status=0
	env LOCPATH="$locales" LC_ALL= "${variables[@]}" "$SEIKYO_COMMAND" "${@:2}" >"$work/out" 2>"$work/err" ||
		status=$?
	out=$(cat "$work/out")
	err=$(cat "$work/err")
}

# in_locale NAME WORDS...
in_locale()
{
	in_environment "LC_ALL=$1" "${@:2}"
}

japanese()
{
	in_locale ja_JP.UTF-8 "$@"
}

# english_prose TEXT: its lines with three English words in a row, which are no command's name.
english_prose()
{
	printf '%s\n' "$1" | sed -E 's/seikyo-otp( [a-z-]+)*//g; s/^  [a-z][a-z -]*  //' | grep -E '[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}'
}

# --- which language

for name in C.UTF-8 en_US.UTF-8 xx_XX.UTF-8; do
	in_locale $name nonsense
	wrong "There is no command 'nonsense'" "English with $name"
done
japanese nonsense
wrong "「nonsense」というコマンドはありません" "Japanese with ja_JP.UTF-8"
in_environment "LC_ALL=ja_JP.UTF-8 LANGUAGE=en" nonsense
wrong "コマンドはありません" "LANGUAGE=en does not turn it into English"
in_environment "LC_ALL=C.UTF-8 LANGUAGE=ja" nonsense
wrong "There is no command" "LANGUAGE=ja does not turn it into Japanese"
in_environment "LANG=ja_JP.UTF-8" nonsense
wrong "コマンドはありません" "LANG counts where LC_ALL is empty"
in_environment "LANG=ja_JP.UTF-8 LC_MESSAGES=C.UTF-8" nonsense
wrong "There is no command" "LC_MESSAGES goes before LANG"

# --- help

run --help
english=$out
commands=$(printf '%s\n' "$out" | sed -nE 's/^  ([a-z-]+( [a-z-]+)*)  +[A-Z].*/\1/p')
isnt "$commands" "" "the commands are found in the help"
japanese --help
is "$status" 0 "--help in Japanese ends with 0"
like "$out" "使用方法：seikyo-otp" "it is Japanese"
is "$(english_prose "$out")" "" "it has no line of English"
isnt "$(english_prose "$english")" "" "in English such lines are found"
is "$(printf '%s\n' "$out" | grep -cE '^  [a-z]')" "$(printf '%s\n' "$commands" | wc -l)" "it has every command"

long=
while read -r name; do
	read -ra words <<<"$name"
	japanese "${words[@]}" --help
	is "$status$(english_prose "$out")" 0 "$name --help is all Japanese"
	long=$long$(printf '%s\n' "$out" | tail -n +2)$'\n'
	in_locale C.UTF-8 "${words[@]}" --help
	like "$out" "Give this help list" "$name --help in English"
done <<<"$commands"
# Columns of a terminal: bytes that begin a character, twice for those of three bytes.
is "$(printf '%s' "$long" | perl -CS -ne 'chomp; my $w = length; $w++ while /[^\x00-\xff]/g;
	print "$w $_\n" if $w > 80')" "" "no line of help is longer than a terminal's"
is "$(printf '%s' "$long" | grep -E '^ *[、。）」]')" "" "no line begins with a full stop or a closing bracket"
japanese user add --usage
is "$out" "使用方法：seikyo-otp user add [OPTION...] CONTRACT LOGIN-ID" "--usage is one line"

# --- errors

japanese user add
wrong "引数が足りません。必要な引数：CONTRACT LOGIN-ID" "a missing argument"
like "$err" "詳しくは、seikyo-otp user add --help" "where to look is Japanese"
japanese contract start C-1 2026-02-30
wrong "「2026-02-30」は正しい日付ではありません" "a date that does not exist"
japanese --config "$work/nowhere" contract list
wrong "設定ファイル $work/nowhere を読み取れません：そのようなファイル" "a file that is not there"
printf 'port = x\n' >"$work/conf"
chmod 600 "$work/conf"
japanese --config "$work/conf" contract list
wrong "$work/conf の1行目：port の値は、1から65535までの数値にしてください" "a bad setting"
printf 'x = x\n' >"$work/conf"
japanese --config "$work/conf" contract list
wrong "この名前の設定はありません。.*socket, host, .*login_id_from$" "an unknown setting: the list is whole"
printf 'socket = %s\nbranch_user = x\nbranch_password = x\ntimeout = 1\n' "$work/socket" >"$work/conf"
japanese --config "$work/conf" contract list
is "$status" 3 "the database away: exit code 3"
like "$err" "データベースを使用できません：.*$work/conf の設定を確認してください" "the database away"

# --- on a database

stack_up
stack_do clock '2026-11-22 12:00:00' >/dev/null
make_contract C-1
make_user C-1 user1 general 'user one'
setup_token user1 'user one'

japanese contract list
is "$out" "\
契約番号  名前      メールアドレス        ご利用開始日  終了日時（日本時間）  利用者数
C-1       契約 C-1  contract@example.com  2026-11-22    -                            1" \
	"a table: headings and cells stand below one another"
japanese policy list
is "$(english_prose "${out/all registered none/}")" "" "units and meanings of the policy are Japanese"
in_locale en_US.UTF-8 policy list
isnt "$(english_prose "$out")" "" "and English in English"
japanese login explain user1
like "$out" "初期設定が完了し、ログインしました。.*ログインに支障はありません。" "a login is explained in Japanese"
japanese unlock user1 --paper P-1
is "$status" 1 "a refusal: exit code 1"
is "$err" "seikyo-otp: 拒否されました（31025）：利用停止中ではありません。" "a refusal: in the words of refusals.tsv"
in_locale C.UTF-8 unlock user1 --paper P-1
is "$status" 1 "a refusal in English: exit code 1"
is "$err" "seikyo-otp: Refused (31025): It is not locked." "a refusal in English"
japanese policy set otp_failure_limit 99
is "$err" "seikyo-otp: 拒否されました（31041）：otp_failure_limit takes 3 to 10." \
	"a refusal with values of its own stays as the database says it"
japanese audit verify
like "$out" "すべての連鎖は正常です" "a chain that is whole"
japanese key new "$work/keys-ja"
like "$out" "すべてのコンソール（他には置かないこと）" "where a key belongs"
is "$(english_prose "$out")" "" "key new says nothing in English"

# A list in which every line is bad.
cat >"$work/bad.csv" <<'CSV'
contract,login_id,role,name,mail,password_hash
C-1,user1,general,Name,user@example.com,nonsense
C-9,user2,general,Name,user@example.com,$6$saltsalt$qFmFH.bQmmtXzyBY0s9v7Oicd2z4XSIecDzlB5KiA2/jctKu9YterLp8wwnSq.qc.eoxqOmSuNp2xS0ktL3nh/
CSV
japanese user import "$work/bad.csv"
is "$status" 1 "a bad import: exit code 1"
like "$err" "bad.csv の2行目：パスワードハッシュの形式が正しくありません。.*3行目：該当する契約がありません。" \
	"each bad line with its reason"
like "$err" "登録しませんでした。2行のうち2行に誤りがあります。" "and how many there are"

# What is broken is said in Japanese, and in JSON as in English.
sql "UPDATE audit_event SET detail = 'x' WHERE contract_id = 1 AND number = 3"
japanese audit verify
is "$status" 1 "a broken chain: exit code 1"
like "$out" "C-1 +3  変更されています +both" "a broken chain: what is wrong"

printf 'x' >"$work/keys-ja/state.key"
chmod 644 "$work/keys-ja/state.key"
sed "s|^key_dir = .*|key_dir = $work/keys-ja|" "$stack/seikyo-otp.conf" >"$work/conf"
japanese --config "$work/conf" status
like "$out" "他のユーザが使用できます。RADIUSサーバは起動しません。" "a key that others may read"

# same_json WORDS...: exit code and JSON of a command are the same in both languages.
same_json()
{
	local was

	in_locale en_US.UTF-8 "$@" --json
	was="$status
$(grep -v clock_difference "$work/out")"
	japanese "$@" --json
	is "$status
$(grep -v clock_difference "$work/out")" "$was" "$* --json is the same in both languages"
	like "$out" '^[[{]' "$* --json is JSON"
}

same_json contract list
same_json contract show C-1
same_json user list
same_json user show user1
same_json token show user1
same_json policy list
same_json mail-domain list
same_json key list
same_json login explain user1
same_json audit list
same_json audit verify
same_json user import "$work/bad.csv"
same_json prune --dry-run
same_json --config "$work/conf" status
in_locale en_US.UTF-8 key new "$work/keys-1" --json
was=$out
japanese key new "$work/keys-2" --json
is "$out" "$was" "key new --json is the same in both languages"
in_locale C.UTF-8 metrics
was=$out
japanese metrics
is "$out" "$was" "metrics are the same in both languages"

# --- the catalogues

cp -r "$TEST_ROOT/admin" "$work/admin"
mkdir "$work/schema"
cp "$TEST_ROOT/schema/refusals.tsv" "$work/schema/"
ok "the catalogues are complete" "$work/admin/locale/words" check
# lacks NAME SED: with ja.po changed so, the check fails.
lacks()
{
	sed -E "$2" "$TEST_ROOT/admin/locale/ja.po" >"$work/admin/locale/ja.po"
	not_ok "a catalogue with $1 is not complete" "$work/admin/locale/words" check 2>/dev/null
}
lacks "a text that is not translated" 's/^msgstr "はい"$/msgstr ""/'
lacks "a text that is fuzzy" 's/^(msgid "yes")$/#, fuzzy\n\1/'
lacks "a text that is missing" 's/^msgid "yes"$/msgid "yess"/'
lacks "another refusal than refusals.tsv" 's/^msgstr "利用停止中です。"$/msgstr "停止中です。"/'
lacks "a value that is lost" 's/^(msgstr "新しい)%s: "$/\1: "/'

done_testing
