/* SPDX-License-Identifier: GPL-2.0-only */
#include "command/key_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "command/certificate_file.h"
#include "common/moment.h"
#include "common/text.h"

static const char TEXT_MODE[] = N_("Others may use it; the RADIUS server will not start.");
static const char TEXT_LOOK[] = N_("It cannot be looked at.");
static const char TEXT_EMPTY[] = N_("It is empty or not a regular file.");
static const char TEXT_CERTIFICATE[] = N_("It holds no certificate that can be read.");

static bool ends_in(const char *name, const char *ending)
{
	const size_t len = strlen(name);
	const size_t ending_len = strlen(ending);

	return len > ending_len && strcmp(name + len - ending_len, ending) == 0;
}

static int is_key_file(const struct dirent *entry)
{
	return ends_in(entry->d_name, ".key") || ends_in(entry->d_name, ".crt");
}

/* Gives NULL, or what is wrong with the file. Others may read a certificate, but not a key. */
static const char *find_problem(int dir, const char *name)
{
	const mode_t forbidden = ends_in(name, ".crt") ? S_IWOTH : S_IRWXO;
	struct stat status;

	if (fstatat(dir, name, &status, 0) < 0)
		return TEXT_LOOK;
	if (!S_ISREG(status.st_mode) || !status.st_size)
		return TEXT_EMPTY;
	return status.st_mode & forbidden ? TEXT_MODE : NULL;
}

/* The end of the certificate in ISO form. Gives 0 or -1. */
static int read_end(int dir, const char *name, char iso[static SEIKYO_MOMENT_LEN + 1])
{
	const int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	X509 *x509 = file ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;
	char end[20];
	int64_t microseconds;
	int result = -1;

	if (x509 && seikyo_certificate_end(x509, end) == 0 &&
	    seikyo_moment_parse(end, &microseconds) == 0)
		result = seikyo_moment_iso(microseconds, iso);
	X509_free(x509);
	if (file)
		fclose(file);
	else if (fd >= 0)
		close(fd);
	ERR_clear_error();
	return result;
}

static json_t *describe(int dir, const char *name)
{
	const char *problem = find_problem(dir, name);
	char iso[SEIKYO_MOMENT_LEN + 1] = "";

	if (ends_in(name, ".crt") && read_end(dir, name, iso) < 0 && !problem)
		problem = TEXT_CERTIFICATE;
	return json_pack("{s:s, s:s?, s:s?}", "file", name, "problem", problem, "valid_until",
			 *iso ? iso : NULL);
}

int seikyo_key_list(const char *folder, json_t *rows)
{
	struct dirent **entries = NULL;
	const int count = scandir(folder, &entries, is_key_file, alphasort);
	const int dir = count < 0 ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const int error = errno;

	for (int i = 0; i < count; i++) {
		if (dir >= 0)
			json_array_append_new(rows, describe(dir, entries[i]->d_name));
		free(entries[i]);
	}
	free(entries);
	if (dir >= 0)
		close(dir);
	errno = error;
	return dir < 0 ? -1 : 0;
}
