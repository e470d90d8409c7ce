# The API. Build it at the repository's root: docker build -f deploy/api.Dockerfile -t populatte-api .
FROM node:24.11.0-bookworm-slim AS build
WORKDIR /app
ENV TURBO_TELEMETRY_DISABLED=1 DO_NOT_TRACK=1
COPY . .
RUN npm ci --ignore-scripts
RUN npx turbo run build --filter=@populatte/api
# Installs the same versions without the development dependencies. This leaves dist in place.
RUN npm ci --omit=dev --ignore-scripts -w @populatte/api -w @populatte/contracts -w @populatte/nestjs-clerk-sync

FROM node:24.11.0-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/packages/contracts/package.json ./packages/contracts/
COPY --from=build /app/packages/contracts/dist ./packages/contracts/dist
COPY --from=build /app/packages/nestjs-clerk-sync/package.json ./packages/nestjs-clerk-sync/
COPY --from=build /app/packages/nestjs-clerk-sync/dist ./packages/nestjs-clerk-sync/dist
COPY --from=build /app/apps/api/package.json ./apps/api/
COPY --from=build /app/apps/api/node_modules ./apps/api/node_modules
COPY --from=build /app/apps/api/drizzle ./apps/api/drizzle
COPY --from=build /app/apps/api/bin ./apps/api/bin
COPY --from=build /app/apps/api/dist ./apps/api/dist
USER node
EXPOSE 3001
HEALTHCHECK --interval=5s --timeout=6s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3001}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Does not run npm, which would not forward SIGTERM.
CMD ["node", "apps/api/dist/main.js"]
