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
        var text = TextSample.Sample(Predictions.Text(default, text: string.Concat(Enumerable.Repeat("😀", 200))), []).Text!;

        Assert.InRange(text.Length, 150, 160);
        Assert.DoesNotContain('\uFFFD', System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void A_story_is_in_the_sample_once_with_its_number_of_copies_in_any_order()
    {
        var random = new Random(4);
        var texts = Enumerable.Range(0, 30).SelectMany(static story => Enumerable.Range(0, 1 + story % 4)
            .Select(copy => Predictions.Text(default, id: $"t{story}-{copy}") with { Story = $"{story:x4}{story * 7919:x12}" })).ToArray();
        string Sample()
        {
            random.Shuffle(texts);
            List<SampledText> stratum = [];
            foreach (var text in texts)
                TextSample.Add(stratum, TextSample.Sample(text, []), 8);
            return string.Join(' ', stratum.Take(8).Select(static text => $"{text.Id}*{text.Copies}"));
        }

        var sample = Assert.Single(Enumerable.Range(0, 20).Select(_ => Sample()).Distinct());

        Assert.All(sample.Split(' '), static text =>
        {
            var story = int.Parse(text[1..text.IndexOf('-', StringComparison.Ordinal)], null);
            Assert.EndsWith($"-0*{1 + story % 4}", text, StringComparison.Ordinal);
        });
    }

    private static List<string> Sample(IEnumerable<int> ids)
    {
        List<SampledText> stratum = [];
        foreach (var id in ids)
            TextSample.Add(stratum, TextSample.Sample(Predictions.Text(default, id: $"t{id}"), []), 5);
        return [.. stratum.Take(5).Select(static text => text.Id)];
    }
}
