"""The statement of `knowledge.search`, in its steps; what it is told comes as parameters.

`{candidates}` are selects of (kind, id, words) of what the reader may read.
"""

# typed: what was typed, word by word, with its stem (none for the stemmer's stop words).
# meant: what each of those may mean; of a bundle all stems must stand in a text. `factor` says
#        how sure the meaning is.
# heard: the stems in their order, with errors mended: where synonyms are looked up.
# terms: each meaning that stands in some text, with its weight.
# wanted: three questions to the indexes, so that few rows need ranking: the rare words; all words;
#        any of them in a title. Each finds at most so many.
# candidates: what they found; `|| ''` reads each text from the disk once, and not for each word.
# about: of those articles that are about some product, whether about the one asked for.
SEARCH = """
WITH asked (words, typing, asking) AS (VALUES (f_words(%s), %s, %s::text[])),
typed AS MATERIALIZED (
    SELECT n, word, stem, known.texts, word = ANY (asking) AS is_asking,
        typing AND n = max(n) OVER () AS is_last
    FROM asked
    CROSS JOIN unnest(string_to_array(words, ' ')) WITH ORDINALITY AS each (word, n)
    CROSS JOIN LATERAL (
        SELECT (tsvector_to_array(to_tsvector('portuguese', word)))[1] AS stem
    ) AS stemmed
    LEFT JOIN knowledge_lexeme AS known USING (stem)
    WHERE n <= 16 AND word <> ''
),
close AS MATERIALIZED (
    SELECT n, near.stem, likeness, row_number() OVER (PARTITION BY n ORDER BY likeness DESC) AS rank
    FROM typed
    CROSS JOIN LATERAL (
        SELECT each.stem, greatest(
            similarity(each.stem, typed.stem),
            1 - levenshtein(left(each.stem, 60), left(typed.stem, 60)) / length(word)::float
        ) AS likeness
        FROM knowledge_lexeme AS each
        WHERE each.stem %% typed.stem AND abs(length(each.stem) - length(typed.stem)) <= 3
        ORDER BY likeness DESC, each.texts DESC LIMIT 3
    ) AS near
    WHERE typed.texts IS NULL AND length(word) >= 4 AND NOT is_asking
),
glued AS MATERIALIZED (
    SELECT one.n AS one, next.n AS next, known.stem
    FROM typed AS one
    JOIN typed AS next ON next.n = one.n + 1
    CROSS JOIN LATERAL (
        SELECT (tsvector_to_array(to_tsvector('portuguese', one.word || next.word)))[1] AS stem
    ) AS stemmed
    JOIN knowledge_lexeme AS known ON known.stem = stemmed.stem
),
halves AS MATERIALIZED (
    SELECT n, at, (tsvector_to_array(to_tsvector('portuguese', left(word, at))))[1] AS first,
        (tsvector_to_array(to_tsvector('portuguese', substr(word, at + 1))))[1] AS second
    FROM typed
    CROSS JOIN LATERAL generate_series(2, length(word) - 3) AS at
    WHERE typed.texts IS NULL AND length(word) BETWEEN 6 AND 30
),
apart AS MATERIALIZED (
    SELECT n, at, first AS head, second AS tail
    FROM halves
    WHERE (SELECT true FROM knowledge_lexeme WHERE stem = first)
        AND (SELECT true FROM knowledge_lexeme WHERE stem = second)
),
best AS MATERIALIZED (
    SELECT n, stem FROM typed WHERE texts IS NOT NULL
    UNION ALL SELECT n, stem FROM close WHERE rank = 1
),
heard AS MATERIALIZED (
    SELECT ' ' || string_agg(stem, ' ' ORDER BY n) || ' ' AS stems, NULL::bigint AS at FROM best
    UNION ALL SELECT ' ' || stem || ' ', one FROM glued
    UNION ALL SELECT ' ' || head || ' ' || tail || ' ', n FROM apart
),
said AS MATERIALIZED (
    SELECT DISTINCT phrase.id, phrase.group_id, phrase.stems, heard.at
    FROM heard JOIN knowledge_synonymphrase AS phrase
    ON heard.stems LIKE '%% ' || phrase.stems || ' %%'
),
meant AS (
    SELECT n, 'word' AS bundle, stem, 1.0 AS factor FROM typed WHERE texts > 0
    UNION ALL
    SELECT n, 'near ' || stem, stem, 0.9 * likeness FROM close
    UNION ALL
    SELECT n, 'begins ' || begun.stem, begun.stem, 0.8
    FROM typed CROSS JOIN LATERAL (
        SELECT stem FROM knowledge_lexeme AS each
        WHERE each.stem > typed.word AND each.stem < typed.word || '{{'
        ORDER BY each.texts DESC LIMIT 8
    ) AS begun
    WHERE is_last AND length(word) >= 2
    UNION ALL
    SELECT n, 'glued', stem, 1.0 FROM glued CROSS JOIN LATERAL (VALUES (one), (next)) AS of (n)
    UNION ALL
    SELECT n, 'apart ' || at, stem, 0.6
    FROM apart CROSS JOIN LATERAL (VALUES (head), (tail)) AS of (stem)
    UNION ALL
    SELECT coalesce(said.at, best.n), 'means ' || other.id, part,
        0.9 / cardinality(string_to_array(other.stems, ' '))
    FROM said
    JOIN knowledge_synonymphrase AS other
        ON other.group_id = said.group_id AND other.id <> said.id
    LEFT JOIN best
        ON said.at IS NULL AND best.stem = ANY (string_to_array(said.stems, ' '))
    CROSS JOIN LATERAL unnest(string_to_array(other.stems, ' ')) AS part
),
terms AS MATERIALIZED (
    SELECT n, bundle, stem, known.texts, is_asking, quote_literal(stem)::tsquery AS query,
        max(factor) * CASE WHEN is_asking THEN 0.1 ELSE 1 END
            * ln(1 + (SELECT texts FROM knowledge_lexeme WHERE stem = '')::float / known.texts)
            AS weight
    FROM meant
    JOIN knowledge_lexeme AS known USING (stem)
    JOIN (SELECT n, is_asking FROM typed) AS of USING (n)
    WHERE known.texts > 0
    GROUP BY n, bundle, stem, known.texts, is_asking
),
hoped AS MATERIALIZED (
    SELECT sum(weight) AS weight FROM (
        SELECT n, coalesce(max(bundled.weight), CASE WHEN is_asking THEN 0 ELSE 1.5 END) AS weight
        FROM typed
        LEFT JOIN (SELECT n, bundle, sum(weight) AS weight FROM terms GROUP BY n, bundle) AS bundled
        USING (n)
        WHERE stem IS NOT NULL OR bundled.weight IS NOT NULL
        GROUP BY n, is_asking
    ) AS each
),
wanted AS MATERIALIZED (
    SELECT
        (
            SELECT string_agg(quote_literal(stem), ' | ')::tsquery FROM (
                SELECT stem, sum(max(texts)) OVER (ORDER BY max(texts), stem) AS so_far
                FROM terms GROUP BY stem
            ) AS each WHERE so_far <= {most}
        ) AS rare,
        (
            SELECT string_agg('(' || choice || ')', ' & ')::tsquery FROM (
                SELECT n, string_agg(quote_literal(stem), ' | ') AS choice
                FROM terms WHERE NOT is_asking GROUP BY n
            ) AS each
        ) AS together,
        (SELECT string_agg(quote_literal(stem), ' | ')::tsquery FROM terms) AS any_of,
        (
            SELECT string_agg(quote_literal(stem) || ':B', ' | ')::tsquery
            FROM typed WHERE word ~ '[0-9]' AND length(word) >= 3
        ) AS codes
),
candidates AS MATERIALIZED (
    SELECT kind, id, words || ''::tsvector AS words
    FROM (SELECT DISTINCT ON (kind, id) kind, id, words FROM ({candidates}) AS each) AS each
),
matched AS MATERIALIZED (
    SELECT kind, id, n, bundle, weight,
        weight * ts_rank('{{0.15, 0.35, 0.8, 1}}', words, query) AS points
    FROM candidates JOIN terms ON words @@ query
),
scored AS (
    SELECT kind, id, sum(points) AS points, sum(held) AS held FROM (
        SELECT kind, id, n, max(points) AS points, max(held) AS held FROM (
            SELECT kind, id, n, bundle, sum(weight) AS held, sum(points) AS points
            FROM matched
            GROUP BY kind, id, n, bundle
        ) AS of_bundle
        GROUP BY kind, id, n
    ) AS of_word
    GROUP BY kind, id
),
about AS MATERIALIZED (
    SELECT article_id, bool_or(product_id = coalesce(asked_for, product_id)) AS is_asked_for
    FROM knowledge_article_products CROSS JOIN (VALUES (%s::bigint)) AS each (asked_for)
    WHERE article_id IN (SELECT id FROM candidates WHERE kind = 'article')
    GROUP BY article_id
),
ranked AS MATERIALIZED (
    SELECT kind, id, codes IS NOT NULL AND words @@ codes AS has_code,
        points * CASE WHEN kind = 'article' AND NOT is_asked_for THEN 0.5 ELSE 1 END AS points
    FROM scored JOIN candidates USING (kind, id) CROSS JOIN wanted CROSS JOIN hoped
    LEFT JOIN about ON about.article_id = id
    WHERE held >= %s * hoped.weight
),
placed AS (
    SELECT kind, id, CASE WHEN has_code THEN points + 1000 ELSE points END AS score,
        row_number() OVER (PARTITION BY kind ORDER BY has_code DESC, points DESC, id) AS place,
        count(*) OVER (PARTITION BY kind) AS total
    FROM ranked
)
SELECT kind, placed.id, coalesce(article.slug, defect.code, ''),
    coalesce(article.title, incident.title, defect.title),
    coalesce(article.summary, left(incident.text, 300), left(defect.text, 300)),
    coalesce(version.name, ''), coalesce(defect.state = 'released', false),
    coalesce(incident.product_id, defect.product_id), score, total
FROM placed
LEFT JOIN knowledge_article AS article ON kind = 'article' AND article.id = placed.id
LEFT JOIN knowledge_incident AS incident ON kind = 'incident' AND incident.id = placed.id
LEFT JOIN knowledge_defect AS defect ON kind = 'defect' AND defect.id = placed.id
LEFT JOIN catalog_version AS version ON version.id = defect.fixed_in_id
WHERE CASE WHEN kind = 'article' THEN place > %s AND place <= %s ELSE place <= %s END
ORDER BY kind, place
"""
