#pragma once
/// Aufbau: pretraining graph neural networks on molecules, and saying beforehand whether it will
/// help. The one installed header (so it is long): all of the public API, in the order of use.
///
/// Conventions of the whole library
///  * Standard types only. Objects own what they show, move, and hide their state.
///  * Everything that goes wrong throws `aufbau::Error`; nothing prints, nothing exits. A bad
///  molecule is not
///    an error but a row with a reason.
///  * No global state: two threads may use two objects, and a loaded `Model` may be used from
///  several threads.
///  * The same seed gives the same bits at any number of threads.
///  * Paths are UTF-8. Text inputs are `.csv .tsv .smi .txt .sdf`, each also `.gz`, or `-` for
///  standard input.

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#define AUFBAU_API __attribute__((visibility("default")))

namespace aufbau {

// ---------------------------------------------------------------- errors

/// What went wrong, in the classes a caller can act on. The command line's exit code is in
/// brackets.
enum class ErrorKind {
  internal,       ///< our mistake [1]
  usage,          ///< unknown option or name, value out of range, conflict [2]
  input,          ///< a file is missing, unreadable or damaged [3]
  malformed,      ///< a row was refused and the caller asked to stop at the first one [4]
  nothing_valid,  ///< no row was left to work on [5]
  mismatch,       ///< model, feature schema, shape or format version do not fit together [6]
  non_finite,     ///< a loss or gradient became infinite or NaN [7]
  resource,       ///< memory, disk or device exhausted, or the device is not there [8]
  interrupted,    ///< stopped on request after a clean save [75]
  other_rank      ///< another process of the same MPI run failed or stopped; that one says why [0:
                  ///< its code is the one that counts]
};

/// The one exception type. `what()` reads "[where] what was found, what was expected; what to do".
class AUFBAU_API Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  ErrorKind kind() const noexcept { return kind_; }

 private:
  ErrorKind kind_;
};

// ---------------------------------------------------------------- options common to all work

/// One report of how far some work has come. `total` is 0 when it is not known.
struct Progress {
  std::string stage;           ///< "ingest", "pretrain 3/10", ...
  double done = 0, total = 0;  ///< in `unit`
  std::string unit;            ///< "molecules", "steps", ...
  double rate = 0;             ///< `unit` per second
  double seconds_left = 0;     ///< 0 when not known
  std::string note;            ///< for example "loss 0.812"
  bool line = false;           ///< true once per epoch or stage: worth a line of its own
};

/// Options that all work shares.
struct RunOptions {
  std::uint64_t seed = 0;
  int threads = 0;              ///< 0: all cores available to the process
  std::string device = "auto";  ///< auto, cpu, cuda or cuda:i
  /// Of the factors of matrix products on a device, whose sums are float32: float32 (exact), tf32
  /// or bf16. The CPU has float32 only.
  std::string precision = "tf32";
  bool compaction = true;  ///< compute what nodes with the same surroundings share once; off: to
                           ///< compare
  std::function<void(const Progress&)> progress;  ///< may be empty; called from the calling thread
  std::function<void(const std::string&)> log;    ///< one line without newline; may be empty
  std::function<bool()> should_stop;  ///< polled between steps; true saves and throws `interrupted`
};

/// How rows of a text input become molecules. Used by ingest, predict and embed.
struct TableOptions {
  std::string smiles_column;  ///< empty: a column called smiles (any case), mol, Drug or
                              ///< canonical_smiles, else the first
  std::string
      id_column;  ///< empty: none (`.smi`: the text after the SMILES; `.sdf`: the title line)
  std::int64_t max_smiles_length = 2000;    ///< bytes
  std::int64_t max_atoms = 999;             ///< heavy atoms; bonds at most twice as many
  std::int64_t max_line_bytes = 1 << 20;    ///< CSV record, SMI line, SDF record
  std::int64_t max_field_bytes = 64 << 10;  ///< CSV field
};

/// One of `count` consecutive parts of the rows of an input, for as many processes. Outputs of
/// parts 1, 2, ... after one another are the output of the whole: only part 1 has a header, and
/// lines are those of the whole input.
struct Shard {
  int index = 1, count = 1;
};

/// A name a user can type, and what it means.
struct NameEntry {
  std::string name, summary;
};

