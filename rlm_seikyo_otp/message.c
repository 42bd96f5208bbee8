/* SPDX-License-Identifier: GPL-2.0-only */
#include "message.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define JAPAN_SECONDS (9 * 3600)

enum message_id {
	MESSAGE_REFUSED,
	MESSAGE_EXPIRED,
	MESSAGE_OTP_REQUIRED,
	MESSAGE_SETUP_REQUIRED,
	MESSAGE_FIRST_CODE_REQUIRED,
	MESSAGE_OTP_WRONG,
	MESSAGE_OTP_USED,
	MESSAGE_OTP_LOCKED,
	MESSAGE_REISSUE_WAIT,
	MESSAGE_NOT_STARTED,
	MESSAGE_CERTIFICATE_REFUSED,
	MESSAGE_ACCEPTED,
};

static const struct {
	enum message_id id;
	const char *ja;
	const char *en;
} messages[] = {
	{MESSAGE_REFUSED,
	 "ログインできませんでした。ログインID、ログインパスワード、電子証明書をご確認ください。",
	 "Login failed. Please check login ID, login password and client certificate."},
	{MESSAGE_EXPIRED, "ログインの有効期限が切れました。はじめからやり直してください。",
	 "This login is no longer valid. Please start again."},
	{MESSAGE_OTP_REQUIRED, "ワンタイムパスワードを入力してください。",
	 "Please enter the one-time password."},
	{MESSAGE_SETUP_REQUIRED, "ワンタイムパスワードの初期設定を行ってください。",
	 "Please do the initial setup of the one-time password."},
	{MESSAGE_FIRST_CODE_REQUIRED, "ワンタイムパスワードの初期設定を完了してください。",
	 "Please complete the initial setup of the one-time password."},
	{MESSAGE_OTP_WRONG,
	 "ワンタイムパスワードが正しくありません。あと%d回誤ると利用停止となります。",
	 "The one-time password is wrong. Tries left before it is locked: %d."},
	{MESSAGE_OTP_USED,
	 "このワンタイムパスワードはすでに使用されています。次のワンタイムパスワードが表示され"
	 "てから入力してください。",
	 "This one-time password has been used. Please wait for the next one and enter that."},
	{MESSAGE_OTP_LOCKED,
	 "ワンタイムパスワードは利用停止中です。マスターユーザまたはお取引店へお申し出ください。",
	 "The one-time password is locked. Please ask your master user or your branch."},
	{MESSAGE_REISSUE_WAIT,
	 "トークンは失効しています。%d月%d日%d時%02d分以降に再発行の手続きをしてください。",
	 "The token has been revoked. A new one can be issued from %d/%d %d:%02d (Japan time)."},
	{MESSAGE_NOT_STARTED, "ワンタイムパスワードのご利用開始日前です。",
	 "The start date of the one-time password has not come yet."},
	{MESSAGE_CERTIFICATE_REFUSED,
	 "電子証明書がログイン開始時のものと異なります。はじめからやり直してください。",
	 "This is not the client certificate that the login began with. Please start again."},
	{MESSAGE_ACCEPTED, "ログインしました。", "You are logged in."},
};

static enum message_id message_of(const struct seikyo_login_reply *reply)
{
	if (reply->expired)
		return MESSAGE_EXPIRED;
	switch (reply->outcome) {
	case SEIKYO_OUTCOME_OTP_REQUIRED:
		return MESSAGE_OTP_REQUIRED;
	case SEIKYO_OUTCOME_SETUP_REQUIRED:
		return MESSAGE_SETUP_REQUIRED;
	case SEIKYO_OUTCOME_FIRST_CODE_REQUIRED:
		return MESSAGE_FIRST_CODE_REQUIRED;
	case SEIKYO_OUTCOME_OTP_WRONG:
		return MESSAGE_OTP_WRONG;
	case SEIKYO_OUTCOME_OTP_USED:
		return MESSAGE_OTP_USED;
	case SEIKYO_OUTCOME_OTP_LOCKED:
		return MESSAGE_OTP_LOCKED;
	case SEIKYO_OUTCOME_REISSUE_WAIT:
		return MESSAGE_REISSUE_WAIT;
	case SEIKYO_OUTCOME_NOT_STARTED:
		return MESSAGE_NOT_STARTED;
	case SEIKYO_OUTCOME_CERTIFICATE_REFUSED:
		return MESSAGE_CERTIFICATE_REFUSED;
	case SEIKYO_OUTCOME_ACCEPTED:
		return MESSAGE_ACCEPTED;
	case SEIKYO_OUTCOME_NONE:
	default:
		return MESSAGE_REFUSED;
	}
}

static const char *text_of(enum message_id id, bool english)
{
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		if (messages[i].id == id)
			return english ? messages[i].en : messages[i].ja;
	}
	return "";
}

/* The formats are those of the table above, each with the numbers that its message takes. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static void write_moment(const char *format, int64_t us, char *out)
{
	const time_t japan = (time_t)(us / 1000000) + JAPAN_SECONDS;
	struct tm tm;

	gmtime_r(&japan, &tm);
	snprintf(out, SEIKYO_MESSAGE_MAX + 1, format, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		 tm.tm_min);
}

void seikyo_message_write(const struct seikyo_login_reply *reply, bool english,
			  char out[static SEIKYO_MESSAGE_MAX + 1])
{
	const enum message_id id = message_of(reply);
	const char *text = text_of(id, english);

	if (id == MESSAGE_REISSUE_WAIT)
		write_moment(text, reply->reissue_us, out);
	else if (id == MESSAGE_OTP_WRONG)
		snprintf(out, SEIKYO_MESSAGE_MAX + 1, text, reply->tries_left);
	else
		snprintf(out, SEIKYO_MESSAGE_MAX + 1, "%s", text);
}

#pragma GCC diagnostic pop

size_t seikyo_message_fit(const char *text, size_t max)
{
	size_t len = strlen(text);

	if (len <= max)
		return len;
	len = max;
	while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}
