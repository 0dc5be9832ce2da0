# shellcheck shell=bash
# The Kafka image of the tests. One that was pulled is used as it is; one that was built here is built anew when
# its recipe changed.

IMAGE_LABEL=backchannel.ci.recipe

# The tests name the image; nothing else may.
image_name() {
  local name
  name=$(sed -n 's/^IMAGE[^=]*= *"\(apache\/kafka:[^"]*\)"$/\1/p' "$REPO_DIR/tests/kafka/container.py")
  [ -n "$name" ] || fail "tests/kafka/container.py has no line IMAGE = \"apache/kafka:<version>\""
  echo "$name"
}

image_recipe() {
  (cd "$CI_DIR/kafka" && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
}

image_is_current() {
  local built_from
  built_from=$(docker image inspect --format "{{index .Config.Labels \"$IMAGE_LABEL\"}}" "$1" 2>/dev/null) || return 1
  [ -z "$built_from" ] || [ "$built_from" = "$(image_recipe)" ]
}

image_ensure() {
  local image=$1 version=${1#*:}
  ! image_is_current "$image" || { say "image $image: already there"; return 0; }
  jars_ensure "$version" || return
  step "image $image" \
    "$CI_DIR/kafka/build-image" "$image" "$(jars_dir "$version")" "$IMAGE_LABEL=$(image_recipe)" || return
  # The one it replaced has lost its name.
  docker image prune -f --filter "label=$IMAGE_LABEL" >/dev/null || true
}
