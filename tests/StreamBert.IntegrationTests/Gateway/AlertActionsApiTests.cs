using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Gateway.Dashboard;
using StreamBert.Streaming.Events;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>
/// Alerts are acknowledged and silenced over the API. There is no state store, because what people did is in the log only: these are the
/// answers after it was lost and before it is rebuilt.
/// </summary>
public sealed class AlertActionsApiTests : IAsyncLifetime
{
    private const string Id = "financial-news/sentiment/topic=Energy | Oil/negative/rise@2026-03-02T12:00:00Z";
    private static readonly SeriesKey Series = new("financial-news", "sentiment", "topic=Energy | Oil");
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly string Acknowledgement = $"/v1/acknowledgements/{Uri.EscapeDataString(Id)}";
    private readonly DirectoryInfo _log = Directory.CreateTempSubdirectory("streambert-actions-");
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await StartAsync();
        await AppendAsync(Topics.Alerts, Id, SampleEvents.Surge(Id, Noon) with { Series = Series });
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _log.Delete(recursive: true);
    }

    [Theory]
    [InlineData("/v1/alerts/financial-news/sentiment/topic=Energy%20%7C%20Oil/negative/rise@2026-03-02T12:00:00Z")]
    [InlineData("/v1/alerts/financial-news%2Fsentiment%2Ftopic%3DEnergy%20%7C%20Oil%2Fnegative%2Frise%402026-03-02T12%3A00%3A00Z")]
    public async Task An_alert_is_found_by_its_id_whether_its_slashes_are_escaped_or_not(string path)
    {
        var alert = await _gateway.GetAsync(path);

        Assert.Equal(Id, alert.GetProperty("raised").GetProperty("id").GetString());
        Assert.Equal("firing", alert.GetProperty("state").GetString());
    }

    [Fact]
    public async Task An_acknowledgement_is_shown_at_once_and_after_a_restart_until_it_is_withdrawn()
    {
        using var taken = await _gateway.PostAsync(Acknowledgement, new { comment = "I call the refinery" });
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        Assert.Equal("I call the refinery", (await AlertAsync()).GetProperty("acknowledged").GetProperty("comment").GetString());

        await _gateway.DisposeAsync();
        _gateway = await StartAsync();
        Assert.Equal("anonymous", (await AlertAsync()).GetProperty("acknowledged").GetProperty("actor").GetString());

        using var withdrawn = await _gateway.Client.DeleteAsync(Acknowledgement, Cancellation);
        Assert.Equal(HttpStatusCode.OK, withdrawn.StatusCode);
        Assert.False((await AlertAsync()).TryGetProperty("acknowledged", out _));
        var audit = (await _gateway.GetAsync("/v1/audit")).GetProperty("entries").EnumerateArray();
        Assert.Equal(
            [AuditActions.AcknowledgementWithdrawn, AuditActions.AlertAcknowledged],
            audit.Select(static entry => entry.GetProperty("action").GetString()));
    }

    [Fact]
    public async Task A_silence_mutes_the_alerts_that_match_also_after_a_restart_until_it_is_ended()
    {
        using var created = await _gateway.PostAsync("/v1/silences", new
        {
            matchers = new[] { "pipeline=financial-news", "topic=~Energy.*" },
            duration = "4h",
            comment = "maintenance of the refinery",
        });
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var id = (await created.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("silence").GetProperty("id").GetString();
        Assert.Equal(id, (await AlertAsync()).GetProperty("silencedBy").GetProperty("id").GetString());

        await _gateway.DisposeAsync();
        _gateway = await StartAsync();
        Assert.Equal(id, Assert.Single(await SilencesAsync("active")).GetProperty("id").GetString());

        using var ended = await _gateway.Client.DeleteAsync($"/v1/silences/{id}", Cancellation);
        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        Assert.False((await AlertAsync()).TryGetProperty("silencedBy", out _));
        Assert.Empty(await SilencesAsync("active"));
        Assert.Equal("anonymous", Assert.Single(await SilencesAsync("expired")).GetProperty("expiredBy").GetString());
    }

    [Fact]
    public async Task A_silence_of_another_series_leaves_the_alert_alone()
    {
        using var created = await _gateway.PostAsync("/v1/silences", new { matchers = new[] { "topic=Macro" }, duration = "1h" });

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.False((await AlertAsync()).TryGetProperty("silencedBy", out _));
    }

    [Theory]
    [InlineData("""{"duration":"4h"}""", "matchers")]
    [InlineData("""{"matchers":["pipeline"],"duration":"4h"}""", "matchers[0]")]
    [InlineData("""{"matchers":["topic=~("],"duration":"4h"}""", "matchers[0]")]
    [InlineData("""{"matchers":["topic=x"]}""", "endsAt")]
    [InlineData("""{"matchers":["topic=x"],"duration":"soon"}""", "duration")]
    [InlineData("""{"matchers":["topic=x"],"duration":"31d"}""", "duration")]
    [InlineData("""{"matchers":["topic=x"],"endsAt":"2020-01-01T00:00:00Z"}""", "endsAt")]
    public async Task What_is_wrong_with_a_silence_is_named_and_nothing_is_stored(string body, string field)
    {
        using var answer = await _gateway.Client.PostAsync(
            "/v1/silences", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("errors");
        Assert.True(errors.TryGetProperty(field, out _), errors.GetRawText());
        Assert.Empty(await SilencesAsync("all"));
    }

    [Theory]
    [InlineData("GET", "/v1/alerts/nothing")]
    [InlineData("POST", "/v1/acknowledgements/nothing")]
    [InlineData("DELETE", "/v1/acknowledgements/nothing")]
    [InlineData("DELETE", "/v1/silences/nothing")]
    public async Task What_does_not_exist_is_named(string method, string path)
    {
        using var request = new HttpRequestMessage(new(method), path);
        using var answer = await _gateway.Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("'nothing'", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_are_listed_with_their_last_state_and_belong_to_their_alert()
    {
        await AppendAsync(Topics.Notifications, "m-1", Message("m-1", "ops-slack"));
        await AppendAsync(Topics.Notifications, "m-2", Message("m-2", "mail"));
        await AppendAsync(Topics.Notifications, "m-1", Report("m-1", "ops-slack", NotificationStates.Retrying, "500"));
        await AppendAsync(Topics.Notifications, "m-1", Report("m-1", "ops-slack", NotificationStates.Undeliverable, "404 no_service"));

        var listed = await _gateway.GetUntilAsync(
            "/v1/notifications?state=undeliverable", static answer => answer.GetProperty("notifications").GetArrayLength() == 1);

        Assert.Equal("404 no_service", listed.GetProperty("notifications")[0].GetProperty("error").GetString());
        Assert.Equal(
            ["mail", "ops-slack"],
            (await AlertAsync()).GetProperty("notifications").EnumerateArray()
                .Select(static message => message.GetProperty("receiver").GetString()));
    }

    private static NotificationRequested Message(string id, string receiver) => new()
    {
        Id = id,
        Receiver = receiver,
        Group = "all",
        Incident = "i-1",
        Cause = NotificationCauses.Firing,
        Alerts =
        [
            new()
            {
                Id = Id,
                Fingerprint = Id,
                Kind = AlertKinds.LabelSurge,
                Series = Series,
                Severity = "critical",
                Title = "More negative texts",
                RaisedAt = Noon,
            },
        ],
        RequestedAt = Noon,
    };

    private static NotificationReported Report(string id, string receiver, string state, string error) => new()
    {
        Id = id,
        Receiver = receiver,
        State = state,
        Attempts = 3,
        Error = error,
        Alerts = [Id],
        ReportedAt = Noon,
    };

    private Task<GatewayHost> StartAsync() => GatewayHost.StartAsync(Keys.NoRedis, ("Log:Directory", _log.FullName));

    private Task AppendAsync<T>(string topic, string key, T value) =>
        _gateway.Log.AppendAsync([EventRecord.Create(topic, key, value, Noon)], Cancellation);

    private Task<JsonElement> AlertAsync() => _gateway.GetAsync($"/v1/alerts/{Uri.EscapeDataString(Id)}");

    private async Task<List<JsonElement>> SilencesAsync(string state) =>
        [.. (await _gateway.GetAsync($"/v1/silences?state={state}")).GetProperty("silences").EnumerateArray()];
}
