/* SPDX-License-Identifier: GPL-2.0-only */
#include "store/keyring.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "core/secret.h"
#include "store/keyfile.h"

#define SAFE_PREFIX	"safe-"
#define ENVELOPE_PREFIX "envelope-"
#define KEY_SUFFIX	".key"

/* What a load fills. */
struct load {
	struct seikyo_key_folder folder;
	struct seikyo_keyring *keyring;
};

static int load_state_key(const struct load *load)
{
	uint8_t key[SEIKYO_KEY_LEN];
	int result = seikyo_keyfile_key(&load->folder, "state.key", key);

	if (result == 0 && seikyo_mac_open(&load->keyring->mac, key) < 0)
		result = seikyo_keyfile_refuse(&load->folder, "state.key", "OpenSSL can't use it");
	seikyo_secret_wipe(key, sizeof(key));
	return result;
}

static int load_safe(const struct load *load, const char *name)
{
	struct seikyo_safe_key *safe = &load->keyring->safes[load->keyring->safe_count];
	char id[SEIKYO_KEY_ID_MAX + 1];
	int known = seikyo_keyfile_id(&load->folder, name, SAFE_PREFIX, KEY_SUFFIX, id);

	if (known <= 0)
		return known;
	if (load->keyring->safe_count == SEIKYO_KEYRING_MAX)
		return seikyo_keyfile_refuse(&load->folder, name, "more than %d safe keys",
					     SEIKYO_KEYRING_MAX);
	memcpy(safe->id, id, sizeof(id));
	load->keyring->safe_count++;
	return seikyo_keyfile_key(&load->folder, name, safe->key);
}

static int parse_private(const struct load *load, const char *name, EVP_PKEY **key)
{
	struct seikyo_key_contents contents;
	BIO *bio = NULL;
	int result = seikyo_keyfile_read(&load->folder, name, true, &contents);

	if (result == 0) {
		bio = BIO_new_mem_buf(contents.bytes, (int)contents.len);
		*key = bio == NULL
			       ? NULL
			       : PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)(uintptr_t) "");
		if (*key == NULL)
			result = seikyo_keyfile_refuse(
				&load->folder, name,
				"not a private key in PEM without a passphrase");
	}
	BIO_free(bio);
	ERR_clear_error();
	seikyo_secret_wipe(&contents, sizeof(contents));
	return result;
}

static int load_envelope(const struct load *load, const char *name)
{
	struct seikyo_envelope_key *envelope =
		&load->keyring->envelopes[load->keyring->envelope_count];
	char certificate[sizeof(ENVELOPE_PREFIX) + SEIKYO_KEY_ID_MAX + sizeof(".crt")];
	char id[SEIKYO_KEY_ID_MAX + 1];
	int known = seikyo_keyfile_id(&load->folder, name, ENVELOPE_PREFIX, KEY_SUFFIX, id);

	if (known <= 0)
		return known;
	if (load->keyring->envelope_count == SEIKYO_KEYRING_MAX)
		return seikyo_keyfile_refuse(&load->folder, name, "more than %d envelope keys",
					     SEIKYO_KEYRING_MAX);
	memcpy(envelope->id, id, sizeof(id));
	load->keyring->envelope_count++;
	snprintf(certificate, sizeof(certificate), ENVELOPE_PREFIX "%s.crt", id);
	if (parse_private(load, name, &envelope->key) < 0 ||
	    seikyo_keyfile_certificate(&load->folder, certificate, &envelope->certificate) < 0)
		return -1;
	if (X509_check_private_key(envelope->certificate, envelope->key) != 1) {
		ERR_clear_error();
		return seikyo_keyfile_refuse(&load->folder, certificate,
					     "is not the certificate of %s", name);
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
		return seikyo_keyfile_refuse(&load->folder, "", "%s", strerror(errno));
	if (load->keyring->safe_count == 0)
		return seikyo_keyfile_refuse(&load->folder, "",
					     "no " SAFE_PREFIX "ID" KEY_SUFFIX " is there");
	if (load->keyring->envelope_count == 0)
		return seikyo_keyfile_refuse(&load->folder, "",
					     "no " ENVELOPE_PREFIX "ID" KEY_SUFFIX " is there");
	return load_state_key(load);
}

int seikyo_keyring_load(struct seikyo_keyring *keyring, const char *folder,
			char error[static SEIKYO_KEYRING_ERROR_MAX])
{
	struct load load = {
		.folder = {.path = folder, .error = error, .error_size = SEIKYO_KEYRING_ERROR_MAX},
		.keyring = keyring};
	DIR *stream = opendir(folder);
	int result;

	memset(keyring, 0, sizeof(*keyring));
	if (stream == NULL)
		return seikyo_keyfile_refuse(&load.folder, "", "%s", strerror(errno));
	load.folder.fd = dirfd(stream);
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
