# PgBouncer, from Debian. Build it in this folder; compose.yaml does.
FROM debian:13.1-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends pgbouncer \
  && rm -rf /var/lib/apt/lists/*
COPY pgbouncer.ini /etc/pgbouncer/pgbouncer.ini
USER 65534:65534
EXPOSE 6432
# PgBouncer reads passwords from a file only. /run/pgbouncer is a tmpfs.
CMD ["sh", "-c", "umask 077; printf '\"populatte\" \"%s\"\\n' \"$POSTGRES_PASSWORD\" > /run/pgbouncer/users && exec pgbouncer /etc/pgbouncer/pgbouncer.ini"]
