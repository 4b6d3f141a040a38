"""Who can be tried in the demonstration; no Django here, since the supervisor prints it."""

# Everybody in the demonstration signs in with this one.
PASSWORD = "prazo-demonstracao"  # noqa: S105 - it is printed on the terminal and in the README

# Role, e-mail, password.
SIGN_INS: list[tuple[str, str, str]] = [
    ("Cliente", "ana@serraazul.example", PASSWORD),
    ("Administradora do cliente", "carla@serraazul.example", PASSWORD),
    ("Consultora de dois clientes", "patricia@andradeconsultoria.example", PASSWORD),
    ("Analista", "elisa@prazo.example", PASSWORD),
    ("Supervisor", "fabio@prazo.example", PASSWORD),
    ("Administrador", "gil@prazo.example", PASSWORD),
]
