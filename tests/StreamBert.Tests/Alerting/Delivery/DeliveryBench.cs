using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StreamBert.Alerting;
using StreamBert.Alerting.Delivery;
using StreamBert.Alerting.Receivers;
using StreamBert.Contracts;
using StreamBert.Streaming.Alerts;
using StreamBert.Streaming.Diagnostics;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Log.Embedded;
using StreamBert.Streaming.Supervision;
using StreamBert.Tests.Alerting.Receivers;

namespace StreamBert.Tests.Alerting.Delivery;

/// <summary>Delivers notifications of an embedded log in a temporary folder.</summary>
internal sealed class DeliveryBench : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streambert-delivery-");
    private readonly ReceiverFactory _factory;
    private readonly DeliveryReporter _reporter;

    private DeliveryBench()
    {
        Log = EmbeddedEventLog.Open(
            new() { Directory = _folder.FullName }, TimeProvider.System, NullLogger<EmbeddedEventLog>.Instance);
        Readiness = new(Time);
        Metrics = new(Microsoft.Extensions.Options.Options.Create(Options), Time);
        _factory = new(new(Microsoft.Extensions.Options.Options.Create(new AlertLinkOptions()), Time),
            ReceiverFactory.CreateHandler(), Time);
        _reporter = new(Metrics, Readiness, NullLogger<DeliveryReporter>.Instance);
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public FakeTimeProvider Time { get; } = new(SampleNotification.Start.AddMinutes(2));

    public EmbeddedEventLog Log { get; }

    public Readiness Readiness { get; }

    public DeliveryMetrics Metrics { get; }

    public AlertingOptions Options { get; } = new();

    public static async Task<DeliveryBench> CreateAsync()
    {
        var bench = new DeliveryBench();
        await bench.Log.CreateTopicsAsync([new(Topics.Notifications, 1)], Cancellation);
        return bench;
    }

    public static ReceiverOptions Webhook(Uri url, string name = "ops") => new()
    {
        Name = name,
        Type = "webhook",
        Url = url,
        Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    };

    public Task RequestAsync(string id, string cause, string receiver = "ops")
    {
        var notification = SampleNotification.Create(cause, SampleNotification.Alert()) with { Id = id, Receiver = receiver };
        return Log.AppendAsync([EventRecord.Create(Topics.Notifications, receiver, notification, Time.GetUtcNow())], Cancellation);
    }

    /// <summary>Creates the delivery to a receiver as a new process would.</summary>
    public ReceiverDelivery CreateDelivery(ReceiverOptions options, IEventLog? log = null) => new(
        log ?? Log, options, _factory.Create(options), _reporter, new(NullLogger<UnusableRecords>.Instance), Time);

    public NotificationSender CreateSender() => new(
        Log, Microsoft.Extensions.Options.Options.Create(Options), _factory, _reporter, new(NullLogger<UnusableRecords>.Instance),
        new Supervisor(Time, NullLogger<Supervisor>.Instance), Time);

    /// <summary>Delivers until a number of notifications are dealt with.</summary>
    public static async Task FollowAsync(ReceiverDelivery delivery, int count)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        void CountDown()
        {
            if (--count == 0)
                ending.Cancel();
        }
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivery.FollowAsync(CountDown, ending.Token));
    }

    /// <summary>Delivers until the receiver does not accept a notification.</summary>
    public static Task<DeliveryException> FailAsync(ReceiverDelivery delivery) =>
        Assert.ThrowsAsync<DeliveryException>(() => delivery.FollowAsync(static () => { }, Cancellation));

    /// <summary>Returns the reports so far.</summary>
    public async Task<IReadOnlyList<NotificationReported>> ReportsAsync()
    {
        var reports = new List<NotificationReported>();
        await foreach (var record in Log.ReadToEndAsync(Topics.Notifications, null, Cancellation))
        {
            if (EventRecord.Is<NotificationReported>(record))
                reports.Add(Wire.Deserialize<NotificationReported>(record.Value));
        }
        return reports;
    }

    public async ValueTask DisposeAsync()
    {
        _factory.Dispose();
        await Log.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
