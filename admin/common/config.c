/* SPDX-License-Identifier: GPL-2.0-only */
#include "common/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/text.h"
#include "core/secret.h"
#include "store/node.h"

#define FILE_MAX 65536 /* bytes */

static const char TEXT_OPEN[] = N_("The settings file %s cannot be read: %s. Name another one with "
				   "--config FILE.");
static const char TEXT_KIND[] = N_("The settings file %s is not a regular file.");
static const char TEXT_MODE[] =
	N_("The settings file %s holds passwords, but others may read or write "
	   "it; take the right away with: chmod o= FILE.");
static const char TEXT_SIZE[] = N_("The settings file %s is longer than %d bytes.");
static const char TEXT_FORM[] = N_("%s, line %u: a setting is written as name = value.");
static const char TEXT_NAME[] = N_("%s, line %u: there is no setting of this name; there are %s.");
static const char TEXT_TWICE[] = N_("%s, line %u: %s is set a second time.");
static const char TEXT_VALUE[] = N_("%s, line %u: the value of %s must be %s.");
static const char TEXT_SERVER[] =
	N_("%s: neither socket nor host is set; one of them must name the "
	   "database server.");
static const char TEXT_TLS[] =
	N_("%s: host is set without tls_ca, the CA file of the server's "
	   "certificate; without it passwords would cross the network in clear.");

static const char TEXT_NODES[] = N_("%s: %s names more than %d database servers.");

struct setting {
	const char *name;
	size_t offset;
	unsigned min, max; /* of a number; 0, 0: a text */
	const char *must_be;
	const char *one, *other; /* the only texts taken; NULL: any */
};

#define TEXT(name, must_be)                                                                        \
	{                                                                                          \
#name, offsetof(struct seikyo_config, name), 0, 0, must_be, NULL, NULL             \
	}
#define NUMBER(name, min, max, must_be)                                                            \
	{                                                                                          \
#name, offsetof(struct seikyo_config, name), min, max, must_be, NULL, NULL         \
	}
#define EITHER(name, one, other, must_be)                                                          \
	{                                                                                          \
#name, offsetof(struct seikyo_config, name), 0, 0, must_be, one, other             \
	}
#define SETTINGS (sizeof(settings) / sizeof(settings[0]))

static const char any_text[] = N_("1 to 255 bytes of UTF-8");

static const struct setting settings[] = {
	TEXT(socket, any_text),
	TEXT(host, any_text),
	NUMBER(port, 1, 65535, N_("a number from 1 to 65535")),
	TEXT(tls_ca, any_text),
	TEXT(database, any_text),
	TEXT(branch_user, any_text),
	TEXT(branch_password, any_text),
	TEXT(operator_user, any_text),
	TEXT(operator_password, any_text),
	TEXT(keys_user, any_text),
	TEXT(keys_password, any_text),
	TEXT(key_dir, any_text),
	TEXT(mailer_user, any_text),
	TEXT(mailer_password, any_text),
	TEXT(smtp_url, any_text),
	EITHER(smtp_tls, "starttls", "none", N_("starttls or none")),
	TEXT(smtp_ca, any_text),
	TEXT(smtp_user, any_text),
	TEXT(smtp_password, any_text),
	NUMBER(smtp_timeout, 1, 240, N_("a number of seconds from 1 to 240")),
	TEXT(mail_from, any_text),
	TEXT(mail_from_name, any_text),
	TEXT(app_url, any_text),
	TEXT(service_name, any_text),
	EITHER(language, "ja", "en", N_("ja or en")),
	NUMBER(timeout, 1, 600, N_("a number of seconds from 1 to 600")),
	TEXT(console_user, any_text),
	TEXT(console_password, any_text),
	TEXT(radius_servers, any_text),
	TEXT(radius_secret, any_text),
	TEXT(radius_source, any_text),
	NUMBER(radius_timeout, 1, 10, N_("a number of seconds from 1 to 10")),
	TEXT(dictionary, any_text),
	TEXT(origin, any_text),
	TEXT(app_origin, any_text),
	TEXT(service_id, any_text),
	TEXT(locale_dir, any_text),
	EITHER(login_id_from, "certificate", "typed", N_("certificate or typed")),
};

