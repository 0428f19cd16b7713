using StreamBert.Alerting.Receivers;
using StreamBert.Contracts;
using StreamBert.Streaming.Log;
using StreamBert.Tests.Streaming.Log;

namespace StreamBert.Tests.Alerting.Delivery;

/// <summary>Tests that a receiver gets each message, in order and also after failures, and that people see what it does not get.</summary>
public sealed class ReceiverDeliveryTests
{
    [Fact]
    public async Task A_receiver_that_fails_and_hangs_gets_each_message_in_order()
    {
        await using var bench = await DeliveryBench.CreateAsync();
        await using var server = await ReceivingServer.StartAsync(500, ReceivingServer.Hang);
        var delivery = bench.CreateDelivery(DeliveryBench.Webhook(server.Url));
        await bench.RequestAsync("n-1", NotificationCauses.Firing);
        await bench.RequestAsync("n-2", NotificationCauses.Firing, "other");
        await bench.RequestAsync("n-3", NotificationCauses.Resolved);

        var failure = await DeliveryBench.FailAsync(delivery);
        Assert.Equal(("n-1", "alert.firing"), await server.NextAsync());
        var hanging = DeliveryBench.FailAsync(delivery);
        Assert.Equal(("n-1", "alert.firing"), await server.NextAsync());
        bench.Time.Advance(TimedReceiver.Timeout);
        var timeout = await hanging;
        await DeliveryBench.FollowAsync(delivery, 2);

        Assert.Equal("answered 500 Internal Server Error", failure.Message);
        Assert.Equal("did not respond within 15 s", timeout.Message);
        Assert.Equal(("n-1", "alert.firing"), await server.NextAsync());
        Assert.Equal(("n-3", "alert.resolved"), await server.NextAsync());
        Assert.True(server.IsEmpty);
        Assert.Equal(
            [("n-1", "retrying", 1), ("n-1", "retrying", 2), ("n-1", "delivered", 3), ("n-3", "delivered", 1)],
            (await bench.ReportsAsync()).Select(static report => (report.Id, report.State, report.Attempts)));
    }

    [Fact]
    public async Task A_message_whose_commit_failed_is_sent_again_with_the_same_id_and_then_never_again()
    {
        await using var bench = await DeliveryBench.CreateAsync();
        await using var server = await ReceivingServer.StartAsync();
        var options = DeliveryBench.Webhook(server.Url);
        await bench.RequestAsync("n-1", NotificationCauses.Firing);
        await using var crashing = new CrashingLog(bench.Log);

        await Assert.ThrowsAsync<LogUnavailableException>(
            () => bench.CreateDelivery(options, crashing).FollowAsync(static () => { }, DeliveryBench.Cancellation));
        await DeliveryBench.FollowAsync(bench.CreateDelivery(options), 1);
        await bench.RequestAsync("n-2", NotificationCauses.Resolved);
        await DeliveryBench.FollowAsync(bench.CreateDelivery(options), 1);

        Assert.Equal("n-1", (await server.NextAsync()).Id);
        Assert.Equal("n-1", (await server.NextAsync()).Id);
        Assert.Equal("n-2", (await server.NextAsync()).Id);
        Assert.True(server.IsEmpty);
    }

    [Fact]
    public async Task A_message_that_is_refused_for_ever_is_undeliverable_and_the_next_one_is_sent()
    {
        await using var bench = await DeliveryBench.CreateAsync();
        await using var server = await ReceivingServer.StartAsync(400);
        var delivery = bench.CreateDelivery(DeliveryBench.Webhook(server.Url));
        await bench.RequestAsync("n-1", NotificationCauses.Firing);

        await DeliveryBench.FollowAsync(delivery, 1);
        var degradation = Assert.Single(bench.Readiness.Degradations);
        await bench.RequestAsync("n-2", NotificationCauses.Firing);
        await DeliveryBench.FollowAsync(delivery, 1);

        Assert.Equal("receiver ops", degradation.Component);
        Assert.Equal(
            "A message to the receiver 'ops' (webhook) is undeliverable: the receiver answered 400 Bad Request. Later ones are sent.",
            degradation.Reason);
        Assert.Equal(
            [("n-1", "undeliverable", "answered 400 Bad Request"), ("n-2", "delivered", null)],
            (await bench.ReportsAsync()).Select(static report => (report.Id, report.State, report.Error)));
        Assert.Empty(bench.Readiness.Degradations);
    }

