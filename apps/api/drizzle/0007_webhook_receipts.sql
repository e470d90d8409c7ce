-- One row: when the last webhook arrived, for the metric that all processes share.
CREATE TABLE "webhook_receipts" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"last_received_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "webhook_receipts_is_one_row" CHECK ("webhook_receipts"."id" = 1)
);
