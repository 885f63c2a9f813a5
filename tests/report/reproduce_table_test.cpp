#include "report/reproduce_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace aufbau::report {
namespace {

using nlohmann::json;

Reproduction example() {
  Reproduction table;
  table.protocol = "hu2020";
  table.budget = "fast";
  table.command = "aufbau reproduce hu2020";
  table.sets = {"bbbp", "hiv"};
  table.seeds = {0, 3};
  ReproducedRow none{"none", "none", "none", {}, 70.55, 61, 60};
  ReproducedRow infomax{"infomax", "none", "infomax", {}, 72.4, NAN, NAN};
  for (const char* set : {"bbbp", "hiv"}) {
    ReproducedCell cell;
    cell.set = set;
    cell.published = 65.8;
    cell.published_deviation = 4.5;
    cell.scores = cell.last_scores = {60, 62};
    cell.mean = 61;
    cell.standard_deviation = 1;
    cell.last_mean = 60.25;
    cell.last_standard_deviation = 1.26;
    none.cells.push_back(cell);
    cell.gain = -1.26;
    cell.p_value = 0.0004;
    infomax.cells.push_back(cell);
  }
  infomax.cells[1].mean = infomax.cells[1].gain = NAN;
  infomax.cells[1].scores[1] = NAN;
  table.rows = {none, infomax};
  table.fingerprints = {"ecfp4-logistic", "", "", {}, NAN, 66.04, 66.04};
  for (const char* set : {"bbbp", "hiv"}) {
    ReproducedCell cell;
    cell.set = set;
    cell.scores = {66.04};
    cell.mean = 66.04;
    cell.gain = 5.04;
    cell.p_value = 0.25;
    table.fingerprints.cells.push_back(cell);
  }
  table.notes = {"a note"};
  return table;
}

TEST(ReproducedTable, HasTheLayoutOfThePaper) {
  EXPECT_EQ(table_markdown(example()),
            "# Hu et al. 2020, Table 1, computed again\n\n"
            "Test ROC-AUC in percent on the scaffold split, mean +- standard deviation over 2 "
            "seeds (0, 3), beside the published numbers over ten. Budget: fast. Made by\n\n"
            "    aufbau reproduce hu2020\n\n"
            "| graph level | node level | ROC-AUC | BBBP | HIV | average |\n"
            "|---|---|---|---|---|---|\n"
            "| none | none | published | 65.8 +- 4.5 | 65.8 +- 4.5 | 70.5 |\n"
            "| | | ours, best validation | 61.0 +- 1.0 | 61.0 +- 1.0 | 61.0 |\n"
            "| | | ours, last epoch | 60.2 +- 1.3 | 60.2 +- 1.3 | 60.0 |\n"
            "| none | infomax | published | 65.8 +- 4.5 | 65.8 +- 4.5 | 72.4 |\n"
            "| | | ours, best validation | 61.0 +- 1.0 | - | - |\n"
            "| | | ours, last epoch | 60.2 +- 1.3 | 60.2 +- 1.3 | - |\n"
            "| | | gain | -1.3 (p < 0.001) | - | |\n"
            "| ecfp4-logistic | | ours | 66.0 | 66.0 | 66.0 |\n"
            "| | | gain | +5.0 (p 0.250) | +5.0 (p 0.250) | |\n\n"
            "- a note\n");
}

TEST(ReproducedTable, CsvHasOneLinePerStrategyAndSet) {
  EXPECT_EQ(table_csv(example()),
            "strategy,graph_level,node_level,set,published,published_deviation,mean,"
            "standard_deviation,last_mean,last_standard_deviation,seeds,gain,p_value,"
            "p_value_signed_rank\n"
            "none,none,none,bbbp,65.8,4.5,61,1,60.25,1.26,2,,,\n"
            "none,none,none,hiv,65.8,4.5,61,1,60.25,1.26,2,,,\n"
            "infomax,none,infomax,bbbp,65.8,4.5,61,1,60.25,1.26,2,-1.26,4e-04,\n"
            "infomax,none,infomax,hiv,65.8,4.5,,1,60.25,1.26,2,,4e-04,\n"
            "ecfp4-logistic,,,bbbp,,,66.04,,,,1,5.04,0.25,\n"
            "ecfp4-logistic,,,hiv,,,66.04,,,,1,5.04,0.25,\n");
}

TEST(ReproducedTable, JsonHoldsTheScoreOfEverySeed) {
  const json read = json::parse(table_json(example()));
  EXPECT_EQ(read["seeds"], (std::vector<int>{0, 3}));
  EXPECT_EQ(read["rows"][1]["strategy"], "infomax");
  EXPECT_EQ(read["rows"][1]["cells"][0]["scores"][1], 62.0);
  EXPECT_TRUE(read["rows"][1]["cells"][1]["scores"][1].is_null());
  EXPECT_TRUE(read["rows"][1]["average"].is_null());
  EXPECT_EQ(read["fingerprints"]["cells"][0]["gain"], 5.04);
  EXPECT_EQ(read["notes"][0], "a note");
}

}  // namespace
}  // namespace aufbau::report
