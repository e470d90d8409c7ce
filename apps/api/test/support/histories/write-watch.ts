import type { TestDatabase } from '../test-database.js';

/**
 * Installs a trigger that refuses every write that must never happen, including writes during a race
 * that leave no trace. The refused statement fails.
 */
export async function watchWrites(database: TestDatabase): Promise<void> {
  await database.query(`
    create function watch_writes() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' then
        raise exception 'a row was removed: %', old.clerk_id;
      elsif (new.id, new.clerk_id, new.created_at)
          is distinct from (old.id, old.clerk_id, old.created_at) then
        raise exception 'a user became another one: %', old.clerk_id;
      elsif old.deleted_at is not null then
        raise exception 'a tombstone was written to: %', old.clerk_id;
      elsif new.profile_version < old.profile_version then
        raise exception 'a version went back: %', old.clerk_id;
      elsif new.deleted_at is null and new.ban_version < old.ban_version then
        raise exception 'a ban version went back: %', old.clerk_id;
      elsif new.deleted_at is null and new.banned_at is distinct from old.banned_at
          and new.ban_version = old.ban_version then
        raise exception 'a ban changed without its version: %', old.clerk_id;
      elsif new.deleted_at is null
          and (new.profile_version, new.ban_version) = (old.profile_version, old.ban_version) then
        raise exception 'a row was written at the version that it had: %', old.clerk_id;
      elsif new.updated_at < old.updated_at then
        raise exception 'a moment went back: %', old.clerk_id;
      end if;
      return new;
    end $$`);
  await database.query(`
    create trigger watch_writes before update or delete on users
    for each row execute function watch_writes()`);
}
