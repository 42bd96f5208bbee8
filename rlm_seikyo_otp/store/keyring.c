/* SPDX-License-Identifier: GPL-2.0-only */
#include "store/keyring.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#define FILE_MAX	8192
#define SAFE_PREFIX	"safe-"
#define ENVELOPE_PREFIX "envelope-"
#define KEY_SUFFIX	".key"

/* Where a load reads from, and where it says what went wrong. */
struct load {
	int folder_fd;
	const char *folder;
	struct seikyo_keyring *keyring;
	char *error;
};

/* The contents of a small file. */
struct contents {
	char bytes[FILE_MAX + 1];
	size_t len;
};

__attribute__((format(printf, 3, 4))) static int refuse(const struct load *load, const char *name,
							const char *why, ...)
{
	va_list arguments;
	int len = snprintf(load->error, SEIKYO_KEYRING_ERROR_MAX, "%s/%s: ", load->folder, name);

	if (len < 0 || len >= SEIKYO_KEYRING_ERROR_MAX)
		return -1;
	va_start(arguments, why);
	vsnprintf(load->error + len, SEIKYO_KEYRING_ERROR_MAX - (size_t)len, why, arguments);
	va_end(arguments);
	return -1;
}

/* A secret file must be a plain file that others can't reach. */
static int check_mode(const struct load *load, const char *name, int fd)
{
	struct stat info;

	if (fstat(fd, &info) < 0)
		return refuse(load, name, "%s", strerror(errno));
	if (!S_ISREG(info.st_mode))
		return refuse(load, name, "not a plain file");
	if ((info.st_mode & S_IRWXO) != 0)
		return refuse(load, name, "others have access (mode %04o): chmod o= %s/%s",
			      info.st_mode & 07777u, load->folder, name);
	return 0;
}

static int read_all(int fd, struct contents *contents)
{
	ssize_t got = 1;

	contents->len = 0;
	while (got > 0 && contents->len < FILE_MAX) {
		got = read(fd, contents->bytes + contents->len, FILE_MAX - contents->len);
		if (got < 0)
			return -1;
		contents->len += (size_t)got;
	}
	contents->bytes[contents->len] = '\0';
	return got == 0 ? 0 : -1;
}

