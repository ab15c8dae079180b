"""What procedure asks, as data: the terms set by law."""
