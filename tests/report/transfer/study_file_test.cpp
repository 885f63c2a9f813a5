#include "report/transfer/study/study_file.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "report/transfer/study/study_table.h"
#include "study_example.h"
#include "testing/errors.h"
#include "testing/files.h"

namespace aufbau::report {
namespace {

using Json = nlohmann::ordered_json;
using testing::error_of;
using testing::says;
using testing::TemporaryFolder;

TransferStudy hashed(TransferStudy study) {
  study.hash = study_hash(study);
  return study;
}

class StudyFile : public ::testing::Test {
 protected:
  std::string write(const std::string& text) const { return folder_.write("study.json", text); }
  Error refused(const std::string& text) const {
    return error_of([&] { read_study(write(text)); });
  }
  /// A file with that change whose hash is right, so that the change itself must be found.
  Error refused(const std::function<void(Json&)>& change) const {
    Json json = Json::parse(study_json(study_));
    change(json);
    json.erase("hash");
    const std::string hash = sha256_hex(json.dump());
    json["hash"] = hash;
    return refused(json.dump());
  }
  TemporaryFolder folder_;
  TransferStudy study_ = hashed(study_example());
};

TEST_F(StudyFile, ComesBackWhole) {
  const TransferStudy read = read_study(write(study_json(study_) + "\n"));
  EXPECT_EQ(study_json(read), study_json(study_));
  EXPECT_EQ(study_markdown(read), study_markdown(study_));
  EXPECT_EQ(read.hash, study_.hash);
  EXPECT_EQ(read.seed, 7u);
  EXPECT_EQ(read.probe.seeds, study_.probe.seeds);
  EXPECT_EQ(read.probe.encoder.jk, "sum");
  EXPECT_EQ(read.measure.sample, 123);
  ASSERT_EQ(read.pairs.size(), 4u);
  EXPECT_EQ(read.pairs[3].gain.gain, 2.5);
  EXPECT_TRUE(std::isnan(read.pairs[0].gain.pretrained[1]));
  EXPECT_EQ(read.pairs[1].gain.missing, "the source is the target");
  EXPECT_EQ(read.pairs[2].scores[0].value, study_.pairs[2].scores[0].value);
  EXPECT_TRUE(read.pairs[2].scores[0].higher_is_closer);
  EXPECT_EQ(read.scores[0].kendall_high, 0.7);
  EXPECT_TRUE(std::isnan(read.scores[1].within));
  // White space is not content.
  EXPECT_EQ(study_json(read_study(write(Json::parse(study_json(study_)).dump(2)))),
            study_json(study_));
}

TEST_F(StudyFile, TheHashIsOfTheContentNotOfTheTimeItTook) {
  TransferStudy other = study_;
  other.seconds = 99;
  EXPECT_EQ(study_hash(other), study_.hash);
  other.pairs[0].gain.scratch[0] += 1e-9;
  EXPECT_NE(study_hash(other), study_.hash);
}

TEST_F(StudyFile, WhatIsNotAStudyIsRefused) {
  EXPECT_EQ(error_of([&] { read_study(folder_.path("none.json")); }).kind(), ErrorKind::input);
  const std::string whole = study_json(study_);
  for (const std::size_t length : {std::size_t{0}, whole.size() / 2, whole.size() - 1}) {
    const Error error = refused(whole.substr(0, length));
    EXPECT_EQ(error.kind(), ErrorKind::input) << error.what();
    EXPECT_TRUE(says(error, "not JSON")) << error.what();
  }
  for (const char* text : {"[]", "3", "{}", R"({"format":"aufbau-report"})", R"({"format":1})"}) {
    const Error error = refused(std::string(text));
    EXPECT_EQ(error.kind(), ErrorKind::mismatch) << text;
    EXPECT_TRUE(says(error, "give the study.json")) << error.what();
  }
  const Error newer = refused([](Json& json) { json["format_version"] = 2; });
  EXPECT_EQ(newer.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(newer, "this program reads 1")) << newer.what();
}

TEST_F(StudyFile, AChangedNumberIsNoticed) {
  std::string text = study_json(study_);
  const auto place = text.find("0.03125");
  ASSERT_NE(place, std::string::npos);
  text[place + 2] = '1';
  const Error error = refused(text);
  EXPECT_EQ(error.kind(), ErrorKind::input);
  EXPECT_TRUE(says(error, "does not fit its hash")) << error.what();
}

TEST_F(StudyFile, EveryFieldMustBeThereAndOfItsKind) {
  const auto expect_refused = [&](const std::string& name,
                                  const std::function<void(Json&)>& change) {
    const Error error = refused(change);
    EXPECT_EQ(error.kind(), ErrorKind::input) << name << ": " << error.what();
    EXPECT_TRUE(says(error, "study.json")) << name << ": " << error.what();
  };
  // Every key of every object, missing and with a value of a kind that it never has.
  const Json whole = Json::parse(study_json(study_));
  int keys = 0;
  const std::function<void(const Json&, const Json::json_pointer&)> visit =
      [&](const Json& json, const Json::json_pointer& place) {
        for (const auto& [key, value] : json.items()) {
          const auto inner = place / key;
          const bool is_header = key == "hash" || key.starts_with("format");
          if (json.is_object() && !is_header) {
            ++keys;
            expect_refused("without " + inner.to_string(),
                           [&](Json& copy) { copy[place].erase(key); });
            expect_refused("other " + inner.to_string(), [&](Json& copy) {
              copy[inner] = Json::object({{"odd", -1}});
            });
          }
          if (value.is_structured()) visit(value, inner);
        }
      };
  visit(whole, Json::json_pointer());
  EXPECT_GT(keys, 100);
  expect_refused("more", [](Json& json) { json["surplus"] = 1; });
}

TEST_F(StudyFile, WhatContradictsItselfIsRefused) {
  const auto words = [&](const std::function<void(Json&)>& change, const std::string& text) {
    const Error error = refused(change);
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_TRUE(says(error, text)) << error.what();
  };
  words([](Json& json) { json["pairs"].erase(0); }, "3 pairs, expected one for each of 2 sources");
  words([](Json& json) { json["pairs"][1]["source"] = "a"; }, "pair 2 is of a and t");
  words([](Json& json) { json["pairs"][0]["gain"]["source"] = "b"; }, "pair 1");
  words([](Json& json) { json["pairs"][0]["scores"][1]["source"] = "b"; }, "pair 1");
  words([](Json& json) { json["pairs"][0]["gain"]["scratch"].erase(0); }, "2 scores with");
  words([](Json& json) { json["pairs"][0]["gain"]["gain"] = nullptr; }, "either a gain or");
  words([](Json& json) { json["scores"][0]["spearman"] = 1.5; }, "from -1 to 1");
  words([](Json& json) { json["measure"]["level"] = 1; }, "'level'");
  words([](Json& json) { json["probe"]["seeds"] = Json::array(); }, "'seeds' is empty");
}

TEST(StudyTable, IsMarkdownThatBeginsWithWhatWasFound) {
  EXPECT_EQ(
      study_markdown(study_example()),
      "# Which transfer scores can be believed\n\n"
      "Of 1 score, 1 orders the pairs by what they gain, with a 90 % interval of Spearman's "
      "correlation above 0; surest is near (fingerprints) with +0.50 (+0.12 to +0.75).\n"
      "Pretraining gained +1.2 points on average over 3 pairs of source and target; it helped in 2 "
      "and hurt in 1 of them (p < 0.05, paired over seeds, not corrected).\n\n"
      "## Gains of pretraining\n\n"
      "Points, mean +- standard error over 2 seeds: 100 ROC-AUC, or percent of the RMSE of "
      "training "
      "from scratch; above 0 pretraining is better.\n\n"
      "| source | t | u |\n|---|---|---|\n"
      "| a | -0.5 +- 0.2 | +1.5 +- 0.2 |\n"
      "| b | - | +2.5 +- 0.2 |\n"
      "| *test score from scratch* | 0.562 roc-auc | 0.562 rmse |\n"
      "| *fingerprints* | 0.688 | 0.688 |\n\n"
      "## Scores beside gains\n\n"
      "Rank correlation of what a score said beforehand with the gain, so that +1 is an order "
      "without a mistake.\n\n"
      "| score | features | pairs | Spearman | 90 % | Kendall | 90 % | Spearman within targets |\n"
      "|---|---|---|---|---|---|---|---|\n"
      "| near | fingerprints | 3 | +0.50 | +0.12 to +0.75 | +0.40 | +0.10 to +0.70 | +0.25 |\n"
      "| shift | - | 0 | - | - | - | - | - |\n\n"
      "## Notes\n\n- a note\n- another \"note\"\n\n"
      "Made with aufbau 0.1.0 by\n\n"
      "    aufbau transfer study --sources a.h5,b.h5 --targets t.h5,u.h5\n");
}

TEST(StudyTable, SaysSoWhenNothingWasFound) {
  const auto beginning = [](const StudyScore& score) {
    TransferStudy study = study_example();
    study.scores = {score};
    const std::string text = study_markdown(study);
    return text.substr(0, text.find("## Gains"));
  };
  const auto has = [](const std::string& text, const char* words) {
    return text.find(words) != std::string::npos;
  };
  EXPECT_TRUE(has(beginning({"near", "", 3, 0.5, -0.125, 0.75}),
                  "None of the 1 score is known to order the pairs by what they gain"));
  EXPECT_TRUE(has(beginning({"near", "", 3, -0.5, -0.75, -0.25}), "1 orders them the wrong way"));
  EXPECT_TRUE(has(beginning({"near", "", 1}), "Nothing can be said of the scores"));
  TransferStudy untested = study_example();
  for (StudyPair& pair : untested.pairs) pair.gain.p_value = kUnknown;
  EXPECT_TRUE(has(study_markdown(untested),
                  "gained +1.2 points on average over 3 pairs of source and target.\n"));
}

}  // namespace
}  // namespace aufbau::report
