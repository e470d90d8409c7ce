-- Tells who listens on the channel user_changes whose row was written, with the commit: the Clerk id,
-- or nothing where it may be anybody's. Caches of users are emptied by it (docs/architecture.md).
CREATE FUNCTION notify_user_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'TRUNCATE' THEN
		PERFORM pg_notify('user_changes', '');
		RETURN NULL;
	END IF;
	IF TG_OP <> 'INSERT' THEN
		PERFORM pg_notify('user_changes', OLD.clerk_id);
	END IF;
	IF TG_OP <> 'DELETE' THEN
		PERFORM pg_notify('user_changes', NEW.clerk_id);
	END IF;
	RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER users_changed AFTER INSERT OR UPDATE OR DELETE ON "users"
	FOR EACH ROW EXECUTE FUNCTION notify_user_change();
--> statement-breakpoint
CREATE TRIGGER users_truncated AFTER TRUNCATE ON "users"
	FOR EACH STATEMENT EXECUTE FUNCTION notify_user_change();
--> statement-breakpoint
-- Also for what logical replication writes, which fires no ordinary trigger.
ALTER TABLE "users" ENABLE ALWAYS TRIGGER users_changed;
--> statement-breakpoint
ALTER TABLE "users" ENABLE ALWAYS TRIGGER users_truncated;
