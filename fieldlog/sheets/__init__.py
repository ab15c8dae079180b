"""Spreadsheets as grids of cells, whatever program saved them: xlsx, xls, CSV. What the cells mean is not known here."""
