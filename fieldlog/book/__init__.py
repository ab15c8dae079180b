"""The field book on this laptop: the log, the view folded from it, and the attachments. `Book` is the one door."""
