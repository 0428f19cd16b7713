using StreamBert.Monitoring.Counts;

namespace StreamBert.Tests.Monitoring.Counts;

public sealed class TextSampleTests
{
    [Fact]
    public void The_sample_depends_on_the_texts_and_not_on_their_order()
    {
        var forward = Sample(Enumerable.Range(0, 200));
        var backward = Sample(Enumerable.Range(0, 200).Reverse());

        Assert.Equal(5, forward.Count);
        Assert.Equal(forward, backward);
    }

    [Fact]
    public void Every_text_has_the_same_probability()
    {
        var chosen = Enumerable.Range(0, 400)
            .SelectMany(static round => Sample(Enumerable.Range(round * 1000, 50)).Select(static id => int.Parse(id[1..], null) % 1000))
            .ToList();

        // 2,000 draws over 50 texts: 40 each, standard deviation 6.
        Assert.All(chosen.CountBy(static place => place), static count => Assert.InRange(count.Value, 15, 70));
    }

    [Fact]
    public void Long_texts_are_truncated_without_splitting_a_character()
    {
        var sample = new TextSample();
        sample.Add(Predictions.Text(default, text: string.Concat(Enumerable.Repeat("😀", 200))), "all", 5, []);

        var text = sample.Strata["all"][0].Text!;

        Assert.InRange(text.Length, 150, 160);
        Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    private static List<string> Sample(IEnumerable<int> ids)
    {
        var sample = new TextSample();
        foreach (var id in ids)
            sample.Add(Predictions.Text(default, id: $"t{id}"), "all", 5, []);
        return [.. sample.Strata["all"].Select(static text => text.Id)];
    }
}
