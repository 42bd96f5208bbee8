/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/mailer_text.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SECOND	     1000000 /* microseconds */
#define JAPAN_OFFSET (9 * 3600)

/* The beginning of a mail to an address on record. */
#define JA_TO                                                                                       \
	"{contract}\n"                                                                              \
	"{name}　様\n"                                                                            \
	"\n"                                                                                        \
	"平素より{service}をご利用いただき、誠にありがとうございます。\n" \
	"\n"
#define EN_TO                                                                                      \
	"{contract}\n"                                                                             \
	"Dear {name},\n"                                                                           \
	"\n"                                                                                       \
	"Thank you for using {service}.\n"                                                         \
	"\n"

#define JA_AT                                                                                      \
	"　日時：{at}\n"                                                                       \
	"\n"
#define EN_AT                                                                                      \
	"  Time: {at}\n"                                                                           \
	"\n"

/* What to do if one did not ask for this. */
#define JA_NOT_ASKED                                                                                            \
	"このお手続きにお心当たりがない場合は、第三者による不正なお手続きの\n" \
	"おそれがあります。お手数ですが、至急お取引店までご連絡ください。\n"
#define EN_NOT_ASKED                                                                               \
	"If you did not ask for this, someone else may be using your name. Please\n"               \
	"contact your branch at once.\n"

static const char JA_FOOTER[] =
	"\n"
	"----------------------------------------------------------------------\n"
	"※このメールは送信専用です。ご返信いただきましてもお答えいたしかねます。\n"
	"※ログインパスワードやワンタイムパスワードなどを、メールやお電話で\n"
	"　お尋ねすることは一切ございません。\n"
	"\n"
	"{sender}\n";
static const char EN_FOOTER[] =
	"\n"
	"----------------------------------------------------------------------\n"
	"This address only sends; replies to it are not read.\n"
	"We never ask for passwords or one-time passwords by mail or telephone.\n"
	"\n"
	"{sender}\n";

