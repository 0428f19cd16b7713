using StreamBert.Cli.Errors;
using StreamBert.Cli.Replay.Requests;
using StreamBert.Contracts;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Tests.Cli.Replay.Requests;

/// <summary>Tests the validation of replays.</summary>
public sealed class ReplayOptionsTests : IAsyncLifetime
{
    private ReplayBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await ReplayBench.CreateAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void An_unknown_pipeline_or_column_is_refused_with_the_existing_ones()
    {
        var file = _bench.WriteFile("a.csv", "text,label\nx,1\n");
        var catalog = new PipelineCatalog(DefaultPipelines.All);

        string Refusal(ReplayRequest request) => Assert.Throws<CliException>(() => ReplayOptions.Validate(request, catalog)).Message;

        Assert.Contains("financial-news", Refusal(ReplayBench.Request(file) with { Pipeline = "none" }), StringComparison.Ordinal);
        var empty = _bench.WriteFile("b.csv", "text,label\n");
        Assert.Contains("nothing to replay", Refusal(ReplayBench.Request(empty)), StringComparison.Ordinal);
        Assert.Contains("text, label", Refusal(ReplayBench.Request(file) with { Time = "when" }), StringComparison.Ordinal);
    }
}
