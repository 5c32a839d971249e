"""How good neighbours, layouts and clusterings are, computed in the same way for every system.

Distances of vectors are cosine distances; those of layouts are Euclidean. Rows are sampled by a fixed seed, so that all systems are
judged by the same rows, and exact neighbours of the sampled rows are kept in a folder of their own.
"""

import hashlib
import os

import hdbscan
import numpy as np
from scipy.spatial import cKDTree
from sklearn.metrics import adjusted_rand_score, v_measure_score

NEIGHBOURS = 15
RANKED_ROWS = 1_000  # for recall and trustworthiness, whose ranks are over all rows
PRESERVED_ROWS = 5_000  # for neighbour preservation
TRIPLETS = 50_000
CLUSTERING = {"min_cluster_size": 25, "min_samples": 5}
# Similarities are float32 sums of some hundred products: nearer than this they are equal.
TIE = 1e-6


class Judge:
    """Judges what systems make of `vectors` (rows x dimensions)."""

    def __init__(self, vectors, cache=None):
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        self.unit = np.ascontiguousarray(vectors / np.maximum(lengths, np.finfo(np.float32).tiny), dtype=np.float32)
        self.rows = len(vectors)
        self.k = min(NEIGHBOURS, self.rows - 1)
        random = np.random.default_rng(2024)
        self.sample = random.permutation(self.rows)[:PRESERVED_ROWS]
        self.ranked = self.sample[:RANKED_ROWS]
        triplets = random.integers(0, self.rows, (TRIPLETS, 3))
        distinct = (
            (triplets[:, 0] != triplets[:, 1]) & (triplets[:, 0] != triplets[:, 2]) & (triplets[:, 1] != triplets[:, 2])
        )
        self.triplets = triplets[distinct]
        self.neighbours = self._cached(cache) if cache else self._exact_neighbours()

    def recall(self, indices):
        """Share of the exact neighbours of the ranked rows among `indices` (rows x k); a row as near as the last of them counts too."""
        found = 0
        for place, row in enumerate(self.ranked):
            others = np.unique(indices[row])
            others = others[(others != row) & (others >= 0) & (others < self.rows)]
            last = self.unit[self.neighbours[place]] @ self.unit[row]
            found += min(self.k, np.count_nonzero(self.unit[others] @ self.unit[row] >= last.min() - TIE))
        return found / (len(self.ranked) * self.k)

    def layout(self, layout, labels=None):
        """Trustworthiness, neighbour preservation and triplet accuracy of a layout, and how it keeps known labels together."""
        layout = np.asarray(layout, dtype=np.float64)
        if not np.isfinite(layout).all():
            raise ValueError("The layout has values that are not finite.")
        near = self._neighbours_in(layout)
        kept = [np.intersect1d(a, b).size for a, b in zip(near, self.neighbours)]
        result = {
            "trustworthiness": self._trustworthiness(near[: len(self.ranked)]),
            "preservation": float(np.sum(kept) / (len(self.sample) * self.k)),
            "triplets": self._triplets(layout),
        }
        if labels is None:
            return result
        labels = np.asarray(labels)
        # of single rows, and so steadier than clusters, of which one more or less changes much
        result["sameLabel"] = float(np.mean(labels[near] == labels[self.sample][:, None]))
        return {**result, **against_labels(layout, labels)}

    def _trustworthiness(self, near):
        """As defined by Venna and Kaski (2001), with the sum over the ranked rows only."""
        excess = 0.0
        for start in range(0, len(self.ranked), 200):
            rows = self.ranked[start : start + 200]
            similar = self.unit[rows] @ self.unit.T
            similar[np.arange(len(rows)), rows] = -np.inf
            for place in range(len(rows)):
                of_near = similar[place, near[start + place]]
                ranks = 1 + np.count_nonzero(similar[place][None, :] > of_near[:, None], axis=1)
                excess += np.maximum(ranks - self.k, 0).sum()
        n, k = self.rows, self.k
        return float(1 - excess * 2 / (len(self.ranked) * k * (2 * n - 3 * k - 1)))

    def _triplets(self, layout):
        a, b, c = self.triplets.T
        in_vectors = np.einsum("ij,ij->i", self.unit[a], self.unit[b] - self.unit[c]) > 0
        in_layout = np.linalg.norm(layout[a] - layout[b], axis=1) < np.linalg.norm(layout[a] - layout[c], axis=1)
        return float(np.mean(in_vectors == in_layout))

    def _neighbours_in(self, layout):
        _, found = cKDTree(layout).query(layout[self.sample], k=self.k + 1)
        near = np.empty((len(self.sample), self.k), dtype=np.int64)
        for place, row in enumerate(self.sample):  # rows at the same place may push a row out of its own list
            near[place] = found[place][found[place] != row][: self.k]
        return near

    def _exact_neighbours(self):
        near = np.empty((len(self.sample), self.k), dtype=np.int64)
        for start in range(0, len(self.sample), 200):
            rows = self.sample[start : start + 200]
            similar = self.unit[rows] @ self.unit.T
            similar[np.arange(len(rows)), rows] = -np.inf
            near[start : start + len(rows)] = np.argpartition(-similar, self.k - 1, axis=1)[:, : self.k]
        return near

    def _cached(self, folder):
        name = hashlib.blake2b(self.unit.data, digest_size=8).hexdigest()
        path = os.path.join(folder, f"neighbours-{name}-{self.rows}x{self.k}.npy")
        if not os.path.exists(path):
            os.makedirs(folder, exist_ok=True)
            np.save(path, self._exact_neighbours())
        return np.load(path)


def against_labels(layout, labels):
    """Clusters of a layout by exact HDBSCAN against known labels; of V and ARI once without noise, once with noise as a cluster."""
    found = hdbscan.HDBSCAN(**CLUSTERING, approx_min_span_tree=False).fit_predict(np.asarray(layout, dtype=np.float64))
    clustered = found >= 0
    return {
        "clusters": int(found.max() + 1),
        "noise": float(1 - clustered.mean()),
        "vMeasure": float(v_measure_score(labels[clustered], found[clustered])) if clustered.any() else 0.0,
        "ari": float(adjusted_rand_score(labels[clustered], found[clustered])) if clustered.any() else 0.0,
        "ariWithNoise": float(adjusted_rand_score(labels, found)),
    }


def agreement(labels):
    """Adjusted Rand index of each pair of clusterings (a dictionary of labels by name), noise as a cluster."""
    names = sorted(labels)
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    return {f"{a} ~ {b}": float(adjusted_rand_score(labels[a], labels[b])) for a, b in pairs}


def inertia(vectors, labels):
    """Sum of squared distances to the mean of each cluster."""
    total = 0.0
    for cluster in range(labels.max() + 1):
        members = vectors[labels == cluster].astype(np.float64)
        if len(members):
            total += np.sum((members - members.mean(axis=0)) ** 2)
    return float(total)
