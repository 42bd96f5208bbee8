/* SPDX-License-Identifier: GPL-2.0-only */
#include "store/keyfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "core/seal.h"
#include "core/secret.h"

int seikyo_keyfile_refuse(const struct seikyo_key_folder *folder, const char *name, const char *why,
			  ...)
{
	va_list arguments;
	int len = snprintf(folder->error, folder->error_size, "%s/%s: ", folder->path, name);

	if (len < 0 || (size_t)len >= folder->error_size)
		return -1;
	va_start(arguments, why);
	vsnprintf(folder->error + len, folder->error_size - (size_t)len, why, arguments);
	va_end(arguments);
	return -1;
}

/* A secret file must be a plain file that others can't reach. */
static int check_mode(const struct seikyo_key_folder *folder, const char *name, int fd)
{
	struct stat info;

	if (fstat(fd, &info) < 0)
		return seikyo_keyfile_refuse(folder, name, "%s", strerror(errno));
	if (!S_ISREG(info.st_mode))
		return seikyo_keyfile_refuse(folder, name, "not a plain file");
	if ((info.st_mode & S_IRWXO) != 0)
		return seikyo_keyfile_refuse(folder, name,
					     "others have access (mode %04o): chmod o= %s/%s",
					     info.st_mode & 07777u, folder->path, name);
	return 0;
}

static int read_all(int fd, struct seikyo_key_contents *contents)
{
	ssize_t got = 1;

	contents->len = 0;
	while (got > 0 && contents->len < SEIKYO_KEYFILE_MAX) {
		got = read(fd, contents->bytes + contents->len, SEIKYO_KEYFILE_MAX - contents->len);
		if (got < 0)
			return -1;
		contents->len += (size_t)got;
	}
	contents->bytes[contents->len] = '\0';
	return got == 0 ? 0 : -1;
}

int seikyo_keyfile_read(const struct seikyo_key_folder *folder, const char *name, bool secret,
			struct seikyo_key_contents *contents)
{
	int fd = openat(folder->fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int result = -1;

	if (fd < 0)
		return seikyo_keyfile_refuse(folder, name, "%s", strerror(errno));
	if (secret && check_mode(folder, name, fd) < 0)
		goto out;
	if (read_all(fd, contents) < 0) {
		seikyo_keyfile_refuse(folder, name, "can't be read, or is longer than %d bytes",
				      SEIKYO_KEYFILE_MAX);
		goto out;
	}
	result = 0;
out:
	close(fd);
	return result;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool parse_hex(const struct seikyo_key_contents *contents,
		      uint8_t key[static SEIKYO_KEY_LEN])
{
	size_t len = contents->len;

	if (len > 0 && contents->bytes[len - 1] == '\n')
		len--;
	if (len != 2 * (size_t)SEIKYO_KEY_LEN)
		return false;
	for (size_t i = 0; i < SEIKYO_KEY_LEN; i++) {
		int high = hex_value(contents->bytes[2 * i]);
		int low = hex_value(contents->bytes[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		key[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

int seikyo_keyfile_key(const struct seikyo_key_folder *folder, const char *name,
		       uint8_t key[static SEIKYO_KEY_LEN])
{
	struct seikyo_key_contents contents;
	int result = seikyo_keyfile_read(folder, name, true, &contents);

	if (result == 0 && !parse_hex(&contents, key))
		result = seikyo_keyfile_refuse(folder, name,
					       "%d hexadecimal digits and nothing else are wanted",
					       2 * SEIKYO_KEY_LEN);
	seikyo_secret_wipe(&contents, sizeof(contents));
	return result;
}

int seikyo_keyfile_certificate(const struct seikyo_key_folder *folder, const char *name,
			       X509 **certificate)
{
	struct seikyo_key_contents contents;
	BIO *bio = NULL;
	int result = seikyo_keyfile_read(folder, name, false, &contents);

	if (result == 0) {
		bio = BIO_new_mem_buf(contents.bytes, (int)contents.len);
		/* An empty pass phrase, so that nobody is asked for one. */
		*certificate = bio == NULL
				       ? NULL
				       : PEM_read_bio_X509(bio, NULL, NULL, (void *)(uintptr_t) "");
		if (*certificate == NULL)
			result = seikyo_keyfile_refuse(folder, name, "not a certificate in PEM");
	}
	BIO_free(bio);
	ERR_clear_error();
	return result;
}

int seikyo_keyfile_id(const struct seikyo_key_folder *folder, const char *name, const char *prefix,
		      const char *suffix, char *id)
{
	size_t prefix_len = strlen(prefix);
	size_t suffix_len = strlen(suffix);
	size_t len = strlen(name);

	if (len < prefix_len + suffix_len || strncmp(name, prefix, prefix_len) != 0 ||
	    strcmp(name + len - suffix_len, suffix) != 0)
		return 0;
	len -= prefix_len + suffix_len;
	if (len <= SEIKYO_KEY_ID_MAX) {
		memcpy(id, name + prefix_len, len);
		id[len] = '\0';
	}
	if (len > SEIKYO_KEY_ID_MAX || !seikyo_key_id_valid(id))
		return seikyo_keyfile_refuse(folder, name,
					     "the ID in its name is not 1 to %d of A-Z a-z 0-9 _ -",
					     SEIKYO_KEY_ID_MAX);
	return 1;
}
