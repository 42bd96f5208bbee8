/* SPDX-License-Identifier: GPL-2.0-only */
#include "attribute.h"

#include "message.h"

#define DIGEST_RESPONSE 103 /* RFC 5090; FreeRADIUS's constant is the draft's number */
#define VSA_MAX		247 /* bytes of a vendor's attribute (RFC 2865 section 5.26) */

/* --- names ------------------------------------------------------------------------------------ */

int seikyo_attributes_find(seikyo_attributes_t *attributes, CONF_SECTION *conf)
{
	const struct {
		DICT_ATTR const **attribute;
		char const *name;
		PW_TYPE type;
	} wanted[] = {
		{&attributes->outcome, "Seikyo-Outcome", PW_TYPE_INTEGER},
		{&attributes->otp, "Seikyo-OTP", PW_TYPE_STRING},
		{&attributes->client_certificate, "Seikyo-Client-Certificate", PW_TYPE_OCTETS},
		{&attributes->purpose, "Seikyo-Purpose", PW_TYPE_INTEGER},
		{&attributes->attempt, "Seikyo-Attempt", PW_TYPE_OCTETS},
		{&attributes->session, "Seikyo-Session", PW_TYPE_OCTETS},
		{&attributes->ticket, "Seikyo-Ticket", PW_TYPE_OCTETS},
		{&attributes->tries_left, "Seikyo-Tries-Left", PW_TYPE_INTEGER},
		{&attributes->reissue_at, "Seikyo-Reissue-At", PW_TYPE_DATE},
		{&attributes->service_id, "Seikyo-Service-Id", PW_TYPE_STRING},
		{&attributes->app_user_id, "Seikyo-App-User-Id", PW_TYPE_STRING},
		{&attributes->display_name, "Seikyo-Display-Name", PW_TYPE_STRING},
		{&attributes->contract_name, "Seikyo-Contract-Name", PW_TYPE_STRING},
		{&attributes->mail_address, "Seikyo-Mail-Address", PW_TYPE_STRING},
		{&attributes->role, "Seikyo-Role", PW_TYPE_INTEGER},
		{&attributes->last_login, "Seikyo-Last-Login", PW_TYPE_DATE},
		{&attributes->request_id, "Seikyo-Request-Id", PW_TYPE_STRING},
		{&attributes->setup_url, "Seikyo-Setup-URL", PW_TYPE_STRING},
	};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		*wanted[i].attribute = dict_attrbyname(wanted[i].name);
		if (!*wanted[i].attribute) {
			cf_log_err_cs(conf,
				      "attribute %s is unknown: put '$INCLUDE dictionary.seikyo' "
				      "into raddb/dictionary",
				      wanted[i].name);
			return -1;
		}
		if ((*wanted[i].attribute)->type != wanted[i].type ||
		    (*wanted[i].attribute)->vendor == 0) {
			cf_log_err_cs(conf,
				      "attribute %s is not of the type or vendor that "
				      "dictionary.seikyo gives it",
				      wanted[i].name);
			return -1;
		}
	}
	return 0;
}

char const *seikyo_client_group(REQUEST *request)
{
	CONF_PAIR *pair = NULL;

	if (!request->client)
		return "(none)";
	if (request->client->cs)
		pair = cf_pair_find(request->client->cs, "seikyo_group");
	if (pair && cf_pair_value(pair))
		return cf_pair_value(pair);
	return request->client->shortname ? request->client->shortname : "(none)";
}

/* True if group is one of the words of console_groups. */
static bool is_console(rlm_seikyo_otp_t const *inst, char const *group)
{
	size_t len = strlen(group);

	for (char const *word = inst->console_groups; *word; word += strcspn(word, " \t")) {
		word += strspn(word, " \t");
		if (len > 0 && strcspn(word, " \t") == len && strncmp(word, group, len) == 0)
			return true;
	}
	return false;
}

/* --- in --------------------------------------------------------------------------------------- */

/* The one attribute of this kind, *vp NULL without any; false if there are several. */
static bool find_one(REQUEST *request, DICT_ATTR const *da, VALUE_PAIR **vp)
{
	vp_cursor_t cursor;

	fr_cursor_init(&cursor, &request->packet->vps);
	*vp = fr_cursor_next_by_da(&cursor, da, TAG_ANY);
	return !*vp || !fr_cursor_next_by_da(&cursor, da, TAG_ANY);
}

/* A text of 1 to 128 bytes of UTF-8, without NUL. */
static bool find_text(REQUEST *request, DICT_ATTR const *da, char const **text)
{
	VALUE_PAIR *vp;

	if (!find_one(request, da, &vp))
		return false;
	if (!vp)
		return true;
	if (!seikyo_typed_valid(vp->vp_strvalue, vp->vp_length))
		return false;
	*text = vp->vp_strvalue;
	return true;
}

