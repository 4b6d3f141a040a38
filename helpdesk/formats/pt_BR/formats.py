"""In figures: Django's own "24 de Novembro de 2026 às 17:45" takes half a table's width."""

DATE_FORMAT = "d/m/Y"
DATETIME_FORMAT = "d/m/Y H:i"
