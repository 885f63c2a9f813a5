"""Reads molecules from a dataset file of `aufbau ingest` (format: README, "Files")."""

import dataclasses

import h5py
import numpy as np


@dataclasses.dataclass
class Molecules:
    """Graphs in flat arrays. Every bond once; its ends are numbered within their molecule."""

    node_ptr: np.ndarray  # [G + 1]
    edge_ptr: np.ndarray  # [G + 1]
    nodes: np.ndarray  # [nodes, 2]: element, chirality
    ends: np.ndarray  # [edges, 2]
    edges: np.ndarray  # [edges, 2]: type, direction
    labels: np.ndarray  # [G, T]: 1, 0, NaN where missing; T may be 0

    def __len__(self):
        return len(self.node_ptr) - 1

    def arrays_of(self, row):
        """nodes [n, 2], ends [2, 2e] and edges [2e, 2]: both directions of a bond one after the other."""
        nodes = self.nodes[self.node_ptr[row] : self.node_ptr[row + 1]]
        bonds = slice(self.edge_ptr[row], self.edge_ptr[row + 1])
        ends, edges = self.ends[bonds], self.edges[bonds]
        both = np.stack([ends, ends[:, ::-1]], axis=1).reshape(-1, 2).T
        return nodes, np.ascontiguousarray(both), np.repeat(edges, 2, axis=0)


def read_molecules(path, count):
    """The first `count` molecules, or as many as there are."""
    with h5py.File(path, "r") as file:
        count = min(count, file["graphs/node_ptr"].shape[0] - 1)
        node_ptr = file["graphs/node_ptr"][: count + 1].astype(np.int64)
        edge_ptr = file["graphs/edge_ptr"][: count + 1].astype(np.int64)

        def columns(group, names, end):
            return np.stack([file[group][name][:end] for name in names], axis=1).astype(np.int64)

        nodes = columns("nodes", ["element", "chirality"], node_ptr[-1])
        ends = columns("edges", ["begin", "end"], edge_ptr[-1])
        edges = columns("edges", ["type", "direction"], edge_ptr[-1])
        has_labels = "targets" in file and file["targets/values"].ndim == 2
        labels = file["targets/values"][:count] if has_labels else np.zeros((count, 0), np.float32)
    return Molecules(node_ptr, edge_ptr, nodes, ends, edges, labels)
