#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "aufbau.h"
#include "testing/files.h"

namespace aufbau {
namespace {

/// A small model trained on the molecules of the examples, made once.
class ModelTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new testing::TemporaryFolder;
    IngestOptions ingest_options;
    ingest_options.inputs = {testing::test_file("../examples/data/nci_tpsa.csv")};
    ingest_options.output = folder_->path("data.h5");
    ASSERT_EQ(ingest(ingest_options).rejected, 0);
    FinetuneOptions options;
    options.data = ingest_options.output;
    options.output = folder_->path("run");
    options.encoder = {.layers = 2, .width = 16};
    options.epochs = 1;
    model_path_ = finetune(options).model;
  }
  static void TearDownTestSuite() { delete folder_; }
  static testing::TemporaryFolder* folder_;
  static std::string model_path_;
};
testing::TemporaryFolder* ModelTest::folder_ = nullptr;
std::string ModelTest::model_path_;

TEST_F(ModelTest, AnswersEveryRowInOrder) {
  const auto model = Model::load(model_path_);
  EXPECT_EQ(model.task_names(), std::vector<std::string>{"tpsa"});
  const std::vector<std::string> smiles = {"CCO", "C1CC", "", "c1ccccc1O", "CCO"};
  const auto rows = model.predict(smiles);
  ASSERT_EQ(rows.size(), smiles.size());
  for (std::size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i].smiles, smiles[i]);
  EXPECT_TRUE(rows[0].ok());
  ASSERT_EQ(rows[0].values.size(), 1u);
  EXPECT_TRUE(std::isfinite(rows[0].values[0]));
  EXPECT_EQ(rows[1].code, "syntax");
  EXPECT_FALSE(rows[1].error.empty());
  EXPECT_TRUE(rows[1].values.empty());
  EXPECT_EQ(rows[2].code, "empty");
  EXPECT_EQ(rows[4].values, rows[0].values);
}

TEST_F(ModelTest, EmbedsIntoVectorsOfItsWidth) {
  const auto model = Model::load(model_path_);
  EXPECT_EQ(model.width(), 16);
  const auto rows = model.embed({"CCO", "x"});
  EXPECT_EQ(rows[0].values.size(), 16u);
  EXPECT_FALSE(rows[1].ok());
}

TEST_F(ModelTest, AnEmptyListHasAnEmptyAnswer) {
  EXPECT_TRUE(Model::load(model_path_).predict({}).empty());
}

TEST_F(ModelTest, AListOfBadMoleculesIsAnsweredWithReasons) {
  for (const auto& row : Model::load(model_path_).predict({"?", "C1CC"})) EXPECT_FALSE(row.ok());
}

TEST_F(ModelTest, AnswersDoNotDependOnThreadsOrCompany) {
  const auto model = Model::load(model_path_);
  std::vector<std::string> many(5000, "CCCCN");
  many[17] = "c1ccccc1O";
  RunOptions one, two;
  one.threads = 1;
  two.threads = 2;
  const auto first = model.predict(many, one), second = model.predict(many, two);
  for (std::size_t i = 0; i < many.size(); ++i) EXPECT_EQ(first[i].values, second[i].values);
  EXPECT_NEAR(model.predict({"c1ccccc1O"})[0].values[0], first[17].values[0],
              1e-4 * std::abs(first[17].values[0]));
}

TEST_F(ModelTest, MayBeAskedBySeveralThreadsAtOnce) {
  const auto model = Model::load(model_path_);
  const auto expected = model.predict({"CCO", "CCN"});
  std::vector<std::vector<Row>> answers(4);
  std::vector<std::thread> threads;
  for (auto& answer : answers)
    threads.emplace_back([&] { answer = model.predict({"CCO", "CCN"}); });
  for (auto& thread : threads) thread.join();
  for (const auto& answer : answers)
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_EQ(answer[i].values, expected[i].values);
}

TEST_F(ModelTest, StopsWhenAsked) {
  RunOptions options;
  options.should_stop = [] { return true; };
  try {
    Model::load(model_path_).predict({"CCO"}, options);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::interrupted);
  }
}

TEST_F(ModelTest, AFileThatIsNoModelIsRefused) {
  EXPECT_THROW(Model::load(folder_->path("none.safetensors")), Error);
  EXPECT_THROW(Model::load(folder_->write("x.safetensors", "not a model")), Error);
}

}  // namespace
}  // namespace aufbau
