using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>Annotators are listed, excluded and included at run time; every change is audited.</summary>
public sealed class AnnotatorsApiTests : IAsyncLifetime
{
    private const string Route = "/v1/annotators/key%3Abob/exclusion";
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync(Keys.NoRedis);
        var feedback = new FeedbackReceived
        {
            Id = "n-17",
            Pipeline = "financial-news",
            Head = "sentiment",
            Label = "neutral",
            Annotator = "key:bob",
            OccurredAt = DateTimeOffset.UnixEpoch,
            Text = "Oil prices slump",
        };
        await _gateway.Log.AppendAsync([EventRecord.Create(Topics.Feedback, feedback.Id, feedback, feedback.OccurredAt)], Cancellation);
    }

    public async ValueTask DisposeAsync() => await _gateway.DisposeAsync();

    [Fact]
    public async Task An_annotator_is_excluded_and_included_again()
    {
        using var excluded = await _gateway.Client.PutAsJsonAsync(Route, new { reason = "inverted labels" }, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, excluded.StatusCode);
        Assert.True((await AnnotatorAsync()).GetProperty("excluded").GetBoolean());

        using var included = await _gateway.Client.DeleteAsync(Route, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, included.StatusCode);
        Assert.False((await AnnotatorAsync()).GetProperty("excluded").GetBoolean());

        var audit = (await _gateway.GetAsync("/v1/audit?action=annotator-excluded")).GetProperty("entries").EnumerateArray();
        Assert.Equal("key:bob", Assert.Single(audit).GetProperty("target").GetString());
    }

    [Fact]
    public async Task A_reason_is_not_required()
    {
        using var excluded = await _gateway.Client.PutAsync(Route, null, Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, excluded.StatusCode);
    }

    [Theory]
    [InlineData("/v1/annotators/nobody/exclusion", "nobody")]
    [InlineData(Route + "?pipeline=nothing", "nothing")]
    public async Task What_does_not_exist_is_named_and_changes_nothing(string route, string named)
    {
        using var answer = await _gateway.Client.PutAsync(route, null, Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains(named, await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Empty((await AnnotatorAsync()).GetProperty("changes").EnumerateArray());
    }

    private async Task<JsonElement> AnnotatorAsync() =>
        Assert.Single((await _gateway.GetAsync("/v1/annotators")).GetProperty("annotators").EnumerateArray());
}