/// The tables of names: what `--help` lists, what factories accept, what tests loop over.
enum class NameTable {
  schemas,
  encoders,
  jumping_knowledge,
  poolings,
  objectives,
  augmentations,
  splits,
  schedules,
  metrics,
  protocols,       ///< published tables that `reproduce` repeats
  budgets,         ///< how much computing it spends on one
  strategies,      ///< rows of the table of hu2020
  benchmark_sets,  ///< its columns
  graph_formats,   ///< files of networks that `ingest_graphs` reads
  bases,           ///< ways to divide sources into the graphons that are mixed
  estimators,      ///< of graphons
  distances,       ///< between graphons
  scores,          ///< of transfer
  selections,      ///< ways to choose from sources
  benchmarks       ///< what `benchmark` measures
};
AUFBAU_API std::vector<NameEntry> names(NameTable table);
/// The known name that was probably meant; empty when none is near.
AUFBAU_API std::string suggest(const std::string& name, const std::vector<std::string>& known);

/// "0.1.0"
AUFBAU_API std::string version();
/// Version, compiler, RDKit, HDF5, oneDNN versions, instruction set and devices found, as JSON.
AUFBAU_API std::string version_json();

/// This process among those that one `mpirun` (Open MPI) started, as the environment says.
struct ProcessGroup {
  int rank = 0, count = 1;
  int on_this_host = 1;
};
AUFBAU_API ProcessGroup process_group();

// ---------------------------------------------------------------- ingest, inspect, split

struct IngestOptions : RunOptions {
  std::vector<std::string> inputs;
  std::string output;  ///< X.h5; X.rejects.csv is written beside it
  TableOptions table;
  std::vector<std::string>
      target_columns;  ///< empty: every column that is not SMILES, id, split or ignored (CSV, TSV)
  std::vector<std::string> ignore_columns;
  bool no_targets = false;
  std::string splits_column;   ///< values train, val (valid, validation) or test; empty: none
  std::string schema = "hu2";  ///< a name of NameTable::schemas
  std::string standardize =
      "none";  ///< none, parent (largest fragment by heavy atoms, first on ties)
  std::string duplicates =
      "keep";  ///< keep, first, error; the same molecule means the same canonical SMILES
  std::string on_invalid = "skip";  ///< skip, fail
  Shard shard;                      ///< of the rows of all inputs; with `duplicates` keep only
  bool scaffolds = false;  ///< store them without targets too; with targets they always are
  bool force = false;      ///< overwrite the output
};

struct IngestSummary {
  std::string dataset, rejects;  ///< paths written
  std::int64_t rows = 0, stored = 0, rejected = 0;
  std::vector<std::pair<std::string, std::int64_t>> rejected_by_code;
  std::vector<std::pair<std::string, std::int64_t>>
      decisions;  ///< vocabulary decisions taken, with their counts
  std::vector<std::string> targets;
  double seconds = 0;
};
AUFBAU_API IngestSummary ingest(const IngestOptions& options);

struct IngestGraphsOptions : RunOptions {
  std::vector<std::string> inputs;
  std::string output;           ///< X.h5; X.rejects.csv is written beside it
  std::string format = "auto";  ///< a name of NameTable::graph_formats, or auto
  std::string labels;           ///< lines of node and label; the label of an ego network is that of
                                ///< its centre
  std::vector<std::string>
      edge_values;                    ///< names of the columns after the two nodes of an edge that
                                      ///< become real-valued features; `-` leaves a column out
  int node_tags = 0;                  ///< tags from 0 that nodes can have; 0: as many as there are
  int ego_hops = 0;                   ///< 0: graphs as they are; else ego networks of that radius
  std::int64_t ego_count = 0;         ///< drawn without replacement, seeded; 0: one of every node
  std::int64_t ego_max_nodes = 1000;  ///< larger ego networks are refused as too-large
  bool force = false;                 ///< overwrite the output
};
/// Networks and sets of graphs into a dataset without molecules: structure, the tags of nodes, real
/// values of edges. Labels become targets: two different ones are 0 and 1 of the target `label`,
/// more are one target `label=<text>` each.
AUFBAU_API IngestSummary ingest_graphs(const IngestGraphsOptions& options);

/// What is in a dataset, model, splits file or run folder, as a JSON object with a "kind".
AUFBAU_API std::string inspect(const std::string& path);

struct SplitOptions : RunOptions {
  std::string data, output;
  std::string split = "scaffold";  ///< a name of NameTable::splits
  std::vector<double> sizes = {0.8, 0.1, 0.1};
  bool force = false;
};
struct SplitSummary {
  std::string splits, method, hash;
  std::int64_t train = 0, valid = 0, test = 0;
};
AUFBAU_API SplitSummary split(const SplitOptions& options);

// ---------------------------------------------------------------- training

struct EncoderOptions {
  std::string encoder = "gin";
  int layers = 5;
  int width = 300;
  std::string jk = "last";
  double dropout = 0;
};

