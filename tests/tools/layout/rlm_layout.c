/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A FreeRADIUS module for tests/radius/layout.t, built with the flags of ours: it compares what it
 * sees of a request with what the daemon sees of it. Gives ok, or reject with the differences
 * logged.
 */
#include <freeradius-devel/radiusd.h>
#include <freeradius-devel/modules.h>

/* Only ERROR and INFO in here: the request's own log might lie elsewhere. */

static bool same_struct(void const *chunk, char const *name, size_t size)
{
	char const *type = chunk ? talloc_get_name(chunk) : "nothing";
	size_t allocated = chunk ? talloc_get_size(chunk) : 0;
	bool same = allocated == size && strcmp(type, name) == 0;

	INFO("layout: %s: %zu bytes here, %zu in the daemon%s%s", name, size, allocated,
	     same ? "" : ", differs: it calls this ", same ? "" : type);
	return same;
}

#define SAME_STRUCT(_chunk, _type) same_struct(_chunk, #_type, sizeof(_type))

/* What the daemon's own expansion of a request says, against what stands in the field here. */
static bool same_number(REQUEST *request, char const *field, char const *expansion, int here)
{
	char text[32];
	bool same = radius_xlat(text, sizeof(text), request, expansion, NULL, NULL) > 0 &&
		    atoi(text) == here;

	INFO("layout: %s: %d here, %s in the daemon%s", field, here, text, same ? "" : ", differs");
	return same;
}

static bool same_text(REQUEST *request, char const *field, char const *expansion, char const *here)
{
	char text[256];
	bool same = radius_xlat(text, sizeof(text), request, expansion, NULL, NULL) > 0 && here &&
		    strcmp(text, here) == 0;

	INFO("layout: %s: the daemon's%s", field, same ? "" : " differs");
	return same;
}

/* Field by field only where the sizes agree: elsewhere a pointer might be none. */
static bool same_request(REQUEST *request)
{
	if (!SAME_STRUCT(request, REQUEST) ||
	    !same_number(request, "request->number", "%n", (int)request->number))
		return false;
	return SAME_STRUCT(request->packet, RADIUS_PACKET) &&
	       SAME_STRUCT(request->reply, RADIUS_PACKET) &&
	       SAME_STRUCT(request->username, VALUE_PAIR) &&
	       SAME_STRUCT(request->client, RADCLIENT) &&
	       SAME_STRUCT(request->listener, rad_listen_t) &&
	       same_number(request, "packet->id", "%I", request->packet->id) &&
	       same_text(request, "username", "%{User-Name}", request->username->vp_strvalue) &&
	       same_text(request, "client->shortname", "%{client:shortname}",
			 request->client->shortname);
}

static rlm_rcode_t mod_authorize(void *instance, REQUEST *request)
{
	(void)instance;
	return same_request(request) ? RLM_MODULE_OK : RLM_MODULE_REJECT;
}

__attribute__((visibility("default"))) extern module_t rlm_layout;
module_t rlm_layout = {
	.magic = RLM_MODULE_INIT,
	.name = "layout",
	.type = RLM_TYPE_THREAD_SAFE,
	.methods = {[MOD_AUTHORIZE] = mod_authorize},
};
