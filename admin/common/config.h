/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The settings file: lines `name = value`; blank lines, and lines that begin with '#', are
 * comments. A '#' further on belongs to the value, since passwords may hold one.
 */
#ifndef SEIKYO_ADMIN_CONFIG_H
#define SEIKYO_ADMIN_CONFIG_H

#include <limits.h>

#define SEIKYO_CONFIG_FILE	"/etc/seikyo-otp/seikyo-otp.conf"
#define SEIKYO_CONFIG_VALUE_MAX 255 /* bytes */
#define SEIKYO_CONFIG_ERROR_MAX (PATH_MAX + 512)

/* An empty string: not set. */
struct seikyo_config {
	char socket[SEIKYO_CONFIG_VALUE_MAX +
		    1];				/* path of the server's socket; goes before host */
	char host[SEIKYO_CONFIG_VALUE_MAX + 1]; /* needs tls_ca */
	unsigned port;				/* 3306 */
	char tls_ca[SEIKYO_CONFIG_VALUE_MAX + 1];   /* PEM file */
	char database[SEIKYO_CONFIG_VALUE_MAX + 1]; /* seikyo_otp */
	char branch_user[SEIKYO_CONFIG_VALUE_MAX + 1];
	char branch_password[SEIKYO_CONFIG_VALUE_MAX + 1];
	char operator_user[SEIKYO_CONFIG_VALUE_MAX + 1];
	char operator_password[SEIKYO_CONFIG_VALUE_MAX + 1];
	char key_dir[SEIKYO_CONFIG_VALUE_MAX + 1];
	unsigned timeout; /* seconds for connecting and for each answer: 10 */
};

/*
 * Reads file, which others than owner and group must not be able to read or write. Gives 0 and
 * *config, to be wiped by seikyo_config_wipe; or -1 with *config wiped and a sentence in error that
 * names file and line, and never a value.
 */
int seikyo_config_read(struct seikyo_config *config, const char *file,
		       char error[static SEIKYO_CONFIG_ERROR_MAX]);

void seikyo_config_wipe(struct seikyo_config *config);

#endif
