#include <gtest/gtest.h>

#include "molecules/molecule.h"
#include "molecules/records.h"

namespace aufbau::molecules {
namespace {

using Texts = std::vector<std::string>;

std::string molecule(const std::string& title, int carbons = 1) {
  std::string text = title + "\n  test\n\n";
  char counts[64];
  std::snprintf(counts, sizeof counts, "%3d  0  0  0  0  0  0  0  0  0999 V2000\n", carbons);
  text += counts;
  for (int i = 0; i < carbons; ++i) text += "    0.0000    0.0000    0.0000 C   0  0\n";
  return text + "M  END\n";
}

std::vector<Record> read(std::string_view bytes, const TableOptions& options = {}) {
  RecordReader reader(memory_source(bytes), "a.sdf", options, true);
  std::vector<Record> rows;
  for (Record record; reader.next(record);) rows.push_back(record);
  return rows;
}

TEST(SdfRecords, AreBlocksWithTitlesAndItems) {
  const std::string text = molecule("first") +
                           "> <y>\n1.5\n\n>  25 <name> (7)\ntwo\nlines\n\n$$$$\n" +
                           molecule("second") + "> <y>\n2\n\n$$$$\n";
  RecordReader reader(memory_source(text), "a.sdf", {}, true);
  EXPECT_EQ(reader.columns(), (Texts{"y", "name"}));
  EXPECT_EQ(reader.smiles_index(), -1);
  Record record;
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(record.line, 1);
  EXPECT_EQ(record.id, "first");
  EXPECT_EQ(record.text, molecule("first"));
  EXPECT_TRUE(record.is_mol_block);
  EXPECT_EQ(record.fields, (Texts{"1.5", "two\nlines"}));
  ASSERT_TRUE(reader.next(record));
  EXPECT_EQ(record.line, 15);
  EXPECT_EQ(record.id, "second");
  EXPECT_EQ(record.fields, (Texts{"2", ""}));
  EXPECT_FALSE(reader.next(record));
}

TEST(SdfRecords, IdMayBeAnItem) {
  TableOptions options;
  options.id_column = "name";
  const auto rows = read(molecule("title") + "> <name>\nx7\n\n$$$$\n", options);
  EXPECT_EQ(rows.at(0).id, "x7");
}

TEST(SdfRecords, LastTerminatorMayBeMissing) {
  const auto rows = read(molecule("a") + "$$$$\n" + molecule("b"));
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].code, "");
  EXPECT_EQ(read(molecule("a") + "$$$$\n\n\n").size(), 1u) << "blank lines are no record";
}

TEST(SdfRecords, MissingTerminatorBetweenTwoIsRefusedAndNotAMoleculeLost) {
  const auto rows = read(molecule("a") + molecule("b") + "$$$$\n" + molecule("c") + "$$$$\n");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].code, "syntax");
  EXPECT_EQ(rows[0].reason, "two molecules without a line '$$$$' between them");
  EXPECT_EQ(rows[1].id, "c");
}

TEST(SdfRecords, BlockWithoutItsEndIsRefused) {
  const auto rows = read("cut\n  test\n\n  1  0  0\n$$$$\n" + molecule("next") + "$$$$\n");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].code, "syntax");
  EXPECT_EQ(rows[0].text, "cut");
  EXPECT_EQ(rows[0].line, 1);
  EXPECT_EQ(rows[1].line, 6);
}

TEST(SdfRecords, EmptyRecordIsRefused) {
  const auto rows = read("$$$$\n" + molecule("a") + "$$$$\n");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].code, "syntax");
}

TEST(SdfRecords, HugeRecordIsRefusedInBoundedMemory) {
  const std::string huge = "big\n" + std::string(3 << 20, 'x') + "\nM  END\n$$$$\n";
  const auto rows = read(huge + molecule("next") + "$$$$\n");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].code, "too-long");
  EXPECT_EQ(rows[0].reason, "a record of more than 1048576 bytes");
  EXPECT_LE(rows[0].raw.size(), 1000u);
  EXPECT_EQ(rows[1].id, "next");

  std::string many_lines = "big\n";
  for (int i = 0; i < 40000; ++i) many_lines += "a line of thirty characters...\n";
  EXPECT_EQ(read(many_lines + "$$$$\n").at(0).code, "too-long");
}

TEST(SdfRecords, NulBytesAreRefused) {
  std::string text = molecule("a");
  text[2] = '\0';
  EXPECT_EQ(read(text + "$$$$\n").at(0).code, "bad-bytes");
}

TEST(SdfRecords, WindowsLineEndsAreNoPartOfValues) {
  std::string text = molecule("a") + "> <y>\n1\n\n$$$$\n", windows;
  for (const char c : text) windows += c == '\n' ? "\r\n" : std::string(1, c);
  const auto rows = read(windows);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].fields, Texts{"1"});
  EXPECT_EQ(rows[0].text, molecule("a"));
}

TEST(SdfRecords, ColumnsAreThoseOfTheFirstHundred) {
  std::string text;
  for (int i = 0; i < 101; ++i)
    text += molecule("m") + "> <" + (i < 100 ? "early" : "late") + ">\n1\n\n$$$$\n";
  RecordReader reader(memory_source(text), "a.sdf", {});
  EXPECT_EQ(reader.columns(), Texts{"early"});
  int count = 0;
  for (Record record; reader.next(record);) ++count;
  EXPECT_EQ(count, 101);
}

TEST(SdfRecords, BlocksAreMolecules) {
  const auto rows = read(molecule("methane") + "$$$$\n");
  const ParseResult result = parse_mol_block(rows.at(0).text);
  ASSERT_TRUE(std::holds_alternative<Molecule>(result));
  EXPECT_EQ(std::get<Molecule>(result).canonical_smiles(), "C");
}

}  // namespace
}  // namespace aufbau::molecules
