// Descriptors of molecules whose values are known (RDKit 2022.09, and by hand).
#include "molecules/descriptors.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

namespace aufbau::molecules {
namespace {

std::map<std::string, double> of(const std::string& smiles) {
  const ParseResult parsed = parse_smiles(smiles);
  const std::vector<double> values = descriptors(std::get<Molecule>(parsed));
  EXPECT_EQ(values.size(), descriptor_names().size());
  std::map<std::string, double> named;
  for (std::size_t i = 0; i < values.size(); ++i) named[descriptor_names()[i].name] = values[i];
  return named;
}

TEST(Descriptors, OfAspirin) {
  std::map<std::string, double> aspirin = of("CC(=O)Oc1ccccc1C(=O)O");
  EXPECT_NEAR(aspirin["weight"], 180.159, 1e-3);
  EXPECT_NEAR(aspirin["tpsa"], 63.60, 1e-2);
  EXPECT_NEAR(aspirin["logp"], 1.3101, 1e-4);
  EXPECT_EQ(aspirin["donors"], 1);
  EXPECT_EQ(aspirin["acceptors"], 3);
  EXPECT_EQ(aspirin["rings"], 1);
  EXPECT_EQ(aspirin["aromatic-rings"], 1);
  EXPECT_EQ(aspirin["heavy-atoms"], 13);
  EXPECT_EQ(aspirin["heteroatoms"], 4);
  EXPECT_NEAR(aspirin["sp3"], 1.0 / 9, 1e-12);
  EXPECT_EQ(aspirin["charge"], 0);
}

TEST(Descriptors, SeeChargesStereoAndTheSmallestMolecules) {
  std::map<std::string, double> alanine = of("C[C@H]([NH3+])C(=O)[O-]");
  EXPECT_EQ(alanine["charge"], 0);
  EXPECT_EQ(alanine["stereocentres"], 1);
  EXPECT_EQ(of("[Na+]")["charge"], 1);
  EXPECT_EQ(of("C")["rotatable"], 0);
  EXPECT_EQ(of("O")["sp3"], 0);
}

TEST(Descriptors, HaveDistinctNames) {
  std::set<std::string> names;
  for (const Descriptor& one : descriptor_names()) EXPECT_TRUE(names.insert(one.name).second);
}

}  // namespace
}  // namespace aufbau::molecules
