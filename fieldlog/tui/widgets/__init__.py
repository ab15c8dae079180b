"""Widgets of fieldlog. Import each from its own module, so that a screen loads only what it shows."""
