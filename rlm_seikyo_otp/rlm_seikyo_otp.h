/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The module's instance: what its configuration says, and what it holds from start to end.
 */
#ifndef RLM_SEIKYO_OTP_H
#define RLM_SEIKYO_OTP_H

#include <freeradius-devel/radiusd.h>
#include <freeradius-devel/modules.h>

#include <semaphore.h>
#include <stdatomic.h>

#include "login.h"
#include "store/node.h"

/* Attributes, found by name when the server starts. */
typedef struct seikyo_attributes {
	DICT_ATTR const *outcome;
	DICT_ATTR const *otp;
	DICT_ATTR const *client_certificate;
	DICT_ATTR const *purpose;
	DICT_ATTR const *attempt;
	DICT_ATTR const *session;
	DICT_ATTR const *ticket;
	DICT_ATTR const *tries_left;
	DICT_ATTR const *reissue_at;
	DICT_ATTR const *service_id;
	DICT_ATTR const *app_user_id;
	DICT_ATTR const *display_name;
	DICT_ATTR const *contract_name;
	DICT_ATTR const *mail_address;
	DICT_ATTR const *role;
	DICT_ATTR const *last_login;
	DICT_ATTR const *request_id;
	DICT_ATTR const *setup_url;
} seikyo_attributes_t;

/* A section `database`: one node. */
typedef struct seikyo_database {
	char const *socket;
	char const *host;
	uint32_t port;
	char const *tls_ca;
	char const *user;
	char const *password;
	char const *database;
	uint32_t connect_timeout;
	uint32_t read_timeout;
	char const *address; /* for the log: socket, or host and port */
	struct seikyo_store_settings store;
} seikyo_database_t;

typedef struct rlm_seikyo_otp {
	char const *name; /* of the instance, and of its Auth-Type */

	/* configuration */
	seikyo_database_t databases[SEIKYO_NODES_MAX];
	unsigned databases_count;
	uint32_t node_retry;
	char const *server_name; /* empty in the file: this host's name */
	char const *key_dir;
	char const *language;
	char const *otp_in_password;
	char const *console_groups;
	char const *setup_url;
	uint32_t max_clock_difference;
	uint32_t max_hashes;

	bool english;
	char reported_name[SEIKYO_SERVER_NAME_MAX + 1]; /* server_name, or the host's */
	struct seikyo_nodes nodes;			/* numbered as databases */
	struct seikyo_keyring keyring;
	struct seikyo_login_host login;
	fr_connection_pool_t *pool;
	sem_t hashes;
	bool hashes_ready;
	_Atomic int64_t refusal_said_ms; /* when say_refused spoke; 0: it may */
	seikyo_attributes_t attributes;
} rlm_seikyo_otp_t;

#endif
