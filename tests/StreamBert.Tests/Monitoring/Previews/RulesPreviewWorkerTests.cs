using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Monitoring;
using StreamBert.Monitoring.Previews;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Tests.Monitoring.Previews;

/// <summary>Answers the requests of a log, and is stopped by none of them.</summary>
public sealed class RulesPreviewWorkerTests
{
    private static readonly MonitorRules InEffect = SyntheticStream.Pipeline.Monitor.Rules;
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_answered_and_those_that_are_invalid_or_past_their_deadline_are_not()
    {
        await using var harness = new MonitoringHarness();
        await harness.AppendAsync(MonitoringHarness.Surge());
        await harness.Log.CreateTopicsAsync([new(Topics.RulesPreviewRequests, 1), new(Topics.RulesPreviews, 1)], Cancellation);
        var now = TimeProvider.System.GetUtcNow();
        RulesPreviewRequested[] requests =
        [
            Request("no-deadline", DateTimeOffset.MaxValue), Request("expired", now.AddMinutes(-1)), Request("valid", now.AddMinutes(10)),
        ];
        await harness.Log.AppendAsync(
            [.. requests.Select(request => EventRecord.Create(Topics.RulesPreviewRequests, request.Id, request, now))], Cancellation);

        using var worker = new RulesPreviewWorker(
            harness.Log, new([SyntheticStream.Pipeline]), Options.Create(new MonitoringOptions()),
            new(NullLogger<UnusableRecords>.Instance), new(TimeProvider.System, NullLogger<Supervisor>.Instance), TimeProvider.System,
            NullLogger<RulesPreviewWorker>.Instance);
        await worker.StartAsync(Cancellation);
        var answer = await FirstAnswerAsync(harness.Log);
        await worker.StopAsync(Cancellation);

        Assert.Equal(("valid", 1, 0), (answer.Id, answer.InEffect?.Total, answer.Proposed?.Total));
    }

    private static async Task<RulesPreviewed> FirstAnswerAsync(IEventLog log)
    {
        await foreach (var batch in log.TailAsync(Topics.RulesPreviews, new Dictionary<int, long>(), Cancellation))
        {
            if (batch.Count > 0)
                return Wire.Deserialize<RulesPreviewed>(batch[0].Value!);
        }
        throw new InvalidOperationException("The log ended.");
    }

    private static RulesPreviewRequested Request(string id, DateTimeOffset deadline) => new()
    {
        Id = id,
        Pipeline = SyntheticStream.Pipeline.Name,
        InEffect = InEffect,
        Proposed = InEffect with { Disabled = [.. AlertKinds.All] },
        Period = TimeSpan.FromDays(7),
        Deadline = deadline,
    };
}
