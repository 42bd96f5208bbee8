/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The FreeRADIUS module: configuration, attributes in and out, return codes. What a login is,
 * login.c knows.
 */
#include "pool.h"

#include "attribute.h"
#include "setting.h"

#include <unistd.h>

#define REFUSAL_SAID_MS 60000

/* The sections `database` are setting.c's: there may be several. */
static const CONF_PARSER module_config[] = {
	{"node_retry", FR_CONF_OFFSET(PW_TYPE_INTEGER, rlm_seikyo_otp_t, node_retry), "10"},
	{"server_name", FR_CONF_OFFSET(PW_TYPE_STRING, rlm_seikyo_otp_t, server_name), ""},
	{"key_dir", FR_CONF_OFFSET(PW_TYPE_STRING, rlm_seikyo_otp_t, key_dir), "${confdir}/seikyo"},
	{"language", FR_CONF_OFFSET(PW_TYPE_STRING, rlm_seikyo_otp_t, language), "ja"},
	{"otp_in_password", FR_CONF_OFFSET(PW_TYPE_STRING, rlm_seikyo_otp_t, otp_in_password),
	 "none"},
	{"console_groups", FR_CONF_OFFSET(PW_TYPE_STRING, rlm_seikyo_otp_t, console_groups), ""},
	{"setup_url", FR_CONF_OFFSET(PW_TYPE_STRING, rlm_seikyo_otp_t, setup_url), ""},
	{"max_clock_difference",
	 FR_CONF_OFFSET(PW_TYPE_INTEGER, rlm_seikyo_otp_t, max_clock_difference), "10"},
	{"max_hashes", FR_CONF_OFFSET(PW_TYPE_INTEGER, rlm_seikyo_otp_t, max_hashes), "0"},
	CONF_PARSER_TERMINATOR};

/* Every hash leaves a line at debug level: how many a request costs can be counted there. */
static void hash_begin(void *context)
{
	rlm_seikyo_otp_t *inst = context;

	DEBUG2("%s: computing a password hash", inst->name);
	while (sem_wait(&inst->hashes) < 0 && errno == EINTR)
		continue;
}

static void hash_end(void *context)
{
	rlm_seikyo_otp_t *inst = context;

	sem_post(&inst->hashes);
}

static int start_hashes(rlm_seikyo_otp_t *inst)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned count = inst->max_hashes;

	if (count == 0)
		count = cores > 0 ? (unsigned)cores : 1;
	if (sem_init(&inst->hashes, 0, count) < 0)
		return -1;
	inst->hashes_ready = true;
	return 0;
}

static void set_login(rlm_seikyo_otp_t *inst)
{
	inst->login = (struct seikyo_login_host){
		.context = inst,
		.borrow = seikyo_pool_borrow,
		.give_back = seikyo_pool_give_back,
		.hash_begin = hash_begin,
		.hash_end = hash_end,
		.keyring = &inst->keyring,
		.max_clock_difference_us = (int64_t)inst->max_clock_difference * 1000000,
		.code_in_password = strcmp(inst->otp_in_password, "suffix") == 0,
	};
}

static int load_keys(rlm_seikyo_otp_t *inst, CONF_SECTION *conf)
{
	char error[SEIKYO_KEYRING_ERROR_MAX];
	CONF_PAIR *pair = cf_pair_find(conf, "key_dir");

	if (seikyo_keyring_load(&inst->keyring, inst->key_dir, error) == 0)
		return 0;
	if (pair)
		cf_log_err_cp(pair, "key_dir: %s", error);
	else
		cf_log_err_cs(conf, "key_dir: %s", error);
	return -1;
}

static int mod_bootstrap(CONF_SECTION *conf, void *instance)
{
	rlm_seikyo_otp_t *inst = instance;

	inst->name = cf_section_name2(conf);
	if (!inst->name)
		inst->name = cf_section_name1(conf);
	return 0;
}

static int mod_instantiate(CONF_SECTION *conf, void *instance)
{
	rlm_seikyo_otp_t *inst = instance;

	if (seikyo_settings_check(inst, conf) < 0 || seikyo_settings_name(inst, conf) < 0 ||
	    seikyo_attributes_find(&inst->attributes, conf) < 0 || load_keys(inst, conf) < 0)
		return -1;
	if (seikyo_store_init() < 0 || start_hashes(inst) < 0) {
		cf_log_err_cs(conf, "out of memory");
		return -1;
	}
	inst->english = strcmp(inst->language, "en") == 0;
	atomic_init(&inst->refusal_said_ms, 0);
	seikyo_nodes_init(&inst->nodes, inst->databases_count, inst->node_retry);
	set_login(inst);
	return seikyo_pool_open(inst, conf);
}

static int mod_detach(void *instance)
{
	rlm_seikyo_otp_t *inst = instance;

	fr_connection_pool_free(inst->pool);
	seikyo_keyring_close(&inst->keyring);
	if (inst->hashes_ready)
		sem_destroy(&inst->hashes);
	return 0;
}

/* Said once a minute: several clients ask every few seconds. */
static void say_refused(rlm_seikyo_otp_t *inst, char const *why)
{
	const int64_t now = seikyo_monotonic_ms();
	int64_t said = atomic_load(&inst->refusal_said_ms);

	if ((said == 0 || now - said >= REFUSAL_SAID_MS) &&
	    atomic_compare_exchange_strong(&inst->refusal_said_ms, &said, now))
		ERROR("%s: Status-Server is not answered: %s", inst->name, why);
}

