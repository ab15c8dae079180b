"""What papers are filled in with, worked out from the folded documents: one module a family, plain text all through."""
