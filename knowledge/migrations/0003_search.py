"""Search of articles, incidents and defects: what of them is compared, indexed and counted.

`f_norm`, on which `f_words` stands, is made by a migration of `tickets`, which came before.
"""

from django.contrib.postgres.operations import CreateExtension
from django.db import migrations, models
from django.db.models import deletion

# Portuguese as searches compare it, one blank between words. Beyond case and accents: an ordinal
# is its number (13º), a short first part joins the rest (NF-e, S-1299, e-mail), and plurals that
# the stemmer leaves apart become singulars (-ões, -ãos, -ães; -ais, -eis, -ois, -uis; -ns; logs).
WORDS = """
CREATE FUNCTION f_words(words text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(
  regexp_replace(
    regexp_replace(
      regexp_replace(
        regexp_replace(
          regexp_replace(
            regexp_replace(
              regexp_replace(public.f_norm(words), '\\m([0-9]+) ?[oa]\\M', '\\1', 'g'),
              '\\m([a-z]{1,3})-(?=[a-z0-9])', '\\1', 'g'
            ),
            '[^[:alnum:]]+', ' ', 'g'
          ),
          '(oes|aes|aos)\\M', 'ao', 'g'
        ),
        '([aeou])is\\M', '\\1l', 'g'
      ),
      '([aeiou])ns\\M', '\\1m', 'g'
    ),
    '([bcdfgjklmpqtvwxz])s\\M', '\\1', 'g'
  )
)
"""

STEMS = """
CREATE FUNCTION f_stems(words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_tsvector('pg_catalog.portuguese'::regconfig, public.f_words(words))
"""

# Of long texts only that they hold a word is kept, which is quick to read and enough to rank by.
BODY = "strip(f_stems(left(text, 200000)))"
TITLE = "setweight(f_stems(title), 'A')"
INDEXED = {
    "knowledge_article": {
        "words": f"{TITLE} || setweight(f_stems(error_codes), 'B')"
        f" || setweight(f_stems(summary), 'C') || {BODY}",
        "head": "f_stems(title) || f_stems(error_codes)",
    },
    "knowledge_incident": {"words": f"{TITLE} || {BODY}"},
    "knowledge_defect": {"words": f"{TITLE} || setweight(f_stems(code), 'B') || {BODY}"},
}

# Counts what a statement brought and took away, in the order of the stems: two statements at once
# wait for each other and never in a circle.
COUNT = """
CREATE FUNCTION knowledge_count_lexemes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed CONSTANT text := CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT words, 1 AS change FROM brought'
        WHEN 'DELETE' THEN 'SELECT words, -1 AS change FROM taken'
        ELSE 'SELECT each.words, each.change FROM brought JOIN taken USING (id)'
             ' CROSS JOIN LATERAL (VALUES (brought.words, 1), (taken.words, -1))'
             ' AS each (words, change) WHERE brought.words <> taken.words'
    END;
    counted CONSTANT text := 'SELECT stem, sum(change)::integer AS change FROM ('
        || changed || ') AS each CROSS JOIN LATERAL'
        ' unnest(''''::text || tsvector_to_array(words)) AS stem WHERE words <> '''''
        ' GROUP BY stem';
BEGIN
    EXECUTE 'INSERT INTO knowledge_lexeme AS lexeme (stem, texts)'
        ' SELECT stem, change FROM (' || counted || ') AS each WHERE change > 0 ORDER BY stem'
        ' ON CONFLICT (stem) DO UPDATE SET texts = lexeme.texts + excluded.texts';
    EXECUTE 'WITH less AS (SELECT lexeme.stem, each.change FROM knowledge_lexeme AS lexeme'
        ' JOIN (' || counted || ') AS each USING (stem) WHERE change < 0'
        ' ORDER BY stem FOR UPDATE OF lexeme)'
        ' UPDATE knowledge_lexeme AS lexeme SET texts = greatest(0, lexeme.texts + less.change)'
        ' FROM less WHERE lexeme.stem = less.stem';
    RETURN NULL;
END $$
"""

