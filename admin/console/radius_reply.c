/* SPDX-License-Identifier: GPL-2.0-only */
#include "radius_reply.h"

#include <arpa/inet.h>
#include <string.h>

#define TRIES_MAX 100 /* no limit of the policy is higher */

static const char *read_octets(const VALUE_PAIR *vp, uint8_t *octets, size_t max, size_t *len)
{
	if (vp->vp_length == 0 || vp->vp_length > max)
		return "a State or ticket of the wrong length";
	memcpy(octets, vp->vp_octets, vp->vp_length);
	*len = vp->vp_length;
	return NULL;
}

static const char *read_ticket(const VALUE_PAIR *vp, struct seikyo_answer *answer)
{
	size_t len;
	const char *why = read_octets(vp, answer->ticket, sizeof(answer->ticket), &len);

	if (!why && len != sizeof(answer->ticket))
		why = "a ticket that is not of 16 bytes";
	answer->has_ticket = !why;
	return why;
}

/* It is shown on pages and written into logs. */
static const char *read_text(const VALUE_PAIR *vp, char *text, size_t max)
{
	if (vp->vp_length > max)
		return "a text that is too long";
	for (size_t i = 0; i < vp->vp_length; i++) {
		if (vp->vp_strvalue[i] <= ' ' || vp->vp_strvalue[i] > '~')
			return "a text with a byte that may not be there";
	}
	memcpy(text, vp->vp_strvalue, vp->vp_length);
	text[vp->vp_length] = '\0';
	return NULL;
}

static const char *read_outcome(const VALUE_PAIR *vp, struct seikyo_answer *answer)
{
	answer->outcome = vp->vp_integer;
	if (answer->outcome < SEIKYO_OUTCOME_OTP_REQUIRED ||
	    answer->outcome > SEIKYO_OUTCOME_ACCEPTED)
		return "a Seikyo-Outcome that is not known";
	return NULL;
}

static const char *read_tries(const VALUE_PAIR *vp, struct seikyo_answer *answer)
{
	if (vp->vp_integer > TRIES_MAX)
		return "Seikyo-Tries-Left beyond any limit";
	answer->tries_left = (int)vp->vp_integer;
	return NULL;
}

static bool is(const VALUE_PAIR *vp, DICT_ATTR const *da)
{
	return vp->da->attr == da->attr && vp->da->vendor == da->vendor;
}

static const char *read_value(const struct seikyo_radius_dictionary *names, const VALUE_PAIR *vp,
			      struct seikyo_answer *answer)
{
	if (is(vp, names->state))
		return read_octets(vp, answer->state, sizeof(answer->state), &answer->state_len);
	if (is(vp, names->outcome))
		return read_outcome(vp, answer);
	if (is(vp, names->ticket))
		return read_ticket(vp, answer);
	if (is(vp, names->tries_left))
		return read_tries(vp, answer);
	if (is(vp, names->reissue_at))
		answer->reissue_at = vp->vp_date;
	if (is(vp, names->service_id))
		return read_text(vp, answer->service_id, sizeof(answer->service_id) - 1);
	if (is(vp, names->app_user_id))
		return read_text(vp, answer->app_user_id, sizeof(answer->app_user_id) - 1);
	if (is(vp, names->request_id))
		return read_text(vp, answer->request_id, sizeof(answer->request_id) - 1);
	return NULL;
}

/*
 * The library makes a raw attribute of one whose length is not its type's, or whose encryption does
 * not open, and of a whole Vendor-Specific that is not well formed.
 */
static bool is_misshapen(const struct seikyo_radius_dictionary *names, const VALUE_PAIR *vp)
{
	uint32_t vendor;

	if (!vp->da->flags.is_unknown)
		return false;
	if (vp->da->vendor == names->outcome->vendor)
		return dict_attrbyvalue(vp->da->attr, vp->da->vendor) != NULL;
	if (!is(vp, names->vendor_specific) || vp->vp_length < sizeof(vendor))
		return false;
	memcpy(&vendor, vp->vp_octets, sizeof(vendor));
	return ntohl(vendor) == names->outcome->vendor;
}

/* Those of which there may be one. */
static bool is_read(const struct seikyo_radius_dictionary *names, const VALUE_PAIR *vp)
{
	return is(vp, names->state) || is(vp, names->outcome) || is(vp, names->ticket) ||
	       is(vp, names->tries_left) || is(vp, names->reissue_at) ||
	       is(vp, names->service_id) || is(vp, names->app_user_id) || is(vp, names->request_id);
}

static bool is_repeated(const VALUE_PAIR *vp)
{
	return fr_pair_find_by_num(vp->next, vp->da->attr, vp->da->vendor, TAG_ANY) != NULL;
}

static const char *read_all(const struct seikyo_radius_dictionary *names,
			    const RADIUS_PACKET *reply, struct seikyo_answer *answer)
{
	for (VALUE_PAIR *vp = reply->vps; vp; vp = vp->next) {
		const char *why = NULL;

		if (is_misshapen(names, vp))
			return "a Seikyo attribute that is not well formed";
		if (is_read(names, vp) && is_repeated(vp))
			return "an attribute that is there twice";
		why = read_value(names, vp, answer);
		if (why)
			return why;
	}
	return NULL;
}

/* The zero denies. rad_verify lets nothing else through, but that is far from here. */
static enum seikyo_answer_kind kind_of(const RADIUS_PACKET *reply)
{
	switch (reply->code) {
	case PW_CODE_ACCESS_ACCEPT:
		return SEIKYO_ANSWER_ACCEPT;
	case PW_CODE_ACCESS_CHALLENGE:
		return SEIKYO_ANSWER_CHALLENGE;
	case PW_CODE_ACCESS_REJECT:
		return SEIKYO_ANSWER_REJECT;
	default:
		return SEIKYO_ANSWER_NONE;
	}
}

/* A server that knows nothing of us, and lets everybody in, is not believed. */
static const char *check_whole(const struct seikyo_answer *answer)
{
	const bool accepted = answer->outcome == SEIKYO_OUTCOME_ACCEPTED;

	if (answer->kind == SEIKYO_ANSWER_NONE)
		return "a code that answers no Access-Request";
	if (accepted != (answer->kind == SEIKYO_ANSWER_ACCEPT))
		return "packet code and Seikyo-Outcome contradict each other";
	if (answer->kind == SEIKYO_ANSWER_CHALLENGE && answer->state_len == 0)
		return "an Access-Challenge without State";
	if (answer->kind == SEIKYO_ANSWER_REJECT && answer->has_ticket)
		return "an Access-Reject with a ticket";
	return NULL;
}

const char *seikyo_radius_reply_read(const struct seikyo_radius_dictionary *dictionary,
				     RADIUS_PACKET *reply, RADIUS_PACKET *request,
				     const char *secret, struct seikyo_answer *answer)
{
	const char *why;

	*answer = (struct seikyo_answer){.kind = kind_of(reply), .tries_left = -1};
	if (rad_decode(reply, request, secret) < 0)
		return "attributes that cannot be decoded";
	why = read_all(dictionary, reply, answer);
	return why ? why : check_whole(answer);
}
