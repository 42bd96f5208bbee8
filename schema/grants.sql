-- SPDX-License-Identifier: GPL-2.0-only
-- Who may call what (DESIGN section 4). No account has any right on a table. Accounts are made without a usable
-- password; the network admin sets one: ALTER USER seikyo_radius IDENTIFIED BY '...'.

CREATE USER IF NOT EXISTS seikyo_radius IDENTIFIED VIA mysql_native_password USING 'invalid';
CREATE USER IF NOT EXISTS seikyo_console IDENTIFIED VIA mysql_native_password USING 'invalid';
CREATE USER IF NOT EXISTS seikyo_keys IDENTIFIED VIA mysql_native_password USING 'invalid';
CREATE USER IF NOT EXISTS seikyo_mailer IDENTIFIED VIA mysql_native_password USING 'invalid';
CREATE ROLE IF NOT EXISTS seikyo_branch;
CREATE ROLE IF NOT EXISTS seikyo_operator;

GRANT EXECUTE ON PROCEDURE service_hello TO seikyo_console, seikyo_keys, seikyo_mailer, seikyo_branch, seikyo_operator;

GRANT EXECUTE ON PROCEDURE radius_hello TO seikyo_radius;
GRANT EXECUTE ON PROCEDURE radius_report_keys TO seikyo_radius;
GRANT EXECUTE ON PROCEDURE radius_find TO seikyo_radius;
GRANT EXECUTE ON PROCEDURE radius_settle_password TO seikyo_radius;
GRANT EXECUTE ON PROCEDURE radius_settle_code TO seikyo_radius;
GRANT EXECUTE ON PROCEDURE radius_settle_login TO seikyo_radius;
GRANT EXECUTE ON PROCEDURE radius_open_setup TO seikyo_radius;
GRANT EXECUTE ON PROCEDURE radius_settle_confirmation TO seikyo_radius;

GRANT EXECUTE ON PROCEDURE console_issue_token TO seikyo_console;
GRANT EXECUTE ON PROCEDURE console_open_session TO seikyo_console;
GRANT EXECUTE ON PROCEDURE console_use_session TO seikyo_console;
GRANT EXECUTE ON PROCEDURE console_close_session TO seikyo_console;
GRANT EXECUTE ON PROCEDURE console_history TO seikyo_console;
GRANT EXECUTE ON PROCEDURE console_list_users TO seikyo_console;
GRANT EXECUTE ON PROCEDURE console_unlock TO seikyo_console;
GRANT EXECUTE ON PROCEDURE console_revoke TO seikyo_console;
GRANT EXECUTE ON PROCEDURE console_audit TO seikyo_console;
GRANT EXECUTE ON PROCEDURE app_install_token TO seikyo_console;

GRANT EXECUTE ON PROCEDURE branch_add_contract TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_list_contracts TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_show_contract TO seikyo_branch;
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
GRANT EXECUTE ON PROCEDURE branch_close_contract TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_list_users TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_list_tokens TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_change_user TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_close_user TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_unlock TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_list_mail_domains TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_add_mail_domain TO seikyo_branch;
GRANT EXECUTE ON PROCEDURE branch_remove_mail_domain TO seikyo_branch;

GRANT EXECUTE ON PROCEDURE operator_list_policy TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_set_policy TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_status TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_import_bounds TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_import_users TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_verify_audit TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_list_audit_heads TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_list_audit TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_prune TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_count_prunable TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_list_logins TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_find_request TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_show_user TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_metrics TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_show_service TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_close_service TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_recover_begin TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_recover_take TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_recover TO seikyo_operator;
GRANT EXECUTE ON PROCEDURE operator_show_recovery TO seikyo_operator;

GRANT EXECUTE ON PROCEDURE keys_list TO seikyo_keys;
GRANT EXECUTE ON PROCEDURE keys_list_servers TO seikyo_keys;
GRANT EXECUTE ON PROCEDURE keys_count_envelopes TO seikyo_keys;
GRANT EXECUTE ON PROCEDURE keys_forget_server TO seikyo_keys;
GRANT EXECUTE ON PROCEDURE keys_activate TO seikyo_keys;
GRANT EXECUTE ON PROCEDURE keys_list_safes TO seikyo_keys;
GRANT EXECUTE ON PROCEDURE keys_reseal TO seikyo_keys;
GRANT EXECUTE ON PROCEDURE keys_retire TO seikyo_keys;

GRANT EXECUTE ON PROCEDURE mail_claim TO seikyo_mailer;
GRANT EXECUTE ON PROCEDURE mail_sent TO seikyo_mailer;
GRANT EXECUTE ON PROCEDURE mail_defer TO seikyo_mailer;
GRANT EXECUTE ON PROCEDURE mail_fail TO seikyo_mailer;
