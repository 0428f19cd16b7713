using StreamBert.Model;
using StreamBert.Model.Manifests;
using StreamBert.Model.Precisions;

namespace StreamBert.Tests.Model.Precisions;

public sealed class PrecisionChoiceTests
{
    private static readonly ComputeOptions Auto = new(Dtype: ComputeOptions.Auto);

    [Theory]
    [InlineData(0.001, 0, "int8 (automatic: int8 loses 0.1 points of accuracy)")]
    [InlineData(-0.001, 0, "int8 (automatic: int8 loses 0 points of accuracy)")]
    [InlineData(0.004, 0.003, "bfloat16 (automatic: bfloat16 loses 0.3 points of accuracy)")]
    [InlineData(0.004, 0.0031, "float32 (automatic: int8 loses 0.4 points of accuracy)")]
    public void The_fastest_precision_with_a_small_loss_is_chosen(double quantized, double half, string expected) =>
        Assert.Equal(expected, PrecisionChoice.Create(Auto, Report(quantized, half), static _ => true).ToString());

    [Fact]
    public void A_precision_without_instructions_is_not_chosen()
    {
        Assert.Equal("bfloat16", PrecisionChoice.Create(Auto, Report(0, 0), static dtype => dtype == ComputeOptions.BFloat16).Dtype);
        Assert.Equal("float32", PrecisionChoice.Create(Auto, Report(0, 0), static _ => false).Dtype);
    }

    [Fact]
    public void An_unknown_loss_or_one_of_few_texts_is_not_trusted()
    {
        Assert.Contains("does not state", PrecisionChoice.Create(Auto, Report(), static _ => true).ToString(), StringComparison.Ordinal);
        Assert.Equal("float32", PrecisionChoice.Create(Auto, Report(0, 0, texts: 299), static _ => true).Dtype);
        Assert.Equal("int8", PrecisionChoice.Create(Auto, Report(0, 0, texts: 300), static _ => true).Dtype);
    }

    [Fact]
    public void A_CUDA_device_never_computes_in_int8() => Assert.Equal(
        "bfloat16", PrecisionChoice.Create(Auto with { Device = ComputeOptions.Cuda }, Report(0, 0), static _ => true).Dtype);

    [Fact]
    public void A_requested_precision_is_kept() => Assert.Equal(
        "bfloat16", PrecisionChoice.Create(new(Dtype: ComputeOptions.BFloat16), Report(0, 0.5), static _ => true).ToString());

    private static Dictionary<string, PrecisionReport> Report(double quantized, double half, int texts = 1000) => new()
    {
        [ComputeOptions.Int8] = new(quantized, 1, texts),
        [ComputeOptions.BFloat16] = new(half, 1, texts),
    };

    private static Dictionary<string, PrecisionReport> Report() => [];
}
