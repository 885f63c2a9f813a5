#!/usr/bin/env python3
"""Writes tests/reference/bio_encoder.h5: known answers of the encoders that Hu et al. 2020 published for
networks of proteins (dense edge features, centre node read-out), in plain PyTorch and float64, one
message per directed edge. Needs Debian's python3-torch and python3-h5py.

    scripts/reference/bio_encoder.py tests/reference/bio_encoder.h5
"""
import sys

import h5py
import torch

D, LAYERS, VALUES = 6, 3, 4  # width, layers, real values per edge; two flags follow them
torch.manual_seed(7)
torch.set_default_dtype(torch.float64)


class Mlp(torch.nn.Sequential):
    def __init__(self):
        super().__init__(torch.nn.Linear(2 * D, 2 * D), torch.nn.BatchNorm1d(2 * D), torch.nn.ReLU(),
                         torch.nn.Linear(2 * D, D))


class Layer(torch.nn.Module):
    """z of every node from h, the receivers and senders of all messages, and their edge features."""

    def __init__(self, kind, first):
        super().__init__()
        self.kind = kind
        if kind == "bio-gin":
            self.mlp = Mlp()
        elif kind == "bio-gat":
            self.att = torch.nn.Parameter(torch.randn(1, 2, 2 * D) / 3)
            self.bias = torch.nn.Parameter(torch.randn(D) / 3)
            self.weight_linear = torch.nn.Linear(D, 2 * D)
        else:
            self.linear = torch.nn.Linear(D, D)
        self.edge_encoder = torch.nn.Linear(VALUES + 2, 2 * D if kind == "bio-gat" else D)
        if first:
            self.input_node_embeddings = torch.nn.Embedding(2, D)

    def forward(self, h, to, of, features):
        e = self.edge_encoder(features)
        n = h.shape[0]

        def total(messages):
            return torch.zeros(n, messages.shape[1]).index_add(0, to, messages)

        count = total(torch.ones(len(to), 1))
        if self.kind == "bio-gin":
            return self.mlp(total(torch.cat([h[of], e], dim=1)))
        if self.kind == "bio-gcn":
            share = count[:, 0] ** -0.5
            return total((share[to] * share[of])[:, None] * (self.linear(h)[of] + e))
        if self.kind == "bio-graphsage":
            return torch.nn.functional.normalize(total(self.linear(h)[of] + e) / count, dim=1)
        y = self.weight_linear(h).view(-1, 2, D)
        s = y[of] + e.view(-1, 2, D)
        score = torch.nn.functional.leaky_relu((torch.cat([y[to], s], dim=2) * self.att).sum(dim=2), 0.2)
        weight = torch.exp(score - score.max())
        weight = weight / total(weight)[to]
        return total((weight[:, :, None] * s).reshape(-1, 2 * D)).view(-1, 2, D).mean(dim=1) + self.bias


class Encoder(torch.nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.gnns = torch.nn.ModuleList(Layer(kind, i == 0) for i in range(LAYERS))

    def forward(self, x, to, of, features):
        h = self.gnns[0].input_node_embeddings(x)
        levels = []
        for i, layer in enumerate(self.gnns):
            h = layer(h, to, of, features)
            if i + 1 < LAYERS:
                h = torch.relu(h)
            levels.append(h)
        return levels


def graphs():
    """Sizes, node flags, edges once each, their values (some alike), centres."""
    sizes, edges, values = [5, 7, 4], [], []
    start = 0
    for size in sizes:
        for v in range(1, size):
            edges.append((start + int(torch.randint(v, (1,))), start + v))
        edges.append((start, start + size - 1)) if (start, start + size - 1) not in edges else None
        start += size
    some = torch.randn(len(edges), VALUES).float().double()  # as exact in float32
    some[3] = some[0]
    return sizes, torch.randint(2, (start,)), edges, some, [2, 0, 3]


def main(path):
    sizes, x, edges, values, centres = graphs()
    n = sum(sizes)
    begin, end = (torch.tensor([e[k] for e in edges]) for k in (0, 1))
    loops = torch.arange(n)
    to, of = torch.cat([begin, end, loops]), torch.cat([end, begin, loops])
    flags = torch.zeros(len(edges), 2)
    loop_features = torch.zeros(n, VALUES + 2)
    loop_features[:, VALUES] = 1
    both = torch.cat([values, flags], dim=1)
    features = torch.cat([both, both, loop_features])
    graph_of = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
    first = torch.tensor([0] + sizes).cumsum(0)[:-1]

    with h5py.File(path, "w", track_order=False) as file:
        for name, rows in (("sizes", sizes), ("x", x), ("edges", edges), ("values", values), ("centres", centres)):
            file["graphs/" + name] = torch.as_tensor(rows).numpy()
        probe = torch.randn(len(sizes), 2 * D)
        file["probe"] = probe.numpy()
        for kind in ("bio-gin", "bio-gcn", "bio-graphsage", "bio-gat"):
            encoder = Encoder(kind)
            group = file.create_group(kind)
            for name, tensor in encoder.state_dict().items():
                group["parameters/" + name] = tensor.numpy()
            levels = encoder.train()(x, to, of, features)
            group["last"] = levels[-1].detach().numpy()
            group["sum"] = sum(levels).detach().numpy()
            mean = torch.zeros(len(sizes), D).index_add(0, graph_of, levels[-1]) / torch.tensor(sizes)[:, None]
            pooled = torch.cat([mean, levels[-1][first + torch.tensor(centres)]], dim=1)
            group["mean_centre"] = pooled.detach().numpy()
            loss = (pooled * probe).sum()
            loss.backward()
            group["loss"] = loss.item()
            for name, parameter in encoder.named_parameters():
                group["grad/" + name] = parameter.grad.numpy()
            for name, tensor in encoder.state_dict().items():
                if "running" in name:
                    group["running_after_train/" + name] = tensor.numpy()
            group["eval_last"] = encoder.eval()(x, to, of, features)[-1].detach().numpy()


if __name__ == "__main__":
    main(sys.argv[1])
