/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Strictness about raddb/mods-available/seikyo_otp, where FreeRADIUS has none.
 */
#ifndef SEIKYO_SETTING_H
#define SEIKYO_SETTING_H

#include "rlm_seikyo_otp.h"

/*
 * Refuses an item or section that is unknown or given twice, and a value that makes no sense; reads
 * the sections `database`, of which there are 1 to SEIKYO_NODES_MAX, into inst->databases. Gives 0;
 * or -1 with file, line and what to do logged.
 */
int seikyo_settings_check(rlm_seikyo_otp_t *inst, CONF_SECTION *conf);

/*
 * Sets inst->reported_name: server_name, or where that is empty this host's name. Gives 0; or -1
 * with what to do logged, where that is no 1 to 64 characters of [A-Za-z0-9._-].
 */
int seikyo_settings_name(rlm_seikyo_otp_t *inst, CONF_SECTION *conf);

#endif
