#include <gtest/gtest.h>

#include "molecules/molecule.h"

namespace aufbau::molecules {
namespace {

Scaffolds of(const char* smiles) {
  const ParseResult result = parse_smiles(smiles);
  return scaffolds(std::get<Molecule>(result));
}

TEST(Scaffold, IsRingsAndWhatLiesBetweenThem) {
  EXPECT_EQ(of("CCc1ccccc1").chiral, "c1ccccc1");
  EXPECT_EQ(of("c1ccccc1CCC(C)c1ccncc1C").chiral, "c1ccc(CCCc2ccncc2)cc1");
  EXPECT_EQ(of("CC1CCCC1=O").chiral, "O=C1CCCC1") << "double bonds on the framework stay";
}

TEST(Scaffold, OfAcyclicMoleculesIsEmpty) {
  EXPECT_EQ(of("CCCC(=O)O").chiral, "");
  EXPECT_EQ(of("CCCC(=O)O").achiral, "");
  EXPECT_EQ(of("[Na+].[Cl-]").chiral, "");
}

TEST(Scaffold, KeepsChiralityOnlyWhereAskedAndStillACentre) {
  const Scaffolds fused = of("O[C@H]1CC[C@@H]2CCCC[C@H]2C1");
  EXPECT_NE(fused.chiral, fused.achiral);
  EXPECT_EQ(fused.achiral, "C1CCC2CCCCC2C1");
  EXPECT_EQ(of("C[C@H](N)c1ccccc1").chiral, "c1ccccc1");
}

TEST(Scaffold, AromaticHeteroatomGetsTheHydrogenOfItsLostNeighbour) {
  EXPECT_EQ(of("Cn1cccc1").chiral, "c1cc[nH]c1");
}

TEST(Scaffold, OfSeveralFragmentsHoldsAllTheirRings) {
  EXPECT_EQ(of("Cc1ccccc1.CCC1CC1.[Na+]").chiral, "C1CC1.c1ccccc1");
}

TEST(Scaffold, OneAtATimeIsTheSame) {
  const ParseResult result = parse_smiles("O[C@H]1CC[C@@H]2CCCC[C@H]2C1");
  const Molecule& molecule = std::get<Molecule>(result);
  EXPECT_EQ(scaffold(molecule, true), scaffolds(molecule).chiral);
  EXPECT_EQ(scaffold(molecule, false), scaffolds(molecule).achiral);
}

}  // namespace
}  // namespace aufbau::molecules
