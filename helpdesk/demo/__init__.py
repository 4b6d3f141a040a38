"""The demonstration: its people, its past and its clock. All of it works with DEMO=1 only."""

from helpdesk.demo.sign_ins import SIGN_INS

__all__ = ["SIGN_INS"]
