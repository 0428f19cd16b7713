using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamBert.Alerting.Planning;
using StreamBert.Alerting.State;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Supervision;

namespace StreamBert.Alerting;

/// <summary>
/// Reads alerts and what people do about them in the group <c>alerting</c>, and appends the messages that are due. One instance decides;
/// the others are on standby. It does not wait for the messages to be sent, so that a receiver that does not respond delays no decision.
/// </summary>
internal sealed class AlertingWorker(
    IEventLog log, NotificationPlanner planner, AlertingMetrics metrics, UnusableRecords unusable, Readiness readiness,
    Supervisor supervisor, TimeProvider time, ILogger<AlertingWorker> logger) : BackgroundService
{
    private const int MaxRecords = 500;

    private static readonly SupervisedTask Supervised = new("Alerting")
    {
        ReadinessPart = ConsumerGroups.Alerting,
        InitialDelay = TimeSpan.FromSeconds(1),
        MaxDelay = TimeSpan.FromSeconds(30),
    };

    /// <summary>The interval at which the time is compared with what is due.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly AlertTraces _traces = new();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => supervisor.RunAsync(Supervised, RunAsync, stoppingToken);

    /// <summary>Decides with every batch and every second, until the call is cancelled.</summary>
    private async Task RunAsync(Action progressed, CancellationToken cancellation)
    {
        await using var reader = await log.JoinAsync(ConsumerGroups.Alerting, AlertingState.InputTopics, cancellation, exclusive: true);
        var current = new CurrentState(log, reader, readiness);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var read = reader.ReadAsync(MaxRecords, ending.Token);
        try
        {
            while (true)
            {
                await Task.WhenAny(read, Task.Delay(Interval, time, ending.Token));
                var batch = read.IsCompleted ? await read : null;
                if (batch is not null)
                    read = reader.ReadAsync(MaxRecords, ending.Token);
                if (await TryStepAsync(reader, current, batch, cancellation))
                    progressed();
            }
        }
        finally
        {
            metrics.Clear();
            await ending.CancelAsync();
            await ((Task)read).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // cancelled, or its error is being thrown already
        }
    }

    /// <summary>Applies a batch, and appends the messages that are due.</summary>
    /// <returns>Whether this instance decides; false on standby, and if the log refused the step.</returns>
    private async Task<bool> TryStepAsync(IGroupReader reader, CurrentState current, ReadBatch? batch, CancellationToken cancellation)
    {
        if (await current.GetAsync(cancellation) is not { } state)
        {
            metrics.Clear(); // the instance that decides reports them
            return false;
        }
        foreach (var record in batch?.Records ?? [])
        {
            _traces.Add(record);
            if (state.Apply(record) is { } fault)
                unusable.Report(ConsumerGroups.Alerting, record.Position, fault, "No message reports it.");
        }
        var now = time.GetUtcNow();
        var messages = planner.Plan(state, now);
        metrics.Record(state.Alerts.All, planner.CountMuted(state, now));
        return (batch is null && messages.Count == 0)
            || await TryCommitAsync(reader, current, batch ?? new(current.Generation, []), state, messages, cancellation);
    }

    private async Task<bool> TryCommitAsync(
        IGroupReader reader, CurrentState current, ReadBatch batch, AlertingState state, IReadOnlyList<NotificationRequested> messages,
        CancellationToken cancellation)
    {
        try
        {
            await reader.CommitAsync(batch, [.. messages.Select(_traces.Create)], cancellation);
        }
        catch (BatchRevokedException e)
        {
            logger.LogInformation("A commit was refused; alerting continues from the log: {Message}", e.Message);
            if (e.InnerException is not null)
                await Task.Delay(Interval, time, cancellation); // the log refuses it: wait before the next attempt
            current.Invalidate();
            return false;
        }
        foreach (var message in messages)
        {
            state.Apply(message);
            logger.LogInformation(
                "Receiver {Receiver} is due a message about {Count} alerts of the group {Group}: {Cause}.", message.Receiver,
                message.Alerts.Count, message.Group, message.Cause);
        }
        return true;
    }
}
