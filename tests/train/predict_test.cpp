#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <thread>

#include "core/parallel.h"
#include "core/text.h"
#include "data/dataset.h"
#include "nn/model_file.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "testing/near.h"
#include "train/inference.h"
#include "train/runs.h"
#include "train/small_data.h"

namespace aufbau::train {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::read_text;
using testing::says;
using testing::TemporaryFolder;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines = split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

/// One model for all tests of this file.
class Apply : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_ = new TemporaryFolder;
    const std::string data =
        testing::write_small_dataset(shared_->path("data.h5"), {.ring = true, .nitrogen = true});
    FinetuneOptions options = testing::small_finetuning(data, shared_->path("run"));
    train::finetune(options);
  }
  static void TearDownTestSuite() { delete shared_; }
  static std::string model() { return shared_->path("run/model.safetensors"); }
  static std::string data() { return shared_->path("data.h5"); }

  ApplySummary predict_text(const std::string& name, const std::string& text,
                            const std::string& output = "out.csv") {
    PredictOptions options;
    options.input = folder_.write(name, text);
    options.model = model();
    options.output = folder_.path(output);
    return train::predict(options);
  }
  std::vector<std::string> predicted() const {
    return lines_of(read_text(folder_.path("out.csv")));
  }

  static TemporaryFolder* shared_;
  TemporaryFolder folder_;
};
TemporaryFolder* Apply::shared_ = nullptr;

TEST_F(Apply, EveryRowOfATableIsAnsweredUnderItsOwnBytes) {
  const std::string text =
      "id,smiles,note\n"
      "a,CCO,\"x, \"\"y\"\"\"\n"
      "b,C1CC,unclosed ring\n"
      "c,,empty\n"
      "d , c1ccccc1 ,  spaces \n";
  const ApplySummary summary = predict_text("in.csv", text);
  const auto in = lines_of(text), out = predicted();
  ASSERT_EQ(out.size(), in.size());
  EXPECT_EQ(summary.rows, 4);
  EXPECT_EQ(summary.answered + summary.refused, 4);
  EXPECT_EQ(out[0], in[0] + ",prob_ring,prob_nitrogen,error");
  for (std::size_t i = 0; i < in.size(); ++i) EXPECT_EQ(out[i].rfind(in[i] + ",", 0), 0u) << out[i];
  EXPECT_EQ(out[1].back(), ',') << out[1];
  EXPECT_NE(out[2].find(",,,syntax: "), std::string::npos) << out[2];
  EXPECT_NE(out[3].find(",,,empty: "), std::string::npos) << out[3];
}

TEST_F(Apply, RecordsThatAreNoRowsAreMadeRowsSoThatTheTableStaysOne) {
  predict_text("in.csv", "smiles,y\nCCO\nCC,1,2,3\nCCN,\"open\n\nCCC,2\n");
  const auto out = predicted();
  ASSERT_EQ(out.size(), 6u);
  EXPECT_EQ(out[1].rfind("CCO,,,,", 0), 0u) << out[1];
  EXPECT_EQ(out[2].rfind("\"CC,1,2,3\",,,,", 0), 0u) << out[2];
  EXPECT_EQ(out[3].rfind("\"CCN,\"\"open\",,,,", 0), 0u) << out[3];
  EXPECT_EQ(out[4].rfind(",,,,empty", 0), 0u) << out[4];
  EXPECT_EQ(out[5].rfind("CCC,2,0.", 0), 0u) << out[5];
}

