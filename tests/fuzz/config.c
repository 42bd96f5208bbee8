/* SPDX-License-Identifier: GPL-2.0-only */
/* The settings file: whole and within bounds, or nothing and a sentence that holds no value. */
#include "fuzz.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/config.h"
#include "common/text.h"

/* In values of the corpus: must never be said. */
static const char secret[] = "hush-hush-hush";

static char file[64];
static int fd;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fd = memfd_create("settings", MFD_CLOEXEC);
	demand(fd >= 0 && fchmod(fd, 0600) == 0, "there is a file");
	snprintf(file, sizeof(file), "/proc/self/fd/%d", fd);
	return seikyo_text_locale();
}

static void check_text(const char *text)
{
	demand(strnlen(text, SEIKYO_CONFIG_VALUE_MAX + 1) <= SEIKYO_CONFIG_VALUE_MAX &&
		       seikyo_text_valid(text),
	       "a value is UTF-8 of at most 255 bytes");
}

static void check_taken(const struct seikyo_config *config)
{
	check_text(config->socket);
	check_text(config->host);
	check_text(config->tls_ca);
	check_text(config->branch_password);
	check_text(config->radius_secret);
	check_text(config->origin);
	check_text(config->login_id_from);
	demand(*config->socket || (*config->host && *config->tls_ca),
	       "a database server is named, and its CA where the network is crossed");
	demand(config->port >= 1 && config->port <= 65535, "a port is one");
	demand(config->timeout >= 1 && config->timeout <= 600, "a time is within its bounds");
	demand(config->radius_timeout >= 1 && config->radius_timeout <= 10,
	       "a server's time is within its bounds");
	demand(strcmp(config->smtp_tls, "starttls") == 0 || strcmp(config->smtp_tls, "none") == 0,
	       "mails go by TLS or, where somebody said so, without");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char error[SEIKYO_CONFIG_ERROR_MAX];
	struct seikyo_config config;

	memset(&config, 0xaa, sizeof(config));
	demand(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size,
	       "it is written");
	if (seikyo_config_read(&config, file, error) == 0) {
		demand(!*error, "nothing is said about what is right");
		check_taken(&config);
		return 0;
	}
	demand(fuzz_all_zero(&config, sizeof(config)), "what is refused leaves nothing");
	demand(strstr(error, file) != NULL, "a sentence names the file");
	demand(strstr(error, secret) == NULL, "and no value");
	return 0;
}
