/* SPDX-License-Identifier: GPL-2.0-only */
#include "setting.h"

#include <unistd.h>

static char const *const module_items[] = {"server_name",
					   "key_dir",
					   "language",
					   "otp_in_password",
					   "console_groups",
					   "setup_url",
					   "max_hashes",
					   "max_clock_difference",
					   NULL};
static char const *const module_sections[] = {"database", "pool", NULL};
static char const *const database_items[] = {
	"socket",	   "host",	   "port", "tls_ca", "user", "password", "database",
	"connect_timeout", "read_timeout", NULL};
/* What FreeRADIUS's own connection pool takes. */
static char const *const pool_items[] = {
	"start",	"min",	       "max",	 "spare", "uses", "lifetime", "cleanup_interval",
	"idle_timeout", "retry_delay", "spread", NULL};
static char const *const module_numbers[] = {"max_clock_difference", "max_hashes", NULL};
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
	if (cf_section_sub_find(section, name) != sub) {
		cf_log_err(item, "'%s { ... }' is given twice", name);
		return -1;
	}
	return check_section(sub, strcmp(name, "pool") == 0 ? pool_items : database_items,
			     no_sections);
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

static int check_database(rlm_seikyo_otp_t const *inst, CONF_SECTION *conf)
{
	CONF_SECTION *database = cf_section_sub_find(conf, "database");

	if (!database)
		database = conf;
	if (check_numbers(database, database_numbers) < 0)
		return -1;
	if (!inst->socket[0] && !inst->host[0])
		return complain(database, "socket", "neither socket nor host is set");
	if (!inst->socket[0] && !inst->tls_ca[0])
		return complain(database, "tls_ca",
				"a host needs tls_ca, the PEM file of its certificate's CA");
	if (inst->port < 1 || inst->port > 65535)
		return complain(database, "port", "takes 1 to 65535");
	if (inst->connect_timeout < 1 || inst->connect_timeout > 60)
		return complain(database, "connect_timeout", "takes 1 to 60 seconds");
	if (inst->read_timeout < 1 || inst->read_timeout > 60)
		return complain(database, "read_timeout", "takes 1 to 60 seconds");
	return 0;
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

int seikyo_settings_check(rlm_seikyo_otp_t const *inst, CONF_SECTION *conf)
{
	if (check_section(conf, module_items, module_sections) < 0 ||
	    check_database(inst, conf) < 0)
		return -1;
	return check_values(inst, conf);
}
