#include <gtest/gtest.h>

#include "molecules/molecule.h"

namespace aufbau::molecules {
namespace {

std::string of(const char* smiles) {
  const ParseResult result = parse_smiles(smiles);
  return identity(std::get<Molecule>(result));
}

TEST(Identity, IsTheCanonicalSmiles) {
  EXPECT_EQ(of("OCC"), "CCO");
  EXPECT_EQ(of("C1=CC=CC=C1O"), of("Oc1ccccc1"));
  EXPECT_EQ(of("c1cc(O)ccc1"), "Oc1ccccc1");
}

TEST(Identity, IsThatOfTheLargestFragment) {
  EXPECT_EQ(of("CCN.Cl"), "CCN");
  EXPECT_EQ(of("[Na+].CC(=O)[O-]"), "CC(=O)[O-]");
  EXPECT_EQ(of("CC(=O)[O-].[Na+].O"), "CC(=O)[O-]");
}

TEST(Identity, DoesNotDependOnTheOrderOfEqualFragments) {
  EXPECT_EQ(of("CCO.CCN"), of("CCN.CCO"));
  EXPECT_EQ(of("CCO.CCN"), "CCN");
}

TEST(Identity, HasNoStereo) {
  const std::string alanine = of("CC(N)C(=O)O");
  EXPECT_EQ(of("C[C@H](N)C(=O)O"), alanine);
  EXPECT_EQ(of("C[C@@H](N)C(=O)O"), alanine);
  EXPECT_EQ(of("F/C=C/F"), "FC=CF");
  EXPECT_EQ(of("F/C=C\\F"), "FC=CF");
  EXPECT_EQ(of("C[C@]12CCCC[C@@H]1CCCC2"), of("CC12CCCCC1CCCC2"));
}

TEST(Identity, HasNoLabels) {
  EXPECT_EQ(of("[13CH3]CO"), "CCO");
  EXPECT_EQ(of("[2H]OC([2H])([2H])C"), "CCO");
  EXPECT_EQ(of("[CH3:1][CH2:2]O"), "CCO");
  EXPECT_EQ(of("C[C@]([2H])(O)F"), "CC(O)F");
}

TEST(Identity, KeepsCharges) {
  EXPECT_NE(of("CC(=O)[O-]"), of("CC(=O)O"));
  EXPECT_NE(of("C[NH3+]"), of("CN"));
}

TEST(Identity, KeepsTautomersApart) { EXPECT_NE(of("Oc1ccccn1"), of("O=c1cccc[nH]1")); }

TEST(Identity, OfMoleculesWithoutHeavyAtomsIsSomething) {
  EXPECT_EQ(of("[H][H]"), "[H][H]");
  EXPECT_EQ(of("[2H][2H]"), "[H][H]");
  EXPECT_EQ(of("[H+]"), "[H+]");
}

}  // namespace
}  // namespace aufbau::molecules
