# The web app. Build it at the repository's root, for one Clerk instance and one API: both are inlined.
#   docker build -f deploy/web.Dockerfile -t populatte-web \
#     --build-arg NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=… --build-arg NEXT_PUBLIC_API_URL=https://api.example.com .
FROM node:24.11.0-bookworm-slim AS build
WORKDIR /app
ENV TURBO_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1 NEXT_TELEMETRY_DISABLED=1
COPY . .
RUN npm ci --ignore-scripts
ARG NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY
ARG NEXT_PUBLIC_API_URL
RUN : "${NEXT_PUBLIC_API_URL:?Set --build-arg NEXT_PUBLIC_API_URL to where browsers reach the API}"
# Without a publishable key, a production build fails and says so.
RUN NODE_ENV=production WEB_STANDALONE=true npx turbo run build --filter=@populatte/web

FROM node:24.11.0-bookworm-slim
WORKDIR /app
# By default, a container's HOSTNAME is its id, and Next listens on it.
# KEEP_ALIVE_TIMEOUT: idle connections stay open for longer than at any load balancer, which would
# otherwise reuse one that closes, and answer with 502. Next's default is 5 s.
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOSTNAME=0.0.0.0 PORT=3000 KEEP_ALIVE_TIMEOUT=620000
COPY --from=build /app/apps/web/.next/standalone ./
COPY --from=build /app/apps/web/.next/static ./apps/web/.next/static
USER node
EXPOSE 3000
# The manifest needs neither Clerk nor the API, so their outages do not restart the web app.
HEALTHCHECK --interval=5s --timeout=6s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/manifest.webmanifest`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/web/server.js"]
