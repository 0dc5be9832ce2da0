# shellcheck shell=bash
# What the log of a run shows: one line a step, with the seconds since the start.

say() { printf '[ci %3ds] %s\n' "$SECONDS" "$*"; }

warn() { printf '[ci %3ds] WARNING: %s\n' "$SECONDS" "$*" >&2; }

fail() {
  printf '[ci %3ds] FAILED: %s\n' "$SECONDS" "$*" >&2
  exit 1
}

# step TEXT COMMAND...: runs the command with its output kept aside, shown only when it fails.
step() {
  local text=$1 began=$SECONDS output
  shift
  output=$(mktemp)
  if "$@" >"$output" 2>&1; then
    say "$text: $((SECONDS - began))s"
    rm -f "$output"
  else
    tail -n 40 "$output" >&2
    rm -f "$output"
    warn "$text: failed after $((SECONDS - began))s"
    return 1
  fi
}
