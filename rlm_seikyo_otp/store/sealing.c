/* SPDX-License-Identifier: GPL-2.0-only */
#include "store/sealing.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>

#include "core/seal.h"
#include "core/secret.h"
#include "store/keyfile.h"

#define KEY_FILE "start-password.key"
#define PREFIX	 "envelope-"
#define SUFFIX	 ".crt"

static bool ends_with(const char *name, const char *end)
{
	const size_t len = strlen(name);

	return len >= strlen(end) && strcmp(name + len - strlen(end), end) == 0;
}

static int load_certificate(struct seikyo_sealing *sealing, const struct seikyo_key_folder *folder,
			    const char *name)
{
	char id[SEIKYO_KEY_ID_MAX + 1];
	int known;

	if (ends_with(name, ".key") && strcmp(name, KEY_FILE) != 0)
		return seikyo_keyfile_refuse(folder, name,
					     "a key of the RADIUS servers has no place here: the "
					     "console seals, and must not be able to open");
	known = seikyo_keyfile_id(folder, name, PREFIX, SUFFIX, id);
	if (known <= 0)
		return known;
	if (sealing->count == SEIKYO_SEALING_MAX)
		return seikyo_keyfile_refuse(folder, name, "more than %d certificates",
					     SEIKYO_SEALING_MAX);
	if (seikyo_keyfile_certificate(folder, name, &sealing->certificates[sealing->count]) < 0)
		return -1;
	sealing->count++;
	return 0;
}

static int load_files(struct seikyo_sealing *sealing, const struct seikyo_key_folder *folder,
		      DIR *stream)
{
	const struct dirent *entry;

	errno = 0;
	while ((entry = readdir(stream)) != NULL) {
		if (load_certificate(sealing, folder, entry->d_name) < 0)
			return -1;
		errno = 0;
	}
	if (errno != 0)
		return seikyo_keyfile_refuse(folder, "", "%s", strerror(errno));
	if (sealing->count == 0)
		return seikyo_keyfile_refuse(folder, "", "no " PREFIX "ID" SUFFIX " is there");
	return seikyo_keyfile_key(folder, KEY_FILE, sealing->start_password_key);
}

int seikyo_sealing_load(struct seikyo_sealing *sealing, const char *path,
			char error[static SEIKYO_SEALING_ERROR_MAX])
{
	struct seikyo_key_folder folder = {
		.path = path, .error = error, .error_size = SEIKYO_SEALING_ERROR_MAX};
	DIR *stream = opendir(path);
	int result;

	memset(sealing, 0, sizeof(*sealing));
	if (stream == NULL)
		return seikyo_keyfile_refuse(&folder, "", "%s", strerror(errno));
	folder.fd = dirfd(stream);
	result = load_files(sealing, &folder, stream);
	closedir(stream);
	if (result < 0)
		seikyo_sealing_close(sealing);
	return result;
}

void seikyo_sealing_close(struct seikyo_sealing *sealing)
{
	for (size_t i = 0; i < sealing->count; i++)
		X509_free(sealing->certificates[i]);
	seikyo_secret_wipe(sealing, sizeof(*sealing));
}

int seikyo_sealing_digest(const struct seikyo_sealing *sealing, const char *start_password,
			  uint8_t digest[static SEIKYO_MAC_LEN])
{
	unsigned len = 0;

	if (HMAC(EVP_sha256(), sealing->start_password_key, SEIKYO_KEY_LEN,
		 (const unsigned char *)start_password, strlen(start_password), digest,
		 &len) != NULL &&
	    len == SEIKYO_MAC_LEN)
		return 0;
	ERR_clear_error();
	return -1;
}