struct OptimizerOptions {
  double init_lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999, eps = 1e-8;
  bool torch101_adam =
      false;  ///< eps before bias correction, as torch 1.0.1 had it (for comparisons only)
  double weight_decay = 0;   ///< added to the gradient (L2), as in Adam of PyTorch
  double gradient_clip = 0;  ///< largest global L2 norm; 0: off
  std::string schedule = "constant";
  int warmup_epochs = 0;
  double final_lr = 0;  ///< where cosine ends
};

struct PretrainOptions : RunOptions {
  std::string data, output;
  std::string objective;  ///< "a,b": stages in sequence; "a:1+b:0.5": jointly, weighted
  /// Leak guard: molecules that are not trained on. Each entry is a dataset, all of whose
  /// molecules count, or DATASET:SPLITS, where those of its valid and test parts do. The same
  /// molecule means the same largest fragment without stereo and isotopes.
  std::vector<std::string> exclude;
  std::string init;  ///< model to start from; its encoder options win. Empty: from scratch
  EncoderOptions encoder;
  bool dropout_given = false;  ///< true with `init`: encoder.dropout in place of the model's own
  OptimizerOptions optimizer;
  int epochs = 100;  ///< of each stage
  int batch_size = 256;
  int micro_batches = 1;  ///< consecutive parts that each batch is cut into; each goes through the
                          ///< model by itself, BatchNorm included, and their gradients are averaged
  bool mpi = false;  ///< share the parts with the other processes of process_group(); they all call
                     ///< pretrain with the same options, and the one of rank 0 writes
  // attribute masking
  double mask_rate = 0.15;
  bool mask_bonds = false;
  // context prediction
  std::string context_mode = "cbow";     ///< cbow, skipgram
  std::string context_pooling = "mean";  ///< mean, sum, max
  int context_size = 3;
  int negative_samples = 1;
  // graphcl
  std::vector<std::string> augmentations = {"node-dropping", "edge-perturbation",
                                            "attribute-masking", "subgraph"};
  double augmentation_ratio = 0.2;  ///< share of the atoms or bonds that a view alters
  double temperature = 0.1;
  std::string pooling = "mean";  ///< graph-level objectives
  int checkpoint_steps = 0;      ///< steps between checkpoints; 0: at the end of each epoch only
  int keep_checkpoints = 2;
  bool resume = false, force = false;
};
struct PretrainSummary {
  std::string model, run;
  std::int64_t steps = 0;
  int epochs = 0;
  std::int64_t dropped = 0;  ///< molecules that `exclude` kept out
  double final_loss = 0, seconds = 0, molecules_per_second = 0;
};
AUFBAU_API PretrainSummary pretrain(const PretrainOptions& options);

struct FinetuneOptions : RunOptions {
  std::string data, output;
  std::string init;  ///< pretrained model; empty: from scratch with `encoder`
  EncoderOptions encoder{.dropout = 0.5};
  bool dropout_given = true;  ///< false with `init`: keep the model's own dropout
  OptimizerOptions optimizer;
  std::string task_type = "auto";  ///< auto, classification, regression
  std::string pooling = "mean";
  std::string split = "scaffold";
  std::string splits_file;  ///< wins over `split`
  std::vector<double> split_sizes = {0.8, 0.1, 0.1};
  std::vector<std::uint64_t> seeds = {0};  ///< one run each, in output/seed-N
  std::uint64_t split_seed = 0;            ///< of the random splits; the same split for all seeds
  std::vector<std::string> targets;        ///< empty: all in the dataset
  std::string metric;                      ///< used to select the epoch; empty: roc-auc or rmse
  int epochs = 100;
  int batch_size = 32;
  int patience = 0;  ///< epochs without a better validation score; 0: run them all
  double head_lr_scale = 1;
  bool freeze_encoder = false;
  bool resume = false, force = false;
};
/// Scores of one seed on one part of the split, averaged over the tasks that can be scored.
struct SeedScores {
  std::uint64_t seed = 0;
  int best_epoch = 0;  ///< first epoch with the best validation score, from 1
  double best_valid = 0, test_at_best = 0;
  double last_valid = 0, last_test = 0;
  std::string run;
};
struct FinetuneSummary {
  std::string model, run, metric;
  std::vector<SeedScores> seeds;
  double mean = 0,
         standard_deviation = 0;  ///< test at the best validation epoch, over seeds (population)
  double last_mean = 0, last_standard_deviation = 0;
  std::vector<std::string> loaded, skipped,
      fresh;  ///< tensor names: taken from `init`, left there, newly initialised
  double seconds = 0;
};
AUFBAU_API FinetuneSummary finetune(const FinetuneOptions& options);

