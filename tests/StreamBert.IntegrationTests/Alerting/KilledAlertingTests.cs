using System.Text.Json;
using StreamBert.Contracts;
using StreamBert.IntegrationTests.Up;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.IntegrationTests.Alerting;

/// <summary>
/// The process of the service is killed while receivers of every kind over HTTP hold its requests: each gets the same message again, and
/// then the resolution, once.
/// </summary>
public sealed class KilledAlertingTests(ITestOutputHelper output)
{
    private const int Alerts = 64;
    private static readonly string[] Types = ["webhook", "slack", "teams", "pagerduty", "alertmanager"];
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sixty_four_alerts_reach_each_receiver_as_one_message_and_are_resolved_after_an_error_a_hang_and_two_kills()
    {
        using var directory = new DataDirectory();
        await using var server = new ReceiverServer();
        var alerts = Enumerable.Range(0, Alerts).Select(static n => Alert($"topic={n}")).ToList();
        await AppendAsync(directory, [.. alerts.Select(static alert => Record(alert.Fingerprint, alert, alert.RaisedAt))]);

        await using (var killed = Start(directory, server))
        {
            await killed.WaitUntilAsync(() => Types.All(type => server.Count(type) == 2), "has sent every message twice");
            await killed.KillAsync(); // the second request of each receiver has no response: sent, not committed
        }
        server.Recover();
        await using (var killed = Start(directory, server))
        {
            await killed.WaitUntilAsync(() => Types.All(type => server.Accepted(type).Count == 1), "has delivered every message");
            await killed.KillAsync();
        }
        await AppendAsync(directory, [.. alerts.Select(static alert => Record(alert.Fingerprint, Resolution(alert), alert.RaisedAt))]);
        await using var process = Start(directory, server);
        await process.WaitUntilAsync(() => Types.All(type => IsResolved(server.Accepted(type)[^1], type)), "has reported the resolution");

        foreach (var type in Types)
            output.WriteLine($"{type}: {server.Count(type)} requests, {server.Accepted(type).Count} accepted");
        AssertWebhook(server);
        AssertPagerDuty(server);
        Assert.All(Types, type => Assert.InRange(server.Accepted(type).Count, 2, 3)); // a kill before the commit repeats a message
    }

    private static void AssertWebhook(ReceiverServer server)
    {
        var accepted = server.Accepted("webhook").DistinctBy(static request => request.Id).ToList();
        Assert.Single(server.All("webhook").Take(3).Select(static request => request.Id).Distinct());
        Assert.Equal(["alert.firing", "alert.resolved"], accepted.Select(static request => Field(request, "type")));
        Assert.Equal(Alerts, Json(accepted[0]).GetProperty("data").GetProperty("alerts").GetArrayLength());
    }

    private static void AssertPagerDuty(ReceiverServer server)
    {
        Assert.Single(server.All("pagerduty").Select(static request => Field(request, "dedup_key")).Distinct());
        Assert.Equal(
            ["trigger", "resolve"], server.Accepted("pagerduty").Select(static request => Field(request, "event_action")).Distinct());
    }

    private static bool IsResolved(ReceivedRequest request, string type) => type switch
    {
        "webhook" => Field(request, "type") == "alert.resolved",
        "pagerduty" => Field(request, "event_action") == "resolve",
        "alertmanager" => Time(request, "endsAt") - Time(request, "startsAt") < TimeSpan.FromHours(1), // firing alerts end in a day
        _ => request.Body.Contains("esolved", StringComparison.Ordinal),
    };

    private static string Field(ReceivedRequest request, string name) => Json(request).GetProperty(name).GetString()!;

    private static DateTimeOffset Time(ReceivedRequest request, string name) => Json(request)[0].GetProperty(name).GetDateTimeOffset();

    private static JsonElement Json(ReceivedRequest request) => JsonDocument.Parse(request.Body).RootElement;

    private static StreamBertProcess Start(DataDirectory directory, ReceiverServer server)
    {
        var settings = new Dictionary<string, string>
        {
            ["STREAMBERT_Log__Engine"] = "embedded",
            ["STREAMBERT_Log__Directory"] = Path.Combine(directory.DataPath, "log"),
            ["STREAMBERT_Alerting__Routes__0__Name"] = "all",
            ["STREAMBERT_Alerting__Routes__0__GroupWait"] = "00:00:00",
            ["STREAMBERT_Alerting__Routes__0__GroupInterval"] = "00:00:00",
        };
        foreach (var (index, type) in Types.Index())
        {
            var receiver = $"STREAMBERT_Alerting__Receivers__{index}__";
            (settings[receiver + "Name"], settings[receiver + "Type"]) = (type, type);
            settings[receiver + "Url"] = new Uri(server.Address, type).AbsoluteUri;
            settings[$"STREAMBERT_Alerting__Routes__0__Receivers__{index}"] = type;
            if (type == "webhook")
                settings[receiver + "Secret"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
            if (type == "pagerduty")
                settings[receiver + "RoutingKey"] = new('a', 32);
        }
        return StreamBertProcess.StartService("StreamBert.Alerting", settings);
    }

    private static async Task AppendAsync(DataDirectory directory, IReadOnlyList<NewRecord> records)
    {
        await using var log = directory.OpenLog();
        await log.CreateTopicsAsync([new(Topics.Alerts, 1)], Cancellation);
        await log.AppendAsync(records, Cancellation);
    }

    private static NewRecord Record<T>(string key, T value, DateTimeOffset at) => EventRecord.Create(Topics.Alerts, key, value, at);

    private static AlertRaised Alert(string segment)
    {
        var at = TimeProvider.System.GetUtcNow();
        return new()
        {
            Id = $"{segment}@1",
            Fingerprint = segment,
            Kind = AlertKinds.LabelSurge,
            Series = new("financial-news", "sentiment", segment),
            Label = "negative",
            Severity = "critical",
            Title = $"negative surge of {segment}",
            Message = "57 % of the texts are negative.",
            Window = new(at.AddMinutes(-1), at),
            RaisedAt = at,
            Value = 0.57,
            Baseline = 0.2,
            Unit = "share",
            Count = 100,
            Evidence = 1e-9,
            EvidenceKind = "p-value",
        };
    }

    private static AlertResolved Resolution(AlertRaised alert) => new()
    {
        Id = alert.Id,
        Fingerprint = alert.Fingerprint,
        Kind = alert.Kind,
        Series = alert.Series,
        ResolvedAt = alert.RaisedAt.AddMinutes(5),
        Value = 0.2,
        Baseline = 0.2,
        Message = "Back to normal.",
    };
}
