CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"clerk_id" text NOT NULL,
	"email" text,
	"name" text,
	"image_url" text,
	"profile_version" bigint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "users_clerk_id_unique" UNIQUE("clerk_id"),
	CONSTRAINT "users_tombstone_is_empty" CHECK ("users"."deleted_at" is null or num_nonnulls("users"."email", "users"."name", "users"."image_url") = 0)
);
