"""Print every verdict: `python consumer.py BOOTSTRAP GROUP TOPIC`. Needs `pip install confluent-kafka`."""

import json
import sys

from confluent_kafka import Consumer, KafkaException

bootstrap, group, topic = sys.argv[1:]
consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest",
                     "isolation.level": "read_committed", "enable.auto.offset.store": False})  # fmt: skip
consumer.subscribe([topic])
while True:
    if (record := consumer.poll(1.0)) is None:
        continue
    if record.error():
        raise KafkaException(record.error())
    verdict = json.loads(record.value())
    print(verdict["verdict_id"], verdict["account_id"], verdict["decision"], flush=True)  # your work, by verdict_id
    consumer.store_offsets(record)  # only now: a crash before this line shows the verdict again
