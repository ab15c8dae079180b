"""Photographs as files: what one says of itself, the newest in a folder, drawing and opening one; writes nothing."""
