/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The settings file: lines `name = value`; blank lines, and lines that begin with '#', are
 * comments. A '#' further on belongs to the value, since passwords may hold one.
 */
#ifndef SEIKYO_ADMIN_CONFIG_H
#define SEIKYO_ADMIN_CONFIG_H

#include <limits.h>

#define SEIKYO_CONFIG_FILE	"/etc/seikyo-otp/seikyo-otp.conf"
#define SEIKYO_CONFIG_VALUE_MAX 255   /* bytes */
#define SEIKYO_CONFIG_BLANKS	" \t" /* between the words of a value that is a list */
#define SEIKYO_CONFIG_ERROR_MAX (PATH_MAX + 1024)

/* An empty string: not set. */
struct seikyo_config {
	/* Paths of the servers' sockets, or their hosts: 1 to SEIKYO_NODES_MAX, in order, parted by
	 * blanks. Sockets go before hosts; those need tls_ca. */
	char socket[SEIKYO_CONFIG_VALUE_MAX + 1];
	char host[SEIKYO_CONFIG_VALUE_MAX + 1];
	unsigned port;				    /* 3306 */
	char tls_ca[SEIKYO_CONFIG_VALUE_MAX + 1];   /* PEM file */
	char database[SEIKYO_CONFIG_VALUE_MAX + 1]; /* seikyo_otp */
	char branch_user[SEIKYO_CONFIG_VALUE_MAX + 1];
	char branch_password[SEIKYO_CONFIG_VALUE_MAX + 1];
	char operator_user[SEIKYO_CONFIG_VALUE_MAX + 1];
	char operator_password[SEIKYO_CONFIG_VALUE_MAX + 1];
	char keys_user[SEIKYO_CONFIG_VALUE_MAX + 1];
	char keys_password[SEIKYO_CONFIG_VALUE_MAX + 1];
	char key_dir[SEIKYO_CONFIG_VALUE_MAX + 1];
	char mailer_user[SEIKYO_CONFIG_VALUE_MAX + 1];
	char mailer_password[SEIKYO_CONFIG_VALUE_MAX + 1];
	char smtp_url[SEIKYO_CONFIG_VALUE_MAX + 1]; /* smtp://HOST:PORT or smtps:// */
	char smtp_tls[SEIKYO_CONFIG_VALUE_MAX + 1]; /* starttls (demanded), or none */
	char smtp_ca[SEIKYO_CONFIG_VALUE_MAX + 1];  /* PEM file; else the system's */
	char smtp_user[SEIKYO_CONFIG_VALUE_MAX + 1];
	char smtp_password[SEIKYO_CONFIG_VALUE_MAX + 1];
	unsigned smtp_timeout; /* seconds for one mail, half of them for connecting: 120 */
	char mail_from[SEIKYO_CONFIG_VALUE_MAX + 1];	  /* address */
	char mail_from_name[SEIKYO_CONFIG_VALUE_MAX + 1]; /* else the service's name */
	char app_url[SEIKYO_CONFIG_VALUE_MAX + 1];	  /* of the phone app */
	char service_name[SEIKYO_CONFIG_VALUE_MAX + 1];
	char language[SEIKYO_CONFIG_VALUE_MAX +
		      1]; /* of the mails, and of pages for browsers with another: ja, en */
	unsigned timeout; /* seconds for connecting and for each answer: 10 */
	char console_user[SEIKYO_CONFIG_VALUE_MAX + 1];
	char console_password[SEIKYO_CONFIG_VALUE_MAX + 1];
	char radius_servers[SEIKYO_CONFIG_VALUE_MAX +
			    1]; /* ADDRESS:PORT, up to 8, blanks between */
	char radius_secret[SEIKYO_CONFIG_VALUE_MAX + 1];
	char radius_source[SEIKYO_CONFIG_VALUE_MAX + 1]; /* address to send from; "": any */
	unsigned radius_timeout;			 /* seconds for each server: 3 */
	char dictionary[SEIKYO_CONFIG_VALUE_MAX + 1];	 /* folder of the RADIUS dictionary */
	char origin[SEIKYO_CONFIG_VALUE_MAX + 1];	 /* of the console: https://HOST[:PORT] */
	char app_origin[SEIKYO_CONFIG_VALUE_MAX + 1];	 /* of the phone app */
	char service_id[SEIKYO_CONFIG_VALUE_MAX + 1];
	char locale_dir[SEIKYO_CONFIG_VALUE_MAX +
			1]; /* of the translations; "": the built-in one */
	char login_id_from[SEIKYO_CONFIG_VALUE_MAX + 1]; /* certificate (its CN), or typed */
};

/*
 * Reads file, which others than owner and group must not be able to read or write. Gives 0 and
 * *config, to be wiped by seikyo_config_wipe; or -1 with *config wiped and a sentence in error that
 * names file and line, and never a value.
 */
int seikyo_config_read(struct seikyo_config *config, const char *file,
		       char error[static SEIKYO_CONFIG_ERROR_MAX]);

/* How many words a list holds. */
unsigned seikyo_config_words(const char *list);

void seikyo_config_wipe(struct seikyo_config *config);

#endif
