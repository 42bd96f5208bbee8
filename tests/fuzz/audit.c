/* SPDX-License-Identifier: GPL-2.0-only */
/* The heads of an audit trail that was exported: the file may come from anybody. */
#include "file.h"

#include "command/audit_file.h"

static void check_head(const struct seikyo_audit_head *head)
{
	demand(head->contract_id >= 0 && head->number >= 0, "numbers are not negative");
	demand(strnlen(head->contract, sizeof(head->contract)) <= SEIKYO_AUDIT_CONTRACT_MAX,
	       "a contract's number has its greatest length");
	demand(!head->met && !head->same && !head->broken, "nothing is known of a chain yet");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seikyo_audit_heads heads = {0};

	said = 0;
	demand(ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size,
	       "it is written");
	if (seikyo_audit_file_heads(file, &heads) == SEIKYO_EXIT_DONE) {
		demand(heads.count > 0, "an export has heads");
		demand(said == 0, "nothing is said about what is right");
		for (size_t i = 0; i < heads.count; i++) {
			check_head(&heads.items[i]);
			demand(i == 0 ||
				       heads.items[i - 1].contract_id <= heads.items[i].contract_id,
			       "they are sorted");
		}
	} else {
		demand(said == 1, "what is wrong is said once");
	}
	seikyo_audit_heads_close(&heads);
	return 0;
}
