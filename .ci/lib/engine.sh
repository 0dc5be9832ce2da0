# shellcheck shell=bash
# A Docker engine: the one that answers, else Debian's, started here and left running for the next call.

engine_answers() { timeout 15 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# A machine restored from an image can hold the pid file of a daemon that is long gone, and dockerd refuses to
# start when some other process now has that number.
engine_forget_dead_daemon() {
  local file=/var/run/docker.pid
  [ -e "$file" ] || return 0
  [ "$(cat "/proc/$(cat "$file")/comm" 2>/dev/null)" = dockerd ] || rm -f "$file"
}

engine_start_with() {
  local log=$CI_CACHE/dockerd.log pid
  engine_forget_dead_daemon
  setsid dockerd "$@" >"$log" 2>&1 </dev/null 9>&- &
  pid=$!
  for _ in $(seq 100); do
    ! engine_answers || return 0
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.3
  done
  kill "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  tail -n 3 "$log" >&2
  return 1
}

# From the best the machine may allow to the least that still runs a container with a published port.
engine_start() {
  local options
  for options in "" "--storage-driver=vfs" "--iptables=false" "--iptables=false --storage-driver=vfs"; do
    # shellcheck disable=SC2086 # options are words
    ! step "dockerd ${options:-with its defaults}" engine_start_with $options || return 0
  done
  return 1
}

engine_ensure() {
  ! engine_answers || { say "Docker engine: already answering"; return 0; }
  command -v dockerd >/dev/null || { warn "dockerd is not installed"; return 1; }
  [ "$(id -u)" = 0 ] || { warn "starting dockerd needs root"; return 1; }
  if [ -n "${DOCKER_HOST:-}" ]; then
    warn "no engine at DOCKER_HOST=$DOCKER_HOST: using one on this machine"
    unset DOCKER_HOST
  fi
  engine_start
}

# An engine that answers can still be unable to run anything (no cgroups, no namespaces).
engine_runs() { step "container with a published port" docker run --rm -p 127.0.0.1::9092 "$1" true; }