/// Several pretraining runs, each on its own data and with its own objective, and perhaps a
/// fine-tuning at the end: the same as the separate calls with `init` set to the model before, byte
/// for byte. `threads`, `device` and the callbacks are those of every stage; seeds are the stages'
/// own. A stage leaves `output`, `resume` and `force` empty, and all but the first leave `init`
/// empty; its encoder options then are those of the first, but for a dropout that is given.
struct PipelineOptions : RunOptions {
  std::string output;  ///< folder of the runs stage-1, stage-2, ..., finetune
  std::vector<PretrainOptions> stages;
  std::optional<FinetuneOptions> finetune;
  bool resume = false, force = false;
};
struct PipelineSummary {
  std::string model, run;  ///< the last model; the folder
  std::vector<PretrainSummary> stages;
  std::optional<FinetuneSummary> finetune;
};
/// All options and files are looked at before the first stage begins.
AUFBAU_API PipelineSummary pipeline(const PipelineOptions& options);

struct CompareOptions : RunOptions {
  std::vector<std::string> runs;  ///< directories written by finetune on the same data and split
  bool baseline = true;           ///< add ECFP4 with logistic or ridge regression on the same split
  std::string output;             ///< comparison.json; empty: not written
  bool force = false;
};
struct ComparisonRow {
  std::string name;
  std::vector<std::uint64_t> seeds;
  std::vector<double> scores,
      last_scores;  ///< test, one per seed; the baseline is deterministic and has one
  double mean = 0, standard_deviation = 0, last_mean = 0, last_standard_deviation = 0;
};
/// Paired over the seeds that both runs have: first minus second.
struct ComparisonPair {
  std::string first, second;
  std::int64_t pairs = 0;
  double mean_difference = 0, p_value = 1;  ///< two-sided paired t-test; NaN when it is not defined
  double p_value_signed_rank = 1;           ///< exact two-sided Wilcoxon signed-rank
};
struct Comparison {
  std::string metric;
  bool higher_is_better = true;
  std::vector<ComparisonRow> rows;
  std::vector<ComparisonPair> pairs;
  std::vector<std::string> notes;  ///< what the numbers do not allow to conclude
};
AUFBAU_API Comparison compare(const CompareOptions& options);

// ---------------------------------------------------------------- published tables, repeated

/// A published protocol on your data: every pretraining strategy, fine-tuned on every data set,
/// with the published numbers beside ours.
struct ReproduceOptions : RunOptions {
  std::string protocol = "hu2020";      ///< a name of NameTable::protocols
  std::string data;                     ///< folder with the CSV files of MoleculeNet
  std::string source;                   ///< dataset for objectives without labels
  std::string labels;                   ///< dataset with targets for supervised pretraining
  std::vector<std::string> sets;        ///< empty: those of the budget
  std::vector<std::string> strategies;  ///< empty: those of the budget that the data allow
  std::vector<std::uint64_t> seeds;     ///< of fine-tuning; empty: those of the budget
  std::string budget = "fast";          ///< a name of NameTable::budgets
  std::string output;                   ///< folder of all runs and the table
  bool resume = false;                  ///< finished runs in `output` are not repeated
};
/// One strategy on one data set. Scores are test ROC-AUC in percent; NaN: not known or not defined.
struct ReproducedCell {
  static constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  std::string set;
  double published = kNaN, published_deviation = kNaN;
  std::vector<double> scores, last_scores;        ///< one per seed; the fingerprints have one
  double mean = kNaN, standard_deviation = kNaN;  ///< at the best validation epoch
  double last_mean = kNaN, last_standard_deviation = kNaN;  ///< after the last epoch
  /// Against no pretraining, at the best validation epoch, paired over seeds.
  double gain = kNaN, p_value = kNaN, p_value_signed_rank = kNaN;
};
struct ReproducedRow {
  std::string strategy, graph_level, node_level;  ///< levels: an objective or "none"
  std::vector<ReproducedCell> cells;              ///< one per set
  double published_average = ReproducedCell::kNaN, average = ReproducedCell::kNaN,
         last_average = ReproducedCell::kNaN;  ///< over the sets of this table
};
struct Reproduction {
  std::string protocol, budget, command;  ///< the command line, without folders
  std::vector<std::string> sets;
  std::vector<std::uint64_t> seeds;
  std::vector<ReproducedRow> rows;  ///< strategies in the order of the paper
  ReproducedRow fingerprints;       ///< the baseline; it has no published numbers
  std::vector<std::string> notes;   ///< what the budget means, and what differs from the paper
};
/// Writes table.md, table.csv and table.json to `output`, beside the runs.
AUFBAU_API Reproduction reproduce(const ReproduceOptions& options);

