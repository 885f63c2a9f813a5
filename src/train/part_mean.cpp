#include "train/part_mean.h"

#include <algorithm>
#include <limits>
#include <span>

#include "core/error.h"
#include "core/json_object.h"
#include "core/parallel.h"

namespace aufbau::train {

namespace {

constexpr std::int64_t kBlock = 16384;  ///< elements

}  // namespace

std::string PartReport::to_json() const {
  Json values = Json::array();
  for (const auto& [name, value] : metrics) values.push_back({{"name", name}, {"value", value}});
  return Json{{"molecules", molecules},
              {"loss", loss},
              {"metrics", values},
              {"has_gradient", has_gradient},
              {"counters", counters}}
      .dump();
}

PartReport PartReport::from_json(const std::string& text) {
  const Json json = parse_json(text, ErrorKind::internal, "micro-batch");
  PartReport part;
  part.molecules = json.at("molecules").get<std::int64_t>();
  part.loss = json.at("loss").get<double>();
  for (const Json& entry : json.at("metrics")) {
    const Json& value = entry.at("value");  // null: not defined
    part.metrics.emplace_back(
        entry.at("name").get<std::string>(),
        value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>());
  }
  part.has_gradient = json.at("has_gradient").get<std::vector<bool>>();
  part.counters = json.at("counters").get<std::vector<std::int64_t>>();
  return part;
}

PartMean::PartMean(Ranks& ranks, const nn::Parameters& parameters) : ranks_(ranks) {
  std::int64_t size = 0;
  for (const nn::Parameter& parameter : parameters) {
    if (parameter.tensor.dtype() == DType::i64) {
      counters_.push_back(parameter.tensor);
      continue;
    }
    if (parameter.tensor.dtype() != DType::f32)
      fail(ErrorKind::internal, "micro-batch", parameter.name, " is not f32");
    (parameter.trained ? trained_ : statistics_).push_back(parameter.tensor);
    size += parameter.tensor.size();
  }
  slice_ = (size + ranks.count() - 1) / ranks.count();
  const auto all = static_cast<std::size_t>(slice_ * ranks.count());
  own_.resize(all);
  received_.resize(all);
  sum_.resize(static_cast<std::size_t>(slice_));
  mean_.resize(static_cast<std::size_t>(slice_));
}

void PartMean::begin_step() {
  parts_.clear();
  std::fill(sum_.begin(), sum_.end(), 0.0);
  statistics_before_.clear();
  for (const Tensor& statistic : statistics_) statistics_before_.push_back(statistic.clone());
  counters_before_ = counter_values();
}

void PartMean::take(PartReport& part) {
  std::vector<Tensor> wanted;
  for (const Tensor& parameter : trained_) {
    part.has_gradient.push_back(bool(parameter.grad()));
    if (parameter.grad()) wanted.push_back(parameter.grad());
  }
  wanted.insert(wanted.end(), statistics_.begin(), statistics_.end());

  float* to = own_.data();
  const std::vector<Tensor> here = on_host(wanted);
  auto next = here.begin();
  const auto copy_next = [&] {
    const auto values = (next++)->values<float>();
    to = std::copy(values.begin(), values.end(), to);
  };
  for (std::size_t i = 0; i < trained_.size(); ++i) {
    if (part.has_gradient[i])
      copy_next();
    else
      to = std::fill_n(to, trained_[i].size(), 0.0f);
  }
  part.counters = counter_values();
  set_counters(counters_before_);
  for (std::size_t i = 0; i < statistics_.size(); ++i) {
    copy_next();
    statistics_[i].assign(statistics_before_[i]);
  }
}

void PartMean::add(const PartReport& own) {
  const std::vector<std::string> texts = ranks_.gather(own.to_json());
  const std::size_t bytes = static_cast<std::size_t>(slice_) * sizeof(float);
  ranks_.exchange(own_.data(), bytes, bytes, received_.data());
  const float* values = received_.data();
  for (const std::string& text : texts) {
    parts_.push_back(PartReport::from_json(text));
    const auto weight = static_cast<double>(parts_.back().molecules);
    if (weight > 0)
      parallel_blocks(slice_, kBlock, [&](std::int64_t begin, std::int64_t end) {
        double* sum = sum_.data();
        for (std::int64_t i = begin; i < end; ++i)
          sum[i] += weight * static_cast<double>(values[i]);
      });
    values += slice_;
  }
}

void PartMean::finish() {
  const auto weights = static_cast<double>(molecules());
  for (std::size_t i = 0; i < sum_.size(); ++i) mean_[i] = static_cast<float>(sum_[i] / weights);
  ranks_.exchange(mean_.data(), 0, mean_.size() * sizeof(float), received_.data());
  const float* from = received_.data();
  for (std::size_t i = 0; i < trained_.size(); ++i) {
    const std::span<const float> mean(from, static_cast<std::size_t>(trained_[i].size()));
    Tensor& parameter = trained_[i];
    parameter.set_grad(
        has_gradient(i) ? Tensor::from(mean, parameter.shape()).to(parameter.device()) : Tensor());
    from += trained_[i].size();
  }
  for (Tensor& statistic : statistics_) {
    const std::span<const float> mean(from, static_cast<std::size_t>(statistic.size()));
    statistic.assign(Tensor::from(mean, statistic.shape()));
    from += statistic.size();
  }
  std::vector<std::int64_t> counters = counters_before_;
  for (const PartReport& part : parts_)
    for (std::size_t i = 0; i < part.counters.size(); ++i)
      counters[i] = std::max(counters[i], part.counters[i]);
  set_counters(counters);
}

std::int64_t PartMean::molecules() const {
  std::int64_t molecules = 0;
  for (const PartReport& part : parts_) molecules += part.molecules;
  return molecules;
}

double PartMean::loss() const {
  double sum = 0;
  for (const PartReport& part : parts_) sum += static_cast<double>(part.molecules) * part.loss;
  return sum / static_cast<double>(molecules());
}

std::vector<std::int64_t> PartMean::counter_values() const {
  std::vector<std::int64_t> values;
  for (const Tensor& counter : counters_) values.push_back(counter.values<std::int64_t>()[0]);
  return values;
}

void PartMean::set_counters(const std::vector<std::int64_t>& values) {
  for (std::size_t i = 0; i < counters_.size(); ++i)
    counters_[i].mutable_values<std::int64_t>()[0] = values[i];
}

bool PartMean::has_gradient(std::size_t parameter) const {
  return std::any_of(parts_.begin(), parts_.end(), [parameter](const PartReport& part) {
    return part.molecules > 0 && part.has_gradient[parameter];
  });
}

}  // namespace aufbau::train
