#!/usr/bin/env bash
# Starts one of Kafka's main classes with the upstream variables for heap, JVM and logging.
logging=/etc/kafka/docker/tools-log4j2.yaml
heap=-Xmx256m
if [ "$1" = kafka.Kafka ]; then
  logging=/opt/kafka/config/log4j2.yaml
  heap="-Xms256m -Xmx1g"
fi
# shellcheck disable=SC2086 # options are words
exec java ${KAFKA_HEAP_OPTS:-$heap} ${KAFKA_JVM_PERFORMANCE_OPTS:-} \
  ${KAFKA_LOG4J_OPTS:--Dlog4j2.configurationFile=$logging} ${KAFKA_OPTS:-} -cp '/opt/kafka/libs/*' "$@"
