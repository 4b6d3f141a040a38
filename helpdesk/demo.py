"""Who signs in to the demo, for whoever prints it; `manage.py seed_demo` makes them. No Django."""

PASSWORD = "prazo-demonstracao"  # noqa: S105 - known to all, and refused outside the demo

# Role, e-mail, password.
SIGN_INS: list[tuple[str, str, str]] = [
    ("Cliente", "ana@serraazul.example", PASSWORD),
    ("Administradora do cliente", "carla@serraazul.example", PASSWORD),
    ("Analista", "elisa@prazo.example", PASSWORD),
    ("Supervisor", "fabio@prazo.example", PASSWORD),
    ("Administrador", "gil@prazo.example", PASSWORD),
]