TEST_F(Apply, SmilesFilesGetAHeaderAndTabsStayTabs) {
  predict_text("in.smi", "CCO ethanol\nc1ccccc1\tbenzene ring\nC1CC bad\n");
  auto out = predicted();
  ASSERT_EQ(out.size(), 4u);
  EXPECT_EQ(out[0], "smiles,id,prob_ring,prob_nitrogen,error");
  EXPECT_EQ(out[1].rfind("CCO,ethanol,0.", 0), 0u) << out[1];
  EXPECT_EQ(out[2].rfind("c1ccccc1,benzene ring,0.", 0), 0u) << out[2];
  fs::remove(folder_.path("out.csv"));
  predict_text("in.tsv", "smiles\tname\nCCO\ta,b\n");
  out = predicted();
  EXPECT_EQ(out[0], "smiles\tname\tprob_ring\tprob_nitrogen\terror");
  EXPECT_EQ(out[1].rfind("CCO\ta,b\t0.", 0), 0u) << out[1];
}

TEST_F(Apply, ADatasetAndItsTextGiveTheSameNumbers) {
  std::string text;
  for (const std::string& smiles : testing::small_molecules()) text += smiles + "\n";
  predict_text("in.smi", text);
  const auto from_text = predicted();
  PredictOptions options;
  options.input = data();
  options.model = model();
  options.output = folder_.path("data.csv");
  EXPECT_EQ(train::predict(options).answered, 40);
  const auto from_data = lines_of(read_text(options.output));
  ASSERT_EQ(from_data.size(), from_text.size());
  for (std::size_t i = 1; i < from_data.size(); ++i) {
    const auto a = split(from_text[i], ','), b = split(from_data[i], ',');
    EXPECT_EQ(std::vector(a.begin() + 2, a.end()), std::vector(b.begin() + 2, b.end()));
  }
}

/// Probabilities of a predicted table; the rounding of a matrix product depends on how many rows it
/// has, which moves the last digit of a float of size 1.
constexpr double kRounding = 1e-6;

std::vector<double> probabilities_of(const std::vector<std::string>& lines) {
  std::vector<double> values;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto cells = split(lines[i], ',');
    for (const std::size_t c : {2, 3}) values.push_back(*parse_number(cells[c]));
  }
  return values;
}

TEST_F(Apply, ThreadsDoNotChangeABitAndBatchSizeOnlyTheRounding) {
  std::string text;
  for (int i = 0; i < 3; ++i)
    for (const std::string& smiles : testing::small_molecules()) text += smiles + "\n";
  predict_text("in.smi", text);
  for (const int batch_size : {1, 7, 64, 1024}) {
    PredictOptions options;
    options.input = folder_.path("in.smi");
    options.model = model();
    options.output = folder_.path("again.csv");
    options.batch_size = batch_size;
    options.force = true;
    options.threads = 1;
    train::predict(options);
    const std::string one = read_text(options.output);
    options.threads = 2;
    train::predict(options);
    EXPECT_TRUE(read_text(options.output) == one) << batch_size;
    testing::expect_near("batch size " + std::to_string(batch_size),
                         probabilities_of(lines_of(one)), probabilities_of(predicted()), kRounding);
  }
}

TEST_F(Apply, AnEmptyTableGivesAnEmptyTable) {
  EXPECT_EQ(predict_text("in.csv", "smiles,x\n").rows, 0);
  EXPECT_EQ(predicted(), std::vector<std::string>{"smiles,x,prob_ring,prob_nitrogen,error"});
}

TEST_F(Apply, AClashOfColumnsIsRefusedAndAPrefixHelps) {
  const std::string text = "smiles,error\nCCO,1\n";
  const Error error = error_of([&] { predict_text("in.csv", text); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error, "--prefix")) << error.what();
  EXPECT_FALSE(fs::exists(folder_.path("out.csv")));
  PredictOptions options;
  options.input = folder_.path("in.csv");
  options.model = model();
  options.output = folder_.path("out.csv");
  options.prefix = "my_";
  train::predict(options);
  EXPECT_EQ(predicted()[0], "smiles,error,my_prob_ring,my_prob_nitrogen,my_error");
}

