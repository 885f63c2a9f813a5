#include "nn/layers/layers.h"

#include <type_traits>

#include "nn/layers/bio_gin.h"
#include "nn/layers/gat.h"
#include "nn/layers/gcn.h"
#include "nn/layers/gin.h"
#include "nn/layers/graphsage.h"
#include "nn/layers/molclr_gcn.h"
#include "nn/table.h"

namespace aufbau::nn {

namespace {

template <class T>
std::unique_ptr<Layer> make(const EncoderConfig& config, const Parameters& own) {
  return std::make_unique<T>(config, own);
}

template <class T>
LayerEntry entry(const char* name, const char* summary, Stack stack = Stack::chemistry) {
  return {name, summary, stack, std::is_same_v<T, GcnLayer>, T::specs, make<T>};
}

}  // namespace

const std::vector<LayerEntry> kLayers = {
    entry<GinLayer>("gin", "sum of neighbours and edges, then a two-layer perceptron"),
    entry<GcnLayer>("gcn", "degree-normalised sum of neighbours and edges after a linear map"),
    entry<GraphSageLayer>("graphsage", "mean of neighbours and edges at unit length"),
    entry<GatLayer>("gat", "attention over neighbours and edges, two heads"),
    entry<MolclrGcnLayer>("molclr-gcn", "the unnormalised GCN that MolCLR published weights for"),
    entry<BioGinLayer>("bio-gin", "gin as published for networks: nodes beside edges, norm inside",
                       Stack::biology),
    entry<GcnLayer>("bio-gcn", "gcn as published for networks: no norm between layers",
                    Stack::biology),
    entry<GraphSageLayer>("bio-graphsage", "graphsage as published for networks, likewise",
                          Stack::biology),
    entry<GatLayer>("bio-gat", "gat as published for networks, likewise", Stack::biology),
};

const LayerEntry& layer_entry(const std::string& name) {
  return entry_named(kLayers, "encoder", "encoder", name);
}

}  // namespace aufbau::nn
