# shellcheck shell=bash
# Apache Kafka as its Maven artifacts: the binary distribution is not in that repository, the jars are.

JARS_PLUGIN=org.apache.maven.plugins:maven-dependency-plugin:3.8.1

jars_dir() { echo "$CI_CACHE/kafka-$1"; }

jars_fetch() {
  local version=$1 partial
  partial=$(mktemp -d "$CI_CACHE/partial.XXXXXX")
  mvn -q -B -f "$CI_DIR/kafka/pom.xml" "-Dkafka.version=$version" "$JARS_PLUGIN:copy-dependencies" \
    -DincludeScope=runtime "-DoutputDirectory=$partial"
  [ -e "$partial/kafka_2.13-$version.jar" ] || return 1
  # Moved in one step: an interrupted download never looks like a complete one.
  mv -T "$partial" "$(jars_dir "$version")"
}

jars_ensure() {
  local version=$1
  [ ! -d "$(jars_dir "$version")" ] || return 0
  step "Kafka $version jars" jars_fetch "$version" || step "Kafka $version jars, second try" jars_fetch "$version"
}
