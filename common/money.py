"""Amounts of money in words."""

from decimal import Decimal


def reais(amount: Decimal) -> str:
    """ "R$ 1.234,50", which no line breaks apart."""
    return "R$\u00a0" + f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
