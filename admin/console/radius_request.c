/* SPDX-License-Identifier: GPL-2.0-only */
#include "radius_request.h"

#include <string.h>

#include <openssl/rand.h>

#include "core/secret.h"

static bool is_typed(const char *text)
{
	const size_t len = text ? strnlen(text, SEIKYO_RADIUS_TYPED_MAX + 1) : 0;

	return len >= 1 && len <= SEIKYO_RADIUS_TYPED_MAX;
}

const char *seikyo_radius_question_check(const struct seikyo_question *question)
{
	const bool confirmation = question->purpose == SEIKYO_PURPOSE_CONFIRMATION;

	if (!confirmation && question->purpose != SEIKYO_PURPOSE_CONSOLE)
		return "not asked: no such purpose";
	if (!is_typed(question->login_id) || !is_typed(question->password))
		return "not asked: the login id or what was typed is not of 1 to 128 bytes";
	if ((question->state != NULL) != (question->state_len != 0) ||
	    question->state_len > SEIKYO_RADIUS_STATE_MAX)
		return "not asked: the State is not of 1 to 253 bytes";
	if (!question->attempt)
		return "not asked: no Seikyo-Attempt";
	if (confirmation != (question->session_digest != NULL))
		return "not asked: a session goes with a confirmation password, and only with it";
	return NULL;
}

static VALUE_PAIR *add(RADIUS_PACKET *packet, DICT_ATTR const *da)
{
	VALUE_PAIR *vp = fr_pair_afrom_num(packet, da->attr, da->vendor);

	if (vp)
		fr_pair_add(&packet->vps, vp);
	return vp;
}

static int add_integer(RADIUS_PACKET *packet, DICT_ATTR const *da, uint32_t value)
{
	VALUE_PAIR *vp = add(packet, da);

	if (!vp)
		return -1;
	vp->vp_integer = value;
	vp->vp_length = sizeof(value);
	return 0;
}

/* Not by fr_pair_make, which unescapes backslashes. */
static int add_text(RADIUS_PACKET *packet, DICT_ATTR const *da, const char *text)
{
	VALUE_PAIR *vp = add(packet, da);

	if (!vp)
		return -1;
	fr_pair_value_bstrncpy(vp, text, strlen(text));
	return vp->vp_length == strlen(text) ? 0 : -1;
}

static int add_octets(RADIUS_PACKET *packet, DICT_ATTR const *da, const uint8_t *octets, size_t len)
{
	VALUE_PAIR *vp;

	if (!octets)
		return 0;
	vp = add(packet, da);
	if (!vp)
		return -1;
	fr_pair_value_memcpy(vp, octets, len);
	return vp->vp_octets ? 0 : -1;
}

/* First the Message-Authenticator, where it helps most against forgeries (CVE-2024-3596). */
static int add_all(RADIUS_PACKET *packet, const struct seikyo_radius_dictionary *names,
		   const struct seikyo_question *question)
{
	static const uint8_t unsigned_yet[AUTH_VECTOR_LEN];
	int bad = 0;

	bad |= add_octets(packet, names->message_authenticator, unsigned_yet, sizeof(unsigned_yet));
	bad |= add_text(packet, names->user_name, question->login_id);
	bad |= add_text(packet, names->user_password, question->password);
	bad |= add_octets(packet, names->state, question->state, question->state_len);
	bad |= add_integer(packet, names->purpose, question->purpose);
	bad |= add_octets(packet, names->attempt, question->attempt, SEIKYO_ATTEMPT_LEN);
	bad |= add_octets(packet, names->client_certificate, question->certificate,
			  SEIKYO_DIGEST_LEN);
	bad |= add_octets(packet, names->session, question->session_digest, SEIKYO_DIGEST_LEN);
	return bad;
}

/* The library's own random numbers repeat after a fork. */
static int number(RADIUS_PACKET *packet)
{
	uint8_t id;

	if (RAND_bytes(packet->vector, sizeof(packet->vector)) != 1 || RAND_bytes(&id, 1) != 1)
		return -1;
	packet->id = id;
	return 0;
}

RADIUS_PACKET *seikyo_radius_request_make(const struct seikyo_radius_dictionary *dictionary,
					  const struct seikyo_question *question,
					  const char *secret)
{
	RADIUS_PACKET *packet = rad_alloc(NULL, false);

	if (!packet)
		return NULL;
	packet->code = PW_CODE_ACCESS_REQUEST;
	if (number(packet) || add_all(packet, dictionary, question) ||
	    rad_encode(packet, NULL, secret) < 0 || rad_sign(packet, NULL, secret) < 0)
		seikyo_radius_packet_free(&packet);
	return packet;
}

void seikyo_radius_packet_free(RADIUS_PACKET **packet)
{
	if (!*packet)
		return;
	for (VALUE_PAIR *vp = (*packet)->vps; vp; vp = vp->next) {
		if (vp->da->type == PW_TYPE_STRING || vp->da->type == PW_TYPE_OCTETS)
			seikyo_secret_wipe(vp->data.ptr, vp->vp_length);
	}
	rad_free(packet);
}
