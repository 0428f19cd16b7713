using StreamBert.Monitoring.Labels;

namespace StreamBert.Tests.Monitoring.Labels;

/// <summary>The oracle is the sum over the windows themselves.</summary>
public sealed class SpanBlocksTests
{
    private const int Scales = 5;

    private readonly Random _random = new(1);
    private readonly List<SpanSums> _windows = [];
    private readonly SpanBlocks _blocks = SpanBlocks.Create(Scales);

    [Fact]
    public void A_span_is_the_sum_of_its_windows_and_moves_by_half_of_its_length()
    {
        var moved = new int[Scales + 1];
        for (var window = 0; window < 256; window++)
        {
            var largest = Add();
            for (var scale = 0; scale <= largest; scale++)
                moved[scale]++;
            AssertSums();
        }

        Assert.Equal([256, 256, 128, 64, 32, 16], moved);
    }

    [Fact]
    public void A_revision_changes_the_spans_that_contain_the_window()
    {
        for (var window = 0; window < 77; window++)
            Add();
        for (var index = 70; index < 77; index++)
        {
            var change = new SpanSums { Size = 3, Amount = 2, Texts = 5 };
            var scales = _blocks.Revise(index, change);
            _windows[index] += change;

            AssertSums();
            Assert.Equal(Enumerable.Range(0, Scales + 1).Where(scale => Contains(scale, index)), scales);
        }
    }

    [Fact]
    public void After_a_gap_the_spans_start_again()
    {
        for (var window = 0; window < 16; window++)
            Add();
        _blocks.Add(40, new() { Size = 7 });

        Assert.Equal(7, _blocks.At(0).Size);
        Assert.All(Enumerable.Range(1, Scales), scale => Assert.InRange(_blocks.At(scale).Size, 0, 7));
        Assert.True(_blocks.IsComplete(0));
        Assert.False(_blocks.IsComplete(1));
    }

    private int Add()
    {
        var sums = new SpanSums { Size = _random.Next(20), Amount = _random.Next(5), Texts = _random.Next(30) };
        _windows.Add(sums);
        return _blocks.Add(_windows.Count - 1, sums);
    }

    private void AssertSums()
    {
        for (var scale = 0; scale <= Scales; scale++)
        {
            var end = (int)_blocks.EndOf(scale);
            var (sum, later) = (Sum(end - (1 << scale), end), Sum(end - Math.Max(1, 1 << scale >> 1), end));
            Assert.Equal((sum.Size, sum.Amount, sum.Texts), Of(_blocks.At(scale)));
            Assert.Equal((later.Size, later.Amount, later.Texts), Of(_blocks.LaterHalf(scale)));
        }
    }

    private bool Contains(int scale, int index) => index < _blocks.EndOf(scale) && index >= _blocks.EndOf(scale) - (1 << scale);

    private SpanSums Sum(int start, int end)
    {
        SpanSums sum = default;
        for (var window = Math.Max(0, start); window < end; window++)
            sum += _windows[window];
        return sum;
    }

    private static (float, float, float) Of(SpanSums sums) => (sums.Size, sums.Amount, sums.Texts);
}
