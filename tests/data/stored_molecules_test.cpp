// Molecules of a dataset, read again from their SMILES.
#include "data/stored_molecules.h"

#include <gtest/gtest.h>

#include "data/example_dataset.h"
#include "testing/errors.h"

namespace aufbau::data {
namespace {

TEST(StoredMolecules, AreThoseOfTheRowsAskedFor) {
  store::DatasetContent content = testing::content_with_scaffolds({0, 0, 0, 0});
  content.molecules.smiles = {"C", "CC", "not a molecule", "CCCC"};
  const Dataset dataset(std::move(content), "a.h5");
  const std::vector<std::int64_t> rows = {3, 2, 1};
  std::vector<std::int64_t> atoms(rows.size(), -1);
  for_each_molecule(dataset, rows, [&](std::int64_t i, const molecules::Molecule& molecule) {
    atoms[static_cast<std::size_t>(i)] = molecule.atom_count();
  });
  EXPECT_EQ(atoms, (std::vector<std::int64_t>{4, -1, 2}));
}

TEST(StoredMolecules, AreMissingFromNetworks) {
  store::DatasetContent content = testing::content_with_scaffolds({0});
  content.molecules = {};
  const Dataset dataset(std::move(content), "network.h5");
  const std::vector<std::int64_t> rows = {0};
  const Error error = testing::error_of(
      [&] { for_each_molecule(dataset, rows, [](std::int64_t, const molecules::Molecule&) {}); });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(testing::says(error, "network.h5")) << error.what();
}

}  // namespace
}  // namespace aufbau::data