TEST_F(Apply, AnOutputIsNeitherOverwrittenNorLeftHalfWritten) {
  folder_.write("out.csv", "mine");
  EXPECT_EQ(error_of([&] { predict_text("in.smi", "CCO\n"); }).kind(), ErrorKind::usage);
  EXPECT_EQ(read_text(folder_.path("out.csv")), "mine");
  PredictOptions options;
  options.input = folder_.path("in.smi");
  options.model = model();
  options.output = folder_.path("out.csv");
  options.force = true;
  options.should_stop = [] { return true; };
  EXPECT_EQ(error_of([&] { train::predict(options); }).kind(), ErrorKind::interrupted);
  EXPECT_EQ(read_text(folder_.path("out.csv")), "mine");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()), 2);
}

TEST_F(Apply, AnAnswerThatIsNotFiniteIsARowWithAReason) {
  nn::ModelFile broken = nn::read_model(model());
  for (store::NamedTensor& tensor : broken.tensors)
    if (tensor.name == "graph_pred_linear.bias")
      tensor.tensor.mutable_values<float>()[0] = std::numeric_limits<float>::quiet_NaN();
  nn::write_model(folder_.path("broken.safetensors"), broken);
  PredictOptions options;
  options.input = folder_.write("in.smi", "CCO\nC1CC\n");
  options.model = folder_.path("broken.safetensors");
  options.output = folder_.path("out.csv");
  const ApplySummary summary = train::predict(options);
  EXPECT_EQ(summary.refused, 2);
  EXPECT_EQ(predicted()[1].rfind("CCO,,,,non-finite: ", 0), 0u) << predicted()[1];
}

TEST_F(Apply, AnEncoderAloneEmbedsButDoesNotPredict) {
  PretrainOptions options = testing::small_pretraining(data(), folder_.path("pre"));
  options.epochs = 1;
  const std::string encoder = train::pretrain(options).model;
  PredictOptions ask;
  ask.input = data();
  ask.model = encoder;
  ask.output = folder_.path("out.csv");
  EXPECT_EQ(error_of([&] { train::predict(ask); }).kind(), ErrorKind::mismatch);
  EXPECT_FALSE(fs::exists(ask.output));
  EmbedOptions embedding;
  embedding.input = data();
  embedding.model = encoder;
  embedding.output = folder_.path("e.npy");
  EXPECT_EQ(train::embed(embedding).answered, 40);
}

/// A .npy file of two dimensions, or one.
struct Npy {
  std::string type;
  std::vector<std::size_t> shape;
  std::string bytes;
  template <class T>
  std::vector<T> values() const {
    std::vector<T> result(bytes.size() / sizeof(T));
    std::memcpy(result.data(), bytes.data(), bytes.size());
    return result;
  }
};

