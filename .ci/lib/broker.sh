# shellcheck shell=bash
# Kafka without an engine: the jars of the image as one process on this machine, with a fresh data folder.

BROKER_PID=
BROKER_HOME=
BROKER_BOOTSTRAP=

# Two ports that nobody listens on.
broker_free_ports() {
  python3 -c '
import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(s.getsockname()[1] for s in held))'
}

# The image's default properties, with the addresses and the data folder of this process.
broker_properties() {
  local clients=$1 controller=$2
  grep -vE '^(listeners|advertised\.listeners|controller\.quorum\.voters|log\.dirs)=' \
    "$CI_DIR/kafka/rootfs/etc/kafka/docker/server.properties"
  cat <<EOF
listeners=PLAINTEXT://127.0.0.1:$clients,CONTROLLER://127.0.0.1:$controller
advertised.listeners=PLAINTEXT://127.0.0.1:$clients
controller.quorum.voters=1@127.0.0.1:$controller
log.dirs=$BROKER_HOME/data
EOF
}

# Runs detached, so that it outlives a `.ci/prepare` called by hand.
broker_launch() {
  local version=$1 ports log=$BROKER_HOME/broker.log properties=$BROKER_HOME/server.properties java
  java=(java -Xms256m -Xmx1g "-Dlog4j2.configurationFile=$CI_DIR/kafka/rootfs/etc/kafka/docker/log4j2.yaml"
    -cp "$(jars_dir "$version")/*")
  read -ra ports < <(broker_free_ports)
  broker_properties "${ports[@]}" >"$properties" || return
  "${java[@]}" kafka.tools.StorageTool format -t YmFja2NoYW5uZWwtdGVzdA -c "$properties" || return
  setsid "${java[@]}" kafka.Kafka "$properties" >"$log" 2>&1 </dev/null 9>&- &
  BROKER_PID=$!
  for _ in $(seq 200); do
    ! grep -q 'Kafka Server started' "$log" || { BROKER_BOOTSTRAP=127.0.0.1:${ports[0]}; return 0; }
    kill -0 "$BROKER_PID" 2>/dev/null || break
    sleep 0.3
  done
  cat "$log"
  return 1
}

broker_start() {
  local version=$1
  jars_ensure "$version" || fail "Kafka's jars could not be obtained"
  BROKER_HOME=$(mktemp -d "$CI_CACHE/broker.XXXXXX")
  step "Kafka $version as a process" broker_launch "$version" || fail "Kafka did not start"
  warn "Kafka at $BROKER_BOOTSTRAP, process $BROKER_PID, data and log in $BROKER_HOME"
}

broker_stop() {
  [ -n "$BROKER_PID" ] || return 0
  kill "$BROKER_PID" 2>/dev/null || true
  wait "$BROKER_PID" 2>/dev/null || true
  rm -rf "$BROKER_HOME"
}
