-- SPDX-License-Identifier: GPL-2.0-only
-- Who may call what (DESIGN section 4). No account has any right on a table. Accounts are made without a usable
-- password; the network admin sets one: ALTER USER seikyo_radius IDENTIFIED BY '...'.

CREATE USER IF NOT EXISTS seikyo_radius IDENTIFIED VIA mysql_native_password USING 'invalid';
CREATE USER IF NOT EXISTS seikyo_console IDENTIFIED VIA mysql_native_password USING 'invalid';
CREATE USER IF NOT EXISTS seikyo_keys IDENTIFIED VIA mysql_native_password USING 'invalid';
CREATE USER IF NOT EXISTS seikyo_mailer IDENTIFIED VIA mysql_native_password USING 'invalid';
CREATE ROLE IF NOT EXISTS seikyo_branch;
CREATE ROLE IF NOT EXISTS seikyo_operator;

GRANT EXECUTE ON PROCEDURE radius_hello TO seikyo_radius;
GRANT EXECUTE ON PROCEDURE radius_find TO seikyo_radius;
GRANT EXECUTE ON PROCEDURE radius_settle_password TO seikyo_radius;
GRANT EXECUTE ON PROCEDURE radius_settle_code TO seikyo_radius;
GRANT EXECUTE ON PROCEDURE radius_settle_login TO seikyo_radius;
GRANT EXECUTE ON PROCEDURE radius_open_setup TO seikyo_radius;
GRANT EXECUTE ON PROCEDURE radius_settle_confirmation TO seikyo_radius;

GRANT EXECUTE ON PROCEDURE console_issue_token TO seikyo_console;
GRANT EXECUTE ON PROCEDURE app_install_token TO seikyo_console;

GRANT EXECUTE ON PROCEDURE branch_add_contract TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_list_contracts TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_start_contract TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_hash_policy TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_add_user TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_show_user TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_set_password TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_set_confirmation_password TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_add_certificate TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_list_certificates TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_remove_certificate TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_show_token TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_revoke TO seikyo_branch;

GRANT EXECUTE ON PROCEDURE operator_list_policy TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_set_policy TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_status TO seikyo_operator;
