using System.Net;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Gateway.Dashboard;
using StreamBert.Streaming.Events;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>Two versions of a model are compared over HTTP, as their runs reported them.</summary>
public sealed class ComparisonApiTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private RedisServer _redis = null!;
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _gateway = await GatewayHost.StartAsync(_redis.ConnectionString);
        await AppendAsync(Trained("default-v2", "default-v1", 0.80, 0.84, Noon));
        await AppendAsync(Trained("default-v3", "default-v2", 0.81, 0.86, Noon.AddHours(1)));
        await _gateway.GetUntilAsync("/v1/models", static answer => answer.GetProperty("models").GetArrayLength() >= 2);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("?from=default-v2&to=default-v3")]
    public async Task A_version_is_compared_with_the_one_that_it_was_trained_from_on_the_same_texts(string query)
    {
        var comparison = await _gateway.GetAsync($"/v1/models/default/comparison{query}");

        Assert.Equal(("default-v2", "default-v3"), (Text(comparison, "from"), Text(comparison, "to")));
        Assert.True(comparison.GetProperty("onSameTexts").GetBoolean());
        var report = Assert.Single(comparison.GetProperty("reports").EnumerateArray());
        Assert.Equal((0.81, 0.86), (Accuracy(report, "from"), Accuracy(report, "to")));
        var slice = Assert.Single(report.GetProperty("evaluation").GetProperty("slices").EnumerateArray());
        Assert.Equal(("language=de", 40), (Text(slice, "slice"), slice.GetProperty("texts").GetInt32()));
        Assert.Equal(7, comparison.GetProperty("changes").GetProperty("texts").GetInt32());
    }

    [Fact]
    public async Task The_opposite_direction_has_the_figures_of_the_same_run_without_its_details()
    {
        var comparison = await _gateway.GetAsync("/v1/models/default/comparison?from=default-v3&to=default-v2");

        var report = Assert.Single(comparison.GetProperty("reports").EnumerateArray());
        Assert.Equal((0.86, 0.81), (Accuracy(report, "from"), Accuracy(report, "to")));
        Assert.False(report.TryGetProperty("evaluation", out var evaluation) && evaluation.ValueKind != JsonValueKind.Null);
        Assert.False(comparison.TryGetProperty("changes", out var changes) && changes.ValueKind != JsonValueKind.Null);
    }

    [Theory]
    [InlineData("/v1/models/nothing/comparison", "There is no version of a model nothing")]
    [InlineData("/v1/models/default/comparison?from=default-v9", "there are default-v")]
    public async Task What_does_not_exist_is_named_with_what_does(string path, string message)
    {
        using var response = await _gateway.Client.GetAsync(path, Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains(message, await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private static string? Text(JsonElement element, string property) => element.GetProperty(property).GetString();

    private static double Accuracy(JsonElement report, string side) => report.GetProperty(side).GetProperty("accuracy").GetDouble();

    private static ModelTrained Trained(string version, string parent, double champion, double candidate, DateTimeOffset at) => new()
    {
        Model = "default",
        Version = version,
        Parent = parent,
        TrainedAt = at,
        TrainingSeconds = 10,
        FeedbackCount = 200,
        ReplayCount = 0,
        Champion = [SampleEvents.Report(champion)],
        Candidate = [SampleEvents.Report(candidate)],
        Evaluations =
        [
            new()
            {
                Head = "sentiment",
                Data = "held-out feedback",
                Champion = [new("negative", "neutral", 40)],
                Candidate = [new("negative", "negative", 40)],
                Slices = [new("language=de", 40, 0, 40)],
            },
        ],
        Changes = new() { Texts = 7, Changed = 3, OldestAt = at.AddHours(-1), NewestAt = at },
        Accepted = true,
        Gates = [],
    };

    private Task AppendAsync(ModelTrained trained) =>
        _gateway.Log.AppendAsync([EventRecord.Create(Topics.Models, trained.Model, trained, trained.TrainedAt)], Cancellation);
}
