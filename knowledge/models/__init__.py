"""What is known before a ticket: articles, incidents, defects, and what was looked for."""

from knowledge.models.article import (
    Article,
    ArticleFile,
    Audience,
    Category,
    FormerSlug,
    Language,
    Revision,
    Vote,
)
from knowledge.models.known import Defect, Incident
from knowledge.models.search import Inquiry, Lexeme, Miss, SynonymGroup, SynonymPhrase

__all__ = [
    "Article",
    "ArticleFile",
    "Audience",
    "Category",
    "Defect",
    "FormerSlug",
    "Incident",
    "Inquiry",
    "Language",
    "Lexeme",
    "Miss",
    "Revision",
    "SynonymGroup",
    "SynonymPhrase",
    "Vote",
]
