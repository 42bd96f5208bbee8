/* SPDX-License-Identifier: GPL-2.0-only */
#include "setting.h"

#include <unistd.h>

static const CONF_PARSER database_config[] = {
	{"socket", FR_CONF_OFFSET(PW_TYPE_STRING, seikyo_database_t, socket),
	 "/run/mysqld/mysqld.sock"},
	{"host", FR_CONF_OFFSET(PW_TYPE_STRING, seikyo_database_t, host), ""},
	{"port", FR_CONF_OFFSET(PW_TYPE_INTEGER, seikyo_database_t, port), "3306"},
	{"tls_ca", FR_CONF_OFFSET(PW_TYPE_STRING, seikyo_database_t, tls_ca), ""},
	{"user", FR_CONF_OFFSET(PW_TYPE_STRING, seikyo_database_t, user), "seikyo_radius"},
	{"password",
	 FR_CONF_OFFSET(PW_TYPE_STRING | PW_TYPE_SECRET | PW_TYPE_REQUIRED, seikyo_database_t,
			password),
	 NULL},
	{"database", FR_CONF_OFFSET(PW_TYPE_STRING, seikyo_database_t, database), "seikyo_otp"},
	{"connect_timeout", FR_CONF_OFFSET(PW_TYPE_INTEGER, seikyo_database_t, connect_timeout),
	 "2"},
	{"read_timeout", FR_CONF_OFFSET(PW_TYPE_INTEGER, seikyo_database_t, read_timeout), "2"},
	CONF_PARSER_TERMINATOR};

static char const *const module_items[] = {"node_retry", "server_name",	    "key_dir",
					   "language",	 "otp_in_password", "console_groups",
					   "setup_url",	 "max_hashes",	    "max_clock_difference",
					   NULL};
static char const *const module_sections[] = {"database", "pool", NULL};
static char const *const database_items[] = {
	"socket",	   "host",	   "port", "tls_ca", "user", "password", "database",
	"connect_timeout", "read_timeout", NULL};
/* What FreeRADIUS's own connection pool takes. */
static char const *const pool_items[] = {
	"start",	"min",	       "max",	 "spare", "uses", "lifetime", "cleanup_interval",
	"idle_timeout", "retry_delay", "spread", NULL};
static char const *const module_numbers[] = {"node_retry", "max_clock_difference", "max_hashes",
					     NULL};
static char const *const database_numbers[] = {"port", "connect_timeout", "read_timeout", NULL};
static char const *const no_sections[] = {NULL};

static bool among(char const *name, char const *const *names)
{
	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names != NULL;
}

static int check_section(CONF_SECTION *section, char const *const *items,
			 char const *const *sections);

static int check_item(CONF_SECTION *section, CONF_ITEM *item, char const *const *items)
{
	char const *name = cf_pair_attr(cf_item_to_pair(item));
	CONF_PAIR *first = cf_pair_find(section, name);

	if (!among(name, items)) {
		cf_log_err(item, "'%s' is no setting of %s: see raddb/mods-available/seikyo_otp",
			   name, cf_section_name1(section));
		return -1;
	}
	if (first != cf_item_to_pair(item)) {
		cf_log_err(item, "'%s' is given twice", name);
		return -1;
	}
	return 0;
}

static int check_subsection(CONF_SECTION *section, CONF_ITEM *item, char const *const *sections)
{
	CONF_SECTION *sub = cf_item_to_section(item);
	char const *name = cf_section_name1(sub);

	if (!among(name, sections)) {
		cf_log_err(item,
			   "'%s { ... }' is no section of %s: see raddb/mods-available/seikyo_otp",
			   name, cf_section_name1(section));
		return -1;
	}
	/* One for each node: read_databases counts them. */
	if (strcmp(name, "database") == 0)
		return check_section(sub, database_items, no_sections);
	if (cf_section_sub_find(section, name) != sub) {
		cf_log_err(item, "'%s { ... }' is given twice", name);
		return -1;
	}
	return check_section(sub, pool_items, no_sections);
}

static int check_section(CONF_SECTION *section, char const *const *items,
			 char const *const *sections)
{
	for (CONF_ITEM *item = cf_item_find_next(section, NULL); item;
	     item = cf_item_find_next(section, item)) {
		if (cf_item_is_pair(item)) {
			if (check_item(section, item, items) < 0)
				return -1;
		} else if (cf_item_is_section(item)) {
			if (check_subsection(section, item, sections) < 0)
				return -1;
		}
	}
	return 0;
}

/* Complains at the setting's own line, or, where it is left out, at the section's. */
static int complain(CONF_SECTION *section, char const *name, char const *what)
{
	CONF_PAIR *pair = cf_pair_find(section, name);

	if (pair)
		cf_log_err_cp(pair, "%s: %s", name, what);
	else
		cf_log_err_cs(section, "%s: %s", name, what);
	return -1;
}

/* FreeRADIUS takes `ten` for 0 and `2s` for 2. */
static int check_numbers(CONF_SECTION *section, char const *const *items)
{
	for (; *items; items++) {
		CONF_PAIR *pair = cf_pair_find(section, *items);
		char const *value = pair ? cf_pair_value(pair) : NULL;

		if (value && (!value[0] || value[strspn(value, "0123456789")] || strlen(value) > 9))
			return complain(section, *items, "takes a whole number");
	}
	return 0;
}

