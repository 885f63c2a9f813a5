#include "cli/jobs.h"

#include <memory>
#include <sstream>
#include <stdexcept>

#include "cli/program.h"

namespace aufbau::testing {
namespace {

void run_or_throw(const std::vector<std::string>& arguments) {
  const auto result = run_program(arguments);
  if (result.exit_code != 0) throw std::runtime_error(arguments[0] + ": " + result.err);
}

Jobs* make_jobs() {
  auto* made = new Jobs;
  Jobs& j = *made;
  const auto lines = lines_of(read_text(test_file("../examples/data/nci_tpsa.csv")));
  std::string table;
  for (std::size_t i = 0; i < 121; ++i) table += lines.at(i) + '\n';
  j.table = j.folder.write("table.csv", table);
  j.dataset = j.folder.path("data.h5");
  j.pretrained = j.folder.path("pretrained");
  j.finetuned = j.folder.path("finetuned");
  j.scratch = j.folder.path("scratch");
  run_or_throw({"ingest", j.table, "-o", j.dataset, "--target-columns", "tpsa"});
  run_or_throw(with_small_encoder({"pretrain", "-i", j.dataset, "-o", j.pretrained, "--objective",
                                   "attribute-masking", "--epochs", "2", "--batch-size", "32"}));
  run_or_throw({"finetune", "-i", j.dataset, "-o", j.finetuned, "--init",
                j.pretrained + "/model.safetensors", "--epochs", "2", "--seeds", "0-2"});
  run_or_throw(with_small_encoder(
      {"finetune", "-i", j.dataset, "-o", j.scratch, "--epochs", "2", "--seeds", "0-2"}));
  return made;
}

}  // namespace

const Jobs& jobs() {
  static const std::unique_ptr<Jobs> made(make_jobs());
  return *made;
}

std::vector<std::string> with_small_encoder(std::vector<std::string> arguments) {
  for (const char* word : {"--layers", "2", "--width", "16"}) arguments.emplace_back(word);
  return arguments;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace aufbau::testing
