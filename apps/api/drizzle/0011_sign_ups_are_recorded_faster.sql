-- The index was for pruning alone, which reads the journal by id now. Every first request paid for it.
-- Until processes of the previous release have stopped, their hourly pruning reads the whole table.
DROP INDEX IF EXISTS "user_events_occurred_at";
--> statement-breakpoint
-- As in 0010, in less time: the function sets no search_path, which PostgreSQL would do and undo in each
-- call, and declares its variables only for changes other than a sign-up without handlers. Instead, it
-- qualifies every name and operator, so neither the search_path nor a temporary table of the session
-- matters. Processes of the previous release need nothing new.
DO $do$
BEGIN
	EXECUTE 'CREATE OR REPLACE FUNCTION record_user_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS ' || quote_literal(format($body$
BEGIN
	-- A sign-up without handlers, as in most first requests. It costs PostgreSQL less than the general case below.
	IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' AND NEW.deleted_at IS NULL AND NEW.banned_at IS NULL THEN
		PERFORM FROM %1$s.user_event_handlers;
		IF NOT FOUND THEN
			INSERT INTO %1$s.user_events (user_id, type, source, actor, changed, version)
			VALUES (
				NEW.id, 'created',
				CASE WHEN pg_catalog.current_setting('clerk_sync.source', true) OPERATOR(pg_catalog.<>) ''
					THEN pg_catalog.current_setting('clerk_sync.source', true) ELSE 'sql' END,
				CASE WHEN pg_catalog.current_setting('clerk_sync.actor', true) OPERATOR(pg_catalog.<>) ''
					THEN pg_catalog.current_setting('clerk_sync.actor', true) END,
				'{}', NEW.profile_version
			);
			RETURN NULL;
		END IF;
	END IF;
	DECLARE
		fields pg_catalog.text[] := '{}';
		events pg_catalog.text[] := '{}';
		writer pg_catalog.text := pg_catalog.current_setting('clerk_sync.source', true);
		impersonator pg_catalog.text := pg_catalog.current_setting('clerk_sync.actor', true);
		stored pg_catalog.record;
	BEGIN
		IF TG_OP OPERATOR(pg_catalog.=) 'DELETE' THEN
			stored := OLD;
			IF OLD.deleted_at IS NULL THEN events := '{deleted}'; END IF;
		ELSIF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN
			stored := NEW;
			IF NEW.deleted_at IS NOT NULL THEN
				events := '{deleted}';
			ELSIF NEW.banned_at IS NOT NULL THEN
				events := '{created,banned}';
			ELSE
				events := '{created}';
			END IF;
		ELSE
			stored := NEW;
			-- IS DISTINCT FROM would look up its operator in the session's search_path.
			IF NEW.email OPERATOR(pg_catalog.<>) OLD.email
				OR (NEW.email IS NULL) OPERATOR(pg_catalog.<>) (OLD.email IS NULL)
			THEN
				fields := pg_catalog.array_append(fields, 'email');
			END IF;
			IF NEW.name OPERATOR(pg_catalog.<>) OLD.name
				OR (NEW.name IS NULL) OPERATOR(pg_catalog.<>) (OLD.name IS NULL)
			THEN
				fields := pg_catalog.array_append(fields, 'name');
			END IF;
			IF NEW.image_url OPERATOR(pg_catalog.<>) OLD.image_url
				OR (NEW.image_url IS NULL) OPERATOR(pg_catalog.<>) (OLD.image_url IS NULL)
			THEN
				fields := pg_catalog.array_append(fields, 'imageUrl');
			END IF;
			IF NEW.deleted_at IS NOT NULL THEN
				IF OLD.deleted_at IS NULL THEN events := '{deleted}'; END IF;
			ELSE
				IF OLD.deleted_at IS NOT NULL THEN
					events := '{created}';
				ELSIF pg_catalog.cardinality(fields) OPERATOR(pg_catalog.>) 0 THEN
					events := '{updated}';
				END IF;
				IF NEW.banned_at IS NOT NULL AND OLD.banned_at IS NULL THEN
					events := pg_catalog.array_append(events, 'banned');
				ELSIF NEW.banned_at IS NULL AND OLD.banned_at IS NOT NULL AND OLD.deleted_at IS NULL THEN
					events := pg_catalog.array_append(events, 'unbanned');
				END IF;
			END IF;
		END IF;
		IF pg_catalog.cardinality(events) OPERATOR(pg_catalog.=) 0 THEN
			RETURN NULL;
		END IF;
		WITH recorded AS (
			INSERT INTO %1$s.user_events (user_id, type, source, actor, changed, version)
			SELECT stored.id, listed.event,
				CASE WHEN writer OPERATOR(pg_catalog.<>) '' THEN writer ELSE 'sql' END,
				CASE WHEN impersonator OPERATOR(pg_catalog.<>) '' THEN impersonator END,
				CASE WHEN listed.event OPERATOR(pg_catalog.=) ANY ('{updated,deleted}') THEN fields ELSE '{}' END,
				stored.profile_version
			FROM pg_catalog.unnest(events) WITH ORDINALITY AS listed (event, position)
			ORDER BY listed.position
			RETURNING id, user_id, type
		)
		INSERT INTO %1$s.user_event_deliveries (event_id, handler, user_id)
		SELECT recorded.id, handlers.name, recorded.user_id
		FROM recorded JOIN %1$s.user_event_handlers AS handlers
			ON recorded.type OPERATOR(pg_catalog.=) ANY (handlers.types);
		RETURN NULL;
	END;
END
$body$, (
		SELECT relnamespace::regnamespace FROM pg_class WHERE oid = 'user_events'::regclass
	)));
END
$do$;
