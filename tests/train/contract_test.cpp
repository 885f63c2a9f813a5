// What holds for every encoder with every objective, whole runs: both tables are read, so that a
// new row is held to it.
#include <gtest/gtest.h>

#include <algorithm>

#include "nn/encoder.h"
#include "objectives/objective.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "train/runs.h"
#include "train/small_data.h"

namespace aufbau::train {
namespace {

using testing::read_text;
using testing::TemporaryFolder;

struct Pairing {
  std::string encoder, objective;
};

std::vector<Pairing> every_pairing() {
  std::vector<Pairing> all;
  for (const nn::NamedEntry& encoder : nn::encoder_names())
    for (const objectives::ObjectiveEntry& objective : objectives::kObjectives)
      all.push_back({encoder.name, objective.name});
  return all;
}

class EveryRun : public ::testing::TestWithParam<Pairing> {
 protected:
  PretrainOptions options(const std::string& name) {
    PretrainOptions options = testing::small_pretraining(data_, folder_.path(name));
    options.encoder.encoder = GetParam().encoder;
    options.objective = GetParam().objective;
    options.epochs = 2;
    return options;
  }
  void expect_same_run(const std::string& first, const std::string& second) const {
    for (const char* file : {"model.safetensors", "metrics.csv"})
      EXPECT_EQ(read_text(folder_.path(first + "/" + file)),
                read_text(folder_.path(second + "/" + file)))
          << file;
  }
  TemporaryFolder folder_;
  const std::string data_ =
      testing::write_small_dataset(folder_.path("data.h5"), {.ring = true, .atoms = true});
};

INSTANTIATE_TEST_SUITE_P(Tables, EveryRun, ::testing::ValuesIn(every_pairing()),
                         [](const ::testing::TestParamInfo<Pairing>& info) {
                           std::string name = info.param.encoder + "_" + info.param.objective;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_P(EveryRun, HasTheSameBytesAtAnyNumberOfThreadsAndAfterAStop) {
  PretrainOptions one = options("one");
  one.threads = 1;
  train::pretrain(one);

  PretrainOptions two = options("two");
  two.threads = 2;
  train::pretrain(two);
  expect_same_run("one", "two");

  PretrainOptions parts = options("parts");
  parts.should_stop = testing::stop_after(2);
  EXPECT_EQ(testing::error_of([&] { train::pretrain(parts); }).kind(), ErrorKind::interrupted);
  parts.should_stop = nullptr;
  parts.resume = true;
  train::pretrain(parts);
  expect_same_run("one", "parts");
}

}  // namespace
}  // namespace aufbau::train