/* Gives 0 with the file's contents, which the caller wipes. */
static int read_file(const struct load *load, const char *name, bool secret,
		     struct contents *contents)
{
	int fd = openat(load->folder_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int result = -1;

	if (fd < 0)
		return refuse(load, name, "%s", strerror(errno));
	if (secret && check_mode(load, name, fd) < 0)
		goto out;
	if (read_all(fd, contents) < 0) {
		refuse(load, name, "can't be read, or is longer than %d bytes", FILE_MAX);
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

static bool parse_hex(const struct contents *contents, uint8_t key[static SEIKYO_KEY_LEN])
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

static int load_key(const struct load *load, const char *name, uint8_t key[static SEIKYO_KEY_LEN])
{
	struct contents contents;
	int result = read_file(load, name, true, &contents);

	if (result == 0 && !parse_hex(&contents, key))
		result = refuse(load, name, "%d hexadecimal digits and nothing else are wanted",
				2 * SEIKYO_KEY_LEN);
	seikyo_secret_wipe(&contents, sizeof(contents));
	return result;
}

static int load_state_key(const struct load *load)
{
	uint8_t key[SEIKYO_KEY_LEN];
	int result = load_key(load, "state.key", key);

	if (result == 0 && seikyo_mac_open(&load->keyring->mac, key) < 0)
		result = refuse(load, "state.key", "OpenSSL can't use it");
	seikyo_secret_wipe(key, sizeof(key));
	return result;
}

/* The ID between prefix and ".key". Gives 1 with it, 0 for a file of another name, -1 for a bad ID.
 */
static int key_id(const struct load *load, const char *name, const char *prefix,
		  char id[static SEIKYO_KEY_ID_MAX + 1])
{
	size_t prefix_len = strlen(prefix);
	size_t suffix_len = strlen(KEY_SUFFIX);
	size_t len = strlen(name);

	if (len < prefix_len + suffix_len || strncmp(name, prefix, prefix_len) != 0 ||
	    strcmp(name + len - suffix_len, KEY_SUFFIX) != 0)
		return 0;
	len -= prefix_len + suffix_len;
	if (len <= SEIKYO_KEY_ID_MAX) {
		memcpy(id, name + prefix_len, len);
		id[len] = '\0';
	}
	if (len > SEIKYO_KEY_ID_MAX || !seikyo_key_id_valid(id))
		return refuse(load, name, "the ID in its name is not 1 to %d of A-Z a-z 0-9 _ -",
			      SEIKYO_KEY_ID_MAX);
	return 1;
}

static int load_safe(const struct load *load, const char *name)
{
	struct seikyo_safe_key *safe = &load->keyring->safes[load->keyring->safe_count];
	char id[SEIKYO_KEY_ID_MAX + 1];
	int known = key_id(load, name, SAFE_PREFIX, id);

	if (known <= 0)
		return known;
	if (load->keyring->safe_count == SEIKYO_KEYRING_MAX)
		return refuse(load, name, "more than %d safe keys", SEIKYO_KEYRING_MAX);
	memcpy(safe->id, id, sizeof(id));
	load->keyring->safe_count++;
	return load_key(load, name, safe->key);
}

static int parse_private(const struct load *load, const char *name, EVP_PKEY **key)
{
	struct contents contents;
	BIO *bio = NULL;
	int result = read_file(load, name, true, &contents);

	if (result == 0) {
		bio = BIO_new_mem_buf(contents.bytes, (int)contents.len);
		*key = bio == NULL
			       ? NULL
			       : PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)(uintptr_t) "");
		if (*key == NULL)
			result =
				refuse(load, name, "not a private key in PEM without a passphrase");
	}
	BIO_free(bio);
	ERR_clear_error();
	seikyo_secret_wipe(&contents, sizeof(contents));
	return result;
}

static int parse_certificate(const struct load *load, const char *name, X509 **certificate)
{
	struct contents contents;
	BIO *bio = NULL;
	int result = read_file(load, name, false, &contents);

	if (result == 0) {
		bio = BIO_new_mem_buf(contents.bytes, (int)contents.len);
		*certificate = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
		if (*certificate == NULL)
			result = refuse(load, name, "not a certificate in PEM");
	}
	BIO_free(bio);
	ERR_clear_error();
	return result;
}

static int load_envelope(const struct load *load, const char *name)
{
	struct seikyo_envelope_key *envelope =
		&load->keyring->envelopes[load->keyring->envelope_count];
	char certificate[sizeof(ENVELOPE_PREFIX) + SEIKYO_KEY_ID_MAX + sizeof(".crt")];
	char id[SEIKYO_KEY_ID_MAX + 1];
	int known = key_id(load, name, ENVELOPE_PREFIX, id);

	if (known <= 0)
		return known;
	if (load->keyring->envelope_count == SEIKYO_KEYRING_MAX)
		return refuse(load, name, "more than %d envelope keys", SEIKYO_KEYRING_MAX);
	memcpy(envelope->id, id, sizeof(id));
	load->keyring->envelope_count++;
	snprintf(certificate, sizeof(certificate), ENVELOPE_PREFIX "%s.crt", id);
	if (parse_private(load, name, &envelope->key) < 0 ||
	    parse_certificate(load, certificate, &envelope->certificate) < 0)
		return -1;
	if (X509_check_private_key(envelope->certificate, envelope->key) != 1) {
		ERR_clear_error();
		return refuse(load, certificate, "is not the certificate of %s", name);
	}
	return 0;
}

static int load_files(const struct load *load, DIR *stream)
{
	const struct dirent *entry;

	errno = 0;
	while ((entry = readdir(stream)) != NULL) {
		if (load_safe(load, entry->d_name) < 0 || load_envelope(load, entry->d_name) < 0)
			return -1;
		errno = 0;
	}
	if (errno != 0)
		return refuse(load, "", "%s", strerror(errno));
	if (load->keyring->safe_count == 0)
		return refuse(load, "", "no " SAFE_PREFIX "ID" KEY_SUFFIX " is there");
	if (load->keyring->envelope_count == 0)
		return refuse(load, "", "no " ENVELOPE_PREFIX "ID" KEY_SUFFIX " is there");
	return load_state_key(load);
}

int seikyo_keyring_load(struct seikyo_keyring *keyring, const char *folder,
			char error[static SEIKYO_KEYRING_ERROR_MAX])
{
	struct load load = {.folder = folder, .keyring = keyring, .error = error};
	DIR *stream = opendir(folder);
	int result;

	memset(keyring, 0, sizeof(*keyring));
	if (stream == NULL)
		return refuse(&load, "", "%s", strerror(errno));
	load.folder_fd = dirfd(stream);
	result = load_files(&load, stream);
	closedir(stream);
	if (result < 0)
		seikyo_keyring_close(keyring);
	return result;
}

void seikyo_keyring_close(struct seikyo_keyring *keyring)
{
	for (size_t i = 0; i < keyring->envelope_count; i++) {
		EVP_PKEY_free(keyring->envelopes[i].key);
		X509_free(keyring->envelopes[i].certificate);
	}
	seikyo_mac_close(&keyring->mac);
	seikyo_secret_wipe(keyring, sizeof(*keyring));
}

const struct seikyo_safe_key *seikyo_keyring_safe(const struct seikyo_keyring *keyring,
						  const char *id)
{
	if (id[0] == '\0')
		return keyring->safe_count == 1 ? &keyring->safes[0] : NULL;
	for (size_t i = 0; i < keyring->safe_count; i++) {
		if (strcmp(keyring->safes[i].id, id) == 0)
			return &keyring->safes[i];
	}
	return NULL;
}
