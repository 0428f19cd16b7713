using System.Diagnostics;
using System.Text;
using StreamBert.Alerting.Receivers;
using StreamBert.Contracts;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Alerting.Delivery;

/// <summary>
/// Delivers the notifications of one receiver, in the order of the log and each until the receiver accepts it, refuses it for ever, or it
/// is too old. The offset and the report are committed in one step after that, so a notification is sent again after a crash, with the
/// same id, and none is lost.
/// </summary>
internal sealed class ReceiverDelivery(
    IEventLog log, ReceiverOptions options, IReceiver receiver, DeliveryReporter reporter, UnusableRecords unusable, TimeProvider time)
{
    /// <summary>The age from which a notification is not sent any more.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromDays(1);

    /// <summary>The longest time that a receiver may ask to wait.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromMinutes(10);

    private const int MaxSkipped = 100;

    private readonly byte[] _key = Encoding.UTF8.GetBytes(options.Name);
    private string? _current;
    private string? _error;
    private int _attempts;
    private DateTimeOffset _notBefore;

    /// <summary>Delivers notifications until the receiver does not accept one or the call is cancelled.</summary>
    /// <param name="progressed">Called when a notification is dealt with.</param>
    /// <param name="cancellation">Ends the delivery.</param>
    /// <exception cref="DeliveryException">The receiver does not accept a notification now; the next call sends it again.</exception>
    public async Task FollowAsync(Action progressed, CancellationToken cancellation)
    {
        if (_notBefore - time.GetUtcNow() is var wait && wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancellation);
        await using var reader = await log.JoinAsync(
            ConsumerGroups.ForReceiver(options.Name), [Topics.Notifications], cancellation, exclusive: true);
        var last = await log.FetchLastAsync(Topics.Notifications, 0, cancellation);
        var batches = new List<ReadBatch>();
        while (true)
        {
            batches.Add(await reader.ReadAsync(1, cancellation));
            var record = batches[^1].Records[0];
            var report = Read(record) is { } notification ? await DeliverAsync(notification, record, cancellation) : null;
            if (report is null && record.Position.Offset < last?.Position.Offset && batches.Count < MaxSkipped)
                continue; // the notifications of others are committed together
            await reader.CommitAsync(ReadBatch.Join(batches), report is null ? [] : [ToRecord(report)], cancellation);
            batches.Clear();
            if (report is not null)
                progressed();
        }
    }

    /// <summary>Returns the notification of a record, if it is one to this receiver.</summary>
    private NotificationRequested? Read(LogRecord record)
    {
        if (!EventRecord.Is<NotificationRequested>(record) || record.Key is null || !record.Key.AsSpan().SequenceEqual(_key))
            return null;
        if (EventReader.Read<NotificationRequested>(record, out var notification) is not { } fault)
            return notification;
        unusable.Report(
            ConsumerGroups.ForReceiver(options.Name), record.Position, fault,
            "The notification is skipped; its alerts are on the dashboard.");
        return null;
    }

    /// <summary>Delivers a notification, in the trace of its record if it has one.</summary>
    private async Task<NotificationReported> DeliverAsync(
        NotificationRequested notification, LogRecord record, CancellationToken cancellation)
    {
        using var span = RecordTrace.ContextOf(record.Headers) is { } parent
            ? RecordTrace.Start("Alerting", "send notification", ActivityKind.Client, parent)
            : null;
        span?.SetTag("streambert.receiver", options.Name);
        try
        {
            var report = await DeliverAsync(notification, cancellation);
            if (report.State == NotificationStates.Undeliverable)
                span?.SetStatus(ActivityStatusCode.Error, report.Error);
            return report;
        }
        catch (Exception e)
        {
            span?.SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
    }

    /// <returns>The report that the notification is delivered or undeliverable.</returns>
    /// <exception cref="DeliveryException">The receiver does not accept it now.</exception>
    private async Task<NotificationReported> DeliverAsync(NotificationRequested notification, CancellationToken cancellation)
    {
        if (_current != notification.Id)
            (_current, _error, _attempts) = (notification.Id, null, 0);
        reporter.Begin(options, notification);
        if (time.GetUtcNow() - notification.RequestedAt > MaxAge)
            return GiveUp(notification, $"did not accept it within a day{(_error is null ? "" : $"; at last it {_error}")}");
        try
        {
            _attempts++;
            var acceptance = await receiver.SendAsync(notification, cancellation);
            reporter.Deliver(options, notification, acceptance);
            return Report(notification, NotificationStates.Delivered, acceptance.Refused);
        }
        catch (DeliveryException e) when (e.IsPermanent)
        {
            return GiveUp(notification, e.Message);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            await ReportRetryAsync(notification, e, cancellation);
            throw;
        }
    }

    private async Task ReportRetryAsync(NotificationRequested notification, Exception failure, CancellationToken cancellation)
    {
        var error = failure is DeliveryException ? failure.Message : $"cannot be sent the message: {failure.Message}";
        if (failure is DeliveryException { RetryAfter: { } wait })
            _notBefore = time.GetUtcNow() + (wait < MaxRetryAfter ? wait : MaxRetryAfter);
        reporter.Retry(options, error);
        if (error == _error)
            return;
        _error = error;
        await log.AppendAsync([ToRecord(Report(notification, NotificationStates.Retrying, error))], cancellation);
    }

    private NotificationReported GiveUp(NotificationRequested notification, string error)
    {
        reporter.GiveUp(options, notification, error);
        return Report(notification, NotificationStates.Undeliverable, error);
    }

    private NotificationReported Report(NotificationRequested notification, string state, string? error) => new()
    {
        Id = notification.Id,
        Receiver = options.Name,
        State = state,
        Attempts = _attempts,
        Error = error,
        Alerts = [.. notification.Alerts.Select(static alert => alert.Id)],
        ReportedAt = time.GetUtcNow(),
    };

    private NewRecord ToRecord(NotificationReported report) => EventRecord.Create(Topics.Notifications, _key, report, report.ReportedAt);
}
