#include "molecules/records.h"

#include <gtest/gtest.h>

#include "core/text.h"
#include "testing/files.h"

namespace aufbau::molecules {
namespace {

using Rows = std::vector<Record>;

Rows read(RecordReader& reader) {
  Rows rows;
  for (Record record; reader.next(record);) rows.push_back(record);
  return rows;
}

Rows read(const std::string& name, std::string_view bytes, const TableOptions& options = {}) {
  RecordReader reader(memory_source(bytes), name, options, /*keep_raw=*/true);
  return read(reader);
}

std::vector<std::string> texts(const Rows& rows) {
  std::vector<std::string> result;
  for (const Record& row : rows) result.push_back(row.code.empty() ? row.text : row.code);
  return result;
}

Error error_of(const std::string& name, std::string_view bytes, const TableOptions& options = {}) {
  try {
    read(name, bytes, options);
  } catch (const Error& error) {
    return error;
  }
  return Error(ErrorKind::internal, "no error");
}

void expect_error(const Error& error, ErrorKind kind, const std::string& part) {
  EXPECT_EQ(error.kind(), kind) << error.what();
  EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
}

using Texts = std::vector<std::string>;

TEST(CsvRecords, HaveLinesTextsIdsAndFields) {
  TableOptions options;
  options.id_column = "name";
  RecordReader reader(memory_source("name,smiles,y\nethanol,CCO,1\nwater,O,0\n"), "a.csv", options,
                      true);
  EXPECT_EQ(reader.columns(), (Texts{"name", "smiles", "y"}));
  EXPECT_EQ(reader.smiles_index(), 1);
  EXPECT_EQ(reader.id_index(), 0);
  EXPECT_EQ(reader.separator(), ',');
  EXPECT_EQ(reader.header_raw(), "name,smiles,y");
  const Rows rows = read(reader);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].line, 3);
  EXPECT_EQ(rows[1].text, "O");
  EXPECT_EQ(rows[1].id, "water");
  EXPECT_EQ(rows[1].fields, (Texts{"water", "O", "0"}));
  EXPECT_EQ(rows[1].raw, "water,O,0");
}

TEST(CsvRecords, QuotesHoldSeparatorsLineEndsAndQuotes) {
  const Rows rows = read("a.csv",
                         "smiles,name\n"
                         "C,\"a,b\"\n"
                         "\"CC\",\"two\nlines\"\r\n"
                         "CCC,\"say \"\"hi\"\"\"\n"
                         "CCCC,5\" inch\n"
                         "CCCCC,\"\"");
  ASSERT_EQ(texts(rows), (Texts{"C", "CC", "CCC", "CCCC", "CCCCC"}));
  EXPECT_EQ(rows[0].fields[1], "a,b");
  EXPECT_EQ(rows[1].fields[1], "two\nlines");
  EXPECT_EQ(rows[1].raw, "\"CC\",\"two\nlines\"");
  EXPECT_EQ(rows[2].fields[1], "say \"hi\"");
  EXPECT_EQ(rows[2].line, 5) << "the record before it took two lines";
  EXPECT_EQ(rows[3].fields[1], "5\" inch");
  EXPECT_EQ(rows[4].fields[1], "");
}

TEST(CsvRecords, WindowsLineEndsAndByteOrderMarkAreNoPartOfTheFields) {
  RecordReader reader(memory_source("\xef\xbb\xbfsmiles,y\r\nC,1\r\nCC,\r\n"), "a.csv", {}, true);
  EXPECT_EQ(reader.columns(), (Texts{"smiles", "y"}));
  EXPECT_EQ(reader.header_raw(), "smiles,y");
  const Rows rows = read(reader);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].fields[1], "1");
  EXPECT_EQ(rows[1].fields[1], "");
  EXPECT_EQ(rows[1].raw, "CC,");
}

