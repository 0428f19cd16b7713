using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Inference.Batching;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Inference.Rollout;

/// <summary>Appends the counts of candidates in the stage shadow. A report that the log rejects is appended with the next one.</summary>
internal sealed class ShadowReporter(IEventLog log, IOptions<InferenceOptions> options, Supervisor supervisor, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly List<NewRecord> _unsent = [];

    /// <summary>Reports until stopped.</summary>
    public Task RunAsync(IReadOnlyDictionary<string, ModelServer> servers, CancellationToken stopping) => supervisor.RunPeriodicallyAsync(
        SupervisedTask.WithDelay("Reporting the answers of candidates", options.Value.RetryDelay), Interval,
        cancellation => ReportAsync(servers, cancellation), stopping);

    internal async Task ReportAsync(IReadOnlyDictionary<string, ModelServer> servers, CancellationToken cancellation)
    {
        foreach (var server in servers.Values)
        {
            if (server.Candidate?.TakeReport(server.Name, server.Slot.Version, time.GetUtcNow()) is { } report)
                _unsent.Add(EventRecord.Create(Topics.Shadow, server.Name, report, report.ReportedAt));
        }
        if (_unsent.Count == 0)
            return;
        await log.AppendAsync(_unsent, cancellation);
        _unsent.Clear();
    }
}
