"""Checklists out of the tables offices keep, and into a table to print; nothing is written here."""
