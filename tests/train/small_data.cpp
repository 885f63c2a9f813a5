#include "train/small_data.h"

#include <limits>
#include <memory>
#include <variant>

#include "molecules/molecule.h"
#include "store/dataset_file.h"

namespace aufbau::testing {

const std::vector<std::string>& small_molecules() {
  static const std::vector<std::string> smiles = {"CCO",
                                                  "CCN",
                                                  "c1ccccc1",
                                                  "CC(=O)O",
                                                  "CCCCCCCC",
                                                  "c1ccccc1O",
                                                  "C1CCCCC1",
                                                  "CC(C)C",
                                                  "N#CC",
                                                  "c1ccncc1",
                                                  "CCOC(=O)C",
                                                  "C1CCNCC1",
                                                  "O=C(N)c1ccccc1",
                                                  "CCCl",
                                                  "FC(F)F",
                                                  "c1ccc2ccccc2c1",
                                                  "CSC",
                                                  "CC=CC",
                                                  "C/C=C/C",
                                                  "C[C@H](N)C(=O)O",
                                                  "OCC(O)CO",
                                                  "c1cc[nH]c1",
                                                  "c1ccoc1",
                                                  "C1CC1",
                                                  "CCCCO",
                                                  "CCCCCN",
                                                  "Cc1ccccc1C",
                                                  "Clc1ccccc1",
                                                  "O=C1CCCCC1",
                                                  "CN(C)C",
                                                  "CCSCC",
                                                  "BrCCBr",
                                                  "NC(=O)N",
                                                  "CC(C)(C)O",
                                                  "C#CCO",
                                                  "c1ccsc1",
                                                  "COc1ccccc1",
                                                  "CCC(=O)CC",
                                                  "OC1CCCC1",
                                                  "N1CCOCC1"};
  return smiles;
}

std::string write_small_dataset(const std::string& path, const SmallTargets& targets) {
  const graphs::FeatureSchema schema = molecules::schema_by_name(targets.schema);
  std::vector<std::string> names;
  if (targets.ring) names.push_back("ring");
  if (targets.nitrogen) names.push_back("nitrogen");
  if (targets.atoms) names.push_back("atoms");
  if (targets.sign) names.push_back("sign");
  store::DatasetWriter writer(path, schema, names, /*with_molecules=*/true, /*with_parts=*/false);
  constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
  molecules::Decisions decisions;
  for (std::size_t i = 0; i < small_molecules().size(); ++i) {
    const std::string& smiles = small_molecules()[i];
    const auto parsed = molecules::parse_smiles(smiles);
    const auto& molecule = std::get<molecules::Molecule>(parsed);
    const auto graph = std::get<graphs::Graph>(molecules::featurise(molecule, schema, decisions));
    store::MoleculeRecord record;
    record.smiles = smiles;
    record.id = "m" + std::to_string(i);
    record.line = static_cast<std::int64_t>(i) + 2;
    record.scaffold = molecules::scaffold(molecule, true);
    record.scaffold_achiral = molecules::scaffold(molecule, false);
    const bool ring = smiles.find('1') != std::string::npos;
    const bool nitrogen = smiles.find_first_of("Nn") != std::string::npos;
    const auto atoms = static_cast<float>(graph.view().node_count());
    std::vector<float> values;
    if (targets.ring) values.push_back(i == 3 ? kMissing : ring);
    if (targets.nitrogen) values.push_back(nitrogen);
    if (targets.atoms) values.push_back(i == 1 || i == 7 ? kMissing : 100 + 10 * atoms);
    if (targets.sign) values.push_back(ring ? 1 : -1);
    writer.append(graph.view(), record, values);
  }
  store::Provenance provenance;
  provenance.program_version = "test";
  writer.finish(provenance);
  return path;
}

PretrainOptions small_pretraining(const std::string& data, const std::string& output) {
  PretrainOptions options;
  options.data = data;
  options.output = output;
  options.objective = "attribute-masking";
  options.encoder.layers = 2;
  options.encoder.width = 16;
  options.encoder.dropout = 0.2;
  options.context_size = 1;
  options.epochs = 3;
  options.batch_size = 16;
  options.seed = 5;
  return options;
}

FinetuneOptions small_finetuning(const std::string& data, const std::string& output) {
  FinetuneOptions options;
  options.data = data;
  options.output = output;
  options.encoder.layers = 2;
  options.encoder.width = 16;
  options.encoder.dropout = 0.2;
  options.split = "random";
  options.split_sizes = {0.6, 0.2, 0.2};
  options.split_seed = 1;
  options.epochs = 4;
  options.batch_size = 8;
  options.optimizer.init_lr = 1e-2;
  return options;
}

std::function<bool()> stop_after(int calls) {
  const auto left = std::make_shared<int>(calls);
  return [left] { return --*left <= 0; };
}

}  // namespace aufbau::testing