static bool find_octets(REQUEST *request, DICT_ATTR const *da, size_t len, uint8_t const **octets)
{
	VALUE_PAIR *vp;

	if (!find_one(request, da, &vp))
		return false;
	if (!vp)
		return true;
	if (vp->vp_length != len)
		return false;
	*octets = vp->vp_octets;
	return true;
}

static bool has(REQUEST *request, unsigned attribute, unsigned vendor)
{
	return fr_pair_find_by_num(request->packet->vps, attribute, vendor, TAG_ANY) != NULL;
}

static char const *read_typed(rlm_seikyo_otp_t *inst, REQUEST *request,
			      struct seikyo_login_request *login)
{
	if (has(request, PW_CHAP_PASSWORD, 0) || has(request, PW_EAP_MESSAGE, 0) ||
	    has(request, PW_ARAP_PASSWORD, 0) ||
	    has(request, PW_MSCHAP_CHALLENGE, VENDORPEC_MICROSOFT) ||
	    has(request, PW_DIGEST_RESPONSE, 0) || has(request, DIGEST_RESPONSE, 0))
		return "CHAP, MS-CHAP, EAP or Digest: only PAP (User-Password) can be checked";
	if (!find_text(request, dict_attrbyvalue(PW_USER_NAME, 0), &login->name) || !login->name)
		return "not exactly one User-Name of 1 to 128 bytes of UTF-8";
	if (!find_text(request, dict_attrbyvalue(PW_USER_PASSWORD, 0), &login->password) ||
	    !login->password)
		return "not exactly one User-Password of 1 to 128 bytes of UTF-8";
	if (!find_text(request, inst->attributes.otp, &login->code))
		return "not exactly one Seikyo-OTP of 1 to 128 bytes of UTF-8";
	return NULL;
}

static char const *read_purpose(rlm_seikyo_otp_t *inst, REQUEST *request,
				struct seikyo_login_request *login)
{
	VALUE_PAIR *vp;

	login->purpose = SEIKYO_PURPOSE_LOGIN;
	if (!find_one(request, inst->attributes.purpose, &vp))
		return "several Seikyo-Purpose";
	if (!vp)
		return NULL;
	if (vp->vp_integer < SEIKYO_PURPOSE_LOGIN || vp->vp_integer > SEIKYO_PURPOSE_CONFIRMATION)
		return "a Seikyo-Purpose that is not known";
	login->purpose = (enum seikyo_purpose)vp->vp_integer;
	return NULL;
}

uint8_t const *seikyo_request_authenticator(REQUEST *request)
{
	while (request->parent)
		request = request->parent;
	return request->packet->vector;
}

/* FreeRADIUS makes an unknown attribute of one whose length is not its type's. */
static bool has_misshapen(rlm_seikyo_otp_t *inst, REQUEST *request)
{
	const unsigned vendor = inst->attributes.purpose->vendor;
	vp_cursor_t cursor;

	for (VALUE_PAIR *vp = fr_cursor_init(&cursor, &request->packet->vps); vp;
	     vp = fr_cursor_next(&cursor)) {
		if (vp->da->vendor == vendor && vp->da->flags.is_unknown &&
		    dict_attrbyvalue(vp->da->attr, vendor))
			return true;
	}
	return false;
}

/* The State, and what makes two packets the same try. */
static char const *read_bindings(rlm_seikyo_otp_t *inst, REQUEST *request,
				 struct seikyo_login_request *login)
{
	uint8_t const *attempt = NULL;
	VALUE_PAIR *vp;

	login->authenticator = seikyo_request_authenticator(request);
	if (!find_one(request, dict_attrbyvalue(PW_STATE, 0), &vp))
		return "several State";
	if (vp)
		login->state = (struct seikyo_bytes){vp->vp_octets, vp->vp_length};
	if (!find_octets(request, inst->attributes.client_certificate, SEIKYO_DIGEST_LEN,
			 &login->certificate))
		return "not exactly one Seikyo-Client-Certificate of 32 bytes";
	if (!find_octets(request, inst->attributes.session, SEIKYO_DIGEST_LEN, &login->session))
		return "not exactly one Seikyo-Session of 32 bytes";
	if (!find_octets(request, inst->attributes.attempt, SEIKYO_ATTEMPT_LEN, &attempt))
		return "not exactly one Seikyo-Attempt of 16 bytes";
	login->attempt =
		(struct seikyo_bytes){attempt ? attempt : login->authenticator, SEIKYO_ATTEMPT_LEN};
	return NULL;
}

char const *seikyo_request_read(rlm_seikyo_otp_t *inst, REQUEST *request,
				struct seikyo_login_request *login)
{
	char const *why = read_typed(inst, request, login);