static int check_database(seikyo_database_t const *database, CONF_SECTION *section)
{
	if (!database->socket[0] && !database->host[0])
		return complain(section, "socket", "neither socket nor host is set");
	if (!database->socket[0] && !database->tls_ca[0])
		return complain(section, "tls_ca",
				"a host needs tls_ca, the PEM file of its certificate's CA");
	if (database->port < 1 || database->port > 65535)
		return complain(section, "port", "takes 1 to 65535");
	if (database->connect_timeout < 1 || database->connect_timeout > 60)
		return complain(section, "connect_timeout", "takes 1 to 60 seconds");
	if (database->read_timeout < 1 || database->read_timeout > 60)
		return complain(section, "read_timeout", "takes 1 to 60 seconds");
	return 0;
}

static void set_store(seikyo_database_t *database)
{
	database->store = (struct seikyo_store_settings){
		.socket = database->socket,
		.host = database->host,
		.port = database->port,
		.tls_ca = database->tls_ca,
		.user = database->user,
		.password = database->password,
		.database = database->database,
		.connect_timeout = database->connect_timeout,
		.read_timeout = database->read_timeout,
	};
}

/* Reads the next section `database`, and refuses a server that another one names. */
static int read_database(rlm_seikyo_otp_t *inst, CONF_SECTION *section)
{
	seikyo_database_t *database = &inst->databases[inst->databases_count];

	if (check_numbers(section, database_numbers) < 0 ||
	    cf_section_parse(section, database, database_config) < 0 ||
	    check_database(database, section) < 0)
		return -1;
	database->address =
		database->socket[0]
			? database->socket
			: talloc_typed_asprintf(inst, "%s:%u", database->host, database->port);
	for (unsigned i = 0; i < inst->databases_count; i++) {
		if (strcmp(inst->databases[i].address, database->address) == 0)
			return complain(section, database->socket[0] ? "socket" : "host",
					"another section database names this server already");
	}
	set_store(database);
	inst->databases_count++;
	return 0;
}

static int read_databases(rlm_seikyo_otp_t *inst, CONF_SECTION *conf)
{
	CONF_SECTION *section = NULL;

	inst->databases_count = 0;
	while ((section = cf_subsection_find_next(conf, section, "database"))) {
		if (inst->databases_count == SEIKYO_NODES_MAX) {
			cf_log_err_cs(section, "'database { ... }' may be given %d times at most",
				      SEIKYO_NODES_MAX);
			return -1;
		}
		if (read_database(inst, section) < 0)
			return -1;
	}
	if (inst->databases_count > 0)
		return 0;
	cf_log_err_cs(conf, "there is no 'database { ... }'");
	return -1;
}

static int check_values(rlm_seikyo_otp_t const *inst, CONF_SECTION *conf)
{
	static char const *const languages[] = {"ja", "en", NULL};
	static char const *const ways[] = {"none", "suffix", NULL};

	if (check_numbers(conf, module_numbers) < 0)
		return -1;
	if (!among(inst->language, languages))
		return complain(conf, "language", "takes ja or en");
	if (!among(inst->otp_in_password, ways))
		return complain(conf, "otp_in_password", "takes none or suffix");
	if (strlen(inst->setup_url) > 247)
		return complain(conf, "setup_url", "takes 247 bytes at most");
	if (inst->node_retry < 1 || inst->node_retry > 3600)
		return complain(conf, "node_retry", "takes 1 to 3600 seconds");
	if (inst->max_clock_difference > 3600)
		return complain(conf, "max_clock_difference", "takes 0 to 3600 seconds");
	if (inst->max_hashes > 1024)
		return complain(conf, "max_hashes", "takes 0 to 1024");
	return 0;
}

static bool server_name_valid(char const *name)
{
	static char const characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					 "0123456789._-";
	size_t len = strspn(name, characters);

	return len > 0 && len <= SEIKYO_SERVER_NAME_MAX && name[len] == '\0';
}

int seikyo_settings_name(rlm_seikyo_otp_t *inst, CONF_SECTION *conf)
{
	char *name = inst->reported_name;

	if (inst->server_name[0]) {
		if (!server_name_valid(inst->server_name))
			return complain(conf, "server_name",
					"takes 1 to 64 characters of A-Z a-z 0-9 . _ -");
		strcpy(name, inst->server_name);
		return 0;
	}
	if (gethostname(name, sizeof(inst->reported_name)) < 0 ||
	    !memchr(name, '\0', sizeof(inst->reported_name)) || !server_name_valid(name))
		return complain(conf, "server_name",
				"must be set: this host's name is not 1 to 64 characters of "
				"A-Z a-z 0-9 . _ -");
	return 0;
}

int seikyo_settings_check(rlm_seikyo_otp_t *inst, CONF_SECTION *conf)
{
	if (check_section(conf, module_items, module_sections) < 0 ||
	    read_databases(inst, conf) < 0)
		return -1;
	return check_values(inst, conf);
}
