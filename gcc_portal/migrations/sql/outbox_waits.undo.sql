DROP INDEX outbox_waits;