// ---------------------------------------------------------------- use of a model

struct PredictOptions : RunOptions {
  std::string input, model, output;  ///< text input or dataset; "-" for standard input or output
  TableOptions table;
  std::string prefix;  ///< put before the new column names
  int batch_size = 8192;
  Shard shard;  ///< of the rows of the input
  bool force = false;
};
struct EmbedOptions : RunOptions {
  std::string input, model, output;  ///< .npy, .csv or .h5
  TableOptions table;
  std::string level = "graph";  ///< graph, node
  std::string pooling;          ///< empty: the model's own, mean if it has none
  int batch_size = 8192;
  Shard shard;  ///< of the rows of the input
  bool force = false;
};
struct ApplySummary {
  std::string output;
  std::int64_t rows = 0, answered = 0, refused = 0;
  double seconds = 0;
};
/// One output row per input row, in order: the input columns untouched, then prob_<task> or
/// pred_<task>, then error.
AUFBAU_API ApplySummary predict(const PredictOptions& options);
/// One vector per input row (NaN where refused; `.csv` has an error column, `.npy` gets
/// OUTPUT.errors.csv beside it).
AUFBAU_API ApplySummary embed(const EmbedOptions& options);

/// One row of an answer: either values or the reason why there are none.
struct Row {
  std::string smiles;
  std::vector<double> values;  ///< one per task, or the embedding
  std::string code, error;     ///< empty when ok
  bool ok() const { return code.empty(); }
};

/// A trained model, read from `model.safetensors`. Immutable: safe to use from several threads.
class AUFBAU_API Model {
 public:
  static Model load(const std::string& path);
  Model(Model&&) noexcept;
  Model& operator=(Model&&) noexcept;
  ~Model();

  const std::vector<std::string>& task_names() const;  ///< empty for an encoder without a head
  int width() const;                                   ///< of an embedding
  /// Probabilities (classification) or values in the units of the training targets (regression).
  std::vector<Row> predict(const std::vector<std::string>& smiles,
                           const RunOptions& options = {}) const;
  std::vector<Row> embed(const std::vector<std::string>& smiles,
                         const RunOptions& options = {}) const;

