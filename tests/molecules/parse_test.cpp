#include <gtest/gtest.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "molecules/molecule.h"
#include "molecules/parse_rate.h"

namespace aufbau::molecules {
namespace {

Refusal refused(const ParseResult& result) {
  const auto* refusal = std::get_if<Refusal>(&result);
  return refusal ? *refusal : Refusal{"(accepted)", std::get<Molecule>(result).canonical_smiles()};
}

std::string canonical(std::string_view smiles) {
  const ParseResult result = parse_smiles(smiles);
  const auto* molecule = std::get_if<Molecule>(&result);
  return molecule ? molecule->canonical_smiles() : "refused: " + std::get<Refusal>(result).code;
}

// What the process writes to stderr while it lives.
class CapturedStderr {
 public:
  CapturedStderr() { ::testing::internal::CaptureStderr(); }
  std::string text() { return ::testing::internal::GetCapturedStderr(); }
};

struct BadSmiles {
  const char* smiles;
  const char* code;
  const char* reason;  ///< a part of it
};

TEST(ParseSmiles, RefusesWithCodeAndReason) {
  const BadSmiles cases[] = {
      {"", "empty", "no SMILES text"},
      {"CC O", "bad-bytes", "byte 0x20 at position 3"},
      {"C\xc3\xa9"
       "C",
       "bad-bytes", "byte 0xc3 at position 2"},
      {"CC\xff", "bad-bytes", "byte 0xff at position 3"},
      {"CC\x7f", "bad-bytes", "byte 0x7f"},
      {"CC\t", "bad-bytes", "byte 0x09"},
      {"C1CC", "syntax", "unclosed ring for input: 'C1CC'"},
      {"CC(", "syntax", "syntax error while parsing: CC("},
      {"FAIL", "syntax", "syntax error while parsing: FAIL"},
      {"[Xx]", "syntax", "syntax error"},
      {"C(C)(C)(C)(C)C", "sanitize",
       "Explicit valence for atom # 0 C, 5, is greater than permitted"},
      {"c1cccc1", "sanitize", "Can't kekulize mol"},
  };
  for (const BadSmiles& bad : cases) {
    const Refusal refusal = refused(parse_smiles(bad.smiles));
    EXPECT_EQ(refusal.code, bad.code) << bad.smiles;
    EXPECT_NE(refusal.reason.find(bad.reason), std::string::npos) << refusal.reason;
  }
}

TEST(ParseSmiles, NulByteIsRefusedAndNotTheEndOfTheText) {
  EXPECT_EQ(refused(parse_smiles(std::string_view("C\0CO", 4))).code, "bad-bytes");
}

TEST(ParseSmiles, LengthLimitIsTheLastAcceptedLength) {
  EXPECT_EQ(canonical(std::string(999, 'C')), std::string(999, 'C'));
  EXPECT_EQ(refused(parse_smiles("CCCC", {.max_smiles_length = 3})).code, "too-long");
  EXPECT_EQ(refused(parse_smiles("CCC", {.max_smiles_length = 3})).code, "(accepted)");
  EXPECT_EQ(refused(parse_smiles(std::string(2001, 'C'))).reason,
            "2001 characters, at most 2000 are read");
}

TEST(ParseSmiles, AtomLimitIsTheLastAcceptedCount) {
  EXPECT_EQ(refused(parse_smiles("CCC", {.max_atoms = 3})).code, "(accepted)");
  const Refusal refusal = refused(parse_smiles("CCCC", {.max_atoms = 3}));
  EXPECT_EQ(refusal.code, "too-large");
  EXPECT_EQ(refusal.reason, "4 atoms, at most 3 are read");
  EXPECT_EQ(refused(parse_smiles(std::string(1990, 'C'))).code, "too-large");
}

TEST(ParseSmiles, HydrogensWrittenOutDoNotCountAsAtoms) {
  EXPECT_EQ(refused(parse_smiles("[H]C([H])([H])[H]", {.max_atoms = 1})).code, "(accepted)");
  EXPECT_EQ(canonical("[H]C([H])([H])O"), "CO");
}

TEST(ParseSmiles, GivesTheCanonicalFormThatRdkitGives) {
  EXPECT_EQ(canonical("OCC"), "CCO");
  EXPECT_EQ(canonical("C1=CC=CC=C1"), "c1ccccc1");
  EXPECT_EQ(canonical("F/C=C/F"), "F/C=C/F");
  EXPECT_EQ(canonical("[H][C@](F)(Cl)Br"), canonical("[C@H](F)(Cl)Br"));
  EXPECT_NE(canonical("[C@H](F)(Cl)Br"), canonical("[C@@H](F)(Cl)Br"));
  EXPECT_EQ(canonical("C[C@H](C)C"), "CC(C)C") << "a centre that is none loses its mark";
}

TEST(ParseSmiles, WritesNothingToStderr) {
  CapturedStderr captured;
  for (const char* smiles : {"C1CC", "FAIL", "c1cccc1", "C(C)(C)(C)(C)C", "CCO", "[nH]1cccc1"})
    parse_smiles(smiles);
  EXPECT_EQ(captured.text(), "");
}

TEST(ParseSmiles, ThreadsGetTheReasonOfTheirOwnMolecule) {
  constexpr int kThreads = 4, kRounds = 200;
  std::vector<int> wrong(kThreads, 0);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([t, &wrong] {
      for (int i = 0; i < kRounds; ++i) {
        const std::string bad =
            "C" + std::to_string(t + 1) + std::string(static_cast<std::size_t>(i % 7 + 2), 'C');
        const Refusal refusal = refused(parse_smiles(bad));
        const bool own =
            refusal.code == "syntax" && refusal.reason.find("'" + bad + "'") != std::string::npos;
        wrong[static_cast<std::size_t>(t)] += !own || canonical("OCC") != "CCO";
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(kThreads, 0));
}

TEST(ParseSmiles, LongChainsFusedRingsAndCagesAreRead) {
  const std::string fullerene =
      "c12c3c4c5c1c1c6c7c2c2c8c3c3c9c4c4c%10c5c5c1c1c6c6c%11c7c2c2c7c8c3c3c8c9c4c4c9c%10c5c5c1c1c6"
      "c6c%11c2c2c7c3c3c8c4c4c9c5c1c1c6c2c3c41";
  const ParseResult result = parse_smiles(fullerene);
  ASSERT_TRUE(std::holds_alternative<Molecule>(result));
  EXPECT_EQ(std::get<Molecule>(result).atom_count(), 60);
  EXPECT_EQ(canonical(std::string(990, 'C') + "c1ccccc1"), std::string(990, 'C') + "c1ccccc1");
}

std::string block(const std::string& atoms_and_bonds) {
  return "title\n  test\n\n" + atoms_and_bonds + "M  END\n";
}

const char* const kEthanol =
    "  3  2  0  0  0  0  0  0  0  0999 V2000\n"
    "    0.0000    0.0000    0.0000 C   0  0\n"
    "    1.0000    0.0000    0.0000 C   0  0\n"
    "    2.0000    0.0000    0.0000 O   0  0\n"
    "  1  2  1  0\n"
    "  2  3  1  0\n";

TEST(ParseMolBlock, ReadsAMoleculeAndRefusesTheRest) {
  const ParseResult result = parse_mol_block(block(kEthanol));
  ASSERT_TRUE(std::holds_alternative<Molecule>(result)) << refused(result).reason;
  EXPECT_EQ(std::get<Molecule>(result).canonical_smiles(), "CCO");

  EXPECT_EQ(refused(parse_mol_block("")).code, "empty");
  EXPECT_EQ(refused(parse_mol_block(" \n\n")).code, "empty");
  EXPECT_EQ(refused(parse_mol_block("no\nmol\nblock\nat all\n")).code, "syntax");
  EXPECT_EQ(refused(parse_mol_block(std::string_view("a\0b", 3))).code, "bad-bytes");
  EXPECT_EQ(refused(parse_mol_block(block("  0  0  0  0  0  0  0  0  0  0999 V2000\n"))).code,
            "no-atoms");
  EXPECT_EQ(refused(parse_mol_block(block(kEthanol), {.max_atoms = 2})).code, "too-large");
}

TEST(ParseMolBlock, ValenceErrorsHaveRdkitsSentence) {
  std::string atoms, bonds;
  for (int i = 0; i < 6; ++i) atoms += "    0.0000    0.0000    0.0000 C   0  0\n";
  for (int i = 2; i <= 6; ++i) bonds += "  1  " + std::to_string(i) + "  1  0\n";
  const Refusal refusal =
      refused(parse_mol_block(block("  6  5  0  0  0  0  0  0  0  0999 V2000\n" + atoms + bonds)));
  EXPECT_EQ(refusal.code, "sanitize");
  EXPECT_NE(refusal.reason.find("Explicit valence"), std::string::npos) << refusal.reason;
}

TEST(ParseMolBlock, BondLimitIsTwiceTheAtomLimit) {
  // Six atoms, all bonded to each other: 15 bonds.
  std::string text = "  6 15  0  0  0  0  0  0  0  0999 V2000\n";
  for (int i = 0; i < 6; ++i) text += "    0.0000    0.0000    0.0000 C   0  0\n";
  for (int a = 1; a <= 6; ++a)
    for (int b = a + 1; b <= 6; ++b)
      text += "  " + std::to_string(a) + "  " + std::to_string(b) + "  1  0\n";
  const Refusal refusal = refused(parse_mol_block(block(text), {.max_atoms = 6}));
  EXPECT_EQ(refusal.code, "too-large");
  EXPECT_EQ(refusal.reason, "15 bonds, at most 12 are read");
}

// RDKit loses memory over each of these, so they are found before it sees them.
TEST(ParseMolBlock, DamagedBondLinesAreNamed) {
  const std::string atoms =
      "  2  2  0  0  0  0  0  0  0  0999 V2000\n"
      "    0.0000    0.0000    0.0000 C   0  0\n"
      "    1.0000    0.0000    0.0000 C   0  0\n"
      "  1  2  1  0\n";
  const std::pair<const char*, const char*> cases[] = {
      {"  2  1  1  0\n", "bond line 2: the bond between atoms 2 and 1 is there already"},
      {"  1  1  1  0\n", "bond line 2: a bond from atom 1 to itself"},
      {"  1  3  1  0\n", "bond line 2: atoms 1 and 3 are not both among 1 to 2"},
      {"  0  2  1  0\n", "bond line 2: atoms 0 and 2 are not both among 1 to 2"},
      {"  1  x  1  0\n", "bond line 2: 'x' is not a number"},
      {" +1  2  1  0\n", "bond line 2: '+1' is not a number"},
      {"  1  2\n", "bond line 2: '' is not a number"},
      {"  2  1  1  ?\n", "bond line 2: '?' is not a number"},
      {"  2  1  1  0  0  3\n", "bond line 2: topology 3 is none of 0, 1 and 2"},
  };
  for (const auto& [line, reason] : cases) {
    const Refusal refusal = refused(parse_mol_block(block(atoms + line)));
    EXPECT_EQ(refusal.code, "syntax") << line;
    EXPECT_EQ(refusal.reason, reason);
    // "V3000" says so in its own column only; found by fuzzing.
    std::string elsewhere = atoms + line;
    elsewhere.replace(21, 5, "V3000");
    EXPECT_EQ(refused(parse_mol_block(block(elsewhere))).reason, reason);
  }
}

TEST(ParseMolBlock, UnreadableCountsAreNamed) {
  for (const char* counts : {"  x  2\n", "    3 2  1\n", "\n", "  1\n"})
    EXPECT_EQ(refused(parse_mol_block(block(counts))).reason,
              "the counts line does not say how many atoms and bonds there are");
}

TEST(ParseMolBlock, CrossedDoubleBondsAreUnspecifiedAsInASmiles) {
  const std::string text = block(
      "  4  3  0  0  0  0  0  0  0  0999 V2000\n"
      "    0.0000    1.0000    0.0000 C   0  0\n"
      "    1.0000    0.0000    0.0000 C   0  0\n"
      "    2.0000    0.0000    0.0000 C   0  0\n"
      "    3.0000    1.0000    0.0000 F   0  0\n"
      "  1  2  1  0\n"
      "  2  3  2  3\n"
      "  3  4  1  0\n");
  const ParseResult result = parse_mol_block(text);
  ASSERT_TRUE(std::holds_alternative<Molecule>(result));
  EXPECT_EQ(std::get<Molecule>(result).canonical_smiles(), "CC=CF");
  Decisions decisions;
  const auto graph = featurise(std::get<Molecule>(result), schema_by_name("hu2"), decisions);
  ASSERT_TRUE(std::holds_alternative<graphs::Graph>(graph));
  EXPECT_EQ(std::get<graphs::Graph>(graph).edge_codes,
            (std::vector<std::uint16_t>{0, 0, 1, 0, 0, 0}));
}

TEST(ParseMolBlock, HydrogensBesideDoubleBondsAreRemovedAsRdkitDoes) {
  const std::string text = block(
      "  4  3  0  0  0  0  0  0  0  0999 V2000\n"
      "    0.0000    1.0000    0.0000 H   0  0\n"
      "    1.0000    0.0000    0.0000 N   0  0\n"
      "    2.0000    0.0000    0.0000 C   0  0\n"
      "    3.0000    1.0000    0.0000 F   0  0\n"
      "  1  2  1  0\n"
      "  2  3  2  0\n"
      "  3  4  1  0\n");
  const ParseResult result = parse_mol_block(text);
  ASSERT_TRUE(std::holds_alternative<Molecule>(result));
  EXPECT_EQ(std::get<Molecule>(result).canonical_smiles(), "N=CF");
}

TEST(RejectCodes, AreDistinctAndExplained) {
  std::set<std::string> codes;
  for (const RejectCode& entry : kRejectCodes) {
    EXPECT_TRUE(codes.insert(entry.code).second) << entry.code;
    EXPECT_FALSE(std::string(entry.meaning).empty());
  }
  const std::set<std::string> expected = {
      "empty",    "bad-bytes", "too-long",          "syntax",     "sanitize",
      "no-atoms", "too-large", "out-of-vocabulary", "bad-target", "duplicate"};
  EXPECT_EQ(codes, expected);
}

TEST(Parent, IsTheLargestFragmentAndTheFirstOfEquals) {
  const auto parent_of = [](const char* smiles) {
    const ParseResult result = parse_smiles(smiles);
    return parent(std::get<Molecule>(result)).canonical_smiles();
  };
  EXPECT_EQ(parent_of("[Na+].CC(=O)[O-]"), "CC(=O)[O-]");
  EXPECT_EQ(parent_of("CCN.CCO"), "CCN");
  EXPECT_EQ(parent_of("CCO.CCN"), "CCO");
  EXPECT_EQ(parent_of("CCO"), "CCO");
  EXPECT_EQ(parent_of("[2H]C([2H])([2H])[2H].CC"), "CC") << "hydrogens are not heavy";
}

// As if it had been read alone: rings, stereo, fingerprint and scaffold.
TEST(Parent, IsTheMoleculeThatItsOwnSmilesGives) {
  for (const char* smiles : {"C[C@H](N)c1ccccc1", "F/C=C\\Cl", "O=C1CC2(CCNCC2)c2ccccc21"}) {
    const ParseResult alone = parse_smiles(smiles),
                      salt = parse_smiles(std::string("[Na+].") + smiles + ".[Cl-]");
    const Molecule part = parent(std::get<Molecule>(salt));
    const Molecule& whole = std::get<Molecule>(alone);
    EXPECT_EQ(part.canonical_smiles(), whole.canonical_smiles());
    EXPECT_EQ(scaffold(part, true), scaffold(whole, true));
    EXPECT_EQ(morgan_bits(part), morgan_bits(whole));
  }
}

// RDKit sanitises this molecule once and refuses to do it again; found by fuzzing.
TEST(Parent, IsNotSanitisedAgain) {
  const ParseResult result = parse_smiles("c1c[C@AL1]c1(B)(Cl)Br");
  const Molecule& molecule = std::get<Molecule>(result);
  EXPECT_EQ(parent(molecule).atom_count(), molecule.atom_count());
  EXPECT_FALSE(identity(molecule).empty());
}

TEST(Parent, FragmentsAreCounted) {
  const ParseResult result = parse_smiles("C.CC.[Na+]");
  EXPECT_EQ(fragment_count(std::get<Molecule>(result)), 3);
}

TEST(MorganBits, AreAscendingAndTheSameForTheSameMolecule) {
  const ParseResult one = parse_smiles("OCC"), other = parse_smiles("CCO"),
                    ring = parse_smiles("c1ccccc1");
  const std::vector<std::int32_t> bits = morgan_bits(std::get<Molecule>(one));
  EXPECT_TRUE(std::is_sorted(bits.begin(), bits.end()));
  EXPECT_EQ(bits, morgan_bits(std::get<Molecule>(other)));
  EXPECT_NE(bits, morgan_bits(std::get<Molecule>(ring)));
  // RDKit's ECFP4 of ethanol: one environment per atom at radius 0, two more at radius 1.
  EXPECT_EQ(bits.size(), 6u);
  for (const std::int32_t bit : morgan_bits(std::get<Molecule>(ring), 2, 64)) EXPECT_LT(bit, 64);
}

TEST(RdkitParseRate, CountsBadMoleculesAsWell) {
  EXPECT_GT(rdkit_parse_rate({"CCO", "C1CC", "c1cccc1", ""}), 0);
}

}  // namespace
}  // namespace aufbau::molecules
