-- SPDX-License-Identifier: GPL-2.0-only
-- What a login is found and settled by stands in the user's row, as far as it is his.

-- active_token: the token that gave its first code last. It is the user's as long as it is live_token, too.
-- wait_until: the last of the times from which his tokens said that there may be a new one (R9).
-- certified: whether a certificate of his is registered, also one that has ended.
ALTER TABLE user
	ADD COLUMN IF NOT EXISTS active_token BIGINT UNSIGNED NULL,
	ADD COLUMN IF NOT EXISTS wait_until DATETIME(6) NULL,
	ADD COLUMN IF NOT EXISTS certified BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE user u SET
	active_token = (SELECT id FROM token t WHERE t.id = u.live_token AND t.state = 'active'),
	wait_until = (SELECT MAX(t.reissue_at) FROM token t WHERE t.user_id = u.id),
	certified = EXISTS (SELECT 1 FROM certificate c WHERE c.user_id = u.id);

DROP FUNCTION IF EXISTS reissue_us;

-- MariaDB opens and locks the tables that refer to one for each statement that locks a row of it to write: a tenth of
-- a login. Users are never deleted, and tokens and certificates are only ever made for one whose row is held.
ALTER TABLE token DROP FOREIGN KEY IF EXISTS token_ibfk_1;
ALTER TABLE certificate DROP FOREIGN KEY IF EXISTS certificate_ibfk_1;
