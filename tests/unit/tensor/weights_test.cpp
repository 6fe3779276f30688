// SPDX-License-Identifier: Apache-2.0
#include "vasa/tensor/weights.h"

#include "vasa/core/error.h"

#include <limits>

#include <torch/nn/module.h>

#include "support/catch.h"

using namespace vasa;
using core::DType;
using core::ErrorKind;
using core::SafetensorsFile;
using core::SafetensorsWriter;

namespace {

/// Two layers, one nested, with the state of batch normalisation: parameters, a float and an
/// integer buffer, a scalar.
struct Inner : torch::nn::Module {
    explicit Inner(double value) { weight = register_parameter("weight", at::full({2, 3}, value)); }
    at::Tensor weight;
};

struct Net : torch::nn::Module {
    explicit Net(double value) {
        inner = register_module("inner", std::make_shared<Inner>(value));
        bias = register_parameter("bias", at::full({4}, value + 0.1));
        mean = register_buffer("mean", at::full({4}, value + 0.2));
        count = register_buffer(
            "count",
            at::full({}, static_cast<int64_t>(value * 100), at::TensorOptions().dtype(at::kLong)));
    }
    std::shared_ptr<Inner> inner;
    at::Tensor bias, mean, count;
};

SafetensorsFile reread(const SafetensorsWriter& writer) {
    return SafetensorsFile::parse(writer.serialize(), "net.safetensors", ErrorKind::Model);
}

SafetensorsFile saved(const Net& net, DType floating = DType::F32) {
    SafetensorsWriter writer;
    tensor::add_weights(writer, net, "net.", floating);
    return reread(writer);
}

void check_same(const Net& a, const Net& b) {
    CHECK(at::equal(a.inner->weight, b.inner->weight));
    CHECK(at::equal(a.bias, b.bias));
    CHECK(at::equal(a.mean, b.mean));
    CHECK(at::equal(a.count, b.count));
}

/// The error of loading a file that must be refused; the network must stay unchanged.
std::string refused(const SafetensorsFile& file) {
    Net net(7.0);
    try {
        tensor::load_weights(net, file, "net.");
    } catch (const core::Error& error) {
        CHECK(error.kind() == ErrorKind::Model);
        check_same(net, Net(7.0));
        return error.what();
    }
    return "";
}

/// A file like that of Net(1), without the tensor that the test adds.
SafetensorsWriter all_but(const std::string& left_out) {
    SafetensorsWriter writer;
    if (left_out != "inner.weight") {
        writer.add_f32("net.inner.weight", {2, 3}, std::vector<float>(6, 1.0f));
    }
    writer.add_f32("net.bias", {4}, std::vector<float>(4, 1.0f));
    writer.add_f32("net.mean", {4}, std::vector<float>(4, 1.0f));
    if (left_out != "count") {
        writer.add_raw("net.count", DType::I64, {}, std::vector<std::uint8_t>(8, 0));
    }
    return writer;
}

}  // namespace

TEST_CASE("weights come back as they were saved") {
    const Net net(0.3);
    Net other(2.0);
    const at::Tensor before = other.bias;
    tensor::load_weights(other, saved(net), "net.");
    check_same(net, other);
    CHECK(other.bias.is_same(before));
    CHECK(other.bias.requires_grad());
}

TEST_CASE("weights saved as f16 come back as f32, rounded to f16") {
    const Net net(0.3);
    const SafetensorsFile file = saved(net, DType::F16);
    CHECK(file.tensor("net.bias").dtype == DType::F16);
    CHECK(file.tensor("net.count").dtype == DType::I64);
    Net other(2.0);
    tensor::load_weights(other, file, "net.");
    CHECK(other.bias.scalar_type() == at::kFloat);
    CHECK(at::equal(other.bias, net.bias.to(at::kHalf).to(at::kFloat)));
    CHECK_FALSE(at::equal(other.bias, net.bias));
}

TEST_CASE("weights of a network in f16 are loaded from f32 and keep its dtype") {
    Net other(2.0);
    for (at::Tensor& parameter : other.parameters()) {
        parameter.set_data(parameter.to(at::kHalf));
    }
    tensor::load_weights(other, saved(Net(0.5)), "net.");
    CHECK(other.bias.scalar_type() == at::kHalf);
    CHECK(other.bias[0].item<float>() == Approx(0.6f).epsilon(1e-3));
}

TEST_CASE("tensors under another prefix are left alone") {
    SafetensorsWriter writer;
    tensor::add_weights(writer, Net(1.0), "net.");
    tensor::add_weights(writer, Net(5.0), "other.");
    Net net(2.0);
    tensor::load_weights(net, reread(writer), "other.");
    check_same(net, Net(5.0));
}

TEST_CASE("a missing, extra or misshapen tensor is named and nothing is loaded") {
    const std::string missing = refused(reread(all_but("inner.weight")));
    CHECK(missing == "weights 'net.safetensors': tensor 'net.inner.weight' is missing");

    SafetensorsWriter extra = all_but("");
    extra.add_f32("net.inner.scale", {1}, {1.0f});
    CHECK(refused(reread(extra)) ==
          "weights 'net.safetensors': tensor 'net.inner.scale' is not part of the network");

    for (const std::vector<std::int64_t>& shape :
         std::vector<std::vector<std::int64_t>>{{3, 2}, {6}, {2, 3, 1}}) {
        SafetensorsWriter misshapen = all_but("inner.weight");
        misshapen.add_f32("net.inner.weight", shape, std::vector<float>(6, 1.0f));
        CHECK(refused(reread(misshapen)).find("expected [2, 3]") != std::string::npos);
    }
}

TEST_CASE("a tensor of the wrong dtype is refused") {
    SafetensorsWriter as_float = all_but("count");
    as_float.add_f32("net.count", {}, {3.0f});
    CHECK(refused(reread(as_float)) ==
          "weights 'net.safetensors': tensor 'net.count' is F32, expected Long");

    SafetensorsWriter as_int = all_but("inner.weight");
    as_int.add_i32("net.inner.weight", {2, 3}, std::vector<std::int32_t>(6, 1));
    CHECK(refused(reread(as_int)).find("is I32, expected Float") != std::string::npos);
}

TEST_CASE("values that are not finite are neither loaded nor saved") {
    for (const float bad :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        SafetensorsWriter writer = all_but("inner.weight");
        writer.add_f32("net.inner.weight", {2, 3}, {1, 1, 1, 1, bad, 1});
        CHECK(refused(reread(writer)).find("'net.inner.weight' has values that are not finite") !=
              std::string::npos);
    }
    // 1e5 is beyond f16, whose largest value is 65504.
    SafetensorsWriter writer;
    CHECK_NOTHROW(tensor::add_weights(writer, Net(1e5)));
    CHECK_THROWS_AS(tensor::add_weights(writer, Net(1e5), "half.", DType::F16), core::Error);
    CHECK_THROWS_AS(tensor::add_weights(writer, Net(1.0), "int.", DType::I32), core::Error);
}

TEST_CASE("a truncated weights file is an error at any length") {
    SafetensorsWriter writer;
    tensor::add_weights(writer, Net(1.0), "net.");
    const std::vector<std::uint8_t> bytes = writer.serialize();
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        Net net(7.0);
        const std::vector<std::uint8_t> part(bytes.begin(),
                                             bytes.begin() + static_cast<std::ptrdiff_t>(length));
        CHECK_THROWS_AS(tensor::load_weights(
                            net, SafetensorsFile::parse(part, "part", ErrorKind::Model), "net."),
                        core::Error);
    }
}
