using StreamBert.Contracts;
using StreamBert.Inference.Records;

namespace StreamBert.Tests.Inference.Records;

public sealed class EventTimeClampTests
{
    [Fact]
    public void An_event_time_within_the_tolerance_is_not_changed()
    {
        var clamp = new EventTimeClamp(TimeSpan.FromSeconds(5));
        var text = new TextReceived { Id = "a", Text = "a", OccurredAt = InferenceBench.EventTime };

        Assert.Same(text, clamp.Apply(text, InferenceBench.EventTime.AddSeconds(-5), out var claimed));
        Assert.Null(claimed);
        Assert.Equal(
            InferenceBench.EventTime.AddSeconds(-6), clamp.Apply(text, InferenceBench.EventTime.AddSeconds(-6), out claimed).OccurredAt);
        Assert.Equal(InferenceBench.EventTime, claimed);
    }
}
