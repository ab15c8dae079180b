"""QR codes, whatever they carry: their alphabet, their modules, and reading them out of a picture."""
