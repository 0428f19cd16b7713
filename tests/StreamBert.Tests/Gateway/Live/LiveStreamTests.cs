using StreamBert.Contracts;
using StreamBert.Gateway.Live;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.State.Queries;
using StreamBert.Tests.Streaming.State;

namespace StreamBert.Tests.Gateway.Live;

public sealed class LiveStreamTests
{
    [Fact]
    public void A_subscriber_receives_the_selected_events_in_order()
    {
        var stream = new LiveEventHub();
        using var all = stream.Subscribe();
        using var chats = stream.Subscribe(new("support-chat"));
        using var alerts = stream.Subscribe(new(Types: new HashSet<string> { LiveEventTypes.AlertRaised }));

        Publish(stream, 1, Some.Prediction("news"));
        Publish(stream, 2, Some.Prediction("chat", pipeline: "support-chat"));
        Publish(stream, 3, Some.Alert("a"));
        Publish(stream, 4, Some.Promotion("default-v2", null));

        Assert.Equal(["predictions/0/1", "predictions/0/2", "predictions/0/3", "predictions/0/4"], Read(all));
        Assert.Equal(["predictions/0/2", "predictions/0/4"], Read(chats));
        Assert.Equal(["predictions/0/3"], Read(alerts));
    }

    [Fact]
    public void A_slow_subscriber_loses_its_oldest_events_and_knows_their_number()
    {
        var stream = new LiveEventHub();
        using var slow = stream.Subscribe(capacity: 3);
        using var quick = stream.Subscribe();

        for (var offset = 0; offset < 10; offset++) Publish(stream, offset, Some.Prediction("a"));

        Assert.Equal(["predictions/0/7", "predictions/0/8", "predictions/0/9"], Read(slow));
        Assert.Equal(7, slow.Dropped);
        Assert.Equal(10, Read(quick).Count);
    }

    [Fact]
    public void The_queue_of_a_slow_subscriber_stays_within_its_memory_limit()
    {
        var stream = new LiveEventHub();
        using var slow = stream.Subscribe();

        for (var offset = 0; offset < 100; offset++) stream.Publish(LiveEvent.From(Logged(offset, 200_000))!);

        Assert.InRange(slow.Bytes, 1, LiveSubscription.DefaultMaxBytes);
        var read = Read(slow);
        Assert.Equal("predictions/0/99", read[^1]);
        Assert.Equal((100, 0L), (read.Count + slow.Dropped, slow.Bytes));
    }

    [Fact]
    public void A_large_event_is_reduced_with_a_note()
    {
        var shown = (TextClassified)LiveEvent.From(Logged(1, 1_700_000))!.Payload;

        Assert.Equal((null, 0), (shown.Text, shown.Attributes.Count));
        Assert.Contains("1,700,000", Assert.Single(shown.Notes!), StringComparison.Ordinal);
    }

    /// <summary>A prediction whose record has that many bytes.</summary>
    private static LoggedEvent Logged(long offset, int bytes) => new(
        new(new(Topics.Predictions, 0, offset), null, new byte[bytes], new Dictionary<string, byte[]>(), DateTimeOffset.UnixEpoch), Some
            .Prediction($"{offset}"));

    [Fact]
    public void A_disposed_subscription_completes_and_is_removed()
    {
        var stream = new LiveEventHub();
        var subscription = stream.Subscribe();
        subscription.Dispose();
        Publish(stream, 0, Some.Prediction("a"));

        Assert.Equal(0, stream.Subscribers);
        Assert.True(subscription.Reader.Completion.IsCompleted);
    }

    [Fact]
    public void A_dead_letter_is_published_without_its_bytes()
    {
        var live = LiveEvent.From(StateParts.Logged(Topics.DeadLetter, 3, Some.DeadLetter()))!;

        Assert.Equal(("dead-letter/0/3", LiveEventTypes.DeadLetter), (live.Id, live.Type));
        Assert.IsType<DeadLetterSummary>(live.Payload);
    }

    private static void Publish(LiveEventHub stream, long offset, object item) =>
        stream.Publish(LiveEvent.From(StateParts.Logged(Topics.Predictions, offset, item))!);

    private static List<string> Read(LiveSubscription subscription)
    {
        var ids = new List<string>();
        while (subscription.Reader.TryRead(out var live)) ids.Add(live.Id);
        return ids;
    }
}
