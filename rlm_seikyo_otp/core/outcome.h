/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The numbers of dictionary.seikyo (DESIGN section 7), for whoever is on either side of the wire.
 */
#ifndef SEIKYO_OUTCOME_H
#define SEIKYO_OUTCOME_H

/* Values of Seikyo-Purpose. */
enum seikyo_purpose {
	SEIKYO_PURPOSE_LOGIN = 1,
	SEIKYO_PURPOSE_CONSOLE = 2,
	SEIKYO_PURPOSE_CONFIRMATION = 3,
};

/* Values of Seikyo-Outcome; NONE: the attribute is not sent. */
enum seikyo_outcome {
	SEIKYO_OUTCOME_NONE = 0,
	SEIKYO_OUTCOME_OTP_REQUIRED = 1,
	SEIKYO_OUTCOME_SETUP_REQUIRED = 2,
	SEIKYO_OUTCOME_FIRST_CODE_REQUIRED = 3,
	SEIKYO_OUTCOME_OTP_WRONG = 4,
	SEIKYO_OUTCOME_OTP_USED = 5,
	SEIKYO_OUTCOME_OTP_LOCKED = 6,
	SEIKYO_OUTCOME_REISSUE_WAIT = 7,
	SEIKYO_OUTCOME_NOT_STARTED = 8,
	SEIKYO_OUTCOME_CERTIFICATE_REFUSED = 9,
	SEIKYO_OUTCOME_ACCEPTED = 10,
};

#endif
