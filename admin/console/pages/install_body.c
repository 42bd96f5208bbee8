/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/pages/install_body.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "core/secret.h"

#define BODY_MAX 1024 /* bytes */

/* jansson keeps copies of what it reads; none may stay behind. */
static void wipe_and_free(void *memory)
{
	if (memory)
		seikyo_secret_wipe(memory, malloc_usable_size(memory));
	free(memory);
}

static int take(const json_t *object, const char *name, char out[SEIKYO_INSTALL_TEXT_MAX + 1])
{
	const json_t *value = json_object_get(object, name);

	if (!json_is_string(value) || json_string_length(value) > SEIKYO_INSTALL_TEXT_MAX)
		return -1;
	strcpy(out, json_string_value(value));
	return 0;
}

int seikyo_install_body_read(struct seikyo_install_body *body, const char *text, size_t len)
{
	json_t *object;
	int result = -1;

	*body = (struct seikyo_install_body){0};
	if (len > BODY_MAX)
		return -1;
	json_set_alloc_funcs(malloc, wipe_and_free);
	object = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
	if (json_object_size(object) == 3 && take(object, "service_id", body->service_id) == 0 &&
	    take(object, "user_id", body->app_user_id) == 0 &&
	    take(object, "start_password", body->start_password) == 0)
		result = 0;
	json_decref(object);
	if (result < 0)
		seikyo_secret_wipe(body, sizeof(*body));
	return result;
}
