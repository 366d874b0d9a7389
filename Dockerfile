# The service as a container: docs/container.md says how to run it.
FROM node:22-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
COPY service/package.json service/
RUN npm ci --workspace=service --ignore-scripts --no-audit --no-fund
COPY . .
# The bundles, the packages that they may load, and the page: the list is in deploy/artifact/container.ts.
RUN npx --no-install esbuild deploy/artifact/container.ts deploy/artifact/code-cache.ts --bundle --platform=node --packages=external --log-level=error --outdir=dist && node dist/container.js /app

# The bundles in compiled form, made by the very Node that will run them.
FROM gcr.io/distroless/nodejs22-debian12:nonroot AS cache
USER 0:0
COPY --from=build /app /app
COPY --from=build /src/dist/code-cache.js /code-cache.js
RUN ["/nodejs/bin/node", "/code-cache.js", "/app"]

# No shell and no npm: /nodejs/bin/node is the only program.
FROM gcr.io/distroless/nodejs22-debian12:nonroot
WORKDIR /app
COPY --from=cache /app /app
ENV NODE_ENV=production EXIF_HEALTH=1
USER 65532:65532
EXPOSE 9000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=3s --start-period=5s CMD ["/nodejs/bin/node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 9000}/-/health`).then((reply) => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/nodejs/bin/node"]
CMD ["handler/start.js"]
