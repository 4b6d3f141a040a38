"""CPF and CNPJ as people write and read them; which are valid: `models.validate_tax_id`. Pure."""

from stdnum.br import cnpj, cpf

_CPF = 11


def compacted(typed: str) -> str:
    """Without punctuation, in capitals: a CNPJ may hold letters."""
    return "".join(sign for sign in typed.upper() if sign.isascii() and sign.isalnum())


def formatted(tax_id: str) -> str:
    """529.982.247-25, or 12.ABC.345/01DE-35."""
    if not tax_id:
        return ""
    return str(cpf.format(tax_id) if len(tax_id) == _CPF else cnpj.format(tax_id))


def masked(tax_id: str) -> str:
    """As others see it: ***.982.247-**, enough to confirm what a caller says (C5)."""
    if not tax_id:
        return ""
    if len(tax_id) == _CPF:
        return f"***.{tax_id[3:6]}.{tax_id[6:9]}-**"
    return f"**.{tax_id[2:5]}.{tax_id[5:8]}/****-**"
