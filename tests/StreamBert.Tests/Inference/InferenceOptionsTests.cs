using StreamBert.Inference;

namespace StreamBert.Tests.Inference;

public sealed class InferenceOptionsTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.False(new InferenceOptionsValidator().Validate(null, new()).Failed);

    [Fact]
    public void An_option_out_of_range_is_reported_with_its_range()
    {
        var result = new InferenceOptionsValidator().Validate(null, new() { MaxBatchSize = 0, MaxStarvation = TimeSpan.FromSeconds(-1) });

        Assert.True(result.Failed);
        Assert.Contains(nameof(InferenceOptions.MaxBatchSize), result.FailureMessage, StringComparison.Ordinal);
        Assert.Contains(nameof(InferenceOptions.MaxStarvation), result.FailureMessage, StringComparison.Ordinal);
    }
}
