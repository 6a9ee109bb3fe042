"""What we know: the only package that speaks SQL. PostgreSQL with pgvector, always."""

from sqlalchemy.ext.asyncio import AsyncSession as Session

from cratedig.catalogue.database import Catalogue

__all__ = ["Catalogue", "Session"]
