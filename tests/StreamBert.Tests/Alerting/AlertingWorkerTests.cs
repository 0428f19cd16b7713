using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Alerting;
using StreamBert.Alerting.Planning;
using StreamBert.Alerting.Receivers;
using StreamBert.Contracts;
using StreamBert.Streaming.Alerts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Pipelines;
using StreamBert.Streaming.Supervision;
using StreamBert.Tests.Training;

namespace StreamBert.Tests.Alerting;

/// <summary>Runs the worker on the embedded log: every message is stored once, whatever happens to the worker.</summary>
public sealed class AlertingWorkerTests : IAsyncDisposable
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;
    private readonly string _directory = Directory.CreateTempSubdirectory("streambert-alerting").FullName;
    private readonly FakeTimeProvider _time = new(AlertingBench.Start);
    private readonly EmbeddedEventLog _log;
    private readonly AlertingOptions _options = new() { Receivers = { new ReceiverOptions { Name = "ops" } } };

    public AlertingWorkerTests() =>
        _log = EmbeddedEventLog.Open(new() { Directory = _directory }, _time, NullLogger<EmbeddedEventLog>.Instance);

    public async ValueTask DisposeAsync()
    {
        await _log.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task An_alert_becomes_one_message_however_often_the_worker_is_stopped()
    {
        await CreateTopicsAsync();
        var alert = AlertingBench.Alert();
        await _log.AppendAsync([EventRecord.Create(Topics.Alerts, alert.Fingerprint, alert, alert.RaisedAt)], Cancellation);

        for (var restarts = 0; restarts < 3; restarts++)
        {
            await using var worker = await RunningService.StartAsync(CreateWorker());
            await UntilAsync(async () => (await MessagesAsync()).Count > 0);
        }
        await _log.AppendAsync([Resolution(alert)], Cancellation);
        await using (await RunningService.StartAsync(CreateWorker()))
            await UntilAsync(async () => (await MessagesAsync()).Count > 1);

        var messages = await MessagesAsync();
        Assert.Equal([NotificationCauses.Firing, NotificationCauses.Resolved], messages.Select(static message => message.Cause));
        Assert.Single(messages.Select(static message => message.Incident).Distinct());
        Assert.All(
            await _log.LagAsync(ConsumerGroups.Alerting, [Topics.Alerts], Cancellation),
            static partition => Assert.Equal(0, partition.Lag));
    }

    [Fact]
    public async Task A_silence_and_an_acknowledgement_that_were_stored_while_the_worker_was_stopped_count()
    {
        await CreateTopicsAsync();
        var (silenced, taken) = (AlertingBench.Alert("topic=A"), AlertingBench.Alert("topic=B"));
        await AlertActions.AppendAsync(
            _log,
            new SilenceCreated
            {
                Id = "s1",
                Matchers = ["topic=A"],
                StartsAt = _time.GetUtcNow(),
                EndsAt = _time.GetUtcNow().AddDays(1),
                Actor = "anna",
                CreatedAt = _time.GetUtcNow(),
            },
            Cancellation);
        await AlertActions.AppendAsync(
            _log, new AlertAcknowledged { AlertId = taken.Id, Actor = "ben", AcknowledgedAt = _time.GetUtcNow() }, Cancellation);
        foreach (var raised in new[] { silenced, taken })
            await _log.AppendAsync([EventRecord.Create(Topics.Alerts, raised.Fingerprint, raised, raised.RaisedAt)], Cancellation);

        await using var worker = await RunningService.StartAsync(CreateWorker());
        await UntilAsync(async () => (await MessagesAsync()).Count > 0);

        var alert = Assert.Single(Assert.Single(await MessagesAsync()).Alerts);
        Assert.Equal((taken.Id, "ben"), (alert.Id, alert.AcknowledgedBy));
    }

    [Fact]
    public async Task A_second_worker_stands_by_until_the_first_leaves()
    {
        await CreateTopicsAsync();
        var readiness = new Readiness(_time);
        var first = await RunningService.StartAsync(CreateWorker());
        var alert = AlertingBench.Alert();
        await _log.AppendAsync([EventRecord.Create(Topics.Alerts, alert.Fingerprint, alert, alert.RaisedAt)], Cancellation);
        await UntilAsync(async () => (await MessagesAsync()).Count > 0);
        await using var second = await RunningService.StartAsync(CreateWorker(readiness));
        await UntilAsync(() => Task.FromResult(readiness.Parts.ContainsKey(ConsumerGroups.Alerting)));
        Assert.StartsWith("standby", readiness.Parts[ConsumerGroups.Alerting].Detail, StringComparison.Ordinal);

        await first.DisposeAsync();
        await _log.AppendAsync([Resolution(alert)], Cancellation);
        await UntilAsync(async () => (await MessagesAsync()).Count > 1);

        Assert.Equal(NotificationCauses.Resolved, (await MessagesAsync())[1].Cause);
    }

    private AlertingWorker CreateWorker(Readiness? readiness = null) => new(
        _log, new NotificationPlanner(new(Options.Create(_options)), Options.Create(_options)),
        new AlertingMetrics(new PipelineCatalog([])), new UnusableRecords(NullLogger<UnusableRecords>.Instance),
        readiness ?? new Readiness(_time), new Supervisor(_time, NullLogger<Supervisor>.Instance), _time,
        NullLogger<AlertingWorker>.Instance);

    private Task CreateTopicsAsync() => _log.CreateTopicsAsync(
        [new(Topics.Alerts, 1), new(Topics.AlertActions, 1), new(Topics.Notifications, 1), new(Topics.Audit, 1)], Cancellation);

    private StreamBert.Streaming.Log.NewRecord Resolution(AlertRaised alert)
    {
        var resolved = new AlertResolved
        {
            Id = alert.Id,
            Fingerprint = alert.Fingerprint,
            Kind = alert.Kind,
            Series = alert.Series,
            ResolvedAt = _time.GetUtcNow(),
            Value = 0.2,
            Baseline = 0.2,
            Message = "Back to normal.",
        };
        return EventRecord.Create(Topics.Alerts, alert.Fingerprint, resolved, resolved.ResolvedAt);
    }

    private async Task<IReadOnlyList<NotificationRequested>> MessagesAsync()
    {
        var messages = new List<NotificationRequested>();
        await foreach (var record in _log.ReadToEndAsync(Topics.Notifications, null, Cancellation))
        {
            Assert.Null(EventReader.Read<NotificationRequested>(record, out var message));
            messages.Add(message);
        }
        return messages;
    }

    /// <summary>Lets the time of the worker pass until a condition holds.</summary>
    private async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var seconds = 0; !await condition(); seconds++)
        {
            Assert.True(seconds < 2_000, "The condition did not hold within 2,000 seconds of the worker's time.");
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, Cancellation);
        }
    }
}
