"""Recordings: found and measured, told when they began, and tied to what happened. Works out values; actions write them."""