    [Fact]
    public async Task A_message_of_more_than_a_day_ago_is_undeliverable_with_the_last_error()
    {
        await using var bench = await DeliveryBench.CreateAsync();
        await using var server = await ReceivingServer.StartAsync(500);
        var delivery = bench.CreateDelivery(DeliveryBench.Webhook(server.Url));
        await bench.RequestAsync("n-1", NotificationCauses.Firing);

        await DeliveryBench.FailAsync(delivery);
        bench.Time.Advance(TimeSpan.FromDays(1));
        await DeliveryBench.FollowAsync(delivery, 1);

        var report = (await bench.ReportsAsync())[^1];
        Assert.Equal("undeliverable", report.State);
        Assert.Equal("did not accept it within a day; at last it answered 500 Internal Server Error", report.Error);
        Assert.Equal(["a-1"], report.Alerts);
    }

    [Fact]
    public async Task The_same_error_is_reported_once_and_shown_until_a_message_is_accepted()
    {
        await using var bench = await DeliveryBench.CreateAsync();
        await using var server = await ReceivingServer.StartAsync(500, 500, 404);
        var delivery = bench.CreateDelivery(DeliveryBench.Webhook(server.Url));
        await bench.RequestAsync("n-1", NotificationCauses.Firing);

        for (var attempt = 0; attempt < 3; attempt++)
            await DeliveryBench.FailAsync(delivery);
        var degradation = Assert.Single(bench.Readiness.Degradations);
        await DeliveryBench.FollowAsync(delivery, 1);

        Assert.StartsWith(
            "The receiver 'ops' (webhook) answered 404 Not Found. Its messages wait", degradation.Reason, StringComparison.Ordinal);
        Assert.Contains("'streambert alerts test ops'", degradation.Remedy, StringComparison.Ordinal);
        Assert.Equal(
            [("retrying", 1), ("retrying", 3), ("delivered", 4)],
            (await bench.ReportsAsync()).Select(static report => (report.State, report.Attempts)));
        Assert.Empty(bench.Readiness.Degradations);
    }

    [Fact]
    public async Task A_receiver_that_asks_to_wait_is_not_called_earlier()
    {
        await using var bench = await DeliveryBench.CreateAsync();
        await using var server = await ReceivingServer.StartAsync(503);
        server.RetryAfter = "120";
        var log = new JoinCountingLog(bench.Log);
        var delivery = bench.CreateDelivery(DeliveryBench.Webhook(server.Url), log);
        await bench.RequestAsync("n-1", NotificationCauses.Firing);

        await DeliveryBench.FailAsync(delivery);
        var waiting = DeliveryBench.FollowAsync(delivery, 1);
        bench.Time.Advance(TimeSpan.FromSeconds(119));
        Assert.Equal(1, log.Joins);
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        await waiting;

        Assert.Equal(2, log.Joins);
    }

    /// <summary>A log whose process ends before the first commit.</summary>
    private sealed class CrashingLog(IEventLog inner) : DelegatingLog(inner)
    {
        public override async Task<IGroupReader> JoinAsync(
            string group, IReadOnlyCollection<string> topics, CancellationToken cancellation, bool exclusive = false) =>
            new CrashingReader(await Inner.JoinAsync(group, topics, cancellation, exclusive));
    }

    private sealed class CrashingReader(IGroupReader inner) : IGroupReader
    {
        public event Action<AssignmentChange>? AssignmentChanged
        {
            add => inner.AssignmentChanged += value;
            remove => inner.AssignmentChanged -= value;
        }

        public int Generation => inner.Generation;

        public Task<ReadBatch> ReadAsync(int maxRecords, CancellationToken cancellation, int maxBytes = LogRecord.MaxReadBytes) =>
            inner.ReadAsync(maxRecords, cancellation, maxBytes);

        public Task CommitAsync(ReadBatch batch, IReadOnlyList<NewRecord> outputs, CancellationToken cancellation) =>
            throw new LogUnavailableException("The process ends here.");

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class JoinCountingLog(IEventLog inner) : DelegatingLog(inner)
    {
        public int Joins { get; private set; }

        public override Task<IGroupReader> JoinAsync(
            string group, IReadOnlyCollection<string> topics, CancellationToken cancellation, bool exclusive = false)
        {
            Joins++;
            return base.JoinAsync(group, topics, cancellation, exclusive);
        }
    }
}