/* What goes along while a file is read. */
struct reading {
	struct seikyo_config *config;
	const char *file;
	unsigned line;
	bool seen[SETTINGS];
	char *error;
};

static char *skip_blanks(char *text)
{
	return text + strspn(text, " \t\r");
}

static void cut_blanks(char *text)
{
	size_t len = strlen(text);

	while (len && strchr(" \t\r", text[len - 1]))
		text[--len] = '\0';
}

static int set_number(unsigned *number, const struct setting *setting, const char *value)
{
	char *end;
	unsigned long read;

	if (*value < '0' || *value > '9')
		return -1;
	errno = 0;
	read = strtoul(value, &end, 10);
	if (errno || *end || read < setting->min || read > setting->max)
		return -1;
	*number = (unsigned)read;
	return 0;
}

static int set_text(char *text, const char *value)
{
	const size_t len = strlen(value);

	if (!len || len > SEIKYO_CONFIG_VALUE_MAX || !seikyo_text_valid(value))
		return -1;
	memcpy(text, value, len + 1);
	return 0;
}

static int set(struct seikyo_config *config, const struct setting *setting, const char *value)
{
	void *field = (char *)config + setting->offset;

	if (setting->one && strcmp(value, setting->one) != 0 && strcmp(value, setting->other) != 0)
		return -1;
	return setting->max ? set_number(field, setting, value) : set_text(field, value);
}

static void say_names(struct reading *reading)
{
	char names[1024] = "";
	size_t used = 0;

	for (size_t i = 0; i < SETTINGS; i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s", i ? ", " : "",
					 settings[i].name);
	snprintf(reading->error, SEIKYO_CONFIG_ERROR_MAX, _(TEXT_NAME), reading->file,
		 reading->line, names);
}

static int read_setting(struct reading *reading, const char *name, const char *value)
{
	size_t i = 0;

	while (i < SETTINGS && strcmp(settings[i].name, name) != 0)
		i++;
	if (i == SETTINGS) {
		say_names(reading);
		return -1;
	}
	if (reading->seen[i]) {
		snprintf(reading->error, SEIKYO_CONFIG_ERROR_MAX, _(TEXT_TWICE), reading->file,
			 reading->line, name);
		return -1;
	}
	reading->seen[i] = true;
	if (set(reading->config, &settings[i], value) == 0)
		return 0;
	snprintf(reading->error, SEIKYO_CONFIG_ERROR_MAX, _(TEXT_VALUE), reading->file,
		 reading->line, name, _(settings[i].must_be));
	return -1;
}

static int read_line(struct reading *reading, char *line)
{
	char *name = skip_blanks(line);
	char *equals;
	char *value;

	if (!*name || *name == '#')
		return 0;
	equals = strchr(name, '=');
	if (!equals) {
		snprintf(reading->error, SEIKYO_CONFIG_ERROR_MAX, _(TEXT_FORM), reading->file,
			 reading->line);
		return -1;
	}
	*equals = '\0';
	cut_blanks(name);
	value = skip_blanks(equals + 1);
	cut_blanks(value);
	return read_setting(reading, name, value);
}

/* text is NUL-terminated; a NUL inside it is a byte that no line may hold. */
static int read_lines(struct reading *reading, char *text, size_t len)
{
	char *const end = text + len;

	while (text < end) {
		char *newline = memchr(text, '\n', (size_t)(end - text));
		char *stop = newline ? newline : end;

		*stop = '\0';
		reading->line++;
		if (text + strlen(text) != stop) {
			snprintf(reading->error, SEIKYO_CONFIG_ERROR_MAX, _(TEXT_FORM),
				 reading->file, reading->line);
			return -1;
		}
		if (read_line(reading, text) < 0)
			return -1;
		text = stop + 1;
	}
	return 0;
}

