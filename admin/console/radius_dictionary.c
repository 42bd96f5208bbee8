/* SPDX-License-Identifier: GPL-2.0-only */
#include "radius_dictionary.h"

#include <stdio.h>
#include <string.h>

#include "common/text.h"

static const char TEXT_LIBRARY[] = N_(
	"libfreeradius-radius is of another version than the one that the console was built with.");
static const char TEXT_LOAD[] = N_("The dictionary in the folder %s cannot be loaded: %s");
static const char TEXT_UNKNOWN[] = N_("The dictionary in the folder %s does not know %s: its file "
				      "'dictionary' must have the line "
				      "'$INCLUDE dictionary.seikyo'.");
static const char TEXT_OTHER[] =
	N_("The dictionary in the folder %s gives %s another type or encryption than "
	   "dictionary.seikyo and RFC 2865 do.");

#define ATTRIBUTES (sizeof(attributes) / sizeof(attributes[0]))

#define STANDARD(member, name, number, type, encrypt)                                              \
	{                                                                                          \
		offsetof(struct seikyo_radius_dictionary, member), name, number, type, encrypt     \
	}
#define OURS(member, name, type, encrypt) STANDARD(member, name, 0, type, encrypt)

static const struct attribute {
	size_t offset;
	const char *name;
	int number; /* 0: ours, known by name, since its vendor's number is an organisation's own */
	PW_TYPE type;
	uint8_t encrypt;
} attributes[] = {
	STANDARD(user_name, "User-Name", PW_USER_NAME, PW_TYPE_STRING, FLAG_ENCRYPT_NONE),
	STANDARD(user_password, "User-Password", PW_USER_PASSWORD, PW_TYPE_STRING,
		 FLAG_ENCRYPT_USER_PASSWORD),
	STANDARD(state, "State", PW_STATE, PW_TYPE_OCTETS, FLAG_ENCRYPT_NONE),
	STANDARD(vendor_specific, "Vendor-Specific", PW_VENDOR_SPECIFIC, PW_TYPE_VSA,
		 FLAG_ENCRYPT_NONE),
	STANDARD(message_authenticator, "Message-Authenticator", PW_MESSAGE_AUTHENTICATOR,
		 PW_TYPE_OCTETS, FLAG_ENCRYPT_NONE),
	OURS(outcome, "Seikyo-Outcome", PW_TYPE_INTEGER, FLAG_ENCRYPT_NONE),
	OURS(client_certificate, "Seikyo-Client-Certificate", PW_TYPE_OCTETS, FLAG_ENCRYPT_NONE),
	OURS(purpose, "Seikyo-Purpose", PW_TYPE_INTEGER, FLAG_ENCRYPT_NONE),
	OURS(attempt, "Seikyo-Attempt", PW_TYPE_OCTETS, FLAG_ENCRYPT_NONE),
	OURS(session, "Seikyo-Session", PW_TYPE_OCTETS, FLAG_ENCRYPT_USER_PASSWORD),
	OURS(ticket, "Seikyo-Ticket", PW_TYPE_OCTETS, FLAG_ENCRYPT_TUNNEL_PASSWORD),
	OURS(tries_left, "Seikyo-Tries-Left", PW_TYPE_INTEGER, FLAG_ENCRYPT_NONE),
	OURS(reissue_at, "Seikyo-Reissue-At", PW_TYPE_DATE, FLAG_ENCRYPT_NONE),
	OURS(service_id, "Seikyo-Service-Id", PW_TYPE_STRING, FLAG_ENCRYPT_NONE),
	OURS(app_user_id, "Seikyo-App-User-Id", PW_TYPE_STRING, FLAG_ENCRYPT_NONE),
	OURS(request_id, "Seikyo-Request-Id", PW_TYPE_STRING, FLAG_ENCRYPT_NONE),
};

/* Adds a standard attribute if the file has none of its number. NULL: not there. */
static DICT_ATTR const *find(const struct attribute *attribute)
{
	ATTR_FLAGS flags = {0};

	if (attribute->number == 0)
		return dict_attrbyname(attribute->name);
	if (!dict_attrbyvalue((unsigned)attribute->number, 0)) {
		flags.encrypt = attribute->encrypt;
		if (dict_addattr(attribute->name, attribute->number, 0, attribute->type, flags) < 0)
			return NULL;
	}
	return dict_attrbyvalue((unsigned)attribute->number, 0);
}

static bool fits(DICT_ATTR const *da, const struct attribute *attribute)
{
	return da->type == attribute->type && da->flags.encrypt == attribute->encrypt &&
	       (da->vendor == 0) == (attribute->number != 0) && !da->flags.has_tag;
}

static int find_all(struct seikyo_radius_dictionary *dictionary, const char *dir, char *error,
		    size_t error_size)
{
	for (size_t i = 0; i < ATTRIBUTES; i++) {
		DICT_ATTR const *da = find(&attributes[i]);

		if (!da || !fits(da, &attributes[i])) {
			snprintf(error, error_size, da ? _(TEXT_OTHER) : _(TEXT_UNKNOWN), dir,
				 attributes[i].name);
			return -1;
		}
		memcpy((char *)dictionary + attributes[i].offset, &da, sizeof(da));
	}
	return 0;
}

int seikyo_radius_dictionary_load(struct seikyo_radius_dictionary *dictionary, const char *dir,
				  char *error, size_t error_size)
{
	if (fr_check_lib_magic(RADIUSD_MAGIC_NUMBER) < 0) {
		snprintf(error, error_size, "%s", _(TEXT_LIBRARY));
		return -1;
	}
	if (dict_init(dir, "dictionary") < 0) {
		snprintf(error, error_size, _(TEXT_LOAD), dir, fr_strerror());
		return -1;
	}
	return find_all(dictionary, dir, error, error_size);
}
