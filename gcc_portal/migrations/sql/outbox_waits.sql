-- E-mails that wait, in the order in which they are sent. The table is a library's, so the index stands in no model.
-- Status 2: queued, 3: to be tried again.
CREATE INDEX outbox_waits ON post_office_email (priority DESC, id) WHERE status IN (2, 3);
