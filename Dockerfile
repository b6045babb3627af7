# One image for each service, from one file: `docker build --target inventory-api .`
#
#   manifests ──> build ──┐
#                 roots ──┴──> service ──> inventory-api, polystatus-users, …
#
# Docker keeps the result of each step and runs a step again only when something that goes into it has changed. So what
# changes rarely comes first, and what changes often comes last. Within Docker 20.10: no `# syntax=` line (it would
# pull a second image to read this file), no here-documents, no cache mounts (a hosted runner starts without them).

# ── manifests: which crates are needed, without a line of our code ────────────────────────────────────────────────────
# The tag names compiler and system exactly enough to be repeatable, and follows security fixes of both.
FROM rust:1.95-slim-bookworm AS manifests
WORKDIR /src
COPY . .
# Every package keeps its manifest; its code is replaced by an empty crate. This step runs at each change of our code,
# but its result stays the same as long as no manifest changes, and then the next stage's long step is not repeated.
# cargo-chef does the same with more care; these lines spare its build of several minutes.
RUN echo '//! empty' > /lib.rs && printf '//! empty\nfn main() {}\n' > /main.rs \
    && find . -type f ! -name Cargo.toml ! -name Cargo.lock ! -path '*/src/lib.rs' ! -path '*/src/main.rs' -delete \
    && find . -name lib.rs -exec cp /lib.rs {} \; \
    && find . -name main.rs -exec cp /main.rs {} \; \
    && find . -mindepth 2 -name Cargo.toml -execdir mkdir -p src \; \
    && find . -path '*/src' -empty -exec cp /lib.rs {} \;

# ── build: every service, in one go ───────────────────────────────────────────────────────────────────────────────────
FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
# One `--package` for each service. All are built by one call of cargo, so that what they share is compiled once.
ENV SERVICES="--package add-product --package display-product --package documents-api --package documents-backup \
    --package documents-notifications --package inventory-api --package polystatus-communications \
    --package polystatus-csp --package polystatus-flags --package polystatus-frontend --package polystatus-incidents \
    --package polystatus-users --package read-product"
