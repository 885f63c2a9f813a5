"""Training steps of a GIN in PyTorch Geometric, timed: MessagePassing layers, one Data object and transform per
molecule, networkx for neighbourhoods, an optimiser per network, as the program published with Hu et al. 2020 works.

    step_pyg.py data.h5 --objective attribute-masking

Prints a line of JSON. Dropout is 0."""

import timing

OPTIONS = timing.options_of("Times training steps in PyTorch Geometric.")
timing.require(OPTIONS, "torch", "torch_geometric", "networkx", "numpy", "h5py")

import random

import networkx
import torch
from torch import nn
from torch.nn import functional as F
from torch_geometric.data import Batch, Data, InMemoryDataset
from torch_geometric.loader import DataLoader
from torch_geometric.nn import MessagePassing, global_mean_pool
from torch_geometric.utils import add_self_loops

import molecules as reader
import network
from network import ELEMENTS, INNER, MASK, OUTER, SELF_LOOP, SUBSTRUCTURE


class GINLayer(MessagePassing):
    def __init__(self, width):
        super().__init__(aggr="add")
        network.add_layer_modules(self, width)

    def forward(self, x, edge_index, edge_attr):
        edge_index, _ = add_self_loops(edge_index, num_nodes=x.size(0))
        loops = edge_attr.new_zeros(x.size(0), 2)
        loops[:, 0] = SELF_LOOP
        edge_attr = torch.cat([edge_attr, loops])
        embedded = self.edge_embedding1(edge_attr[:, 0]) + self.edge_embedding2(edge_attr[:, 1])
        return self.propagate(edge_index, x=x, edge_attr=embedded)

    def message(self, x_j, edge_attr):
        return x_j + edge_attr

    def update(self, aggr_out):
        return self.mlp(aggr_out)


class MaskedMolecule(Data):
    def __inc__(self, key, value, *arguments):
        return self.num_nodes if key == "masked" else super().__inc__(key, value, *arguments)


def mask_atoms(data):
    count = data.x.size(0)
    masked = torch.tensor(random.sample(range(count), int(count * 0.15 + 1)))
    x = data.x.clone()
    elements = x[masked, 0]
    x[masked] = torch.tensor([MASK, 0])
    return MaskedMolecule(x=x, edge_index=data.edge_index, edge_attr=data.edge_attr, masked=masked, elements=elements)


def to_networkx(data):
    graph = networkx.Graph()
    for node, codes in enumerate(data.x.tolist()):
        graph.add_node(node, codes=codes)
    for (begin, end), codes in zip(data.edge_index.t().tolist()[::2], data.edge_attr.tolist()[::2]):
        graph.add_edge(begin, end, codes=codes)
    return graph


def from_networkx(graph):
    """The graph as Data, and the new number of each of its nodes."""
    number = {node: place for place, node in enumerate(graph.nodes())}
    ends, codes = [], []
    for begin, end, of_edge in graph.edges(data="codes"):
        ends += [(number[begin], number[end]), (number[end], number[begin])]
        codes += [of_edge, of_edge]
    return Data(x=torch.tensor([of_node for _, of_node in graph.nodes(data="codes")]),
                edge_index=torch.tensor(ends, dtype=torch.long).reshape(-1, 2).t().contiguous(),
                edge_attr=torch.tensor(codes, dtype=torch.long).reshape(-1, 2)), number


def substructure_and_context(data):
    """Around a random atom; None where no atom is far enough for a context."""
    graph = to_networkx(data)
    root = random.randrange(graph.number_of_nodes())
    near = set(networkx.single_source_shortest_path_length(graph, root, SUBSTRUCTURE))
    inner = set(networkx.single_source_shortest_path_length(graph, root, INNER))
    outer = set(networkx.single_source_shortest_path_length(graph, root, OUTER))
    ring = outer - inner
    anchors = near & ring
    if not anchors:
        return None
    substructure, number = from_networkx(graph.subgraph(near))
    substructure.centre = torch.tensor([number[root]])
    context, number = from_networkx(graph.subgraph(ring))
    context.anchors = torch.tensor([number[anchor] for anchor in anchors])
    return substructure, context


class Substructure(Data):
    def __inc__(self, key, value, *arguments):
        return self.num_nodes if key in ("centre", "anchors") else super().__inc__(key, value, *arguments)


def collate_pairs(pairs):
    pairs = [pair for pair in pairs if pair is not None]
    substructures, contexts = ([Substructure.from_dict(data.to_dict()) for data in side] for side in zip(*pairs))
    sizes = torch.tensor([len(data.anchors) for data in contexts])
    whose = torch.repeat_interleave(torch.arange(len(contexts)), sizes)
    return Batch.from_data_list(substructures), Batch.from_data_list(contexts), whose


