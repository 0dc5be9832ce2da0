"""Everything that talks to a broker. Nothing here knows what a message, a strike or a verdict is.

clients      client configurations: the worker's own values under the operator's
errors       librdkafka's flags to our three reactions: try again, abort, stop
admin        topics: their metadata, checks, creation, watermarks
source       the group consumer: batches, assignments, membership, rewinding
transaction  one batch's outputs and offsets, all or nothing
reader       group-less reading of partitions up to a mark
restore      from "assigned" to "restored", in slices
table        a compacted topic read whole and followed
mock         the demonstration broker inside librdkafka
"""
