DROP TRIGGER submission_signed ON gcc_portal_submission;
DROP FUNCTION submission_is_signed();
