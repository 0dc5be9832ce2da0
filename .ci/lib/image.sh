# shellcheck shell=bash
# The images of the tests: Kafka, and what the worker's image and the compose file start from. One that was pulled is
# used as it is; one that was built here is built anew when its recipe changed.

IMAGE_LABEL=backchannel.ci.recipe

# The tests name the image; nothing else may.
image_name() {
  local name
  name=$(sed -n 's/^IMAGE[^=]*= *"\(apache\/kafka:[^"]*\)"$/\1/p' "$REPO_DIR/tests/kafka/container.py")
  [ -n "$name" ] || fail "tests/kafka/container.py has no line IMAGE = \"apache/kafka:<version>\""
  echo "$name"
}

# What the worker's image is built from, by deploy/Dockerfile.
image_python() { sed -n 's/^FROM \(python:[^ ]*\).*/\1/p' "$REPO_DIR/deploy/Dockerfile" | sort -u; }

# What the compose file watches the workers with.
image_prometheus() { sed -n 's/^ *image: \(prom\/prometheus:.*\)/\1/p' "$REPO_DIR/docker-compose.yml"; }

# image_recipe FOLDER: changes with what an image is built by.
image_recipe() {
  (cd "$CI_DIR" && find "$1" lib/rootfs.sh -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
}

# image_is_current FOLDER NAME
image_is_current() {
  local built_from
  built_from=$(docker image inspect --format "{{index .Config.Labels \"$IMAGE_LABEL\"}}" "$2" 2>/dev/null) || return 1
  [ -z "$built_from" ] || [ "$built_from" = "$(image_recipe "$1")" ]
}

# image_ensure FOLDER NAME ARGUMENT...: FOLDER/build-image makes it, given the name, the arguments and the label.
image_ensure() {
  local folder=$1 image=$2
  shift 2
  ! image_is_current "$folder" "$image" || { say "image $image: already there"; return 0; }
  step "image $image" "$CI_DIR/$folder/build-image" "$image" "$@" "$IMAGE_LABEL=$(image_recipe "$folder")" || return
  # The one it replaced has lost its name.
  docker image prune -f --filter "label=$IMAGE_LABEL" >/dev/null || true
}

image_ensure_kafka() {
  local image=$1 version=${1#*:}
  image_is_current kafka "$image" || jars_ensure "$version" || return
  image_ensure kafka "$image" "$(jars_dir "$version")"
}

# For the end-to-end test. Without them it says which one it wants; Kafka's tests go on.
images_ensure_others() {
  image_ensure python "$(image_python)" && image_ensure prometheus "$(image_prometheus)"
}
