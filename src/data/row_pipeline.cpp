#include <condition_variable>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <unordered_map>

#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"
#include "data/ingest.h"

namespace aufbau::data {

const std::vector<std::string> kStandardizations = {"none", "parent"};

namespace {

using molecules::Decisions;
using molecules::Molecule;
using molecules::Refusal;
using molecules::Scaffolds;

// Texts that come again (one row per measurement, say) have the scaffolds they had before. Starts
// anew when it is full.
class ScaffoldMemo {
 public:
  bool find(const std::string& text, Scaffolds& scaffolds) {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(text);
    if (found == known_.end()) return false;
    scaffolds = found->second;
    return true;
  }
  void add(const std::string& text, const Scaffolds& scaffolds) {
    constexpr std::size_t kLimit = 16 << 20, kPerEntry = 200;
    const std::lock_guard lock(mutex_);
    bytes_ += text.size() + scaffolds.chiral.size() + scaffolds.achiral.size() + kPerEntry;
    if (bytes_ > kLimit) {
      known_.clear();
      bytes_ = 0;
    }
    known_.emplace(text, scaffolds);
  }

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, Scaffolds> known_;
  std::size_t bytes_ = 0;
};

// Which centres of a text RDKit takes for chiral can depend on how the text was written, so a
// chiral scaffold is that of the canonical SMILES: the one choice that gives the published splits
// of all the sets of Hu et al. 2020.
Scaffolds scaffolds_of(const Molecule& molecule) {
  Scaffolds scaffolds = molecules::scaffolds(molecule);
  if (scaffolds.chiral == scaffolds.achiral) return scaffolds;
  const std::string canonical = molecule.canonical_smiles();
  const molecules::Limits no_limit{static_cast<std::int64_t>(canonical.size()),
                                   molecule.atom_count()};
  const molecules::ParseResult parsed = molecules::parse_smiles(canonical, no_limit);
  if (const auto* again = std::get_if<Molecule>(&parsed)) return molecules::scaffolds(*again);
  return scaffolds;
}

// The chemistry of one row; used by all threads.
class RowMaker {
 public:
  explicit RowMaker(const PipelineOptions& options)
      : options_(options),
        schema_(molecules::schema_by_name(options.schema)),
        limits_{options.table.max_smiles_length, options.table.max_atoms} {
    if (options.standardize != kStandardizations[0] && options.standardize != kStandardizations[1])
      fail_unknown_name("ingest", "standardize", options.standardize, kStandardizations);
  }

  void make(IngestedRow& row) {
    const molecules::Record& record = row.record;
    row.code = record.code;
    row.reason = record.reason;
    row.decisions = {};
    row.canonical_smiles.clear();
    row.molecule = {};
    if (!row.code.empty()) return;
    try {
      molecules::ParseResult parsed = record.is_mol_block
                                          ? molecules::parse_mol_block(record.text, limits_)
                                          : molecules::parse_smiles(record.text, limits_);
      if (auto* refusal = std::get_if<Refusal>(&parsed)) return refuse(row, *refusal);
      describe(row, std::get<Molecule>(parsed));
    } catch (const Error&) {
      throw;
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception& error) {
      // One molecule that RDKit fails on must not end the run.
      Refusal refusal{"sanitize", error.what()};
      refuse(row, refusal);
    }
  }

 private:
  static void refuse(IngestedRow& row, Refusal& refusal) {
    row.code = std::move(refusal.code);
    row.reason = std::move(refusal.reason);
  }

  void describe(IngestedRow& row, Molecule& molecule) {
    const bool cut = options_.standardize == "parent" && molecules::fragment_count(molecule) > 1;
    if (cut) molecule = molecules::parent(molecule);
    auto graph = molecules::featurise(molecule, schema_, row.decisions);
    if (auto* refusal = std::get_if<Refusal>(&graph)) return refuse(row, *refusal);
    row.graph = std::move(std::get<graphs::Graph>(graph));

    const bool given = !row.record.is_mol_block && !cut;
    if (options_.canonical || !given) row.canonical_smiles = molecule.canonical_smiles();
    row.molecule.smiles = given ? row.record.text : row.canonical_smiles;
    row.molecule.id = row.record.id;
    row.molecule.line = row.record.line;
    if (options_.scaffolds) add_scaffolds(row, molecule);
  }

  void add_scaffolds(IngestedRow& row, const Molecule& molecule) {
    Scaffolds scaffolds;
    if (!memo_.find(row.record.text, scaffolds)) {
      scaffolds = scaffolds_of(molecule);
      memo_.add(row.record.text, scaffolds);
    }
    row.molecule.scaffold = std::move(scaffolds.chiral);
    row.molecule.scaffold_achiral = std::move(scaffolds.achiral);
  }