 private:
  struct State;
  explicit Model(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// ---------------------------------------------------------------- will pretraining transfer?

/// How sources are measured against a target.
struct MeasureOptions {
  std::vector<std::string> bases = {"topo", "domain", "integr"};  ///< names of NameTable::bases
  int parts = 5;  ///< clusters of topo, and of domain where one source is divided by its scaffolds
  std::string estimator = "relative-rank";  ///< a name of NameTable::estimators; intervals and
                                            ///< tests are those of relative-rank
  int resolution = 16;                      ///< cells a side of the graphons
  int node_types = 0;   ///< classes of nodes whose edges are counted apart: the most frequent kinds
                        ///< and the rest; 0: structure alone
  bool compat = false;  ///< also what the program published with W2PGNN computes
  int bootstrap = 1000, permutations = 999;
  double level = 0.95;                   ///< of the intervals
  std::vector<std::string> scores = {};  ///< names of NameTable::scores; empty: all the data allow
  std::string model = {};                ///< its embeddings are compared too; empty: no model
  std::int64_t sample = 5000;  ///< graphs of each set that scores look at, drawn by the seed
};

/// A short pretraining and fine-tuning, the same for every source and target.
struct ProbeOptions {
  std::string objective = "attribute-masking";  ///< as PretrainOptions::objective
  EncoderOptions encoder{.layers = 3, .width = 64};
  std::int64_t molecules = 5000;  ///< of a source, evenly apart in its file; 0: all
  int pretrain_epochs = 10, finetune_epochs = 20;
  int pretrain_batch_size = 256, finetune_batch_size = 32;
  std::string split = "scaffold";
  std::string pooling = "mean";
  std::vector<std::uint64_t> seeds = {0, 1, 2};  ///< of fine-tuning
};

struct TransferOptions : RunOptions {
  std::vector<std::string> sources, targets;  ///< datasets
  std::string output;                         ///< folder: report.html, report.json, graphons.h5
  MeasureOptions measure;
  std::string study;  ///< study.json of `transfer_study`, which the verdict then rests on
  std::optional<ProbeOptions> probe;  ///< measure the gain of each source by training, too
  bool force = false;
};

/// What is not known or not defined in a report.
inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// A step function on [0, 1]^2 with cells of equal size, nodes of many neighbours first.
struct GraphonCells {
  int side = 0;
  std::vector<double> values;  ///< row-major [side, side]
};

/// A dataset of a report.
struct TransferSet {
  std::string name, path, hash;
  std::int64_t graphs = 0;
  std::int64_t sampled = 0;  ///< graphs that scores looked at
  bool molecules = false;
  std::string schema;
  double mean_nodes = 0, deviation_nodes = 0, mean_degree = 0, deviation_degree = 0;
};
/// A part of a basis: the graphs that one graphon was fitted to.
struct TransferPart {
  std::string name;
  std::int64_t graphs = 0;
  GraphonCells graphon;
};
struct TransferBasis {
  std::string name;
  std::vector<TransferPart> parts;
  std::string missing;  ///< why the basis could not be made; empty: it was
};

/// Which densities of a small graph every sample of the mixture has in common with the target.
struct MotifScope {
  std::string motif;
  double mixture = kUnknown, target = kUnknown;  ///< homomorphism densities of the two graphons
  double bound = kUnknown;                       ///< by which they differ at most (counting lemma)
};
/// What the program published with W2PGNN computes, for comparison.
struct CompatNumbers {
  std::vector<double> weights;  ///< of the smallest loss
  double loss = kUnknown,
         distance = kUnknown;  ///< smallest loss; Gromov-Wasserstein at its weights
};
/// The mixture of a basis nearest to a target. Distances are squared, per cell of the graphons.
struct TransferFit {
  std::string basis;
  std::vector<double> weights, weights_low, weights_high;  ///< one per part
  GraphonCells mixture;
  double plug_in = kUnknown;                                    ///< too large by chance
  double unbiased = kUnknown, low = kUnknown, high = kUnknown;  ///< without that, and its interval
  double noise_floor = kUnknown;                                ///< between halves of the target
  double uniform = kUnknown, single = kUnknown;             ///< plug-in: equal weights; best part
  double gromov_lower = kUnknown, gromov_upper = kUnknown;  ///< of Gromov-Wasserstein, certain
  std::vector<std::pair<std::string, double>> distances;    ///< by NameTable::distances
  std::vector<MotifScope> motifs;
  std::optional<CompatNumbers> compat;
};
/// Could the target have been drawn from this source?
struct TransferTest {
  std::string source;
  double distance = kUnknown;  ///< unbiased, squared, per cell, on the graphs tested
  double p_value = kUnknown;
};
/// One score of one source, or of the target alone.
struct TransferScoreValue {
  std::string score;     ///< a name of NameTable::scores
  std::string source;    ///< empty: a score of the target alone
  std::string features;  ///< fingerprints, embeddings; empty: the score has none
  std::string target;    ///< the label it is about; empty: no label
  bool higher_is_closer = false;
  double value = kUnknown;
  double itself = kUnknown;  ///< one half of the target against the other: what closest looks like
  std::string missing;       ///< why there is no value
};
/// A molecule of the target and the nearest of all sources by Tanimoto similarity of ECFP4.
struct NearestMolecule {
  std::string smiles, source, nearest;
  double similarity = 0;
};
/// Share of the target's molecules that have a molecule of the source at least so similar.
struct TransferCoverage {
  std::string source;
  std::vector<double> thresholds, shares;
};
/// Measured by training: from a source, less from scratch, in points (100 ROC-AUC, or percent of
/// the RMSE of training from scratch).
struct ProbeGain {
  std::string source, metric;
  std::vector<double> pretrained, scratch;  ///< test at the best validation epoch, one per seed
  double gain = kUnknown, standard_error = kUnknown, p_value = kUnknown;
  double fingerprints = kUnknown;  ///< the baseline on the same split
  std::string missing;
};
/// The answer, and what it rests on.
struct TransferVerdict {
  std::string answer;                ///< promising, uncertain, unpromising
  std::vector<std::string> lines;    ///< three, for people
  std::vector<std::string> sources;  ///< best first
  std::string score;                 ///< that ordered them
  double gain = kUnknown, gain_low = kUnknown, gain_high = kUnknown;  ///< expected of the best, in
                                                                      ///< points; by the study only
};
struct TransferTarget {
  TransferSet set;
  GraphonCells graphon;
  std::vector<TransferFit> fits;
  std::vector<TransferTest> tests;
  std::vector<TransferScoreValue> scores;
  std::vector<NearestMolecule> nearest, farthest;
  std::vector<TransferCoverage> coverage;
  std::vector<ProbeGain> probe;
  TransferVerdict verdict;
  std::vector<std::string> notes;  ///< what the sizes and the data do not allow to conclude
};
struct TransferReport {
  std::string version;
  std::uint64_t seed = 0;
  MeasureOptions measure;
  std::string study;  ///< hash of the study; empty: there was none
  std::vector<TransferSet> sources;
  std::vector<TransferBasis> bases;
  std::vector<TransferTarget> targets;
};
/// Graphons of the sources, their mixtures nearest to each target (W2PGNN, Cao et al. 2023), how
/// sure that is, and every score of NameTable::scores that the data allow.
AUFBAU_API TransferReport transfer(const TransferOptions& options);

/// Real pretraining on every source and fine-tuning on every target, beside what every score said
/// before: which scores can be believed.
struct TransferStudyOptions : RunOptions {
  std::vector<std::string> sources, targets;  ///< datasets; targets have labels
  std::string output;                         ///< folder of all runs; study.json, study.md
  MeasureOptions measure;
  ProbeOptions probe;
  bool resume = false, force = false;
};
struct StudyPair {
  std::string source, target;
  ProbeGain gain;
  std::vector<TransferScoreValue> scores;  ///< of this source, in the order of NameTable::scores
};
/// How a score goes with the gain, so that positive is right, over all pairs and within targets.
struct StudyScore {
  std::string score, features;
  int pairs = 0;
  double spearman = kUnknown, spearman_low = kUnknown, spearman_high = kUnknown;
  double kendall = kUnknown, kendall_low = kUnknown, kendall_high = kUnknown;
  double within = kUnknown;  ///< Spearman of the sources of one target, mean over targets
};
struct TransferStudy {
  std::string version, command, hash;         ///< hash: of all but itself and `seconds`
  std::vector<std::string> sources, targets;  ///< names
  std::uint64_t seed = 0;
  MeasureOptions measure;  ///< a score measured otherwise is another score
  ProbeOptions probe;
  std::vector<StudyPair> pairs;
  std::vector<StudyScore> scores;
  std::vector<std::string> notes;
  double seconds = 0;  ///< that this call took; in no file
};
AUFBAU_API TransferStudy transfer_study(const TransferStudyOptions& options);

struct SelectOptions : RunOptions {
  std::vector<std::string> sources;
  std::string target, output;  ///< datasets; OUTPUT.csv beside the output says why for each part
  std::string method = "mixture";  ///< a name of NameTable::selections
  std::int64_t budget = 0;         ///< graphs to choose at most; 0: as many as the method sees fit
  MeasureOptions measure;          ///< bases.front() for mixture; parts, resolution, node_types
  bool force = false;
};
/// What was chosen from one part, and why. A part with graphs of several sources has an entry for
/// each, with the weight of the whole part.
struct SelectedPart {
  std::string source, part;  ///< path of the source; name of the part
  std::int64_t available = 0, chosen = 0;
  double weight = kUnknown;  ///< in the mixture, where the method has one
  std::string reason;
};
struct SelectSummary {
  std::string output, reasons;  ///< paths written
  std::string method;
  std::int64_t available = 0, chosen = 0;
  std::vector<SelectedPart> parts;
  /// Squared distance per cell to the target's graphon, unbiased: of what was chosen, of all, and
  /// of as many by chance.
  double distance = kUnknown, distance_all = kUnknown, distance_random = kUnknown;
  double noise_floor = kUnknown;
};
/// Graphs of the sources that are near to the target, as a dataset of their own. The sources have
/// one feature schema; the target may have another. Graphs that are in several sources are kept.
AUFBAU_API SelectSummary select(const SelectOptions& options);

// ---------------------------------------------------------------- weights of other programs

/// From the state dict of a PyTorch program to a model. What the file does not say can be said
/// here; what is empty is found in the file or has the value named.
struct ImportOptions {
  std::string input;   ///< .pth or .pt, read without executing anything, or .safetensors
  std::string output;  ///< model.safetensors
  std::string schema = "hu2";
  std::string encoder;                  ///< GCN and GraphSAGE have the same tensors; empty: told by
                                        ///< their running statistics
  std::optional<std::string> prefix;    ///< what stands before x_embedding1.weight
  std::string jk;                       ///< empty: concat when the head is that wide, else last
  std::string pooling;                  ///< of the head; empty: mean
  std::vector<std::string> task_names;  ///< of the head; empty: task_1, task_2, ...
  std::string task_type;                ///< of all tasks; empty: classification
  bool force = false;                   ///< overwrite the output
};
/// What was made of which tensors. Lists hold a name each, with ": what and why" behind it where
/// there is more to say.
struct ImportSummary {
  std::string model, layout;  ///< path written; whose layout the file has
  std::string encoder, jk, schema;
  int layers = 0, width = 0;
  std::vector<std::string> tasks;             ///< empty: an encoder without a head
  std::vector<std::string> taken;             ///< names in the file
  std::vector<std::string> changed;           ///< taken, but not as they were
  std::vector<std::string> left;              ///< tensors that were not taken
  std::vector<std::string> made;              ///< names in the model that the file has nothing for
  std::vector<std::string> without_a_tensor;  ///< other entries of the file
};
AUFBAU_API ImportSummary import_weights(const ImportOptions& options);

/// From a model to the state dict that the program it was published with loads.
struct ExportOptions {
  std::string model, output;  ///< the ending says what is written: .pth, .pt or .safetensors
  bool force = false;         ///< overwrite the output
};
struct ExportSummary {
  std::string output, layout;  ///< path written; whose program loads it
  std::int64_t tensors = 0;
  std::vector<std::string> changed;  ///< tensors that are not as they were, and why
  /// What the model says beyond its tensors, by name: a state dict has no place for it.
  std::vector<std::pair<std::string, std::string>> not_in_file;
};
AUFBAU_API ExportSummary export_weights(const ExportOptions& options);

// ---------------------------------------------------------------- benchmark

struct BenchmarkOptions : RunOptions {
  std::string what = "training";  ///< a name of NameTable::benchmarks, or all
  std::string data;  ///< dataset or text file; empty: molecules of rdkit-data, else built-in ones
  /// Of training; all: every one that the data have what it needs for.
  std::vector<std::string> objectives = {"attribute-masking", "context-prediction"};
  EncoderOptions encoder;
  std::vector<std::string> encoders;     ///< kinds of layer, one after the other, or all; empty:
                                         ///< encoder.encoder
  std::vector<int> batch_sizes = {256};  ///< of training
  std::int64_t molecules = 5000;         ///< of a round of the others, or as many as there are
  std::vector<int> thread_counts;        ///< one after the other; empty: `threads`
  double seconds = 10;                   ///< per measurement
};
/// What the machine allows, measured in turns with the work.
struct BenchmarkCeiling {
  std::string name;
  double rate = 0;        ///< of the same work: the median of the rounds
  double ratio = 0;       ///< of the measured rate to it, the median of those of the rounds: 1 is
                          ///< reaching it
  double best_ratio = 0;  ///< the fastest round of the work to that of the ceiling
};
struct BenchmarkRow {
  std::string benchmark;  ///< of NameTable::benchmarks
  std::string name;       ///< what was measured
  std::string unit;       ///< of the rates
  int threads = 0, rounds = 0;
  double rate = 0, best = 0;  ///< the median and the fastest of the rounds
  double launches = 0;        ///< of kernels and products per step of training on a device
  double waits = 0;           ///< of the host for the device, per step
  std::vector<BenchmarkCeiling> ceilings;
};
struct BenchmarkSummary {
  std::string what, machine;
  std::vector<BenchmarkRow> rows;
};
AUFBAU_API BenchmarkSummary benchmark(const BenchmarkOptions& options);

// ---------------------------------------------------------------- rendering

/// One JSON object, keys as the members are named.
AUFBAU_API std::string to_json(const IngestSummary&);
AUFBAU_API std::string to_json(const SplitSummary&);
AUFBAU_API std::string to_json(const PretrainSummary&);
AUFBAU_API std::string to_json(const FinetuneSummary&);
AUFBAU_API std::string to_json(const PipelineSummary&);
AUFBAU_API std::string to_json(const Comparison&);
AUFBAU_API std::string to_json(const Reproduction&);
AUFBAU_API std::string to_json(const ApplySummary&);
AUFBAU_API std::string to_json(const ImportSummary&);
AUFBAU_API std::string to_json(const ExportSummary&);
AUFBAU_API std::string to_json(const BenchmarkSummary&);
AUFBAU_API std::string to_json(const TransferReport&);
AUFBAU_API std::string to_json(const TransferStudy&);
AUFBAU_API std::string to_json(const SelectSummary&);
/// A JSON object as indented "key: value" lines for people; long lists are shortened. Error{usage}
/// when it is not JSON.
AUFBAU_API std::string json_to_text(const std::string& json);
/// A table for people, plain text.
AUFBAU_API std::string to_text(const Comparison&);
/// The answers, and distances and scores of every source.
AUFBAU_API std::string to_text(const TransferReport&);
/// Gains of all pairs and the correlations of all scores, in Markdown.
AUFBAU_API std::string to_text(const TransferStudy&);
/// The published table in Markdown, ours beside it.
AUFBAU_API std::string to_text(const Reproduction&);
AUFBAU_API std::string to_text(const BenchmarkSummary&);
/// A table in Markdown, a line for every measurement.
AUFBAU_API std::string to_markdown(const BenchmarkSummary&);

}  // namespace aufbau
