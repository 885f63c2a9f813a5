#include <algorithm>
#include <iostream>

#include "cli/command.h"
#include "cli/ingest_graphs.h"
#include "cli/option_groups.h"
#include "cli/values.h"

namespace aufbau::cli {
namespace {

const std::vector<NameEntry> kStandardize = {{"none", "as given"},
                                             {"parent", "largest fragment by heavy atoms"}};
const std::vector<NameEntry> kDuplicates = {{"keep", "keep them all"},
                                            {"first", "keep the first, reject the others"},
                                            {"error", "stop at the first one"}};
const std::vector<NameEntry> kOnInvalid = {{"skip", "list the row in X.rejects.csv and go on"},
                                           {"fail", "stop with exit code 4"}};

}  // namespace

void print(const IngestSummary& summary, const std::string& rows) {
  std::cout << "stored " << with_thousands(summary.stored) << " of " << with_thousands(summary.rows)
            << ' ' << rows << " in " << summary.dataset << '\n'
            << "rejected " << with_thousands(summary.rejected);
  for (const auto& [code, count] : summary.rejected_by_code)
    std::cout << ", " << code << ' ' << with_thousands(count);
  std::cout << "; listed in " << summary.rejects << '\n';
  for (const auto& [decision, count] : summary.decisions)
    std::cout << decision << ": " << with_thousands(count) << '\n';
  if (!summary.targets.empty()) {
    std::cout << "targets";
    for (const auto& target : summary.targets) std::cout << ' ' << target;
    std::cout << '\n';
  }
}

void run_ingest(const std::vector<std::string>& arguments) {
  if (std::find(arguments.begin(), arguments.end(), "--graphs") != arguments.end())
    return run_ingest_graphs(arguments);
  IngestOptions options;
  Talk talk;
  bool graphs = false;
  OptionSet set("ingest", "Reads molecules from tables into a dataset file.");
  set.positionals(
      "inputs", options.inputs,
      ".csv .tsv .smi .txt .sdf, each also .gz, or - for standard input; or .h5, datasets "
      "that become one");
  set.required();
  set.flag("--graphs", graphs,
           "networks instead of molecules; its options: ingest --graphs --help");
  add_output(set, options.output, options.force,
             "dataset to write (.h5); refused rows go to the same name with .rejects.csv");
  set.texts("--target-columns", options.target_columns, "A,B",
            "columns with labels; without it: every column with no other role");
  set.flag("--no-targets", options.no_targets, "no column is a label");
  set.texts("--ignore-columns", options.ignore_columns, "A,B", "columns that are not labels");
  set.text("--splits-column", options.splits_column, "NAME",
           "column with train, val (valid, validation) or test");
  set.choice("--schema", options.schema, names(NameTable::schemas), "features of atoms and bonds");
  set.choice("--standardize", options.standardize, kStandardize, "what is done to a molecule");
  set.choice("--duplicates", options.duplicates, kDuplicates, "the same molecule again");
  set.choice("--on-invalid", options.on_invalid, kOnInvalid, "a row that is not a molecule");
  add_shard(set, options.shard,
            "one of N processes: the I-th of N consecutive parts of all rows; ingest part1.h5 "
            "part2.h5 ... -o whole.h5 puts them together");
  set.flag("--scaffolds", options.scaffolds,
           "store scaffolds although there are no targets: for splits and for transfer by domain");
  add_table(set, options.table);
  add_common(set, options, talk);
  if (!set.parse(arguments)) return;
  if (graphs)
    throw Error(ErrorKind::usage,
                "[ingest] 'graphs' is in the configuration file; it chooses other options, so give "
                "--graphs on the command line");
  require_shard_under_mpirun("ingest", options.shard);
  attach(options, talk);
  const IngestSummary summary = ingest(options);
  if (talk.json) {
    std::cout << to_json(summary) << '\n';
  } else {
    print(summary, "rows");
  }
}

}  // namespace aufbau::cli
