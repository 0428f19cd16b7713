using System.Globalization;
using StreamBert.Contracts;

namespace StreamBert.Tests.Contracts;

public sealed class RandomSampleTests
{
    private const int Every = 500, Texts = 500_000;

    [Fact]
    public void One_id_in_500_is_chosen_whatever_the_ids_look_like()
    {
        // 1,000 are expected with a binomial standard deviation of 31.6; four of them are exceeded once in 16,000 samples.
        Assert.All(
            new Func<int, string>[]
            {
                static number => number.ToString(CultureInfo.InvariantCulture), static number => $"t-{number:d9}",
                static number => $"{number * 2654435761u:x8}-4e5f", static number => new string('x', number % 97) + number / 97,
            },
            static id => Assert.InRange(Enumerable.Range(0, Texts).Count(number => RandomSample.Contains(id(number), Every)), 874, 1126));
    }

    [Fact]
    public void The_same_ids_are_chosen_always()
    {
        var chosen = Enumerable.Range(0, 2000).Where(static number => RandomSample.Contains($"t-{number}", Every));

        Assert.Equal([365, 649, 867, 1120, 1123], chosen.Take(5));
    }

    [Fact]
    public void The_gaps_between_chosen_ids_are_geometric()
    {
        // The mean square of a geometric gap with p = 1/500 is (2 − p)/p² = 499,500; a pattern in the ids would change it.
        var chosen = Enumerable.Range(0, Texts).Where(static number => RandomSample.Contains($"t-{number}", Every)).ToList();
        var gaps = chosen.Zip(chosen.Skip(1), static (before, after) => (double)(after - before)).ToList();

        Assert.InRange(gaps.Average(static gap => gap * gap), 400_000, 600_000);
    }

    [Fact]
    public void Every_text_or_none_can_be_chosen()
    {
        Assert.True(RandomSample.Contains("any", 1));
        Assert.False(RandomSample.Contains("any", 0));
    }
}
