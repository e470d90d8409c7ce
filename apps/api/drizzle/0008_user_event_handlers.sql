-- Handlers of user events: which there are, and which events they have not handled. A handler's name is
-- its identity. Both tables stay empty in an application without @OnUserEvent().
CREATE TABLE "user_event_deliveries" (
	"event_id" bigint NOT NULL,
	"handler" text NOT NULL,
	"user_id" uuid NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "user_event_deliveries_event_id_handler_pk" PRIMARY KEY("event_id","handler")
);
--> statement-breakpoint
CREATE TABLE "user_event_handlers" (
	"name" text PRIMARY KEY NOT NULL,
	"types" text[] NOT NULL,
	"backfilled_to" bigint DEFAULT 0 NOT NULL,
	"backfill_until" bigint,
	"settles_at" bigint
);
--> statement-breakpoint
CREATE UNIQUE INDEX "user_event_deliveries_of_user" ON "user_event_deliveries" USING btree ("handler","user_id","event_id");--> statement-breakpoint
CREATE INDEX "user_event_deliveries_due" ON "user_event_deliveries" USING btree ("handler","next_attempt_at","event_id");
--> statement-breakpoint
-- As in 0005, and each event gets a delivery for each handler of its type, in the same transaction.
CREATE OR REPLACE FUNCTION record_user_event() RETURNS trigger LANGUAGE plpgsql
	SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
	fields text[] := '{}';
	events text[] := '{}';
	writer text := coalesce(nullif(current_setting('clerk_sync.source', true), ''), 'sql');
BEGIN
	IF TG_OP = 'DELETE' THEN
		IF OLD.deleted_at IS NULL THEN
			WITH recorded AS (
				INSERT INTO user_events (user_id, type, source, changed, version)
				VALUES (OLD.id, 'deleted', writer, '{}', OLD.profile_version)
				RETURNING id, user_id, type
			)
			INSERT INTO user_event_deliveries (event_id, handler, user_id)
			SELECT recorded.id, handlers.name, recorded.user_id
			FROM recorded JOIN user_event_handlers AS handlers ON recorded.type = ANY (handlers.types);
		END IF;
		RETURN NULL;
	END IF;
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
	IF cardinality(events) = 0 THEN
		RETURN NULL;
	END IF;
	WITH recorded AS (
		INSERT INTO user_events (user_id, type, source, changed, version)
		SELECT NEW.id, event, writer,
			CASE WHEN event IN ('updated', 'deleted') THEN fields ELSE '{}' END, NEW.profile_version
		FROM unnest(events) WITH ORDINALITY AS listed (event, position) ORDER BY position
		RETURNING id, user_id, type
	)
	INSERT INTO user_event_deliveries (event_id, handler, user_id)
	SELECT recorded.id, handlers.name, recorded.user_id
	FROM recorded JOIN user_event_handlers AS handlers ON recorded.type = ANY (handlers.types);
	RETURN NULL;
END
$$;
