/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * FreeRADIUS's connection pool between the module and the store.
 */
#ifndef SEIKYO_POOL_H
#define SEIKYO_POOL_H

#include "rlm_seikyo_otp.h"

/* Makes inst->pool from the section `pool` in conf. Gives 0 or -1, logged. */
int seikyo_pool_open(rlm_seikyo_otp_t *inst, CONF_SECTION *conf);

/* The two halves of struct seikyo_login_host; context is the instance. */
struct seikyo_seat *seikyo_pool_borrow(void *context);
void seikyo_pool_give_back(void *context, struct seikyo_seat *seat);

#endif
