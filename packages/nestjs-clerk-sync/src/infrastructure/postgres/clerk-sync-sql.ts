import { getTableConfig } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { ClerkUserTable } from './clerk-columns.js';
import { isShortName, maxTableNameBytes, qualified, syncNames } from './sync-names.js';

/**
 * The SQL that the module needs beside the application's table: columns of later versions, the
 * journal, ended sessions, and the triggers that notify the caches and write the journal. Append it to
 * a migration that runs after the one that creates the table.
 *
 * The SQL is idempotent and upgrades the schema of an older version of the module. Processes of the
 * older version can run on the new schema.
 *
 * @param users the application's table, with `clerkUserColumns()`
 * @returns statements, to be run in one transaction by the table's owner
 * @throws TypeError if the table's name is too long
 * @example
 * writeFileSync('drizzle/0002_clerk_sync.sql', clerkSyncSql(users));
 */
export function clerkSyncSql(users: ClerkUserTable): string {
  const { name: table, schema } = getTableConfig(users);
  if (!isShortName(table)) {
    throw new TypeError(
      `The name of the table of users has over ${maxTableNameBytes} bytes. Rename the table: PostgreSQL cuts the names of its functions, which begin with it, after 63 bytes.`,
    );
  }
  const { name, ended, changed, truncated, recorded, sessionEnded } = syncNames(users);
  const functionName = (purpose: string): string => qualified(schema, `${table}_${purpose}`);
  const notify = functionName('notify_change');
  const record = functionName('record_event');
  const notifySession = functionName('notify_ended_session');
  const trigger = (text: string): string => pg.escapeIdentifier(text);
  const createRecord = pg.escapeLiteral(
    `CREATE OR REPLACE FUNCTION ${record}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS `,
  );
  return `-- @populatte/nestjs-clerk-sync: idempotent.
-- Changes no table of the application that has one of the module's names.
DO $do$
DECLARE
	other text;
BEGIN
	SELECT expected.name INTO other
	FROM (VALUES
		('ended_sessions', '{clerk_id,session_id,ended_at}'),
		('user_events', '{user_id,type,source,changed,version,occurred_at}'),
		('user_event_handlers', '{types,backfilled_to,backfill_until}'),
		('user_event_deliveries', '{event_id,handler,next_attempt_at}'),
		('webhook_receipts', '{id,last_received_at}'),
		('user_reconciliation', '{owner,lease_until,run}')
	) AS expected (name, has),
	-- Where CREATE TABLE looks; other schemas of the search_path do not matter.
	to_regclass(format('%I.%I', coalesce(current_schema(), 'public'), expected.name)) AS existing
	WHERE existing IS NOT NULL AND NOT has::text[] <@ ARRAY(
		SELECT attname::text FROM pg_attribute WHERE attrelid = existing AND NOT attisdropped
	)
	LIMIT 1;
	IF other IS NOT NULL THEN
		RAISE EXCEPTION '@populatte/nestjs-clerk-sync needs a table named %, but the application has another table of this name. Rename it, or move it to another schema.', other;
	END IF;
END
$do$;
--> statement-breakpoint
ALTER TABLE ${name} ADD COLUMN IF NOT EXISTS banned_at timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE ${name} ADD COLUMN IF NOT EXISTS ban_version bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS ${ended} (
	clerk_id text NOT NULL,
	session_id text NOT NULL,
	ended_at timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT ended_sessions_clerk_id_session_id_pk PRIMARY KEY (clerk_id, session_id)
);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS ended_sessions_ended_at ON ${ended} (ended_at);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS user_events (
	id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	user_id uuid NOT NULL,
	type text NOT NULL,
	source text NOT NULL,
	changed text[] NOT NULL,
	version bigint NOT NULL,
	occurred_at timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
ALTER TABLE user_events ADD COLUMN IF NOT EXISTS actor text;
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS user_events_of_user ON user_events (user_id, id);
--> statement-breakpoint
-- Of older versions. Every sign-up paid for it.
DROP INDEX IF EXISTS user_events_occurred_at;
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS user_event_handlers (
	name text PRIMARY KEY NOT NULL,
	types text[] NOT NULL,
	backfilled_to bigint DEFAULT 0 NOT NULL,
	backfill_until bigint,
	settles_at bigint
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS user_event_deliveries (
	event_id bigint NOT NULL,
	handler text NOT NULL,
	user_id uuid NOT NULL,
	attempts integer DEFAULT 0 NOT NULL,
	next_attempt_at timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT user_event_deliveries_event_id_handler_pk PRIMARY KEY (event_id, handler)
);
--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS user_event_deliveries_of_user
	ON user_event_deliveries (handler, user_id, event_id);
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS user_event_deliveries_due
	ON user_event_deliveries (handler, next_attempt_at, event_id);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS webhook_receipts (
	id smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	last_received_at timestamp (3) with time zone NOT NULL,
	CONSTRAINT webhook_receipts_is_one_row CHECK (id = 1)
);
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS user_reconciliation (
	id smallint PRIMARY KEY DEFAULT 1 NOT NULL CONSTRAINT user_reconciliation_is_one_row CHECK (id = 1),
	instance jsonb,
	owner uuid,
	lease_until timestamp (3) with time zone,
	run jsonb,
	finished_runs bigint DEFAULT 0 NOT NULL,
	finished jsonb
);
--> statement-breakpoint
-- Notifies the caches of a changed row when the transaction commits. It skips new rows and writes that only
-- advance a version: no cache holds a missing row, and none depends on having the newest version.
CREATE OR REPLACE FUNCTION ${notify}() RETURNS trigger LANGUAGE plpgsql AS $$
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
-- The triggers of a renamed table have its former name: with both, each change would make two events.
DO $do$
DECLARE
	former text;
BEGIN
	FOR former IN
		SELECT tgname FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid
		WHERE tgrelid = ${pg.escapeLiteral(name)}::regclass
			AND tgname NOT IN (${[changed, truncated, recorded].map(pg.escapeLiteral).join(', ')})
			-- As a name, which PostgreSQL cuts after 63 bytes: it did so with those of long tables.
			AND proname = CAST(CASE
				WHEN tgname ~ '_(changed|truncated?)$'
					THEN regexp_replace(tgname, '_(changed|truncated?)$', '_notify_change')
				WHEN tgname ~ '_recorded$' THEN regexp_replace(tgname, '_recorded$', '_record_event')
			END AS name)
	LOOP
		EXECUTE format('DROP TRIGGER %I ON %s', former, ${pg.escapeLiteral(name)});
	END LOOP;
END
$do$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER ${trigger(changed)} AFTER UPDATE OR DELETE ON ${name}
	FOR EACH ROW EXECUTE FUNCTION ${notify}();
--> statement-breakpoint
CREATE OR REPLACE TRIGGER ${trigger(truncated)} AFTER TRUNCATE ON ${name}
	FOR EACH STATEMENT EXECUTE FUNCTION ${notify}();
--> statement-breakpoint
-- Logical replication fires no ordinary trigger.
ALTER TABLE ${name} ENABLE ALWAYS TRIGGER ${trigger(changed)};
--> statement-breakpoint
ALTER TABLE ${name} ENABLE ALWAYS TRIGGER ${trigger(truncated)};
--> statement-breakpoint
CREATE OR REPLACE FUNCTION ${notifySession}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_notify('user_changes', NEW.clerk_id);
	RETURN NULL;
END
$$;
--> statement-breakpoint
CREATE OR REPLACE TRIGGER ${trigger(sessionEnded)} AFTER INSERT OR UPDATE ON ${ended}
	FOR EACH ROW EXECUTE FUNCTION ${notifySession}();
--> statement-breakpoint
ALTER TABLE ${ended} ENABLE ALWAYS TRIGGER ${trigger(sessionEnded)};
--> statement-breakpoint
-- Writes the journal, and a delivery of each event for each handler of its type. The trigger records
-- every change of a row, also by other programs, and by processes of an older version. SECURITY DEFINER:
-- a role that may write users needs no right on the journal. The function sets no search_path, because
-- that costs PostgreSQL time in each call; instead, it qualifies every name and operator.
DO $do$
BEGIN
	EXECUTE ${createRecord} || quote_literal(format($body$
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
			-- IS DISTINCT FROM would look up its operator in the session's search_path. Bytes are compared,
			-- because a collation may ignore the case.
			IF NEW.email::pg_catalog.text COLLATE pg_catalog."C" OPERATOR(pg_catalog.<>) OLD.email::pg_catalog.text COLLATE pg_catalog."C"
				OR (NEW.email IS NULL) OPERATOR(pg_catalog.<>) (OLD.email IS NULL)
			THEN
				fields := pg_catalog.array_append(fields, 'email');
			END IF;
			IF NEW.name::pg_catalog.text COLLATE pg_catalog."C" OPERATOR(pg_catalog.<>) OLD.name::pg_catalog.text COLLATE pg_catalog."C"
				OR (NEW.name IS NULL) OPERATOR(pg_catalog.<>) (OLD.name IS NULL)
			THEN
				fields := pg_catalog.array_append(fields, 'name');
			END IF;
			IF NEW.image_url::pg_catalog.text COLLATE pg_catalog."C" OPERATOR(pg_catalog.<>) OLD.image_url::pg_catalog.text COLLATE pg_catalog."C"
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
--> statement-breakpoint
CREATE OR REPLACE TRIGGER ${trigger(recorded)} AFTER INSERT OR UPDATE OR DELETE ON ${name}
	FOR EACH ROW EXECUTE FUNCTION ${record}();
`;
}
