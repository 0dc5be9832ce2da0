# shellcheck shell=bash
# Debian packages: only those whose command is missing.

packages_missing() {
  local command package
  while read -r command package; do
    command -v "$command" >/dev/null || echo "$package"
  done <<'LIST'
python3 python3
mvn maven
jlink default-jdk-headless
promtool prometheus
node nodejs
npm npm
LIST
  python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
  [ "${BACKCHANNEL_CI_NO_DOCKER:-0}" != 1 ] || return 0
  # The image is not Debian: its busybox must need no library.
  ! ldd "$(command -v busybox || command -v bash)" >/dev/null 2>&1 || echo busybox-static
  # A client alone is no engine; where one answers already (a remote one, say) none is installed.
  command -v dockerd >/dev/null || engine_answers || echo docker.io
  # The plugin, if it is there, is the better Compose; Debian has the program it was before.
  docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null || echo docker-compose
}

packages_ensure() {
  local missing
  mapfile -t missing < <(packages_missing)
  [ "${#missing[@]}" -gt 0 ] || { say "packages: all there"; return 0; }
  [ "$(id -u)" = 0 ] || fail "these Debian packages are missing and installing them needs root: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  step "package lists" apt-get update -qq || warn "going on with the lists that are there"
  step "packages ${missing[*]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
    warn "going on with the packages that are there"
  # Newer Debian keeps the client in a package of its own.
  if command -v dockerd >/dev/null && ! command -v docker >/dev/null; then
    step "package docker-cli" apt-get install -y -qq --no-install-recommends docker-cli || true
  fi
}