Npy read_npy(const std::string& path) {
  const std::string file = read_text(path);
  EXPECT_EQ(file.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  const std::size_t length =
      static_cast<unsigned char>(file[8]) + 256u * static_cast<unsigned char>(file[9]);
  EXPECT_EQ((10 + length) % 64, 0u);
  const std::string header = file.substr(10, length);
  EXPECT_EQ(header.back(), '\n');
  Npy npy;
  npy.type = header.substr(header.find("'<") + 1, 3);
  const std::size_t open = header.find('(');
  for (const std::string& size : split(header.substr(open + 1, header.find(')') - open - 1), ','))
    if (!trim(size).empty())
      npy.shape.push_back(static_cast<std::size_t>(*parse_integer(trim(size))));
  npy.bytes = file.substr(10 + length);
  return npy;
}

TEST_F(Apply, EmbeddingsGoToNumpyWithRefusedRowsAsNaN) {
  EmbedOptions options;
  options.input = folder_.write("in.csv", "smiles,x\nCCO,1\nC1CC,2\nc1ccccc1,3\n");
  options.model = model();
  options.output = folder_.path("e.npy");
  const ApplySummary summary = train::embed(options);
  EXPECT_EQ(summary.rows, 3);
  EXPECT_EQ(summary.refused, 1);
  const Npy npy = read_npy(options.output);
  EXPECT_EQ(npy.type, "<f4");
  EXPECT_EQ(npy.shape, (std::vector<std::size_t>{3, 16}));
  const auto values = npy.values<float>();
  ASSERT_EQ(values.size(), 48u);
  for (std::size_t i = 0; i < 48; ++i) EXPECT_EQ(std::isnan(values[i]), i / 16 == 1) << i;
  const auto errors = lines_of(read_text(folder_.path("e.errors.csv")));
  ASSERT_EQ(errors.size(), 2u);
  EXPECT_EQ(errors[0], "row,line,smiles,code,reason");
  EXPECT_EQ(errors[1].rfind("1,3,C1CC,syntax,", 0), 0u) << errors[1];
}

TEST_F(Apply, EmbeddingsGoToCsvBesideTheirRows) {
  EmbedOptions options;
  options.input = folder_.write("in.csv", "smiles,x\nCCO,1\nC1CC,2\n");
  options.model = model();
  options.output = folder_.path("e.csv");
  train::embed(options);
  const auto out = lines_of(read_text(options.output));
  ASSERT_EQ(out.size(), 3u);
  EXPECT_EQ(out[0].rfind("smiles,x,e_0,e_1,", 0), 0u);
  EXPECT_EQ(out[0].substr(out[0].size() - 11), ",e_15,error");
  EXPECT_EQ(split(out[1], ',').size(), 2u + 16 + 1);
  EXPECT_NE(out[2].find("syntax"), std::string::npos);
  options.level = "node";
  options.force = true;
  EXPECT_EQ(error_of([&] { train::embed(options); }).kind(), ErrorKind::usage);
}

TEST_F(Apply, AtomVectorsPoolToTheMoleculesVector) {
  EmbedOptions options;
  options.input = folder_.write("in.smi", "CCO\nbad-\nc1ccccc1\nC\n");
  options.model = model();
  options.level = "node";
  options.output = folder_.path("n.npy");
  train::embed(options);
  const Npy nodes = read_npy(options.output);
  EXPECT_EQ(nodes.shape, (std::vector<std::size_t>{10, 16}));
  const Npy offsets = read_npy(folder_.path("n.offsets.npy"));
  EXPECT_EQ(offsets.type, "<i8");
  EXPECT_EQ(offsets.values<std::int64_t>(), (std::vector<std::int64_t>{0, 3, 3, 9, 10}));
  options.level = "graph";
  options.pooling = "sum";
  options.output = folder_.path("g.npy");
  train::embed(options);
  const auto atoms = nodes.values<float>(), molecules = read_npy(options.output).values<float>();
  for (std::size_t d = 0; d < 16; ++d)
    EXPECT_NEAR(molecules[d], atoms[d] + atoms[16 + d] + atoms[32 + d], 1e-5);
}

TEST_F(Apply, AReadOutThatWasLearnedIsTheModelsOwn) {
  FinetuneOptions training = testing::small_finetuning(data(), folder_.path("looks"));
  training.pooling = "set2set2";
  train::finetune(training);
  EmbedOptions options;
  options.input = folder_.write("in.smi", "CCO\nC\n");
  options.model = folder_.path("looks/model.safetensors");
  options.output = folder_.path("looks.npy");
  train::embed(options);
  EXPECT_EQ(read_npy(options.output).shape, (std::vector<std::size_t>{2, 32}));
  const train::Predictor predictor = train::Predictor::load(options.model);
  EXPECT_EQ(predictor.width(), 32);
  EXPECT_EQ(predictor.width("mean"), 16);
  options.pooling = "attention";
  const Error error = error_of([&] { train::embed(options); });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(error,
                   "the read-out 'attention' has to be learned, and this model learned "
                   "'set2set2'; use mean, sum or max"))
      << error.what();
}