/* True if the database answers; *stale, if a connection failed that was opened before began. */
static bool database_answers(rlm_seikyo_otp_t *inst, int64_t began, bool *stale)
{
	struct seikyo_seat *seat = seikyo_pool_borrow(inst);
	enum seikyo_call_result called;

	*stale = false;
	if (!seat)
		return false;
	called = seikyo_radius_hello(seat->store);
	*stale = called == SEIKYO_CALL_FAILED && seat->opened_ms < began;
	/* Service is closed: that is no matter of the connection. */
	if (called == SEIKYO_CALL_REFUSED)
		say_refused(inst, seikyo_store_error(seat->store));
	else if (called == SEIKYO_CALL_DONE)
		atomic_store(&inst->refusal_said_ms, 0);
	seikyo_pool_give_back(inst, seat);
	return called == SEIKYO_CALL_DONE;
}

/*
 * Status-Server is answered only if the database answers. After its restart every connection that
 * lay idle fails once, as in seikyo_leg_find_user.
 */
static rlm_rcode_t status(rlm_seikyo_otp_t *inst)
{
	const int64_t began = seikyo_monotonic_ms();
	bool stale, answers;

	do {
		answers = database_answers(inst, began, &stale);
	} while (stale && seikyo_monotonic_ms() < began + 2000);
	return answers ? RLM_MODULE_OK : RLM_MODULE_FAIL;
}

/* Every request that is not another module's already is ours: what is wrong with it, authenticate
 * says. */
static rlm_rcode_t mod_authorize(void *instance, REQUEST *request)
{
	rlm_seikyo_otp_t *inst = instance;
	DICT_VALUE *type;
	VALUE_PAIR *vp;

	if (request->packet->code == PW_CODE_STATUS_SERVER)
		return status(inst);
	if (fr_pair_find_by_num(request->config, PW_AUTH_TYPE, 0, TAG_ANY))
		return RLM_MODULE_NOOP;

	type = dict_valbyname(PW_AUTH_TYPE, 0, inst->name);
	if (!type) {
		RERROR("there is no Auth-Type %s in the section authenticate", inst->name);
		return RLM_MODULE_FAIL;
	}
	vp = radius_pair_create(request, &request->config, PW_AUTH_TYPE, 0);
	vp->vp_integer = (uint32_t)type->value;
	return RLM_MODULE_OK;
}

/* One line for each request: who, if he is known, where from, and what came of it. */
static void log_reply(REQUEST *request, struct seikyo_login_request const *login,
		      struct seikyo_login_reply const *reply)
{
	static char const *const answers[] = {"refused", "failed", "asked", "accepted"};
	char name[3 * SEIKYO_TYPED_MAX + 1] = "(unknown)";

	if (reply->known)
		fr_prints(name, sizeof(name), login->name, (ssize_t)strlen(login->name), '\0');
	if (reply->answer == SEIKYO_ANSWER_FAIL)
		RERROR("request %s: user %s, client %s: %s: %s%s%s", reply->request_id, name,
		       seikyo_client_group(request), answers[reply->answer], reply->reason,
		       reply->detail[0] ? ": " : "", reply->detail);
	else
		RINFO("request %s: user %s, client %s: %s: %s", reply->request_id, name,
		      seikyo_client_group(request), answers[reply->answer], reply->reason);
}

static rlm_rcode_t answer(REQUEST *request, struct seikyo_login_reply const *reply)
{
	switch (reply->answer) {
	case SEIKYO_ANSWER_ACCEPT:
		return RLM_MODULE_OK;
	case SEIKYO_ANSWER_CHALLENGE:
		request->reply->code = PW_CODE_ACCESS_CHALLENGE;
		return RLM_MODULE_HANDLED;
	case SEIKYO_ANSWER_FAIL:
		return RLM_MODULE_FAIL;
	case SEIKYO_ANSWER_REJECT:
	default:
		return RLM_MODULE_REJECT;
	}
}

/* What could not be read as a login is answered like any unproved caller's. */
static void refuse(rlm_seikyo_otp_t *inst, REQUEST *request, char const *why)
{
	struct seikyo_login_reply reply = {.answer = SEIKYO_ANSWER_REJECT, .tries_left = -1};

	seikyo_login_request_id(&inst->keyring, seikyo_client_group(request),
				seikyo_request_authenticator(request), reply.request_id);
	RINFO("request %s: client %s: refused: %s", reply.request_id, seikyo_client_group(request),
	      why);
	seikyo_reply_write(inst, request, &reply);
}

static rlm_rcode_t mod_authenticate(void *instance, REQUEST *request)
{
	rlm_seikyo_otp_t *inst = instance;
	struct seikyo_login_request login = {0};
	struct seikyo_login_reply reply;
	char const *why = seikyo_request_read(inst, request, &login);
	rlm_rcode_t rcode;

	if (why) {
		refuse(inst, request, why);
		return RLM_MODULE_REJECT;
	}
	seikyo_login_run(&inst->login, &login, &reply);
	log_reply(request, &login, &reply);
	rcode = answer(request, &reply);
	if (rcode != RLM_MODULE_FAIL && seikyo_reply_write(inst, request, &reply) < 0)
		rcode = RLM_MODULE_FAIL;
	seikyo_login_reply_wipe(&reply);
	return rcode;
}

__attribute__((visibility("default"))) extern module_t rlm_seikyo_otp;
module_t rlm_seikyo_otp = {
	.magic = RLM_MODULE_INIT,
	.name = "seikyo_otp",
	.type = RLM_TYPE_THREAD_SAFE,
	.inst_size = sizeof(rlm_seikyo_otp_t),
	.config = module_config,
	.bootstrap = mod_bootstrap,
	.instantiate = mod_instantiate,
	.detach = mod_detach,
	.methods =
		{
			[MOD_AUTHENTICATE] = mod_authenticate,
			[MOD_AUTHORIZE] = mod_authorize,
		},
};
