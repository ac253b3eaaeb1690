-- P5: a signed form is a contract. The database refuses a change of what was signed, and a second decision.
CREATE FUNCTION submission_is_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a signed form is never removed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF ROW(NEW.form_id, NEW.number, NEW.answers, NEW.terms_version, NEW.signatory_name, NEW.signatory_title,
           NEW.signed_at, NEW.signed_from, NEW.signed_by_id, NEW.respond_by)
       IS DISTINCT FROM
       ROW(OLD.form_id, OLD.number, OLD.answers, OLD.terms_version, OLD.signatory_name, OLD.signatory_title,
           OLD.signed_at, OLD.signed_from, OLD.signed_by_id, OLD.respond_by) THEN
        RAISE EXCEPTION 'a signed form is never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.answer NOT IN ('', 'under_review')
       AND ROW(NEW.answer, NEW.answered_at) IS DISTINCT FROM ROW(OLD.answer, OLD.answered_at) THEN
        RAISE EXCEPTION 'a signed form is decided once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER submission_signed BEFORE UPDATE OR DELETE ON gcc_portal_submission
    FOR EACH ROW EXECUTE FUNCTION submission_is_signed();
