#include "report/reproduce_protocol.h"

namespace aufbau::report {

const std::vector<Protocol> kProtocols = {
    {"hu2020", "Hu et al., Strategies for Pre-training Graph Neural Networks, ICLR 2020, Table 1"}};

const std::vector<BenchmarkSet> kBenchmarkSets = {
    {"bbbp",
     "BBBP",
     "crossing of the blood-brain barrier (BBBP.csv)",
     "BBBP.csv",
     {"p_np"},
     2039,
     1},
    {"tox21",
     "Tox21",
     "nuclear receptor and stress response assays (tox21.csv)",
     "tox21.csv",
     {"NR-AR", "NR-AR-LBD", "NR-AhR", "NR-Aromatase", "NR-ER", "NR-ER-LBD", "NR-PPAR-gamma",
      "SR-ARE", "SR-ATAD5", "SR-HSE", "SR-MMP", "SR-p53"},
     7831,
     12},
    {"toxcast", "ToxCast", "toxicity assays (toxcast_data.csv)", "toxcast_data.csv", {}, 8575, 617},
    {"sider", "SIDER", "side effects of drugs (sider.csv)", "sider.csv", {}, 1427, 27},
    {"clintox",
     "ClinTox",
     "approved, and failed for toxicity (clintox.csv)",
     "clintox.csv",
     {"FDA_APPROVED", "CT_TOX"},
     1478,
     2},
    {"muv",
     "MUV",
     "virtual screening (muv.csv)",
     "muv.csv",
     {"MUV-466", "MUV-548", "MUV-600", "MUV-644", "MUV-652", "MUV-689", "MUV-692", "MUV-712",
      "MUV-713", "MUV-733", "MUV-737", "MUV-810", "MUV-832", "MUV-846", "MUV-852", "MUV-858",
      "MUV-859"},
     93087,
     17},
    {"hiv", "HIV", "inhibition of HIV replication (HIV.csv)", "HIV.csv", {"HIV_active"}, 41127, 1},
    {"bace", "BACE", "inhibition of beta-secretase 1 (bace.csv)", "bace.csv", {"Class"}, 1513, 1},
};

// clang-format off
const std::vector<Strategy> kStrategies = {
    // name, summary, graph level, node level,
    //  BBBP         Tox21        ToxCast      SIDER        ClinTox      MUV          HIV          BACE          average
    {"none", "no pretraining", "none", "none",
     {{{65.8, 4.5}, {74.0, 0.8}, {63.4, 0.6}, {57.3, 1.6}, {58.0, 4.4}, {71.8, 2.5}, {75.3, 1.9}, {70.1, 5.4}}}, 67.0},
    {"infomax", "infomax on the source", "none", "infomax",
     {{{68.8, 0.8}, {75.3, 0.5}, {62.7, 0.4}, {58.4, 0.8}, {69.9, 3.0}, {75.3, 2.5}, {76.0, 0.7}, {75.9, 1.6}}}, 70.3},
    {"edge-prediction", "edge prediction on the source", "none", "edge-prediction",
     {{{67.3, 2.4}, {76.0, 0.6}, {64.1, 0.6}, {60.4, 0.7}, {64.1, 3.7}, {74.1, 2.1}, {76.3, 1.0}, {79.9, 0.9}}}, 70.3},
    {"attribute-masking", "attribute masking on the source", "none", "attribute-masking",
     {{{64.3, 2.8}, {76.7, 0.4}, {64.2, 0.5}, {61.0, 0.7}, {71.8, 4.1}, {74.7, 1.4}, {77.2, 1.1}, {79.3, 1.6}}}, 71.1},
    {"context-prediction", "context prediction on the source", "none", "context-prediction",
     {{{68.0, 2.0}, {75.7, 0.7}, {63.9, 0.6}, {60.9, 0.6}, {65.9, 3.8}, {75.8, 1.7}, {77.3, 1.0}, {79.6, 1.2}}}, 70.9},
    {"supervised", "supervised on the labels", "supervised", "none",
     {{{68.3, 0.7}, {77.0, 0.3}, {64.4, 0.4}, {62.1, 0.5}, {57.2, 2.5}, {79.4, 1.3}, {74.4, 1.2}, {76.9, 1.0}}}, 70.0},
    {"supervised+infomax", "infomax, then supervised", "supervised", "infomax",
     {{{68.0, 1.8}, {77.8, 0.3}, {64.9, 0.7}, {60.9, 0.6}, {71.2, 2.8}, {81.3, 1.4}, {77.8, 0.9}, {80.1, 0.9}}}, 72.8},
    {"supervised+edge-prediction", "edge prediction, then supervised", "supervised", "edge-prediction",
     {{{66.6, 2.2}, {78.3, 0.3}, {66.5, 0.3}, {63.3, 0.9}, {70.9, 4.6}, {78.5, 2.4}, {77.5, 0.8}, {79.1, 3.7}}}, 72.6},
    {"supervised+attribute-masking", "attribute masking, then supervised", "supervised", "attribute-masking",
     {{{66.5, 2.5}, {77.9, 0.4}, {65.1, 0.3}, {63.9, 0.9}, {73.7, 2.8}, {81.2, 1.9}, {77.1, 1.2}, {80.3, 0.9}}}, 73.2},
    {"supervised+context-prediction", "context prediction, then supervised", "supervised", "context-prediction",
     {{{68.7, 1.3}, {78.1, 0.6}, {65.7, 0.6}, {62.7, 0.8}, {72.6, 1.5}, {81.3, 2.1}, {79.9, 0.7}, {84.5, 0.7}}}, 74.2},
};
// clang-format on

const std::vector<Budget> kBudgets = {
    {.name = "fast",
     .summary = "cut down to a size that two cores compute in half an hour or so",
     .layers = 5,
     .width = 128,
     .source_molecules = 50000,
     .source_epochs = 10,
     .labelled_molecules = 25000,
     .labelled_epochs = 10,
     .finetune_epochs = 40,
     .sets = {"bbbp", "sider", "clintox", "bace"},
     .strategies = {"none", "infomax", "edge-prediction", "attribute-masking", "context-prediction",
                    "supervised", "supervised+context-prediction"},
     .seeds = {0, 1, 2}},
    {.name = "paper",
     .summary = "the settings of the paper: days on two cores",
     .layers = 5,
     .width = 300,
     .source_molecules = 0,
     .source_epochs = 100,
     .labelled_molecules = 0,
     .labelled_epochs = 100,
     .finetune_epochs = 100,
     .sets = {},
     .strategies = {},
     .seeds = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}},
};

}  // namespace aufbau::report
