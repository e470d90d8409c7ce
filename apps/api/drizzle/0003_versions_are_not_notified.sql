-- A write of the version alone is not notified. A cache whose version is behind asks the database at most
-- once more, and a process keeps the row that it has just written itself. A version that goes back is
-- notified: a cache that is ahead would call newer profiles stale. `*=` compares columns of any type.
CREATE OR REPLACE FUNCTION notify_user_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	advanced record;
BEGIN
	IF TG_OP = 'TRUNCATE' THEN
		PERFORM pg_notify('user_changes', '');
		RETURN NULL;
	END IF;
	IF TG_OP = 'UPDATE' AND NEW.profile_version >= OLD.profile_version THEN
		advanced := OLD;
		advanced.profile_version := NEW.profile_version;
		IF advanced *= NEW THEN
			RETURN NULL;
		END IF;
	END IF;
	PERFORM pg_notify('user_changes', OLD.clerk_id);
	IF TG_OP = 'UPDATE' AND NEW.clerk_id <> OLD.clerk_id THEN
		PERFORM pg_notify('user_changes', NEW.clerk_id);
	END IF;
	RETURN NULL;
END
$$;
