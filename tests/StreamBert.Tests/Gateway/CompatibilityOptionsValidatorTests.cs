using StreamBert.Contracts;
using StreamBert.Gateway;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Tests.Gateway;

public sealed class CompatibilityOptionsValidatorTests
{
    private readonly CompatibilityOptionsValidator _validation = new(new PipelineCatalog(DefaultPipelines.All));

    [Theory]
    [InlineData(null, null)]
    [InlineData("support-chat", null)]
    [InlineData("support-chat", "sentiment")]
    [InlineData(null, "topic")]
    public void An_existing_pipeline_and_head_are_accepted(string? pipeline, string? head) =>
        Assert.True(Validate(pipeline, head).Succeeded);

    [Theory]
    [InlineData("absent", null, "financial-news, support-chat")]
    [InlineData("support-chat", "topic", "intent, sentiment")]
    public void An_unknown_pipeline_or_head_is_rejected_with_the_known_ones(string? pipeline, string? head, string says) =>
        Assert.Contains(says, Validate(pipeline, head).FailureMessage, StringComparison.Ordinal);

    private Microsoft.Extensions.Options.ValidateOptionsResult Validate(string? pipeline, string? head) =>
        _validation.Validate(null, new() { Compatibility = new() { Pipeline = pipeline, Head = head } });
}
