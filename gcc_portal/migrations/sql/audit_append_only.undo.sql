DROP TRIGGER audit_not_emptied ON gcc_portal_auditentry;
DROP TRIGGER audit_append_only ON gcc_portal_auditentry;
DROP FUNCTION audit_is_append_only();
