# shellcheck shell=bash
# AsyncAPI's own parser, which is a Node.js package; the tests find it through NODE_PATH.

NODE_PARSER=@asyncapi/parser@3.6.3

node_dir() { echo "$CI_CACHE/$(tr -c 'a-z0-9.\n' '-' <<<"$NODE_PARSER")"; }

node_fetch() {
  local partial
  partial=$(mktemp -d "$CI_CACHE/partial.XXXXXX")
  npm install --prefix "$partial" --no-audit --no-fund --ignore-scripts --silent "$NODE_PARSER" || return
  mv -T "$partial" "$(node_dir)"
}

node_ensure() {
  [ -d "$(node_dir)" ] || step "$NODE_PARSER" node_fetch || step "$NODE_PARSER, second try" node_fetch
}
