#pragma once
#include <optional>
#include <string>
#include <vector>

#include "graphs/schema.h"
#include "nn/model_file.h"
#include "store/tensor_file.h"

namespace aufbau::nn {

/// An encoder layer as it was published: under which names and shapes its tensors are in a state
/// dict. Ours are the same unless the table says otherwise.
struct PublishedLayout {
  /// widths * D + fixed
  struct Extent {
    int widths = 0, fixed = 0;
    std::int64_t at(int width) const { return std::int64_t{widths} * width + fixed; }
  };
  struct LayerTensor {
    const char* name;  ///< behind `gnns.<i>.`
    std::vector<Extent> shape;
    const char* transposed_as = nullptr;  ///< our name when we keep its transpose
    std::string our_name() const { return transposed_as ? transposed_as : name; }
  };
  const char* encoder;  ///< our name of the encoder
  const char* source;   ///< whose, in words
  std::vector<LayerTensor> layer;
  Extent edge_width;  ///< columns of `edge_embedding<c>.weight`
  bool is_molclr;     ///< written with the shorter vocabularies of MolCLR
};
/// The table of layouts.
extern const std::vector<PublishedLayout> kPublishedLayouts;

/// What a state dict does not say.
struct PublishedOptions {
  std::string encoder = {};  ///< GCN and GraphSAGE have the same names and shapes; empty: see below
  /// What stands before `x_embedding1.weight`; unset: found in the file.
  std::optional<std::string> prefix = {};
  std::string jk = {};  ///< empty: concat when the head is that wide, else last
  std::string pooling = "mean";
  std::vector<std::string> task_names = {};  ///< of the head; empty: task_1, task_2, ...
  std::string task_type = "classification";  ///< of all tasks
};

/// A model made from a state dict, and what became of each of its tensors.
struct PublishedModel {
  ModelFile model;
  std::string source;                ///< of the layout, in words
  std::vector<std::string> taken;    ///< names in the file
  std::vector<std::string> changed;  ///< "name: what was done and why"; also among those taken
  std::vector<std::string> left;     ///< "name: why"
  std::vector<std::string> made;     ///< our names, "name: with what"
};

/// Maps the state dict of an encoder (Hu et al. 2020: GIN, GCN, GraphSAGE, GAT; Wang et al. 2022,
/// MolCLR: GIN and GCN), alone or inside a larger one, to a model. Type, layers and width are read
/// off names and shapes. GCN and GraphSAGE are told apart by their running statistics: the states
/// of GraphSAGE have length one, so that mean^2 + variance add up to one over the width.
/// `graph_pred_linear` beside a `gnn.` becomes the head, unless its read-out has parameters and
/// `pooling` does not say which it is.
///
/// Vocabularies of MolCLR are one entry shorter than those of schema hu2. Its mask entry becomes
/// ours, and the one for unknown elements too; the entry for masked bonds, which it does not know,
/// is zero.
///
/// Error{mismatch}: not such a state dict, another vocabulary than the schema's, a tensor missing,
/// of another shape or not known in its layer; Error{usage}: options that are needed or wrong.
PublishedModel model_from_state_dict(const std::vector<store::NamedTensor>& tensors,
                                     const graphs::FeatureSchema& schema,
                                     const PublishedOptions& options, const std::string& where);

/// A state dict for the published program.
struct PublishedStateDict {
  std::string source;                       ///< of the layout, in words
  std::vector<store::NamedTensor> tensors;  ///< in the order of the program
  std::vector<std::string> changed;         ///< "name: what was left out and why"
};

/// The way back. An encoder alone has no prefix; with a head it is `gnn.*` and
/// `graph_pred_linear.*`. Error{mismatch}: no published program has that encoder, or a tensor is
/// missing.
PublishedStateDict state_dict_of(const ModelFile& model);

}  // namespace aufbau::nn
