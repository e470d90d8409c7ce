CREATE TABLE "user_reconciliation" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"instance" jsonb,
	"owner" uuid,
	"lease_until" timestamp (3) with time zone,
	"run" jsonb,
	"finished_runs" bigint DEFAULT 0 NOT NULL,
	"finished" jsonb,
	CONSTRAINT "user_reconciliation_is_one_row" CHECK ("user_reconciliation"."id" = 1)
);
