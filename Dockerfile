# syntax=docker/dockerfile:1
# The program alone, linked statically: no shell, no root, nothing else. docs/packaging.md shows how it is run.
FROM rust:1.95-alpine AS build
# The target of this image is musl, whose C library is linked in; its releases are those of the image.
# hadolint ignore=DL3018
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
RUN cargo build --release --locked --bin litellm-fix && mkdir /state

FROM scratch
COPY --from=build /src/target/release/litellm-fix /litellm-fix
# The journal of `undo`, for whoever the container runs as.
COPY --from=build --chmod=1777 /state /state
ENV LITELLM_FIX_STATE_DIR=/state
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/litellm-fix"]
