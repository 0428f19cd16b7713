using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Gateway.Dashboard;
using StreamBert.Streaming.Events;

namespace StreamBert.IntegrationTests.Gateway;

/// <summary>All alerts are paged through, also those that the state store no longer holds, and filtered.</summary>
public sealed class AlertPagingTests(AlertPagingTests.Host host) : IClassFixture<AlertPagingTests.Host>
{
    private const int Stored = 10, Alerts = 35;
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private readonly GatewayHost _gateway = host.Gateway;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(1_000)]
    public async Task Every_alert_is_on_exactly_one_page_the_latest_first_and_the_last_page_has_no_cursor(int limit)
    {
        var pages = await PagesAsync($"state=all&limit={limit}");

        Assert.Equal(Enumerable.Range(0, Alerts).Reverse().Select(static number => $"a{number}"), pages.SelectMany(Ids));
        Assert.All(pages, page => Assert.InRange(Ids(page).Count, 0, limit));
    }

    [Fact]
    public async Task Alerts_from_the_log_have_their_resolution_and_their_last_update()
    {
        var alerts = (await PagesAsync("state=all&limit=20")).SelectMany(static page => page.GetProperty("alerts").EnumerateArray())
            .ToDictionary(static alert => alert.GetProperty("raised").GetProperty("id").GetString()!);

        Assert.True(IsResolved(alerts["a2"]));
        Assert.False(IsResolved(alerts["a3"]));
        Assert.Equal("updated", alerts["a3"].GetProperty("raised").GetProperty("message").GetString());
    }

    [Fact]
    public async Task Alerts_that_still_fire_are_listed_although_the_store_removed_them() =>
        Assert.Equal(["a28", "a21", "a3"], (await PagesAsync("limit=2")).SelectMany(Ids));

    [Fact]
    public async Task Without_an_alert_that_fires_the_list_is_empty_although_the_store_removed_some()
    {
        await using var own = new Host();
        await own.InitializeAsync();
        foreach (var number in new[] { 3, 21, 28 })
            await AppendAsync(own.Gateway, Resolved(number));

        var page = await own.Gateway.GetUntilAsync("/v1/alerts", static answer => Ids(answer).Count == 0);

        Assert.False(page.TryGetProperty("next", out _));
    }

    [Fact]
    public async Task Alerts_are_filtered_by_pipeline_kind_and_time_in_the_store_and_in_the_log()
    {
        Assert.Equal(
            Enumerable.Range(0, Alerts).Reverse().Where(static number => number % 5 == 0).Select(static number => $"a{number}"),
            (await PagesAsync("state=all&limit=3&pipeline=support-chat")).SelectMany(Ids));
        Assert.Equal(
            Enumerable.Range(0, Alerts).Reverse().Where(static number => number % 4 == 0).Select(static number => $"a{number}"),
            (await PagesAsync("state=all&limit=3&kind=volume-silence")).SelectMany(Ids));
        Assert.Equal(
            ["a29", "a28", "a27", "a26", "a25", "a24", "a23"],
            (await PagesAsync("state=all&limit=3&from=2026-03-02T12:23:00Z&to=2026-03-02T12:30:00Z")).SelectMany(Ids));
    }

    [Fact]
    public async Task Alerts_are_filtered_by_acknowledgement_and_silence_also_after_a_rebuild_of_the_state_store()
    {
        await using var own = new Host();
        await own.InitializeAsync();
        using var taken = await own.Gateway.PostAsync("/v1/acknowledgements/a28", new { });
        using var muted = await own.Gateway.PostAsync("/v1/silences", new { matchers = new[] { "fingerprint=~a3|a21" }, duration = "1h" });
        var created = await muted.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(2, created.GetProperty("firingAlerts").GetInt32());

        using var rebuilt = await own.Gateway.PostAsync("/v1/state/rebuild", new { });
        await own.Gateway.GetUntilAsync("/v1/alerts", static answer => Ids(answer).Count == 3);

        Assert.Equal(["a28"], Ids(await own.Gateway.GetAsync("/v1/alerts?acknowledged=true")));
        Assert.Equal(["a21", "a3"], Ids(await own.Gateway.GetAsync("/v1/alerts?silenced=true")));
        Assert.Empty(Ids(await own.Gateway.GetAsync("/v1/alerts?acknowledged=false&silenced=false")));
    }

    [Theory]
    [InlineData("kind=surge")]
    [InlineData("from=2026-03-02T12:00:00Z&to=2026-03-02T12:00:00Z")]
    [InlineData("cursor=x")]
    public async Task Invalid_filters_are_refused(string query)
    {
        using var answer = await _gateway.Client.GetAsync($"/v1/alerts?{query}", Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    /// <summary>Appends one alert per minute, updates one and resolves all but three, the latest one last.</summary>
    private static async Task AppendAllAsync(GatewayHost gateway)
    {
        for (var number = 0; number < Alerts; number++)
            await AppendAsync(gateway, Alert(number));
        await AppendAsync(gateway, Alert(3) with { UpdatedAt = Noon.AddHours(1), Message = "updated" });
        foreach (var number in Enumerable.Range(0, Alerts).Except([3, 21, 28]))
            await AppendAsync(gateway, Resolved(number));
    }

    private static AlertResolved Resolved(int number)
    {
        var alert = Alert(number);
        return new()
        {
            Id = alert.Id,
            Fingerprint = alert.Fingerprint,
            Kind = alert.Kind,
            Series = alert.Series,
            ResolvedAt = Noon.AddHours(2),
            Value = 0.3,
            Baseline = 0.3,
            Message = "resolved",
        };
    }

    private static AlertRaised Alert(int number) => SampleEvents.Surge($"a{number}", Noon.AddMinutes(number)) with
    {
        Kind = number % 4 == 0 ? AlertKinds.VolumeSilence : AlertKinds.LabelSurge,
        Series = new(number % 5 == 0 ? "support-chat" : "financial-news", "sentiment", SeriesKey.All),
    };

    private async Task<List<JsonElement>> PagesAsync(string query)
    {
        List<JsonElement> pages = [];
        for (string? next = ""; next is not null;)
        {
            var page = await _gateway.GetAsync($"/v1/alerts?{query}&cursor={Uri.EscapeDataString(next)}");
            pages.Add(page);
            next = page.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
        }
        return pages;
    }

    private static List<string> Ids(JsonElement page) =>
        [.. page.GetProperty("alerts").EnumerateArray().Select(static alert => alert.GetProperty("raised").GetProperty("id").GetString()!)];

    private static bool IsResolved(JsonElement alert) =>
        alert.TryGetProperty("resolved", out var resolved) && resolved.ValueKind != JsonValueKind.Null;

    private static Task AppendAsync<T>(GatewayHost gateway, T item) =>
        gateway.Log.AppendAsync([EventRecord.Create(Topics.Alerts, "alert", item, Noon) with { Partition = 0 }], Cancellation);

    /// <summary>A Gateway with the alerts.</summary>
    public sealed class Host() : SharedGateway(hasRedis: true, ("Redis:MaxAlerts", $"{Stored}"))
    {
        internal override async Task PrepareAsync(GatewayHost gateway)
        {
            await AppendAllAsync(gateway);
            await gateway.GetUntilAsync(
                "/v1/alerts?state=all&limit=1", static answer => Ids(answer) is ["a34"] && IsResolved(answer.GetProperty("alerts")[0]));
        }
    }
}
