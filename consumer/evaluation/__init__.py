"""Evaluation: how well labelled cases are found. Cases and a detector go in, counts and rates come out.

A label says what a fair reader would expect of a message and what such a reader would also accept; `judged` holds
what the detector said against it, `report` counts, `rates` and `calibration` say how sure the figures are. Pure: no
files, no clock, no chance.
"""

from consumer.evaluation.cases import Case, CaseError, Label, parse_case
from consumer.evaluation.judged import Judge, Judged
from consumer.evaluation.report import Report, report_of

__all__ = ["Case", "CaseError", "Judge", "Judged", "Label", "Report", "parse_case", "report_of"]