static const struct seikyo_mail_text japanese[] = {
	{"app", NULL, false, "【{service}】ワンタイムパスワードアプリのご案内",
	 "平素より{service}をご利用いただき、誠にありがとうございます。\n"
	 "\n"
	 "ワンタイムパスワードのトークン発行を承りました。\n"
	 "次の手順で、ワンタイムパスワードアプリの初期設定をお願いいたします。\n"
	 "\n"
	 "１．携帯電話（スマートフォン）で次のアドレスを開き、\n"
	 "　　ワンタイムパスワードアプリをご用意ください。\n"
	 "\n"
	 "{app}\n"
	 "\n"
	 "２．アプリの「初期設定」で次の３つを入力し、「送信」を押してください。\n"
	 "\n"
	 "　　・サービスID\n"
	 "　　・ユーザID\n"
	 "　　　（いずれもパソコンの「ワンタイムパスワード認証確認」の画面に\n"
	 "　　　　表示されています）\n"
	 "　　・利用開始パスワード\n"
	 "　　　（「ワンタイムパスワードトークン発行」の画面で、お客さまが\n"
	 "　　　　お決めになった半角数字４～８桁です）\n"
	 "\n"
	 "３．アプリに表示されたワンタイムパスワードを、パソコンの\n"
	 "　　「ワンタイムパスワード認証確認」の画面に入力し、「認証確認」を\n"
	 "　　押してください。以上で初期設定は完了です。\n"
	 "\n"
	 "携帯電話の時刻が正しくない場合は、ご利用いただけません。あらかじめ\n"
	 "時刻の自動設定をお確かめください。\n"
	 "\n"
	 "このメールにお心当たりがない場合は、上記のアドレスを開かずに、\n"
	 "お手数ですがお取引店までご連絡ください。\n"},
	{"issued", NULL, true, "【{service}】トークン発行受付のお知らせ",
	 JA_TO "ワンタイムパスワードのトークン発行を承りましたので、お知らせいたします。\n"
	       "\n" JA_AT "ご案内のメールを、ご指定の携帯電話メールアドレスにお送りしました。\n"
	       "メールが届かない場合は、はじめから操作をやり直してください。\n"
	       "先に発行したトークンは無効となります。\n"
	       "\n" JA_NOT_ASKED},
	{"activated", NULL, true, "【{service}】ワンタイムパスワード初期設定完了のお知らせ",
	 JA_TO "ワンタイムパスワードの初期設定が完了しましたので、お知らせいたします。\n"
	       "\n" JA_AT "今後のログインでは、ログインパスワードに加えて、アプリに表示される\n"
	       "ワンタイムパスワードをご入力ください。\n"
	       "\n" JA_NOT_ASKED},
	{"locked", "master", true, "【{service}】ワンタイムパスワード利用停止のお知らせ",
	 JA_TO "ワンタイムパスワードの入力誤りが所定の回数に達したため、ご利用を停止\n"
	       "いたしました。\n"
	       "\n" JA_AT "利用停止の解除は、お取引店で書面により承ります。お手数ですが、\n"
	       "お取引店までお申し出ください。\n"
	       "\n"
	       "ご入力にお心当たりがない場合は、第三者による不正な操作のおそれが\n"
	       "あります。至急お取引店までご連絡ください。\n"},
	{"locked", NULL, true, "【{service}】ワンタイムパスワード利用停止のお知らせ",
	 JA_TO "ワンタイムパスワードの入力誤りが所定の回数に達したため、ご利用を停止\n"
	       "いたしました。\n"
	       "\n" JA_AT "利用停止の解除は、同じご契約のマスターユーザの方にご依頼ください。\n"
	       "（「管理」→「利用者管理」→「ワンタイムパスワードの利用停止解除」）\n"
	       "\n"
	       "ご入力にお心当たりがない場合は、第三者による不正な操作のおそれが\n"
	       "あります。至急お取引店までご連絡ください。\n"},
	{"unlocked", NULL, true, "【{service}】ワンタイムパスワード利用停止解除のお知らせ",
	 JA_TO "ワンタイムパスワードの利用停止を解除いたしましたので、お知らせいたします。\n"
	       "\n" JA_AT "お使いのトークンで、引き続きご利用いただけます。\n"
	       "\n" JA_NOT_ASKED},
	{"revoked", NULL, true, "【{service}】トークン失効のお知らせ",
	 JA_TO "ワンタイムパスワードのトークンを失効いたしましたので、お知らせいたします。\n"
	       "失効したトークンは、ご利用いただけません。\n"
	       "\n" JA_AT "引き続きご利用になる場合は、トークンの再発行をお願いいたします。\n"
	       "再発行のお手続きは、次の日時から可能です。\n"
	       "\n"
	       "　再発行可能日時：{from}\n"
	       "\n" JA_NOT_ASKED},
	{"ready", NULL, true, "【{service}】お手続き完了の通知",
	 "{contract}　御中\n"
	 "\n"
	 "平素より格別のお引き立てを賜り、厚く御礼申しあげます。\n"
	 "\n"
	 "お申し込みいただきましたワンタイムパスワードにつきまして、お手続きが\n"
	 "完了いたしましたので、お知らせいたします。\n"
	 "\n"
	 "　サービス名　：{service}\n"
	 "　ご利用開始日：{day}\n"
	 "\n"
	 "ご利用開始日から、ログインの際にワンタイムパスワードが必要となります。\n"
	 "ご利用開始日以降、はじめてログインされる際に、ご利用者さまお一人ずつ\n"
	 "画面の案内に従って初期設定をお願いいたします。\n"
	 "\n"
	 "このお手続きにお心当たりがない場合は、お手数ですが、お取引店まで\n"
	 "ご連絡ください。\n"},
};

