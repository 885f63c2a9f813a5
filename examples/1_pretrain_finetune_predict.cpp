// From a table of molecules with one number each to predictions for new molecules.
//   1_pretrain_finetune_predict TABLE.csv FOLDER
#include <aufbau.h>

#include <filesystem>
#include <iostream>

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: 1_pretrain_finetune_predict TABLE.csv FOLDER\n";
    return 2;
  }
  const std::string table = argv[1], folder = argv[2];
  try {
    std::filesystem::create_directories(folder);
    aufbau::IngestOptions ingest;
    ingest.inputs = {table};
    ingest.output = folder + "/molecules.h5";
    ingest.force = true;
    const auto stored = aufbau::ingest(ingest);
    std::cout << stored.stored << " molecules, " << stored.rejected << " rows refused\n";

    // Hide atoms, learn to tell what they were: no labels needed.
    aufbau::PretrainOptions pretrain;
    pretrain.data = stored.dataset;
    pretrain.output = folder + "/pretrained";
    pretrain.objective = "attribute-masking";
    pretrain.encoder = {.layers = 3, .width = 64};
    pretrain.epochs = 3;
    pretrain.batch_size = 64;
    pretrain.force = true;
    // A long run would show its progress; `line` is set once per epoch.
    pretrain.progress = [](const aufbau::Progress& progress) {
      if (progress.line) std::cout << progress.stage << ": " << progress.note << '\n';
    };
    const auto pretrained = aufbau::pretrain(pretrain);

    aufbau::FinetuneOptions finetune;
    finetune.data = stored.dataset;
    finetune.init = pretrained.model;
    finetune.output = folder + "/finetuned";
    finetune.split = "scaffold";
    finetune.encoder.dropout = 0;
    finetune.epochs = 5;
    finetune.force = true;
    const auto finetuned = aufbau::finetune(finetune);
    std::cout << "test " << finetuned.metric << ' ' << finetuned.mean << '\n';

    const auto model = aufbau::Model::load(finetuned.model);
    for (const auto& row : model.predict({"CCO", "c1ccccc1O", "not a molecule"}))
      std::cout << row.smiles << ' ' << (row.ok() ? std::to_string(row.values[0]) : row.error)
                << '\n';
  } catch (const aufbau::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
