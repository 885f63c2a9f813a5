#include <gtest/gtest.h>

#include <new>

#include "api/guard.h"
#include "aufbau.h"
#include "testing/files.h"

namespace aufbau {
namespace {

template <class Work>
ErrorKind kind_of(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorKind::internal;
}

TEST(Boundary, OnlyErrorComesOut) {
  EXPECT_EQ(kind_of([] { api::translated("t", []() -> int { throw std::bad_alloc(); }); }),
            ErrorKind::resource);
  EXPECT_EQ(kind_of([] { api::translated("t", []() -> int { throw std::logic_error("x"); }); }),
            ErrorKind::internal);
  EXPECT_EQ(
      kind_of([] { api::translated("t", []() -> int { fail(ErrorKind::mismatch, "t", "x"); }); }),
      ErrorKind::mismatch);
}

TEST(Boundary, ThreadsHoldInsideTheCallOnly) {
  const int before = thread_count();
  RunOptions options;
  options.threads = 1;
  EXPECT_EQ(api::guarded("t", options, [] { return thread_count(); }), 1);
  EXPECT_EQ(thread_count(), before);
  options.threads = -1;
  EXPECT_EQ(kind_of([&] { api::guarded("t", options, [] { return 0; }); }), ErrorKind::usage);
}

TEST(Boundary, ADeviceThatIsNotThereIsAnError) {
  RunOptions options;
  options.device = "cuda:9";
  EXPECT_EQ(kind_of([&] { api::guarded("t", options, [] { return 0; }); }), ErrorKind::resource);
  options.device = "gpu";
  EXPECT_EQ(kind_of([&] { api::guarded("t", options, [] { return 0; }); }), ErrorKind::usage);
}

TEST(Inspect, RefusesWhatItDoesNotKnow) {
  const testing::TemporaryFolder folder;
  EXPECT_EQ(kind_of([&] { inspect(folder.path("none")); }), ErrorKind::input);
  EXPECT_EQ(kind_of([&] { inspect(folder.write("empty", "")); }), ErrorKind::input);
  EXPECT_EQ(kind_of([&] { inspect(folder.write("text", "hello, this is text")); }),
            ErrorKind::input);
  EXPECT_EQ(kind_of([&] { inspect(folder.write("half.json", "{\"train\": [1,")); }),
            ErrorKind::input);
  EXPECT_EQ(kind_of([&] { inspect(folder.write("other.json", "{\"a\": 1}")); }), ErrorKind::input);
  EXPECT_EQ(kind_of([&] { inspect(folder.path()); }), ErrorKind::input);
}

TEST(Split, WantsThreeSizesAndAFreeName) {
  const testing::TemporaryFolder folder;
  SplitOptions options;
  options.data = folder.path("none.h5");
  EXPECT_EQ(kind_of([&] { split(options); }), ErrorKind::usage);
  options.output = folder.write("there.json", "{}");
  EXPECT_EQ(kind_of([&] { split(options); }), ErrorKind::usage);
  options.force = true;
  EXPECT_EQ(kind_of([&] { split(options); }), ErrorKind::input);
}

}  // namespace
}  // namespace aufbau
