/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Standard authenticator apps in place of ours, where the policy allows them.
 */
#ifndef SEIKYO_CONSOLE_STANDARD_H
#define SEIKYO_CONSOLE_STANDARD_H

#include "console/pages/pages.h"

/* The offer, on the page that waits for the first code: a box with a form of its own. */
void seikyo_page_standard_offer(struct seikyo_visit *visit, const struct seikyo_step *step);

/* Route: POST /setup/standard. Installs the token, and shows it once, as QR code and URI. */
void seikyo_page_standard_send(struct seikyo_visit *visit);

#endif
