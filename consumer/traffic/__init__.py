"""Traffic: realistic marketplace traffic, made up from a seed, for demonstrations, benchmarks and tests.

`Traffic` describes it and is iterated for records; what people write is data in the TOML files beside this
module.
"""

from consumer.traffic.generator import Traffic
from consumer.traffic.item import TrafficItem, Truth

__all__ = ["Traffic", "TrafficItem", "Truth"]