TEST(CsvRecords, LastLineMayLackItsEnd) {
  EXPECT_EQ(texts(read("a.csv", "smiles,y\nC,1\nCC,2")), (Texts{"C", "CC"}));
  EXPECT_EQ(texts(read("a.csv", "smiles\nC\nCC")), (Texts{"C", "CC"}));
  EXPECT_EQ(texts(read("a.csv", "smiles\n")), Texts{});
  EXPECT_EQ(texts(read("a.csv", "smiles")), Texts{});
}

TEST(CsvRecords, BlankLinesAreRowsWithoutText) {
  const Rows rows = read("a.csv", "smiles,y\nC,1\n\nCC,2\n");
  EXPECT_EQ(texts(rows), (Texts{"C", "empty", "CC"}));
  EXPECT_EQ(rows[1].line, 3);
  EXPECT_EQ(rows[1].reason, "blank line");
}

TEST(CsvRecords, WrongNumberOfFieldsIsRefusedAndTheNextRowIsRead) {
  const Rows rows = read("a.csv", "smiles,y\nC\nCC,1,2\nCCC,3\n");
  EXPECT_EQ(texts(rows), (Texts{"syntax", "syntax", "CCC"}));
  EXPECT_EQ(rows[0].reason, "1 fields, the header has 2");
  EXPECT_EQ(rows[1].text, "CC,1,2");
}

TEST(CsvRecords, StrayQuotesCostTheirLineOnly) {
  const Rows rows = read("a.csv",
                         "smiles,y\n"
                         "C,\"1\n"  // closed by the quote two lines further
                         "CC,2\n"
                         "CCC,\"3\"\n"
                         "CCCC,\"4\"5\n"  // text after a quote
                         "CCCCC,6\n"
                         "C1,\"7\n"  // never closed
                         "CO,8\n");
  EXPECT_EQ(texts(rows), (Texts{"syntax", "CC", "CCC", "syntax", "CCCCC", "syntax", "CO"}));
  EXPECT_EQ(rows[0].reason, "text after a closing quote");
  EXPECT_EQ(rows[0].text, "C,\"1");
  EXPECT_EQ(rows[3].reason, "text after a closing quote");
  EXPECT_EQ(rows[5].reason, "a quote is opened and not closed");
  EXPECT_EQ(rows[6].line, 8);
}

TEST(CsvRecords, RecordOverSeveralLinesWithWrongFieldsIsAStrayQuote) {
  const Rows rows = read("a.csv", "smiles,y\nC,\"1\nCC,2\nCCC,\"\nCCCC,4\n");
  EXPECT_EQ(texts(rows), (Texts{"C", "CCCC"})) << "one field over three lines is well formed";
  const Rows damaged = read("a.csv", "smiles,y\nC,\"1\nCC,2\n\",x,\"\"\nCCCC,4\n");
  EXPECT_EQ(texts(damaged), (Texts{"syntax", "CC", "syntax", "CCCC"}));
}

TEST(CsvRecords, ManyStrayQuotesTakeTimeInProportion) {
  // Every line seems to open a record that reaches to the end; done again for each it would be
  // 10^11.
  std::string text = "smiles,y\n";
  for (int i = 0; i < 200000; ++i) text += "x\",\"y\n";
  const Rows rows = read("a.csv", text);
  EXPECT_EQ(rows.size(), 200000u);
}

TEST(CsvRecords, NulBytesAreRefused) {
  const Rows rows = read("a.csv", std::string("smiles,y\nC,\0\nCC,1\n", 18));
  EXPECT_EQ(texts(rows), (Texts{"bad-bytes", "CC"}));
}

