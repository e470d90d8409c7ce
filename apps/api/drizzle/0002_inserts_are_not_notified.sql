-- A new row is told to nobody: caches keep rows, never that there is none, so that none can be wrong
-- about it. And PostgreSQL commits notifying transactions one after another, so that many people who
-- sign up at once would wait for each other.
CREATE OR REPLACE FUNCTION notify_user_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'TRUNCATE' THEN
		PERFORM pg_notify('user_changes', '');
		RETURN NULL;
	END IF;
	PERFORM pg_notify('user_changes', OLD.clerk_id);
	IF TG_OP = 'UPDATE' AND NEW.clerk_id <> OLD.clerk_id THEN
		PERFORM pg_notify('user_changes', NEW.clerk_id);
	END IF;
	RETURN NULL;
END
$$;
--> statement-breakpoint
DROP TRIGGER users_changed ON "users";
--> statement-breakpoint
CREATE TRIGGER users_changed AFTER UPDATE OR DELETE ON "users"
	FOR EACH ROW EXECUTE FUNCTION notify_user_change();
--> statement-breakpoint
ALTER TABLE "users" ENABLE ALWAYS TRIGGER users_changed;
