/* SPDX-License-Identifier: GPL-2.0-only */
#include "console/start.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "common/text.h"
#include "core/secret.h"

#define MILLISECONDS 1000
#define DEFAULT_PORT ":443" /* which browsers leave out */

/* A setting that the console cannot be without. */
struct wanted {
	const char *name;
	size_t offset;
};

#define WANTED(name)                                                                               \
	{                                                                                          \
#name, offsetof(struct seikyo_config, name)                                        \
	}

static const struct wanted wanted[] = {
	WANTED(console_user),  WANTED(console_password), WANTED(radius_servers),
	WANTED(radius_secret), WANTED(dictionary),	 WANTED(key_dir),
	WANTED(origin),	       WANTED(app_origin),	 WANTED(app_url),
	WANTED(service_id),    WANTED(service_name),
};

static int check_wanted(const struct seikyo_config *config, const char *file, char *error)
{
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (*((const char *)config + wanted[i].offset))
			continue;
		snprintf(error, SEIKYO_START_ERROR_MAX,
			 _("%s: %s is not set; the console cannot be without it."), file,
			 wanted[i].name);
		return -1;
	}
	return 0;
}

/* https://HOST or https://HOST:PORT in lower case, as browsers send it in Origin (RFC 6454). */
static int check_origin(const char *origin, const char *name, const char *file, char *error)
{
	static const char scheme[] = "https://";
	const char *host = origin + strlen(scheme);
	const size_t len = strlen(origin);
	const bool has_default = len >= strlen(DEFAULT_PORT) &&
				 strcmp(origin + len - strlen(DEFAULT_PORT), DEFAULT_PORT) == 0;

	if (strncmp(origin, scheme, strlen(scheme)) == 0 && *host && !has_default &&
	    strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-:[]") == strlen(host))
		return 0;
	snprintf(error, SEIKYO_START_ERROR_MAX,
		 _("%s: %s must be https://HOST or https://HOST:PORT, in lower case, without a "
		   "slash "
		   "at its end and without the port if it is 443."),
		 file, name);
	return -1;
}

/* The app's address lies under its origin, and is that of a folder. */
static int check_app_url(const struct seikyo_config *config, const char *file, char *error)
{
	const size_t len = strlen(config->app_origin);
	const char *path = config->app_url + len;

	if (strncmp(config->app_url, config->app_origin, len) == 0 && *path == '/' &&
	    path[strlen(path) - 1] == '/')
		return 0;
	snprintf(error, SEIKYO_START_ERROR_MAX,
		 _("%s: app_url must begin with app_origin and end with a slash."), file);
	return -1;
}

static int check_service(const struct seikyo_config *config, const char *file, char *error)
{
	const char *id = config->service_id;
	const size_t len = strlen(id);

	if (len <= SEIKYO_SERVICE_ID_MAX &&
	    strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") == len)
		return 0;
	snprintf(error, SEIKYO_START_ERROR_MAX,
		 _("%s: service_id must be 1 to %d letters, digits or hyphens."), file,
		 SEIKYO_SERVICE_ID_MAX);
	return -1;
}

int seikyo_start_open(struct seikyo_console *console, const char *file,
		      char error[static SEIKYO_START_ERROR_MAX])
{
	const struct seikyo_config *config = &console->config;

	_Static_assert(SEIKYO_START_ERROR_MAX >= SEIKYO_SEALING_ERROR_MAX &&
			       SEIKYO_START_ERROR_MAX >= SEIKYO_RADIUS_ERROR_MAX,
		       "any sentence fits");
	*console = (struct seikyo_console){0};
	if (seikyo_config_read(&console->config, file, error) == 0 &&
	    check_wanted(config, file, error) == 0 &&
	    check_origin(config->origin, "origin", file, error) == 0 &&
	    check_origin(config->app_origin, "app_origin", file, error) == 0 &&
	    check_app_url(config, file, error) == 0 && check_service(config, file, error) == 0 &&
	    seikyo_sealing_load(&console->sealing, config->key_dir, error) == 0 &&
	    seikyo_radius_open(&console->radius, config->radius_servers, config->radius_secret,
			       config->radius_source, config->dictionary,
			       config->radius_timeout * MILLISECONDS, error) == 0) {
		if (*config->locale_dir)
			seikyo_text_folder(config->locale_dir);
		return 0;
	}
	seikyo_start_close(console);
	return -1;
}

void seikyo_start_close(struct seikyo_console *console)
{
	seikyo_radius_close(console->radius);
	seikyo_store_close(console->store);
	seikyo_sealing_close(&console->sealing);
	seikyo_secret_wipe(console, sizeof(*console));
}