TEST_F(Apply, EmbeddingsGoToHdf5) {
  for (const char* level : {"graph", "node"}) {
    EmbedOptions options;
    options.input = folder_.write("in.smi", "CCO\nbad-\nC\n");
    options.model = model();
    options.level = level;
    options.output = folder_.path(std::string(level) + ".h5");
    EXPECT_EQ(train::embed(options).rows, 3);
    EXPECT_EQ(read_text(options.output).substr(1, 3), "HDF");
    EXPECT_TRUE(fs::exists(folder_.path(std::string(level) + ".errors.csv")));
  }
}

TEST_F(Apply, UnknownNamesAreUsageErrors) {
  EmbedOptions options;
  options.input = folder_.write("in.smi", "CCO\n");
  options.model = model();
  options.output = folder_.path("e.npy");
  const auto kind_with = [&](auto change) {
    EmbedOptions changed = options;
    change(changed);
    return error_of([&] { train::embed(changed); }).kind();
  };
  EXPECT_EQ(kind_with([](auto& o) { o.level = "atom"; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.pooling = "median"; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([&](auto& o) { o.output = folder_.path("e.txt"); }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.batch_size = 0; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.output = ""; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.input = "absent.csv"; }), ErrorKind::input);
  EXPECT_EQ(kind_with([](auto& o) { o.model = "absent.safetensors"; }), ErrorKind::input);
}

TEST_F(Apply, APredictorAnswersSeveralThreadsAtOnce) {
  const Predictor predictor = Predictor::load(model());
  const data::Dataset dataset = data::Dataset::open(data());
  std::vector<graphs::GraphView> graphs;
  for (std::int64_t i = 0; i < dataset.size(); ++i) graphs.push_back(dataset.graph(i));
  const auto expected = predictor.predict(graphs);
  std::vector<std::vector<double>> answers(4);
  std::vector<std::thread> threads;
  for (auto& answer : answers)
    threads.emplace_back([&predictor, &graphs, &answer] {
      for (int i = 0; i < 5; ++i) answer = predictor.predict(graphs);
    });
  for (auto& thread : threads) thread.join();
  for (const auto& answer : answers) EXPECT_EQ(answer, expected);
}

TEST_F(Apply, AGraphsAnswerDependsOnItsCompanyByRoundingOnly) {
  const Predictor predictor = Predictor::load(model());
  const data::Dataset dataset = data::Dataset::open(data());
  std::vector<graphs::GraphView> graphs;
  for (int i = 0; i < 200; ++i) graphs.push_back(dataset.graph(i % dataset.size()));
  const auto together = predictor.predict(graphs);
  for (const std::size_t i : {0, 57, 199}) {
    const auto alone = predictor.predict(std::span(graphs).subspan(i, 1));
    testing::expect_near("graph " + std::to_string(i), alone,
                         {together[2 * i], together[2 * i + 1]}, kRounding);
  }
}

TEST(InferenceBatches, AreCutByGraphsAndNodes) {
  EXPECT_TRUE(inference_batches({}).empty());
  constexpr std::size_t kNodes = 19990;
  std::vector<std::uint16_t> codes(2 * kNodes);
  graphs::GraphView big;
  big.node_columns = 2;
  big.node_codes = codes;
  const std::vector<graphs::GraphView> many(40, big);
  const auto batches = inference_batches(many);
  std::size_t total = 0;
  for (const auto batch : batches) {
    EXPECT_LE(static_cast<std::int64_t>(batch.size() * kNodes), kInferenceNodes);
    total += batch.size();
  }
  EXPECT_EQ(total, many.size());
  EXPECT_GT(batches.size(), 1u);
  graphs::GraphView small;
  small.node_columns = 2;
  small.node_codes = std::span(codes).first(2);
  const std::vector<graphs::GraphView> atoms(2 * kInferenceGraphs + 1, small);
  EXPECT_EQ(inference_batches(atoms).size(), 3u);
}

}  // namespace
}  // namespace aufbau::train
