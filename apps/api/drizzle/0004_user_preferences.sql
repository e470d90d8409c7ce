CREATE TABLE "user_preferences" (
	"user_id" uuid PRIMARY KEY NOT NULL,
	"language" text NOT NULL,
	"time_zone" text NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "user_preferences" ADD CONSTRAINT "user_preferences_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE cascade ON UPDATE no action;
--> statement-breakpoint
-- A deletion leaves the row in "users" as a tombstone, so foreign keys do not cascade. This function erases
-- a user's rows in another table within the deletion's transaction. As a trigger it also serves deletions by
-- the previous release and by hand-written SQL. It takes the table and its column.
-- SECURITY DEFINER: a role that may delete users needs no grant on every table that refers to them.
CREATE FUNCTION erase_user_rows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
	EXECUTE format('DELETE FROM %I.%I WHERE %I = $1', TG_TABLE_SCHEMA, TG_ARGV[0], TG_ARGV[1]) USING OLD.id;
	RETURN NULL;
END
$$;
--> statement-breakpoint
-- Otherwise any role could create such a trigger on a table of its own.
REVOKE EXECUTE ON FUNCTION erase_user_rows() FROM PUBLIC;
--> statement-breakpoint
CREATE TRIGGER user_preferences_erased AFTER UPDATE OF deleted_at ON "users"
	FOR EACH ROW WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
	EXECUTE FUNCTION erase_user_rows('user_preferences', 'user_id');
