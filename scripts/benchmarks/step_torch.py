"""Training steps of a GIN in plain PyTorch, timed: gather and scatter_add, whole batches made of flat arrays.

    step_torch.py data.h5 --objective attribute-masking

Prints a line of JSON. The methods are those of Hu et al. 2020; dropout is 0."""

import timing

OPTIONS = timing.options_of("Times training steps in plain PyTorch.")
timing.require(OPTIONS, "torch", "numpy", "h5py")

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import molecules as reader
import network
from network import ELEMENTS, INNER, MASK, OUTER, SELF_LOOP, SUBSTRUCTURE


def rows_of(x, rows):
    return x.gather(0, rows[:, None].expand(-1, x.shape[1]))


def sum_into(target, rows, x):
    """On the CPU several times faster than index_add."""
    return target.scatter_add(0, rows[:, None].expand(-1, x.shape[1]), x)


class GINLayer(nn.Module):
    def __init__(self, width):
        super().__init__()
        network.add_layer_modules(self, width)

    def forward(self, x, ends, edges):
        messages = rows_of(x, ends[0]) + self.edge_embedding1(edges[:, 0]) + self.edge_embedding2(edges[:, 1])
        of_itself = self.edge_embedding1.weight[SELF_LOOP] + self.edge_embedding2.weight[0]
        return self.mlp(sum_into(x + of_itself, ends[1], messages))


def mean_pool(x, graph, count):
    sums = sum_into(x.new_zeros(count, x.shape[1]), graph, x)
    sizes = torch.bincount(graph, minlength=count).clamp(min=1)
    return sums / sizes[:, None]


def two_sided_loss(positive, negative):
    loss = F.binary_cross_entropy_with_logits
    positive, negative = positive.double(), negative.double()
    return loss(positive, torch.ones_like(positive)) + loss(negative, torch.zeros_like(negative))


def joined(parts):
    """One batch of graphs [(nodes, ends, edges)]: their arrays end to end, nodes numbered on, and whose each node is."""
    sizes = np.array([len(nodes) for nodes, _, _ in parts])
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    ends = np.concatenate([ends + begin for (_, ends, _), begin in zip(parts, first)], axis=1)
    return {
        "nodes": torch.from_numpy(np.concatenate([nodes for nodes, _, _ in parts])),
        "ends": torch.from_numpy(ends),
        "edges": torch.from_numpy(np.concatenate([edges for _, _, edges in parts])),
        "graph": torch.from_numpy(np.repeat(np.arange(len(parts)), sizes)),
        "first": first,
    }


def hops_from(root, count, ends):
    """Distance of every node; far beyond OUTER where there is no path so short."""
    neighbours = [[] for _ in range(count)]
    for a, b in ends.T.tolist():
        neighbours[a].append(b)
    hops = [count + OUTER] * count
    hops[root] = 0
    front = [root]
    while front:
        following = []
        for a in front:
            if hops[a] == OUTER:
                continue
            for b in neighbours[a]:
                if hops[b] > count:
                    hops[b] = hops[a] + 1
                    following.append(b)
        front = following
    return np.array(hops)


def induced(chosen, nodes, ends, edges):
    """The subgraph of the nodes where `chosen` holds, and the new number of every node."""
    number = np.cumsum(chosen) - 1
    kept = chosen[ends[0]] & chosen[ends[1]]
    return (nodes[chosen], number[ends[:, kept]], edges[kept]), number


