"""A township under one seeded clock: real laptops, hub, sticks and paper, and every fault that can be thought of.

`python -m benchmarks.simulate --seeds 1000` runs the worlds of many seeds, `--seed 17 --trace` shows one. From the seed
everything follows: who does what, what time each laptop believes it is, every salt and key, where a program is killed,
which bytes a power cut leaves, what the line does to a request. There is no wall time, no network, and no process but
this one; what runs is the product: books, actions, the exchange, the hub's application over its SQLite database.

After each step no entry that a call acknowledged may be gone from where it was. When the faults stop and everybody has
synchronised a few times, all logs are the same bytes everywhere, hold everything once, verify, and fold alike.
`docs/architecture.md` says how it works; `mutants` are bugs put into the product on purpose, which it has to find.
"""