TEST(CsvRecords, LimitsAreTheLastAcceptedSizes) {
  TableOptions options;
  options.max_line_bytes = 12;
  options.max_field_bytes = 5;
  const auto rows_of = [&](const std::string& line) {
    return texts(read("a.csv", "smiles,y\n" + line + "\nC,1\n", options));
  };
  EXPECT_EQ(rows_of("CCCCC,1"), (Texts{"CCCCC", "C"}));
  EXPECT_EQ(rows_of("CCCCCC,1"), (Texts{"too-long", "C"}));
  EXPECT_EQ(rows_of("C,\"aaaaa\""), (Texts{"C", "C"}));
  EXPECT_EQ(rows_of("\"CCCCC\",1234"), (Texts{"CCCCC", "C"}));
  EXPECT_EQ(rows_of("\"CCCCC\",12345"), (Texts{"too-long", "C"}));
  EXPECT_EQ(rows_of(std::string(100000, 'C')), (Texts{"too-long", "C"}));
  EXPECT_EQ(rows_of("C,\"" + std::string(100000, 'C')), (Texts{"too-long", "C"}));
}

TEST(CsvRecords, OverlongFieldSaysWhichOne) {
  const Rows rows = read("a.csv", "smiles,y\nC," + std::string(70000, '1') + "\n");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].reason, "field 2 has 70000 bytes, at most 65536 are read");
  EXPECT_LE(rows[0].text.size(), 256u);
}

TEST(CsvRecords, SurroundingBlanksOfTheSmilesDoNotCount) {
  EXPECT_EQ(texts(read("a.csv", "smiles , y\n C ,1\n")), Texts{"C"});
}

TEST(CsvColumns, SmilesColumnIsFoundByItsUsualNames) {
  const auto index = [](const std::string& header) {
    return RecordReader(memory_source(header + "\n"), "a.csv", {}).smiles_index();
  };
  EXPECT_EQ(index("id,SMILES"), 1);
  EXPECT_EQ(index("mol_id,mol,y"), 1);
  EXPECT_EQ(index("y,Drug"), 1);
  EXPECT_EQ(index("y,canonical_smiles"), 1);
  EXPECT_EQ(index("canonical_smiles,smiles"), 1);
  EXPECT_EQ(index("structure,y"), 0);
}

TEST(CsvColumns, NamedColumnThatIsAbsentSuggestsTheNearest) {
  TableOptions options;
  options.smiles_column = "smile";
  expect_error(error_of("a.csv", "smiles,y\nC,1\n", options), ErrorKind::usage,
               "[a.csv] no column 'smile'; did you mean 'smiles'? columns: smiles, y");
  options = {};
  options.id_column = "z";
  expect_error(error_of("a.csv", "smiles,y\nC,1\n", options), ErrorKind::usage, "no column 'z'");
  options = {};
  options.smiles_column = "s";
  expect_error(error_of("a.csv", "s,s\nC,1\n", options), ErrorKind::usage,
               "two columns are called 's'");
}

TEST(CsvColumns, LongListsOfColumnsAreCut) {
  std::string header = "a0";
  for (int i = 1; i < 600; ++i) header += ",a" + std::to_string(i);
  TableOptions options;
  options.smiles_column = "smiles";
  const Error error = error_of("a.csv", header + "\n", options);
  expect_error(error, ErrorKind::usage, "and 590 more");
}

TEST(CsvColumns, MissingHeaderIsAnErrorAndNotALostMolecule) {
  expect_error(error_of("a.csv", "CCOC(=O)c1ccccc1,1\nC,0\n"), ErrorKind::input,
               "starts with the molecule 'CCOC(=O)c1ccccc1'");
  expect_error(error_of("a.csv", ""), ErrorKind::input, "is empty");
  expect_error(error_of("a.csv", "smiles,\"y\n"), ErrorKind::input, "header line cannot be read");
  expect_error(error_of("a.csv", std::string_view("smi\0les\n", 8)), ErrorKind::input, "NUL");
}

TEST(CsvColumns, SeparatorIsWhatTheHeaderHolds) {
  EXPECT_EQ(read("a.tsv", "smiles\ty\nC\t1,5\n")[0].fields[1], "1,5");
  EXPECT_EQ(read("a.csv", "smiles\ty\nC\t1\n")[0].fields[1], "1");
  EXPECT_EQ(read("a.csv", "smiles;y\nC;1,5\n")[0].fields[1], "1,5");
}

