using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Monitoring.Previews;

/// <summary>
/// Answers the requests for previews of rules, one at a time, on one thread beside the monitor. A request that no response reaches before
/// its deadline is ended, so that a large log does not keep a processor busy.
/// </summary>
internal sealed class RulesPreviewWorker(
    IEventLog log, PipelineCatalog catalog, IOptions<MonitoringOptions> options, UnusableRecords unusable, Supervisor supervisor,
    TimeProvider time, ILogger<RulesPreviewWorker> logger) : BackgroundService
{
    private const int ReadSize = 1;

    /// <summary>A longer time without a read would cost the membership in the group.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(4);

    private static readonly SupervisedTask Supervised = new("Previews of rules")
    {
        InitialDelay = TimeSpan.FromSeconds(1),
        MaxDelay = TimeSpan.FromSeconds(30),
    };

    private readonly RulesPreview _preview = new(log, catalog, options.Value);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        supervisor.RunAsync(Supervised, AnswerAllAsync, stoppingToken);

    private async Task AnswerAllAsync(Action progressed, CancellationToken stopping)
    {
        await using var reader = await log.JoinAsync(ConsumerGroups.RulesPreviews, [Topics.RulesPreviewRequests], stopping);
        while (true)
        {
            var batch = await reader.ReadAsync(ReadSize, stopping);
            List<NewRecord> responses = [];
            foreach (var record in batch.Records)
            {
                if (await AnswerAsync(record, stopping) is { } response)
                    responses.Add(response);
            }
            await CommitAsync(reader, batch, responses, stopping);
            progressed();
        }
    }

    private async Task CommitAsync(IGroupReader reader, ReadBatch batch, List<NewRecord> responses, CancellationToken stopping)
    {
        try
        {
            await reader.CommitAsync(batch, responses, stopping);
        }
        catch (BatchRevokedException e)
        {
            logger.LogWarning(e, "Previews of rules could not be committed; another monitor computes them again");
        }
    }

    /// <returns>The response; null where the deadline has passed or the record is not a request.</returns>
    private async Task<NewRecord?> AnswerAsync(LogRecord record, CancellationToken stopping)
    {
        if (EventReader.Read<RulesPreviewRequested>(record, out var request, time.GetUtcNow()) is { } fault)
        {
            unusable.Report(ConsumerGroups.RulesPreviews, record.Position, fault, "It gets no response.");
            return null;
        }
        var remaining = request.Deadline - time.GetUtcNow();
        return remaining <= TimeSpan.Zero ? null
            : CreateRecord(await CompareAsync(request, remaining < MaxTime ? remaining : MaxTime, stopping));
    }

    private async Task<RulesPreviewed> CompareAsync(RulesPreviewRequested request, TimeSpan remaining, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(remaining, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(stopping, deadline.Token);
        try
        {
            return await Task.Factory.StartNew(
                () => _preview.Compare(request, linked.Token), linked.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            return Error(request, "The log holds more predictions than can be read before the deadline.");
        }
        catch (Exception e) when (RecordErrors.MayBeCausedByRecord(e))
        {
            logger.LogWarning(e, "A preview of rules of {Pipeline} failed", request.Pipeline);
            return Error(request, $"The preview failed: {e.Message}");
        }
    }

    private static RulesPreviewed Error(RulesPreviewRequested request, string error) => new() { Id = request.Id, Error = error };

    private NewRecord CreateRecord(RulesPreviewed response) =>
        EventRecord.Create(Topics.RulesPreviews, response.Id, response, time.GetUtcNow());
}