  const PipelineOptions& options_;
  graphs::FeatureSchema schema_;
  molecules::Limits limits_;
  ScaffoldMemo memo_;
};

// Threads that each take the next few records from the reader, one thread at a time, and make rows
// of them side by side. The calling thread gets the chunks back in the order of the records.
class RowPipeline {
 public:
  RowPipeline(molecules::RecordReader& reader, const PipelineOptions& options)
      : reader_(reader), maker_(options) {
    const int threads = thread_count();
    // Enough that nobody waits for a slow molecule elsewhere, or for the taker.
    free_.resize(static_cast<std::size_t>(8 * threads));
    try {
      for (int t = 0; t < threads; ++t) workers_.emplace_back([this] { work(); });
    } catch (const std::system_error& error) {
      stop();
      fail(ErrorKind::resource, "ingest", "cannot start ", threads, " threads: ", error.what());
    }
  }
  ~RowPipeline() { stop(); }
  RowPipeline(const RowPipeline&) = delete;
  RowPipeline& operator=(const RowPipeline&) = delete;

  void deliver(Decisions& decisions, const std::function<void(IngestedRow&)>& take) {
    for (std::int64_t number = 0;; ++number) {
      Chunk chunk = wait_for(number);
      for (std::size_t i = 0; i < chunk.count; ++i) {
        IngestedRow& row = chunk.rows[i];
        decisions += row.decisions;
        take(row);
      }
      if (chunk.error) std::rethrow_exception(chunk.error);
      if (chunk.is_last) return;
      give_back(std::move(chunk));
    }
  }

 private:
  struct Chunk {
    std::vector<IngestedRow> rows;  ///< the first `count` are filled; the others keep their memory
    std::size_t count = 0;
    std::int64_t number = 0;
    bool is_last = false;
    std::exception_ptr error;  ///< met after these rows
  };

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    room_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  void work() {
    Chunk chunk;
    while (take_free(chunk)) {
      if (!read(chunk)) return;
      std::size_t made = 0;
      try {
        for (; made < chunk.count; ++made) maker_.make(chunk.rows[made]);
      } catch (...) {
        chunk.count = made;
        chunk.error = std::current_exception();
      }
      const std::lock_guard lock(mutex_);
      const std::int64_t number = chunk.number;
      done_.emplace(number, std::move(chunk));
      ready_.notify_one();
    }
  }

  bool take_free(Chunk& chunk) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return stopped_ || !free_.empty(); });
    if (stopped_) return false;
    chunk = std::move(free_.back());
    free_.pop_back();
    return true;
  }

  // False when the input had ended before.
  bool read(Chunk& chunk) {
    constexpr std::size_t kRows = 128, kBytes = 1 << 18;
    const std::lock_guard lock(reading_);
    if (has_ended_) return false;
    chunk.number = next_number_++;
    chunk.count = 0;
    chunk.is_last = false;
    chunk.error = nullptr;
    try {
      for (std::size_t bytes = 0; chunk.count < kRows && bytes < kBytes; ++chunk.count) {
        if (chunk.count == chunk.rows.size()) chunk.rows.emplace_back();
        molecules::Record& record = chunk.rows[chunk.count].record;
        if (!reader_.next(record)) {
          chunk.is_last = true;
          break;
        }
        bytes += record.text.size() + record.raw.size();
        for (const std::string& field : record.fields) bytes += field.size() + sizeof field;
      }
    } catch (...) {
      chunk.error = std::current_exception();
    }
    has_ended_ = chunk.is_last || chunk.error;
    return true;
  }

  Chunk wait_for(std::int64_t number) {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [&] { return done_.contains(number); });
    return std::move(done_.extract(number).mapped());
  }

  void give_back(Chunk chunk) {
    const std::lock_guard lock(mutex_);
    free_.push_back(std::move(chunk));
    room_.notify_one();
  }

  molecules::RecordReader& reader_;
  RowMaker maker_;
  std::mutex reading_;  ///< guards the reader and the three below
  std::int64_t next_number_ = 0;
  bool has_ended_ = false;

  std::mutex mutex_;  ///< guards what follows
  std::condition_variable room_, ready_;
  std::vector<Chunk> free_;
  std::map<std::int64_t, Chunk> done_;
  bool stopped_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace

void for_each_row(molecules::RecordReader& reader, const PipelineOptions& options,
                  Decisions& decisions, const std::function<void(IngestedRow&)>& take) {
  RowPipeline(reader, options).deliver(decisions, take);
}

}  // namespace aufbau::data
