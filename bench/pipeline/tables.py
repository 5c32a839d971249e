"""Makes the Parquet files of the benchmark: `vectors <out> <texts> <vectors> <dimensions> <rows>` or `long <out> <texts> <rows>`."""

import json
import os
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

CHARACTERS = 1000
ROWS_AT_ONCE = 50_000


def write(out, tables, schema):
    """Without compression, so that the size of the file is that of what is in it; all rows but a few are in one group, as pandas writes them."""
    with pq.ParquetWriter(out + ".part", schema, compression="none", use_dictionary=["topic"]) as writer:
        writer.write_table(pa.concat_tables(tables))
    os.replace(out + ".part", out)


def make_vectors(out, texts, vectors, dimensions, rows):
    dimensions, rows = int(dimensions), int(rows)
    with open(texts, encoding="utf-8") as f:
        text = json.load(f)[:rows]
    values = np.fromfile(vectors, "<f4", rows * dimensions)
    offsets = np.arange(rows + 1, dtype=np.int32) * dimensions
    table = pa.table({"text": text, "numbers": pa.ListArray.from_arrays(offsets, values)})
    write(out, [table], table.schema)


def make_long(out, texts, rows):
    rows = int(rows)
    with open(texts, encoding="utf-8") as f:
        sentences = json.load(f)
    random = np.random.default_rng(1)
    topics = ["peace", "trade", "war", "taxes", "health", "schools", "land", "laws"]
    start = np.datetime64("1790-01-08", "ms")
    tables = []
    for begin in range(0, rows, ROWS_AT_ONCE):
        count = min(ROWS_AT_ONCE, rows - begin)
        drawn = iter(random.integers(len(sentences), size=count * 60).tolist())
        text = []
        for _ in range(count):
            parts = []
            length = 0
            while length < CHARACTERS:
                parts.append(sentences[next(drawn)])
                length += len(parts[-1]) + 1
            text.append(" ".join(parts)[:CHARACTERS])
        days = random.integers(83_000, size=count).astype("timedelta64[D]")
        columns = {
            "text": text,
            "year": random.integers(1790, 2019, size=count),
            "topic": [topics[i] for i in random.integers(len(topics), size=count)],
            "share": random.random(count),
            "read_at": pa.array(start + days, pa.timestamp("ms")),
        }
        tables.append(pa.table(columns))
    write(out, tables, tables[0].schema)


{"vectors": make_vectors, "long": make_long}[sys.argv[1]](*sys.argv[2:])
