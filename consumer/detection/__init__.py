"""Detection: what a text contains. Texts go in, findings with exact spans into the original come out.

A message passes the prefilter, is folded into views, marked with the phrases of the lexicon, and read by one
detector for each kind; its conversation's memory adds what single messages cannot show. Everything is pure: no
clock, no network, and no disk once a `Detector` is built.
"""

from consumer.detection.detector import DETECTOR_VERSION, Detector
from consumer.detection.explanation import Explanation
from consumer.detection.finding import Finding
from consumer.detection.masking import mask
from consumer.detection.observation import Observation

__all__ = ["DETECTOR_VERSION", "Detector", "Explanation", "Finding", "Observation", "mask"]