TEST(SmiRecords, AreSmilesThenId) {
  const Rows rows = read("a.smi", "CCO ethanol absolute\nC\tmethane\r\nO\n\n  N  x\n");
  ASSERT_EQ(texts(rows), (Texts{"CCO", "C", "O", "", "N"}));
  EXPECT_EQ(rows[0].id, "ethanol absolute");
  EXPECT_EQ(rows[1].id, "methane");
  EXPECT_EQ(rows[2].id, "");
  EXPECT_EQ(rows[4].line, 5);
  EXPECT_EQ(rows[0].raw, "CCO ethanol absolute");
}

TEST(SmiRecords, LongLinesAndNulBytesAreRefused) {
  TableOptions options;
  options.max_line_bytes = 10;
  const Rows rows = read("a.txt",
                         std::string(11, 'C') + "\n" + std::string(10, 'C') + "\r\nO\n" +
                             std::string(200000, 'C') + "\nN\n" + std::string(90000, 'C'),
                         options);
  EXPECT_EQ(texts(rows),
            (Texts{"too-long", std::string(10, 'C'), "O", "too-long", "N", "too-long"}));
  EXPECT_EQ(rows[4].line, 5);
  EXPECT_EQ(rows[3].raw.size(), 256u);
  EXPECT_EQ(texts(read("a.smi", std::string_view("C\0C\nO\n", 6))), (Texts{"bad-bytes", "O"}));
}

TEST(SmiRecords, HaveNoColumns) {
  TableOptions options;
  options.smiles_column = "smiles";
  expect_error(error_of("a.smi", "C\n", options), ErrorKind::usage, "has no column 'smiles'");
}

TEST(StandardInput, IsReadByItsContent) {
  EXPECT_EQ(texts(read("-", "smiles,y\nC,1\n")), Texts{"C"});
  EXPECT_EQ(texts(read("-", "y\tsmiles\n1\tC\n")), Texts{"C"});
  EXPECT_EQ(texts(read("-", "smiles\nC\n")), Texts{"C"});
  EXPECT_EQ(texts(read("-", "CCO\tethanol\nC\n")), (Texts{"CCO", "C"}));
  EXPECT_EQ(texts(read("-", "")), Texts{});
  const Rows rows = read("-", "title\n\n\n  0  0  0  0  0  0  0  0  0  0999 V2000\nM  END\n$$$$\n");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_TRUE(rows[0].is_mol_block);
}

TEST(Records, NamesSayWhatFilesHold) {
  expect_error(error_of("a.xlsx", "C\n"), ErrorKind::usage,
               "expected .csv .tsv .smi .txt .sdf, each also .gz, or - for standard input");
  EXPECT_EQ(texts(read("A.SMI", "C\n")), Texts{"C"});
  try {
    RecordReader reader("/nowhere/a.smi", {});
    FAIL();
  } catch (const Error& error) {
    expect_error(error, ErrorKind::input, "[/nowhere/a.smi] cannot be opened");
  }
}

TEST(Records, Utf16IsNamed) {
  expect_error(error_of("a.csv", std::string_view("\xff\xfes\0m\0", 6)), ErrorKind::input,
               "UTF-16");
}

TEST(Records, HashIsThatOfAllBytes) {
  const std::string bytes = "\xef\xbb\xbfsmiles\nC\nCC\n";
  RecordReader reader(memory_source(bytes), "a.csv", {});
  read(reader);
  EXPECT_EQ(reader.sha256(), sha256_hex(bytes));
}

TEST(Records, AreTheSameFromAFile) {
  const testing::TemporaryFolder folder;
  RecordReader reader(folder.write("a.csv", "smiles,y\nC,1\n"), {});
  EXPECT_EQ(texts(read(reader)), Texts{"C"});
}

}  // namespace
}  // namespace aufbau::molecules
