"""The wire: one model per topic, how records are decoded, and what a reader may rely on.

    vocabulary     the words and bounds all models share
    message, account, moderation, approval, verdict, standing, dead_letter   one topic each
    ledger, conversation   the state kept in changelogs
    decode         bytes to events, or the reason why not
    received       the same for messages, native and lazy: every message passes there, almost none is looked at
    encode         values to bytes
    topics         the catalogue of all topics
    json_schema, asyncapi, examples, schemas, compatibility   what `schemas/` is made from and checked by

Models are frozen slotted dataclasses that pydantic validates: the wire's value is the domain's value. The one second
representation is `received`, whose equality with the first a test holds.
"""