class Molecules(InMemoryDataset):
    def __init__(self, data, transform):
        super().__init__(None, transform)
        graphs = []
        for row in range(len(data)):
            nodes, ends, edges = data.arrays_of(row)
            labels = torch.from_numpy(data.labels[row : row + 1])
            # 1 and -1, and 0 where the label is missing
            graphs.append(Data(x=torch.from_numpy(nodes), edge_index=torch.from_numpy(ends),
                               edge_attr=torch.from_numpy(edges), y=torch.nan_to_num(2 * labels - 1)))
        self.data, self.slices = self.collate(graphs)


def two_sided_loss(criterion, positive, negative):
    positive, negative = positive.double(), negative.double()
    return criterion(positive, torch.ones_like(positive)) + criterion(negative, torch.zeros_like(negative))


class AttributeMasking:
    transform = staticmethod(mask_atoms)
    collate = None

    def __init__(self, options, tasks):
        self.encoder = network.GIN(GINLayer, options.layers, options.width)
        self.head = nn.Linear(options.width, ELEMENTS - 1)
        self.networks = [self.encoder, self.head]

    def loss(self, batch):
        states = self.encoder(batch.x, batch.edge_index, batch.edge_attr)
        logits = self.head(states[batch.masked])
        return F.cross_entropy(logits.double(), batch.elements)


class ContextPrediction:
    transform = staticmethod(substructure_and_context)
    collate = staticmethod(collate_pairs)

    def __init__(self, options, tasks):
        self.encoder = network.GIN(GINLayer, options.layers, options.width)
        self.context_encoder = network.GIN(GINLayer, OUTER - INNER, options.width)
        self.networks = [self.encoder, self.context_encoder]
        self.criterion = nn.BCEWithLogitsLoss()

    def loss(self, batch):
        substructures, contexts, whose = batch
        centre = self.encoder(substructures.x, substructures.edge_index, substructures.edge_attr)[substructures.centre]
        around = self.context_encoder(contexts.x, contexts.edge_index, contexts.edge_attr)[contexts.anchors]
        context = global_mean_pool(around, whose)
        shifted = torch.cat([context[1:], context[:1]])
        return two_sided_loss(self.criterion, (centre * context).sum(1), (centre * shifted).sum(1))


class Infomax:
    transform = None
    collate = None

    def __init__(self, options, tasks):
        self.encoder = network.GIN(GINLayer, options.layers, options.width)
        self.discriminator = nn.Linear(options.width, options.width, bias=False)
        self.networks = [self.encoder, self.discriminator]
        self.criterion = nn.BCEWithLogitsLoss()

    def loss(self, batch):
        states = self.encoder(batch.x, batch.edge_index, batch.edge_attr)
        summary = torch.sigmoid(global_mean_pool(states, batch.batch))
        own = summary[batch.batch]
        other = torch.cat([summary[1:], summary[:1]])[batch.batch]
        return two_sided_loss(self.criterion, (states * self.discriminator(own)).sum(1),
                              (states * self.discriminator(other)).sum(1))


class Supervised:
    transform = None
    collate = None

    def __init__(self, options, tasks):
        self.encoder = network.GIN(GINLayer, options.layers, options.width)
        self.head = nn.Linear(options.width, tasks)
        self.networks = [self.encoder, self.head]
        self.criterion = nn.BCEWithLogitsLoss(reduction="none")

    def loss(self, batch):
        states = self.encoder(batch.x, batch.edge_index, batch.edge_attr)
        logits = self.head(global_mean_pool(states, batch.batch))
        known = batch.y**2 > 0
        losses = self.criterion(logits.double(), ((batch.y + 1) / 2).double())
        return torch.where(known, losses, torch.zeros_like(losses)).sum() / known.sum()


KINDS = {"attribute-masking": AttributeMasking, "context-prediction": ContextPrediction, "infomax": Infomax,
         "supervised": Supervised}


def main():
    torch.set_num_threads(OPTIONS.threads)
    torch.manual_seed(0)
    random.seed(0)
    data = reader.read_molecules(OPTIONS.data, OPTIONS.molecules)
    kind = KINDS[OPTIONS.objective]
    objective = kind(OPTIONS, data.labels.shape[1])
    torch.set_float32_matmul_precision("high" if OPTIONS.precision == "tf32" else "highest")
    for module in objective.networks:
        module.to(OPTIONS.device)
    optimizers = [torch.optim.Adam(module.parameters(), lr=1e-3) for module in objective.networks]
    settings = dict(batch_size=OPTIONS.batch_size, shuffle=True, drop_last=True, num_workers=OPTIONS.workers,
                    persistent_workers=OPTIONS.workers > 0)
    dataset = Molecules(data, kind.transform)
    if kind.collate:
        loader = torch.utils.data.DataLoader(dataset, collate_fn=kind.collate, **settings)
    else:
        loader = DataLoader(dataset, **settings)

    def step(batch):
        loss = objective.loss(timing.moved(batch, OPTIONS.device))
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        return loss.item(), OPTIONS.batch_size

    import torch_geometric
    timing.measure(f"PyTorch Geometric {torch_geometric.__version__}, PyTorch {torch.__version__}", OPTIONS, loader,
                   step)


if __name__ == "__main__":
    main()
