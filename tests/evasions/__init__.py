"""Generated evasions and harmless look-alikes, for recall and false alarms by kind of disguise.

A canonical detail (`details`) is disguised by one obfuscator or two (`signs`, `numbers`, `letters`, `wholes`), set
into a sentence of one of the languages (`speech.toml`), and given to the detector (`matrix`). `lookalikes` makes
the harmless half. Everything is seeded; the data here is written apart from the detector's lexicon on purpose.

`python -m tests.evasions` prints the figures, `--show OBFUSCATOR` the texts that were missed.
"""
