"""Called by make-fixture.mjs: lets Latent Scope 1.0 write two datasets by its own steps and routes, and dumps what pandas and lancedb read in them."""

import base64
import collections
import json
import os
import sys

import lancedb
import numpy as np
import pandas as pd

work, endpoint = sys.argv[1:3]
data = os.environ["LATENT_SCOPE_DATA"]
os.makedirs(data)
os.chdir(work)

from latentscope.models.providers.base import ChatModelProvider
from latentscope.scripts import label_clusters
from latentscope.scripts.cluster import clusterer
from latentscope.scripts.embed import embed, import_embeddings
from latentscope.scripts.ingest import ingest
from latentscope.scripts.scope import scope
from latentscope.scripts.umapper import umapper
from latentscope.server.app import create_app
from latentscope.util.embedding_store import load_embeddings


class FrequentWords(ChatModelProvider):
    """A chat model that needs no download, as all of the tool's own do: the two most frequent long words."""

    def load_model(self):
        self.encoder = None

    def summarize(self, items, context=""):
        words = collections.Counter(word for item in items for word in item.lower().split() if len(word) > 5)
        ranked = sorted(words, key=lambda word: (-words[word], word))
        return " ".join(ranked[:2])


def make_sotu150(table):
    df = pd.DataFrame(table)
    df["noted_at"] = pd.to_datetime(df["noted_at"], format="ISO8601", utc=True).dt.tz_localize(None)
    df["long_id"] = df["long_id"].map(int).astype("int64")
    ingest("sotu150", df, "text")
    with open(os.path.join(data, "custom_embedding_models.json"), "w") as f:
        model = {"id": "custom_embedding-static", "name": "static", "base_url": endpoint, "params": {}}
        json.dump([{**model, "provider": "custom_embedding"}], f)
    embed("sotu150", "text", "custom_embedding-static", "", None, None, batch_size=40)
    umapper("sotu150", "embedding-001", 15, 0.1, seed=42)
    umapper("sotu150", "embedding-001", 25, 0.3, seed=7, name="Wider", description="more neighbours")
    clusterer("sotu150", "umap-001", 4, 2, 0.0, None, method="hdbscan")
    clusterer("sotu150", "umap-002", 6, 5, 0.0, None, method="kmeans", seed=1)
    label_clusters.get_chat_model = lambda model_id: FrequentWords(model_id, {})
    label_clusters.labeler("sotu150", "text", "cluster-001", "frequent-words", 10, "", None)
    scope("sotu150", "embedding-001", "umap-001", "cluster-001", "cluster-001-labels-001", "Sentences", "of 233 years")
    scope("sotu150", "embedding-001", "umap-002", "cluster-002", "default", "K-means", "")


def edit_sotu150():
    client = create_app(data).test_client()

    def get(path, **query):
        check(client.get(f"/api/{path}", query_string=query))

    def post(path, **body):
        check(client.post(f"/api/{path}", json=body))

    def check(response):
        assert response.status_code == 200, response.text

    of_first = {"dataset_id": "sotu150", "scope_id": "scopes-001"}
    post("tags/add", dataset="sotu150", tag="👍", indices=[3, 5, 8])
    get("tags/new", dataset="sotu150", tag="to check")
    get("tags/add", dataset="sotu150", tag="to check", index=149)
    get("tags/add", dataset="sotu150", tag="to check", index=8)
    get("bulk/change-cluster-name", **of_first, cluster=1, new_label="Renamed by hand: naïve 👩🏽‍🚀")
    post("bulk/change-cluster", **of_first, row_ids=[0, 1, 2, 3], new_cluster=0)
    post("bulk/delete-rows", **of_first, row_ids=[17, 42, 100])
    get("datasets/sotu150/scopes/scopes-002/new-cluster", label="Odd ones")
    post("bulk/change-cluster", dataset_id="sotu150", scope_id="scopes-002", row_ids=[60, 61], new_cluster=6)
    get("datasets/sotu150/scopes/scopes-002/description", label="K-means, edited", description="with odd ones")
    get("datasets/sotu150/clusters/cluster-001/quality")


def make_vectors60(table):
    df = pd.DataFrame(table)
    ingest("vectors60", df, "text")
    import_embeddings("vectors60", np.stack(df["position"]), "imported", "text")
    umapper("vectors60", "embedding-001", 10, 0.1, seed=3, dimensions=3)
    clusterer("vectors60", "umap-001", 4, 2, 0.0, None, method="evoc", seed=1)
    scope("vectors60", "embedding-001", "umap-001", "cluster-001", "default", "Vectors", "")


def plain(series):
    """A column as JSON: dates as milliseconds since 1970, numbers above 2^53 as text."""
    if pd.api.types.is_datetime64_any_dtype(series):
        return [None if pd.isna(v) else round(v.timestamp() * 1000) for v in series]
    if pd.api.types.is_integer_dtype(series) and series.abs().max() > 2**53:
        return [str(v) for v in series]
    return [v.tolist() if isinstance(v, np.ndarray) else None if pd.isna(v) else v for v in series.tolist()]


def expected(name):
    folder = os.path.join(data, name)
    frame = pd.read_parquet(os.path.join(folder, "input.parquet"))
    result = {
        "columns": {column: {"dtype": str(frame[column].dtype), "values": plain(frame[column])} for column in frame},
        "embeddings": {},
        "scopes": {},
        "tags": {},
    }
    for table in lancedb.connect(os.path.join(folder, "lancedb")).table_names():
        if table.startswith("emb-"):
            vectors = load_embeddings(data, name, table[4:]).astype("<f4")
            rows, dimensions = vectors.shape
            values = base64.b64encode(vectors.tobytes()).decode()
            result["embeddings"][table[4:]] = {"rows": rows, "dimensions": dimensions, "values": values}
    for file in sorted(os.listdir(os.path.join(folder, "scopes"))):
        if file.endswith(".json") and "transactions" not in file:
            with open(os.path.join(folder, "scopes", file)) as f:
                meta = json.load(f)
            rows = pd.read_parquet(os.path.join(folder, "scopes", file.replace(".json", ".parquet")))
            columns = ["x", "y", "cluster", "raw_cluster", "label", "deleted", "ls_index"]
            result["scopes"][meta["id"]] = {
                "label": meta["label"],
                "description": meta["description"],
                "unclustered": meta["cluster"].get("unclustered_cluster"),
                "clusters": [[c["cluster"], c["label"], c["description"]] for c in meta["cluster_labels_lookup"]],
                "rows": {column: plain(rows[column]) for column in columns},
            }
    for file in sorted(os.listdir(os.path.join(folder, "tags"))):
        with open(os.path.join(folder, "tags", file)) as f:
            result["tags"][file.removesuffix(".indices")] = [int(line) for line in f]
    return result


with open("tables.json") as f:
    tables = json.load(f)
make_sotu150(tables["sotu150"])
edit_sotu150()
make_vectors60(tables["vectors60"])
with open("expected.json", "w", encoding="utf-8") as f:
    json.dump({name: expected(name) for name in tables}, f, ensure_ascii=False)

# LanceDB's threads now and then abort an interpreter that ends in the ordinary way
os._exit(0)
