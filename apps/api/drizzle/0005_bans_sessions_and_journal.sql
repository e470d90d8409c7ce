CREATE TABLE "ended_sessions" (
	"clerk_id" text NOT NULL,
	"session_id" text NOT NULL,
	"ended_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "ended_sessions_clerk_id_session_id_pk" PRIMARY KEY("clerk_id","session_id")
);
--> statement-breakpoint
CREATE TABLE "user_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "user_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" uuid NOT NULL,
	"type" text NOT NULL,
	"source" text NOT NULL,
	"changed" text[] NOT NULL,
	"version" bigint NOT NULL,
	"occurred_at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "banned_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "ban_version" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "ended_sessions_ended_at" ON "ended_sessions" USING btree ("ended_at");--> statement-breakpoint
CREATE INDEX "user_events_of_user" ON "user_events" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "user_events_occurred_at" ON "user_events" USING brin ("occurred_at");
--> statement-breakpoint
-- As in 0003, with the version of the ban: versions alone are not notified.
CREATE OR REPLACE FUNCTION notify_user_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	advanced record;
BEGIN
	IF TG_OP = 'TRUNCATE' THEN
		PERFORM pg_notify('user_changes', '');
		RETURN NULL;
	END IF;
	IF TG_OP = 'UPDATE'
		AND NEW.profile_version >= OLD.profile_version AND NEW.ban_version >= OLD.ban_version
	THEN
		advanced := OLD;
		advanced.profile_version := NEW.profile_version;
		advanced.ban_version := NEW.ban_version;
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
--> statement-breakpoint
CREATE FUNCTION notify_ended_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('user_changes', NEW.clerk_id);
	RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER ended_sessions_changed AFTER INSERT OR UPDATE ON "ended_sessions"
	FOR EACH ROW EXECUTE FUNCTION notify_ended_session();
--> statement-breakpoint
ALTER TABLE "ended_sessions" ENABLE ALWAYS TRIGGER ended_sessions_changed;
--> statement-breakpoint
-- Writes the journal. A trigger sees every change of a row: also by other programs, and by processes of
-- the previous release, which do not name their source. A role that may write users needs no right on
-- the journal (SECURITY DEFINER), and its search_path does not matter.
CREATE FUNCTION record_user_event() RETURNS trigger LANGUAGE plpgsql
	SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
	fields text[] := '{}';
	events text[] := '{}';
	writer text := coalesce(nullif(current_setting('clerk_sync.source', true), ''), 'sql');
	row_id uuid;
	row_version bigint;
BEGIN
	IF TG_OP = 'DELETE' THEN
		IF OLD.deleted_at IS NULL THEN
			INSERT INTO user_events (user_id, type, source, changed, version)
			VALUES (OLD.id, 'deleted', writer, '{}', OLD.profile_version);
		END IF;
		RETURN NULL;
	END IF;
	row_id := NEW.id;
	row_version := NEW.profile_version;
	IF TG_OP = 'UPDATE' THEN
		IF NEW.email IS DISTINCT FROM OLD.email THEN fields := fields || 'email'::text; END IF;
		IF NEW.name IS DISTINCT FROM OLD.name THEN fields := fields || 'name'::text; END IF;
		IF NEW.image_url IS DISTINCT FROM OLD.image_url THEN fields := fields || 'imageUrl'::text; END IF;
	END IF;
	IF NEW.deleted_at IS NOT NULL THEN
		IF TG_OP = 'INSERT' OR OLD.deleted_at IS NULL THEN events := '{deleted}'; END IF;
	ELSE
		IF TG_OP = 'INSERT' OR OLD.deleted_at IS NOT NULL THEN
			events := '{created}';
		ELSIF cardinality(fields) > 0 THEN
			events := '{updated}';
		END IF;
		IF NEW.banned_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.banned_at IS NULL) THEN
			events := events || 'banned'::text;
		ELSIF NEW.banned_at IS NULL AND TG_OP = 'UPDATE' AND OLD.banned_at IS NOT NULL
			AND OLD.deleted_at IS NULL
		THEN
			events := events || 'unbanned'::text;
		END IF;
	END IF;
	INSERT INTO user_events (user_id, type, source, changed, version)
	SELECT row_id, event, writer,
		CASE WHEN event IN ('updated', 'deleted') THEN fields ELSE '{}' END, row_version
	FROM unnest(events) WITH ORDINALITY AS listed (event, position) ORDER BY position;
	RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE TRIGGER users_recorded AFTER INSERT OR UPDATE OR DELETE ON "users"
	FOR EACH ROW EXECUTE FUNCTION record_user_event();
