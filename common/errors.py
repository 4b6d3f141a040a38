"""The one domain error: an act that the rules refuse, with a sentence that says why."""


class Refused(Exception):  # noqa: N818 - reads as what happened: the act was refused
    """Raised by verbs and rules; every interface shows `sentence` in its own way.

    `code` is stable and for programs; `sentence` is for people, in Portuguese, and says how to
    go on. Nothing has been written when it is raised.
    """

    def __init__(self, code: str, sentence: object) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)
