"""Detection: what a text contains. Texts go in, findings with exact spans into the original come out.

A message passes the prefilter, is folded into views, marked with the phrases of the lexicon, and read by one
detector for each kind. A learned scorer then weighs what they found against the words around it, and sees what no rule
foresees; the conversation's memory adds what single messages cannot show. Everything is pure: no clock, no network, and
no disk once a `Detector` is built.

To find more, change the words in `lexicon/` first, then a detector, and learn the scorer anew
(`python -m tests.training`): it is learned from what the rules find.
"""

from consumer.detection.detector import DETECTOR_VERSION, Detector
from consumer.detection.explanation import Explanation
from consumer.detection.finding import Finding
from consumer.detection.masking import mask
from consumer.detection.observation import Observation

__all__ = ["DETECTOR_VERSION", "Detector", "Explanation", "Finding", "Observation", "mask"]