# Writes into each program the list of the crates that it was made from. In an image without a package manager it is
# all that a scanner for known vulnerabilities can read.
RUN cargo install --quiet --locked cargo-auditable --version 0.7.7
# The C library goes into the program: it then needs no file of the system that it runs on, and the image can be empty.
# What the program must correct at its start, since it runs at an address that changes each time, is written in the short
# form: two bits for a place instead of 24 bytes, most of a megabyte.
ENV RUSTFLAGS="-C target-feature=+crt-static -C link-arg=-Wl,-z,pack-relative-relocs"
# With `--target`, the flags above are for the services alone. Without it they would reach procedural macros too, which
# the compiler loads as libraries and which cannot be static.
COPY --from=manifests /src .
RUN cargo auditable build --locked --release --target "$(rustc --print host-tuple)" $SERVICES
# Our code. Its files bear the time of the checkout, older than the empty programs built above; cargo compares times
# and would take those for the newer ones: hence `touch`. Not under target/: there lies what the dependencies generated.
COPY . .
RUN find . -path ./target -prune -o -name '*.rs' -exec touch {} + \
    && cargo auditable build --locked --release --target "$(rustc --print host-tuple)" $SERVICES \
    && mkdir /programs \
    && find target/*/release -maxdepth 1 -type f -executable -exec cp {} /programs/ \;

# ── roots: the few files that a program expects of a system ───────────────────────────────────────────────────────────
FROM rust:1.95-slim-bookworm AS roots
# Certificate authorities for calls over HTTPS. Debian's own set, not the machine's /etc/ssl/certs: a company's proxy
# may have added its own there, and whoever runs our image must not be made to trust it.
RUN mkdir -p /roots/etc/ssl/certs \
    && cat /usr/share/ca-certificates/mozilla/*.crt > /roots/etc/ssl/certs/ca-certificates.crt
# A user without password, home or shell. Host names: first /etc/hosts, then DNS.
RUN echo 'polyops:x:65532:65532::/data:/sbin/nologin' > /roots/etc/passwd \
    && echo 'polyops:x:65532:' > /roots/etc/group \
    && echo 'hosts: files dns' > /roots/etc/nsswitch.conf \
    && mkdir --mode=1777 /roots/tmp \
    && mkdir /empty

# ── service: what all services have in common ─────────────────────────────────────────────────────────────────────────
# `scratch` is the empty image: no shell, no package manager, nothing that would need an update but our program itself.
# hadolint ignore=DL3049
FROM scratch AS service
COPY --from=roots /roots /
# The one place that a service writes to. It belongs to its user; a volume that is mounted here takes that over.
COPY --from=roots --chown=65532:65532 /empty /data
# By number: Kubernetes' `runAsNonRoot` cannot see what a name stands for.
USER 65532:65532
# The services' own files are in data/ below this folder, as data/inventory.db.
WORKDIR /
VOLUME /data
# In a container, 127.0.0.1 is the container's own: nobody outside would get an answer.
ENV HOST=0.0.0.0
# Last, since these differ from build to build (`cargo xtask images` fills them in). The names are the Open Container
# Initiative's: registries and scanners read them.
ARG VERSION=0.0.0-dev
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
ARG SOURCE=unknown
LABEL org.opencontainers.image.version=$VERSION \
      org.opencontainers.image.revision=$REVISION \
      org.opencontainers.image.created=$CREATED \
      org.opencontainers.image.source=$SOURCE \
      org.opencontainers.image.licenses="MIT OR Apache-2.0" \
      org.opencontainers.image.vendor="PolyOps"

# ── one stage for each service ────────────────────────────────────────────────────────────────────────────────────────
FROM service AS inventory-api
LABEL org.opencontainers.image.title="inventory-api" \
      org.opencontainers.image.description="The server inventory: a REST API on SQLite or PostgreSQL, read from memory"
COPY --from=build /programs/inventory-api /inventory-api
EXPOSE 5000
# An image holds no curl: the program asks itself. The list form, since there is no shell either.
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["/inventory-api", "healthcheck"]
ENTRYPOINT ["/inventory-api"]
CMD ["serve"]

FROM service AS documents-api
LABEL org.opencontainers.image.title="documents-api" \
      org.opencontainers.image.description="A company's documents: users and files, streamed both ways, every version kept, every change in one ordered feed"
COPY --from=build /programs/documents-api /documents-api
EXPOSE 7000
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["/documents-api", "healthcheck"]
ENTRYPOINT ["/documents-api"]
CMD ["serve"]

FROM service AS documents-notifications
LABEL org.opencontainers.image.title="documents-notifications" \
      org.opencontainers.image.description="Tells who is concerned, over Socket.IO, of every change of a document as it happens"
COPY --from=build /programs/documents-notifications /documents-notifications
EXPOSE 7001
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["/documents-notifications", "healthcheck"]
ENTRYPOINT ["/documents-notifications"]
CMD ["serve"]

FROM service AS documents-backup
LABEL org.opencontainers.image.title="documents-backup" \
      org.opencontainers.image.description="A copy of every version of every document, kept for ever, and given back as of any moment"
COPY --from=build /programs/documents-backup /documents-backup
EXPOSE 7002
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["/documents-backup", "healthcheck"]
ENTRYPOINT ["/documents-backup"]
CMD ["serve"]

FROM service AS add-product
LABEL org.opencontainers.image.title="add-product" \
      org.opencontainers.image.description="Adds products to the catalogue, and tells others of each"
COPY --from=build /programs/add-product /add-product
EXPOSE 7100
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["/add-product", "healthcheck"]
ENTRYPOINT ["/add-product"]
CMD ["serve"]

FROM service AS read-product
LABEL org.opencontainers.image.title="read-product" \
      org.opencontainers.image.description="Lists the products of the catalogue from memory, also while the database is away"
COPY --from=build /programs/read-product /read-product
EXPOSE 7101
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["/read-product", "healthcheck"]
ENTRYPOINT ["/read-product"]
CMD ["serve"]

FROM service AS display-product
LABEL org.opencontainers.image.title="display-product" \
      org.opencontainers.image.description="The product catalogue as pages: a list, each product, and a form for new ones"
COPY --from=build /programs/display-product /display-product
EXPOSE 7102
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["/display-product", "healthcheck"]
ENTRYPOINT ["/display-product"]
CMD ["serve"]

FROM service AS polystatus-communications
LABEL org.opencontainers.image.title="polystatus-communications" \
      org.opencontainers.image.description="What the public is told: announcements, planned work, the status API, mails and webhooks"
COPY --from=build /programs/polystatus-communications /polystatus-communications
EXPOSE 8082
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["/polystatus-communications", "healthcheck"]
ENTRYPOINT ["/polystatus-communications"]
CMD ["serve"]

FROM service AS polystatus-csp
LABEL org.opencontainers.image.title="polystatus-csp" \
      org.opencontainers.image.description="How the cloud providers are doing: their status feeds, read, compared and remembered"
COPY --from=build /programs/polystatus-csp /polystatus-csp
EXPOSE 8083
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["/polystatus-csp", "healthcheck"]
ENTRYPOINT ["/polystatus-csp"]
CMD ["serve"]

FROM service AS polystatus-flags
LABEL org.opencontainers.image.title="polystatus-flags" \
      org.opencontainers.image.description="Feature flags: OpenFeature clients of every language, targeting rules, approvals, history"
COPY --from=build /programs/polystatus-flags /polystatus-flags
EXPOSE 8070
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["/polystatus-flags", "healthcheck"]
ENTRYPOINT ["/polystatus-flags"]
CMD ["serve"]

FROM service AS polystatus-frontend
LABEL org.opencontainers.image.title="polystatus-frontend" \
      org.opencontainers.image.description="The status page: what the public sees, also when everything else is down"
COPY --from=build /programs/polystatus-frontend /polystatus-frontend
EXPOSE 3000
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["/polystatus-frontend", "healthcheck"]
ENTRYPOINT ["/polystatus-frontend"]
CMD ["serve"]

FROM service AS polystatus-incidents
LABEL org.opencontainers.image.title="polystatus-incidents" \
      org.opencontainers.image.description="Incidents from the first report to the postmortem, the services that can break, and what people report"
COPY --from=build /programs/polystatus-incidents /polystatus-incidents
EXPOSE 8081
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["/polystatus-incidents", "healthcheck"]
ENTRYPOINT ["/polystatus-incidents"]
CMD ["serve"]

FROM service AS polystatus-users
LABEL org.opencontainers.image.title="polystatus-users" \
      org.opencontainers.image.description="Who works here: accounts, roles, logins, and the keys that every other service checks tokens with"
COPY --from=build /programs/polystatus-users /polystatus-users
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 CMD ["/polystatus-users", "healthcheck"]
ENTRYPOINT ["/polystatus-users"]
CMD ["serve"]
