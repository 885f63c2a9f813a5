#pragma once
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <unordered_map>

namespace aufbau::device {

/// Memory of a device, kept for the next tensor of about the same size: asking a device for memory
/// makes it wait for all its work. Any thread may call.
class BlockCache {
 public:
  struct Source {
    std::function<void*(std::size_t bytes)> take;  ///< null when there is none left
    std::function<void(void* data)> give_back;
  };
  explicit BlockCache(Source source);
  ~BlockCache();
  BlockCache(const BlockCache&) = delete;
  BlockCache& operator=(const BlockCache&) = delete;

  /// Not cleared. When the source has none left, what is kept goes back to it first. Null when that
  /// does not help.
  void* allocate(std::size_t bytes);
  void release(void* data);
  /// Bytes of the blocks handed out.
  std::size_t in_use() const;

 private:
  void give_back_all();

  Source source_;
  mutable std::mutex mutex_;
  std::unordered_map<void*, std::size_t> sizes_;  ///< of all blocks
  std::multimap<std::size_t, void*> kept_;
  std::size_t in_use_ = 0;
};

}  // namespace aufbau::device
