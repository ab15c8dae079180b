"""The documents the law asks for: what each looks like, what may stand in it, and a Word file made of its values."""
