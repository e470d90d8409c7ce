-- As in 0009, and records a sign-up by a statement of its own, which costs less. Processes of the previous
-- release need nothing new.
CREATE OR REPLACE FUNCTION record_user_event() RETURNS trigger LANGUAGE plpgsql
	SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
	fields text[] := '{}';
	events text[] := '{}';
	writer text := coalesce(nullif(current_setting('clerk_sync.source', true), ''), 'sql');
	impersonator text := nullif(current_setting('clerk_sync.actor', true), '');
BEGIN
	-- A sign-up, of which most first requests consist. The general statement at the end costs PostgreSQL
	-- several times as much.
	IF TG_OP = 'INSERT' AND NEW.deleted_at IS NULL AND NEW.banned_at IS NULL THEN
		WITH recorded AS (
			INSERT INTO user_events (user_id, type, source, actor, changed, version)
			VALUES (NEW.id, 'created', writer, impersonator, '{}', NEW.profile_version)
			RETURNING id, user_id, type
		)
		INSERT INTO user_event_deliveries (event_id, handler, user_id)
		SELECT recorded.id, handlers.name, recorded.user_id
		FROM recorded JOIN user_event_handlers AS handlers ON recorded.type = ANY (handlers.types);
		RETURN NULL;
	END IF;
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
		INSERT INTO user_events (user_id, type, source, actor, changed, version)
		SELECT NEW.id, event, writer, impersonator,
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
