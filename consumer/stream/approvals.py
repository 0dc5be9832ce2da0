"""The gig approvals as a mapping, fed by the table's records."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence

from consumer.events.approval import GigApprovals
from consumer.events.decode import Rejected, decode_approvals
from consumer.stream.records import Record

log = logging.getLogger(__name__)


class Approvals(Mapping[str, GigApprovals]):
    """Approvals by gig id, as of the last record read.

    A record that cannot be read changes nothing: it is counted (`on_rejected`, called with the reason) and logged with
    its place, and the gig keeps what it had. Every worker reads the whole topic, so a dead letter from each of them, at
    each start, would say nothing more.
    """

    def __init__(self, on_rejected: Callable[[str], None]) -> None:
        self._by_gig: dict[str, GigApprovals] = {}
        self._on_rejected = on_rejected

    def __getitem__(self, gig_id: str) -> GigApprovals:
        return self._by_gig[gig_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_gig)

    def __len__(self) -> int:
        return len(self._by_gig)

    def load(self, records: Sequence[Record]) -> None:
        """Apply records in their order; a null value forgets the gig."""
        for record in records:
            try:
                self._apply(record)
            except Rejected as why:
                self._on_rejected(why.reason)
                log.warning(
                    "gig approvals record rejected",
                    extra={"offset": record.offset(), "reason": why.reason, "detail": why.detail},
                )

    def _apply(self, record: Record) -> None:
        key, value = record.key(), record.value()
        if key is None:
            raise Rejected("null_key", "the record has no key")
        if value is None:
            self._by_gig.pop(key.decode("utf-8", "replace"), None)
            return
        approvals = decode_approvals(value)
        if approvals.gig_id.encode() != key:
            raise Rejected("wrong_key", "the key is not the gig_id")
        self._by_gig[approvals.gig_id] = approvals
