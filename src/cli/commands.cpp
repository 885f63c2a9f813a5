#include "cli/command.h"

namespace aufbau::cli {

const std::vector<Command> kCommands = {
    {"ingest", "molecules from tables, or networks, into a dataset", run_ingest, Started::shards},
    {"inspect", "what is in a dataset, model, splits file or run", run_inspect},
    {"split", "a dataset into train, valid and test", run_split},
    {"pretrain", "an encoder, in one stage or, by a pipeline file, in several", run_pretrain,
     Started::ranks},
    {"finetune", "a model on labels, pretrained or from scratch", run_finetune},
    {"predict", "one prediction per input row", run_predict, Started::shards},
    {"embed", "one vector per input row", run_embed, Started::shards},
    {"compare", "fine-tuned runs, paired over seeds, beside a fingerprint baseline", run_compare},
    {"reproduce", "a published table on your data, published numbers beside ours", run_reproduce},
    {"transfer", "whether pretraining on sources will help on targets, as a report", run_transfer},
    {"select", "graphs of several datasets that are near to a target, as a dataset", run_select},
    {"import", "weights of a PyTorch program, into a model", run_import},
    {"export", "a model's weights, for the PyTorch program of that layout", run_export},
    {"benchmark", "rates beside the ceiling of this machine", run_benchmark},
    {"version", "of the program and its libraries", run_version},
};

}  // namespace aufbau::cli