class Batches(torch.utils.data.Dataset):
    """Prepared batches by lists of rows."""

    def __init__(self, data, objective):
        self.data, self.prepare = data, getattr(self, objective.replace("-", "_"))

    def __getitem__(self, rows):
        return self.prepare(rows)

    def graphs(self, rows):
        return joined([self.data.arrays_of(row) for row in rows])

    def attribute_masking(self, rows):
        batch = self.graphs(rows)
        sizes = np.diff(np.append(batch["first"], len(batch["nodes"])))
        chosen = np.concatenate([begin + np.random.permutation(size)[: int(size * 0.15 + 1)]
                                 for begin, size in zip(batch["first"], sizes)])
        batch["masked"] = torch.from_numpy(chosen)
        batch["elements"] = batch["nodes"][batch["masked"], 0]
        batch["nodes"][batch["masked"]] = torch.tensor([MASK, 0])
        return batch

    def context_prediction(self, rows):
        substructures, contexts, centres, anchors = [], [], [], []
        for row in rows:
            nodes, ends, edges = self.data.arrays_of(row)
            root = np.random.randint(len(nodes))
            hops = hops_from(root, len(nodes), ends)
            anchor = hops == SUBSTRUCTURE
            if not anchor.any():
                continue
            near, number = induced(hops <= SUBSTRUCTURE, nodes, ends, edges)
            substructures.append(near)
            centres.append(number[root])
            ring, number = induced((hops > INNER) & (hops <= OUTER), nodes, ends, edges)
            contexts.append(ring)
            anchors.append(number[anchor])
        batch = {"substructure": joined(substructures), "context": joined(contexts)}
        batch["centres"] = torch.from_numpy(batch["substructure"]["first"] + np.array(centres))
        batch["anchors"] = torch.from_numpy(
            np.concatenate([of + begin for of, begin in zip(anchors, batch["context"]["first"])]))
        batch["anchor_graph"] = torch.from_numpy(np.repeat(np.arange(len(anchors)), [len(of) for of in anchors]))
        return batch

    def infomax(self, rows):
        return self.graphs(rows)

    def supervised(self, rows):
        return {**self.graphs(rows), "labels": torch.from_numpy(self.data.labels[rows])}


class Objective(nn.Module):
    """An encoder with what the objective needs beside it; forward gives the loss of a batch."""

    def __init__(self, options, tasks):
        super().__init__()
        width = options.width
        self.encoder = network.GIN(GINLayer, options.layers, width)
        self.loss = getattr(self, options.objective.replace("-", "_"))
        if options.objective == "attribute-masking":
            self.head = nn.Linear(width, ELEMENTS - 1)
        elif options.objective == "context-prediction":
            self.context_encoder = network.GIN(GINLayer, OUTER - INNER, width)
        elif options.objective == "infomax":
            self.weight = nn.Parameter(torch.empty(width, width).uniform_(-width**-0.5, width**-0.5))
        else:
            self.head = nn.Linear(width, tasks)

    def states(self, batch, encoder=None):
        return (encoder or self.encoder)(batch["nodes"], batch["ends"], batch["edges"])

    def forward(self, batch):
        return self.loss(batch)

    def attribute_masking(self, batch):
        logits = self.head(rows_of(self.states(batch), batch["masked"]))
        return F.cross_entropy(logits.double(), batch["elements"])

    def context_prediction(self, batch):
        centre = rows_of(self.states(batch["substructure"]), batch["centres"])
        around = rows_of(self.states(batch["context"], self.context_encoder), batch["anchors"])
        context = mean_pool(around, batch["anchor_graph"], len(centre))
        return two_sided_loss((centre * context).sum(1), (centre * context.roll(-1, 0)).sum(1))

    def infomax(self, batch):
        states = self.states(batch)
        graph = batch["graph"]
        summary = torch.sigmoid(mean_pool(states, graph, len(batch["first"])))
        projected = summary @ self.weight
        own, other = rows_of(projected, graph), rows_of(projected.roll(-1, 0), graph)
        return two_sided_loss((states * own).sum(1), (states * other).sum(1))

    def supervised(self, batch):
        logits = self.head(mean_pool(self.states(batch), batch["graph"], len(batch["first"]))).double()
        known = ~torch.isnan(batch["labels"])
        return F.binary_cross_entropy_with_logits(logits[known], batch["labels"][known].double())


def main():
    torch.set_num_threads(OPTIONS.threads)
    torch.manual_seed(0)
    data = reader.read_molecules(OPTIONS.data, OPTIONS.molecules)
    objective = Objective(OPTIONS, data.labels.shape[1]).to(OPTIONS.device)
    torch.set_float32_matmul_precision("high" if OPTIONS.precision == "tf32" else "highest")
    optimizer = torch.optim.Adam(objective.parameters(), lr=1e-3)
    rows = torch.utils.data.BatchSampler(torch.utils.data.RandomSampler(range(len(data))), OPTIONS.batch_size,
                                         drop_last=True)
    loader = torch.utils.data.DataLoader(Batches(data, OPTIONS.objective), sampler=rows, batch_size=None,
                                         num_workers=OPTIONS.workers, worker_init_fn=np.random.seed,
                                         persistent_workers=OPTIONS.workers > 0)

    def step(batch):
        optimizer.zero_grad()
        loss = objective(timing.moved(batch, OPTIONS.device))
        loss.backward()
        optimizer.step()
        return loss.item(), OPTIONS.batch_size

    timing.measure(f"PyTorch {torch.__version__}", OPTIONS, loader, step)


if __name__ == "__main__":
    main()
