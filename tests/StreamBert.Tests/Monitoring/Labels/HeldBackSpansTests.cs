using StreamBert.Monitoring.Labels;

namespace StreamBert.Tests.Monitoring.Labels;

public sealed class HeldBackSpansTests
{
    [Theory]
    [InlineData(0, 8)]
    [InlineData(1, 8)]
    [InlineData(2, 4)]
    [InlineData(3, 2)]
    [InlineData(10, 2)]
    public void A_span_leaves_after_the_spans_of_its_scale_that_follow(int scale, int following)
    {
        var spans = HeldBackSpans.Create(10);
        var left = Enumerable.Range(1, 20).Select(number => spans.Exchange(scale, new() { Size = number }).Size).ToList();

        Assert.Equal(Enumerable.Range(1, 20).Select(number => (float)Math.Max(0, number - following)), left);
    }

    [Fact]
    public void Discarded_spans_never_leave()
    {
        var spans = HeldBackSpans.Create(3);
        for (var scale = 0; scale <= 3; scale++)
            spans.Exchange(scale, new() { Size = 1 });
        spans.Clear();

        Assert.All(Enumerable.Range(0, 20), number => Assert.Equal(0, spans.Exchange(number % 4, default).Size));
    }
}
