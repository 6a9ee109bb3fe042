"""What the catalogue's texts have in common"""

import pgvector.sqlalchemy
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "text_directions",
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("direction", pgvector.sqlalchemy.vector.VECTOR(dim=384), nullable=False),
        sa.PrimaryKeyConstraint("rank", name=op.f("pk_text_directions")),
    )


def downgrade() -> None:
    op.drop_table("text_directions")
