// Which of two sources is nearer to a set of labelled molecules, and how sure is that?
//   3_will_it_transfer TABLE.csv FOLDER
// TABLE has the columns smiles and tpsa and is the target; the sources, chains and rings, are made
// here.
#include <aufbau.h>

#include <filesystem>
#include <fstream>
#include <iostream>

namespace {

/// Molecules of one kind as a dataset: `middle` between chains of carbon of many lengths.
std::string make_source(const std::string& folder, const std::string& name,
                        const std::string& middle) {
  const std::string text = folder + "/" + name + ".smi";
  std::ofstream file(text);
  for (int before = 1; before <= 12; ++before)
    for (int after = 1; after <= 12; ++after)
      file << std::string(static_cast<std::size_t>(before), 'C') << middle
           << std::string(static_cast<std::size_t>(after), 'C') << '\n';
  file.close();
  aufbau::IngestOptions options;
  options.inputs = {text};
  options.output = folder + "/" + name + ".h5";
  options.force = true;
  return aufbau::ingest(options).dataset;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: 3_will_it_transfer TABLE.csv FOLDER\n";
    return 2;
  }
  const std::string folder = argv[2];
  try {
    std::filesystem::create_directories(folder);
    aufbau::IngestOptions target;
    target.inputs = {argv[1]};
    target.output = folder + "/target.h5";
    target.target_columns = {"tpsa"};
    target.force = true;

    aufbau::TransferOptions options;
    options.sources = {make_source(folder, "chains", "C"),
                       make_source(folder, "rings", "c1ccc(cc1)C(=O)NCc1ccccc1C")};
    options.targets = {aufbau::ingest(target).dataset};
    options.output = folder + "/report";
    options.measure.parts = 3;
    options.force = true;
    const aufbau::TransferReport report = aufbau::transfer(options);

    const aufbau::TransferTarget& answer = report.targets.front();
    for (const std::string& line : answer.verdict.lines) std::cout << line << '\n';
    for (const aufbau::TransferFit& fit : answer.fits)
      std::cout << fit.basis << ": distance " << fit.unbiased << " (" << fit.low << " to "
                << fit.high << "), by chance " << fit.noise_floor << '\n';
    for (const aufbau::TransferScoreValue& value : answer.scores)
      if (value.score == "nearest-tanimoto")
        std::cout << "nearest-tanimoto of " << value.source << ": " << value.value << '\n';
    std::cout << "the whole report is " << options.output << "/report.html\n";
  } catch (const aufbau::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
