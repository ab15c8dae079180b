"""The pure core: what an entry is, what follows from entries, and what the law lets an officer do."""
