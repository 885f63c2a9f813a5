#include <aufbau.h>

#include <iostream>
int main() {
  auto model = aufbau::Model::load("model.safetensors");
  for (const auto& row : model.predict({"CCO", "c1ccccc1O", "not a molecule"}))
    std::cout << row.smiles << ' ' << (row.ok() ? std::to_string(row.values[0]) : row.error)
              << '\n';
}