static const struct seikyo_mail_text english[] = {
	{"app", NULL, false, "{service}: your one-time password app",
	 "Thank you for using {service}.\n"
	 "\n"
	 "A token for one-time passwords is being issued. Please set it up as follows.\n"
	 "\n"
	 "1. Open this address on your mobile phone to get the one-time password app:\n"
	 "\n"
	 "{app}\n"
	 "\n"
	 "2. Choose the initial setup in the app, enter these three, and send them:\n"
	 "\n"
	 "   - the service ID\n"
	 "   - the user ID (your computer's screen shows both)\n"
	 "   - the start password (the 4 to 8 digits that you chose on that screen)\n"
	 "\n"
	 "3. Type the one-time password that the app shows into your computer's screen.\n"
	 "   This completes the setup.\n"
	 "\n"
	 "The clock of your phone must be right; please let it be set automatically.\n"
	 "\n"
	 "If you did not ask for this mail, do not open the address; please contact\n"
	 "your branch.\n"},
	{"issued", NULL, true, "{service}: a token is being issued",
	 EN_TO "A token for one-time passwords is being issued to you.\n"
	       "\n" EN_AT "A mail with instructions has gone to the mobile mail address given.\n"
	       "If it does not come, please begin again; the earlier issue is then void.\n"
	       "\n" EN_NOT_ASKED},
	{"activated", NULL, true, "{service}: the setup of your token is complete",
	 EN_TO "The setup of your token for one-time passwords is complete.\n"
	       "\n" EN_AT "From now on please enter, after your login password, the one-time\n"
	       "password that the app shows.\n"
	       "\n" EN_NOT_ASKED},
	{"locked", "master", true, "{service}: one-time passwords locked",
	 EN_TO "After too many wrong one-time passwords your login has been locked.\n"
	       "\n" EN_AT "Your branch can unlock it on a written request. Please contact them.\n"
	       "\n"
	       "If it was not you who entered them, please contact your branch at once.\n"},
	{"locked", NULL, true, "{service}: one-time passwords locked",
	 EN_TO "After too many wrong one-time passwords your login has been locked.\n"
	       "\n" EN_AT "Please ask a master user of your contract to unlock it.\n"
	       "\n"
	       "If it was not you who entered them, please contact your branch at once.\n"},
	{"unlocked", NULL, true, "{service}: one-time passwords unlocked",
	 EN_TO "Your login has been unlocked.\n"
	       "\n" EN_AT "You can go on using your token.\n"
	       "\n" EN_NOT_ASKED},
	{"revoked", NULL, true, "{service}: your token has been revoked",
	 EN_TO "Your token for one-time passwords has been revoked. It can no longer be used.\n"
	       "\n" EN_AT "To go on, please have a new token issued. This is possible from:\n"
	       "\n"
	       "  {from}\n"
	       "\n" EN_NOT_ASKED},
	{"ready", NULL, true, "{service}: your application has been completed",
	 "{contract}\n"
	 "\n"
	 "Thank you for your business.\n"
	 "\n"
	 "Your application for one-time passwords has been completed.\n"
	 "\n"
	 "  Service:    {service}\n"
	 "  Start date: {day}\n"
	 "\n"
	 "From the start date on each login takes a one-time password. At the first\n"
	 "login from then on, each user is led through the initial setup.\n"
	 "\n"
	 "If you did not apply for this, please contact your branch.\n"},
};

static bool is_english(const char *language)
{
	return strcmp(language, "en") == 0;
}

const struct seikyo_mail_text *seikyo_mail_text_find(const char *kind, const char *role,
						     const char *language)
{
	_Static_assert(sizeof(japanese) == sizeof(english), "a text in one language only");
	const struct seikyo_mail_text *texts = is_english(language) ? english : japanese;

	for (size_t i = 0; i < sizeof(japanese) / sizeof(japanese[0]); i++)
		if (strcmp(texts[i].kind, kind) == 0 &&
		    (!texts[i].role || strcmp(texts[i].role, role) == 0))
			return &texts[i];
	return NULL;
}

const char *seikyo_mail_text_footer(const char *language)
{
	return is_english(language) ? EN_FOOTER : JA_FOOTER;
}

static void japan(int64_t microseconds, struct tm *when)
{
	const time_t seconds = (time_t)(microseconds / SECOND) + JAPAN_OFFSET;

	memset(when, 0, sizeof(*when));
	gmtime_r(&seconds, when);
}

void seikyo_mail_text_moment(int64_t microseconds, const char *language,
			     char out[static SEIKYO_MAIL_MOMENT_MAX])
{
	char day[SEIKYO_MAIL_MOMENT_MAX];
	struct tm when;

	japan(microseconds, &when);
	seikyo_mail_text_day(microseconds, language, day);
	if (is_english(language))
		snprintf(out, SEIKYO_MAIL_MOMENT_MAX, "%.40s, %02d:%02d (Japan time)", day,
			 when.tm_hour, when.tm_min);
	else
		snprintf(out, SEIKYO_MAIL_MOMENT_MAX, "%.40s %d時%02d分", day, when.tm_hour,
			 when.tm_min);
}

void seikyo_mail_text_day(int64_t microseconds, const char *language,
			  char out[static SEIKYO_MAIL_MOMENT_MAX])
{
	struct tm when;

	japan(microseconds, &when);
	if (is_english(language))
		snprintf(out, SEIKYO_MAIL_MOMENT_MAX, "%04d-%02d-%02d", when.tm_year + 1900,
			 when.tm_mon + 1, when.tm_mday);
	else
		snprintf(out, SEIKYO_MAIL_MOMENT_MAX, "%d年%d月%d日", when.tm_year + 1900,
			 when.tm_mon + 1, when.tm_mday);
}
