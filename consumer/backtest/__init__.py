"""Two policies over the same past: what each would have decided, and for whom that makes a difference.

    screening    messages to incidents, once for both
    side         one policy with the accounts as it would have left them
    decided      what a judgement came to
    comparison   both sides fed and counted
    report       what changes, as values

Pure, like the stages it is made of: what happened and when are arguments.
"""