unsigned seikyo_config_words(const char *list)
{
	unsigned count = 0;

	for (;; count++) {
		list += strspn(list, SEIKYO_CONFIG_BLANKS);
		if (*list == '\0')
			return count;
		list += strcspn(list, SEIKYO_CONFIG_BLANKS);
	}
}

static int check_nodes(const char *name, const char *list, const char *file, char *error)
{
	if (seikyo_config_words(list) <= SEIKYO_NODES_MAX)
		return 0;
	snprintf(error, SEIKYO_CONFIG_ERROR_MAX, _(TEXT_NODES), file, name, SEIKYO_NODES_MAX);
	return -1;
}

static int check(const struct seikyo_config *config, const char *file, char *error)
{
	if (check_nodes("socket", config->socket, file, error) < 0 ||
	    check_nodes("host", config->host, file, error) < 0)
		return -1;
	if (*config->socket)
		return 0;
	if (*config->host && *config->tls_ca)
		return 0;
	if (*config->host)
		snprintf(error, SEIKYO_CONFIG_ERROR_MAX, _(TEXT_TLS), file);
	else
		snprintf(error, SEIKYO_CONFIG_ERROR_MAX, _(TEXT_SERVER), file);
	return -1;
}

/* The descriptor of a settings file that only owner and group may touch, or -1. */
static int open_private(const char *file, char *error)
{
	struct stat status;
	/* Without O_NONBLOCK a FIFO of this name would hold us for ever. */
	const int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &status) < 0) {
		snprintf(error, SEIKYO_CONFIG_ERROR_MAX, _(TEXT_OPEN), file, strerror(errno));
		goto fail;
	}
	if (!S_ISREG(status.st_mode)) {
		snprintf(error, SEIKYO_CONFIG_ERROR_MAX, _(TEXT_KIND), file);
		goto fail;
	}
	if (status.st_mode & S_IRWXO) {
		snprintf(error, SEIKYO_CONFIG_ERROR_MAX, _(TEXT_MODE), file);
		goto fail;
	}
	return fd;
fail:
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Reads all of fd, NUL-terminated. Gives the length or -1. */
static ssize_t read_all(int fd, const char *file, char text[static FILE_MAX + 1], char *error)
{
	size_t used = 0;

	for (;;) {
		const ssize_t got = read(fd, text + used, FILE_MAX + 1 - used);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			snprintf(error, SEIKYO_CONFIG_ERROR_MAX, _(TEXT_OPEN), file,
				 strerror(errno));
			return -1;
		}
		if (got == 0)
			break;
		used += (size_t)got;
		if (used > FILE_MAX) {
			snprintf(error, SEIKYO_CONFIG_ERROR_MAX, _(TEXT_SIZE), file, FILE_MAX);
			return -1;
		}
	}
	text[used] = '\0';
	return (ssize_t)used;
}

int seikyo_config_read(struct seikyo_config *config, const char *file,
		       char error[static SEIKYO_CONFIG_ERROR_MAX])
{
	struct reading reading = {.config = config, .file = file, .error = error};
	char text[FILE_MAX + 1];
	ssize_t len = -1;
	int result = -1;

	*config = (struct seikyo_config){.port = 3306,
					 .database = "seikyo_otp",
					 .timeout = 10,
					 .smtp_tls = "starttls",
					 .smtp_timeout = 120,
					 .language = "ja",
					 .radius_timeout = 3,
					 .login_id_from = "certificate"};
	error[0] = '\0';

	const int fd = open_private(file, error);

	if (fd >= 0)
		len = read_all(fd, file, text, error);
	if (len >= 0 && read_lines(&reading, text, (size_t)len) == 0)
		result = check(config, file, error);
	if (fd >= 0)
		close(fd);
	if (result < 0)
		seikyo_config_wipe(config);
	seikyo_secret_wipe(text, sizeof(text));
	return result;
}

void seikyo_config_wipe(struct seikyo_config *config)
{
	seikyo_secret_wipe(config, sizeof(*config));
}