PHRASES = """
CREATE FUNCTION knowledge_write_phrases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM knowledge_synonymphrase WHERE group_id = OLD.id;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    INSERT INTO knowledge_synonymphrase (group_id, stems)
    SELECT NEW.id, stems
    FROM unnest(NEW.words) AS phrase
    CROSS JOIN LATERAL (
        SELECT string_agg(lexeme, ' ' ORDER BY place) AS stems
        FROM unnest(f_stems(phrase)) AS each CROSS JOIN LATERAL unnest(positions) AS place
    ) AS told
    WHERE stems IS NOT NULL
    GROUP BY stems;
    INSERT INTO knowledge_lexeme (stem, texts)
    SELECT DISTINCT stem, 0
    FROM unnest(NEW.words) AS phrase CROSS JOIN LATERAL
        unnest(tsvector_to_array(f_stems(phrase))) AS stem
    ORDER BY stem
    ON CONFLICT (stem) DO NOTHING;
    RETURN NEW;
END $$
"""

TRANSITIONS = {
    "INSERT": "NEW TABLE AS brought",
    "UPDATE": "NEW TABLE AS brought OLD TABLE AS taken",
    "DELETE": "OLD TABLE AS taken",
}


def _columns() -> list[migrations.RunSQL]:
    made = []
    for table, columns in INDEXED.items():
        for column, expression in columns.items():
            made += [
                migrations.RunSQL(
                    f"ALTER TABLE {table} ADD COLUMN {column} tsvector"
                    f" GENERATED ALWAYS AS ({expression}) STORED",
                    f"ALTER TABLE {table} DROP COLUMN {column}",
                ),
                migrations.RunSQL(
                    f"CREATE INDEX {table}_{column} ON {table} USING gin ({column})",
                    f"DROP INDEX {table}_{column}",
                ),
            ]
    return made


def _counting() -> list[migrations.RunSQL]:
    return [
        migrations.RunSQL(
            f"CREATE TRIGGER lexemes_{operation.lower()} AFTER {operation} ON {table}"
            f" REFERENCING {transitions} FOR EACH STATEMENT"
            " EXECUTE FUNCTION knowledge_count_lexemes()",
            f"DROP TRIGGER lexemes_{operation.lower()} ON {table}",
        )
        for table in INDEXED
        for operation, transitions in TRANSITIONS.items()
    ]


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0002_incident_updated_at"), ("tickets", "0002_search")]

    operations = [
        # How many letters two words are apart.
        CreateExtension("fuzzystrmatch"),
        migrations.CreateModel(
            "Lexeme",
            [
                (
                    "stem",
                    models.TextField(
                        "radical", primary_key=True, serialize=False, db_collation="C"
                    ),
                ),
                ("texts", models.IntegerField("textos")),
            ],
            {
                "verbose_name": "radical",
                "verbose_name_plural": "radicais",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(texts__gte=0), name="lexeme_texts_not_negative"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            "SynonymPhrase",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stems", models.TextField("radicais")),
                (
                    "group",
                    models.ForeignKey(
                        "knowledge.SynonymGroup", deletion.CASCADE, related_name="phrases"
                    ),
                ),
            ],
            {
                "verbose_name": "expressão de um grupo de sinônimos",
                "verbose_name_plural": "expressões dos grupos de sinônimos",
            },
        ),
        migrations.RunSQL(WORDS, "DROP FUNCTION f_words(text)"),
        migrations.RunSQL(STEMS, "DROP FUNCTION f_stems(text)"),
        *_columns(),
        migrations.RunSQL(
            "CREATE INDEX knowledge_lexeme_like ON knowledge_lexeme USING gin (stem gin_trgm_ops)",
            "DROP INDEX knowledge_lexeme_like",
        ),
        migrations.RunSQL(COUNT, "DROP FUNCTION knowledge_count_lexemes()"),
        *_counting(),
        migrations.RunSQL(PHRASES, "DROP FUNCTION knowledge_write_phrases()"),
        migrations.RunSQL(
            "CREATE TRIGGER phrases AFTER INSERT OR UPDATE ON knowledge_synonymgroup"
            " FOR EACH ROW EXECUTE FUNCTION knowledge_write_phrases()",
            "DROP TRIGGER phrases ON knowledge_synonymgroup",
        ),
        migrations.RunSQL(
            "CREATE TRIGGER phrases_go BEFORE DELETE ON knowledge_synonymgroup"
            " FOR EACH ROW EXECUTE FUNCTION knowledge_write_phrases()",
            "DROP TRIGGER phrases_go ON knowledge_synonymgroup",
        ),
    ]
