"""Screens of fieldlog. Import each from its own module, so that start-up loads only the first."""
