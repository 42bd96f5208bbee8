/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * JSON text in a buffer that leaves no copies behind: for what holds password hashes or secrets.
 * Brackets, commas and names go in by seikyo_buffer_put.
 */
#ifndef SEIKYO_ADMIN_JSON_H
#define SEIKYO_ADMIN_JSON_H

#include "common/buffer.h"

/* Puts text, valid UTF-8, as a string; NULL as null. */
void seikyo_json_string(struct seikyo_buffer *json, const char *text);

#endif