	if (!why && has_misshapen(inst, request))
		why = "a Seikyo attribute whose length is not its type's";
	if (!why)
		why = read_purpose(inst, request, login);
	if (!why)
		why = read_bindings(inst, request, login);
	if (why)
		return why;
	login->client = seikyo_client_group(request);
	login->console = is_console(inst, login->client);
	if (strlen(login->client) > SEIKYO_CLIENT_MAX)
		return "the client's group has more than 64 bytes";
	if (login->purpose == SEIKYO_PURPOSE_CONFIRMATION && !login->session)
		return "Confirmation-Password without Seikyo-Session";
	return NULL;
}

/* --- out -------------------------------------------------------------------------------------- */

static VALUE_PAIR *add(REQUEST *request, DICT_ATTR const *da)
{
	VALUE_PAIR *vp = fr_pair_afrom_da(request->reply, da);

	if (vp)
		fr_pair_add(&request->reply->vps, vp);
	return vp;
}

static int add_text(REQUEST *request, DICT_ATTR const *da, char const *text)
{
	VALUE_PAIR *vp;

	if (!text[0])
		return 0;
	vp = add(request, da);
	if (!vp)
		return -1;
	fr_pair_value_bstrncpy(vp, text,
			       seikyo_message_fit(text, da->vendor ? VSA_MAX : SEIKYO_MESSAGE_MAX));
	return 0;
}

static int add_octets(REQUEST *request, DICT_ATTR const *da, uint8_t const *octets, size_t len)
{
	VALUE_PAIR *vp = add(request, da);

	if (!vp)
		return -1;
	fr_pair_value_memcpy(vp, octets, len);
	return 0;
}

static int add_integer(REQUEST *request, DICT_ATTR const *da, uint32_t value)
{
	VALUE_PAIR *vp = add(request, da);

	if (!vp)
		return -1;
	vp->vp_integer = value;
	return 0;
}

static int add_date(REQUEST *request, DICT_ATTR const *da, int64_t us)
{
	VALUE_PAIR *vp;

	if (us == 0)
		return 0;
	vp = add(request, da);
	if (!vp)
		return -1;
	vp->vp_date = (uint32_t)(us / 1000000);
	return 0;
}

static int add_message(rlm_seikyo_otp_t *inst, REQUEST *request,
		       struct seikyo_login_reply const *reply)
{
	char text[SEIKYO_MESSAGE_MAX + 1];

	seikyo_message_write(reply, inst->english, text);
	return add_text(request, dict_attrbyvalue(PW_REPLY_MESSAGE, 0), text);
}

static int add_user(rlm_seikyo_otp_t *inst, REQUEST *request,
		    struct seikyo_login_reply const *reply)
{
	seikyo_attributes_t const *names = &inst->attributes;
	int bad = 0;

	bad |= add_text(request, names->display_name, reply->user.display_name);
	bad |= add_text(request, names->contract_name, reply->user.contract_name);
	/* A name may be cut, an address may not. */
	if (strlen(reply->user.mail_address) <= VSA_MAX)
		bad |= add_text(request, names->mail_address, reply->user.mail_address);
	bad |= add_integer(request, names->role, reply->user.role);
	for (size_t i = 0; i < sizeof(reply->last_login_us) / sizeof(reply->last_login_us[0]); i++)
		bad |= add_date(request, names->last_login, reply->last_login_us[i]);
	return bad;
}

static int add_bindings(rlm_seikyo_otp_t *inst, REQUEST *request,
			struct seikyo_login_reply const *reply)
{
	seikyo_attributes_t const *names = &inst->attributes;
	int bad = 0;

	if (reply->has_state)
		bad |= add_octets(request, dict_attrbyvalue(PW_STATE, 0), reply->state,
				  sizeof(reply->state));
	if (reply->has_ticket)
		bad |= add_octets(request, names->ticket, reply->ticket, sizeof(reply->ticket));
	if (reply->has_setup_url)
		bad |= add_text(request, names->setup_url, inst->setup_url);
	if (reply->has_app_ids) {
		bad |= add_text(request, names->service_id, reply->user.service_id);
		bad |= add_text(request, names->app_user_id, reply->user.app_user_id);
	}
	return bad;
}

int seikyo_reply_write(rlm_seikyo_otp_t *inst, REQUEST *request,
		       struct seikyo_login_reply const *reply)
{
	seikyo_attributes_t const *names = &inst->attributes;
	int bad = 0;

	if (reply->outcome != SEIKYO_OUTCOME_NONE)
		bad |= add_integer(request, names->outcome, reply->outcome);
	bad |= add_text(request, names->request_id, reply->request_id);
	if (reply->tries_left >= 0)
		bad |= add_integer(request, names->tries_left, (uint32_t)reply->tries_left);
	bad |= add_date(request, names->reissue_at, reply->reissue_us);
	bad |= add_bindings(inst, request, reply);
	if (reply->answer == SEIKYO_ANSWER_ACCEPT)
		bad |= add_user(inst, request, reply);
	bad |= add_message(inst, request, reply);
	return bad;
}
