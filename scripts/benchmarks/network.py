"""What the networks of the two programs have in common: the sizes of tables, and the modules of a GIN."""

from torch import nn
from torch.nn import functional as F

ELEMENTS, CHIRALITIES, BOND_TYPES, BOND_DIRECTIONS = 120, 3, 6, 3
MASK, SELF_LOOP = 119, 4
SUBSTRUCTURE, INNER, OUTER = 5, 4, 7  # hops: the substructure, and the ring that is its context


def embedding(count, width):
    table = nn.Embedding(count, width)
    nn.init.xavier_uniform_(table.weight)
    return table


def add_layer_modules(layer, width):
    """Those of a GIN layer."""
    layer.mlp = nn.Sequential(nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width))
    layer.edge_embedding1 = embedding(BOND_TYPES, width)
    layer.edge_embedding2 = embedding(BOND_DIRECTIONS, width)


class GIN(nn.Module):
    """States of the nodes after the last layer, of layers `layer(width)` with forward(states, ends, edges)."""

    def __init__(self, layer, layers, width):
        super().__init__()
        self.x_embedding1 = embedding(ELEMENTS, width)
        self.x_embedding2 = embedding(CHIRALITIES, width)
        self.gnns = nn.ModuleList(layer(width) for _ in range(layers))
        self.batch_norms = nn.ModuleList(nn.BatchNorm1d(width) for _ in range(layers))

    def forward(self, nodes, ends, edges):
        states = self.x_embedding1(nodes[:, 0]) + self.x_embedding2(nodes[:, 1])
        for layer, (gnn, norm) in enumerate(zip(self.gnns, self.batch_norms)):
            states = norm(gnn(states, ends, edges))
            if layer + 1 < len(self.gnns):
                states = F.relu(states)
        return states
