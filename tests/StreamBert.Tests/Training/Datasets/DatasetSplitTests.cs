using CsCheck;
using StreamBert.Model.Datasets;
using StreamBert.Training.Datasets;

namespace StreamBert.Tests.Training.Datasets;

public sealed class DatasetSplitTests
{
    private static readonly Gen<LabelledText[]> Examples =
        Gen.Select(
            Gen.String[Gen.Char["abc \t"], 0, 6],
            Gen.Int[0, 1].Select(static i => i == 0 ? "sentiment" : "topic"),
            Gen.Int[0, 1].Select(static i => i == 0 ? "x" : "y"))
            .Select(static (text, head, label) => new LabelledText(text, head, label)).Array[0, 60];

    private static readonly Gen<double> Shares = Gen.Double[0.05, 0.9];

    [Fact]
    public void Every_example_is_on_exactly_one_side() => Gen.Select(Examples, Shares).Sample(static (examples, share) =>
    {
        var split = DatasetSplit.Create(examples, share);
        Assert.Equal(examples.Order(ByText), split.Train.Concat(split.HeldOut).Order(ByText));
    });

    [Fact]
    public void No_text_is_on_both_sides_in_any_spelling() => Gen.Select(Examples, Shares).Sample(static (examples, share) =>
    {
        var split = DatasetSplit.Create(examples, share);
        Assert.Empty(Keys(split.Train).Intersect(Keys(split.HeldOut)));
    });

    [Fact]
    public void A_head_with_two_texts_has_some_on_both_sides() => Gen.Select(Examples, Shares).Sample(static (examples, share) =>
    {
        var one = examples.Where(static e => e.Head == "topic").ToList();
        if (Keys(one).Distinct().Count() < 2)
            return;
        var split = DatasetSplit.Create(one, share);
        Assert.NotEmpty(split.Train);
        Assert.NotEmpty(split.HeldOut);
    });

    [Fact]
    public void A_text_keeps_its_side_when_other_texts_are_added()
    {
        var early = Texts(200);
        var later = Texts(1000);

        var before = DatasetSplit.Create(early, 0.3);
        var after = DatasetSplit.Create(later, 0.3);

        Assert.Subset(Keys(after.HeldOut).ToHashSet(), Keys(before.HeldOut).ToHashSet());
        Assert.Subset(Keys(after.Train).ToHashSet(), Keys(before.Train).ToHashSet());
    }

    [Fact]
    public void About_the_configured_share_is_held_out() =>
        Assert.InRange(DatasetSplit.Create(Texts(5000), 0.3).HeldOut.Count, 1400, 1600);

    [Fact]
    public void A_group_that_was_evaluated_on_is_trained_on_and_no_group_is_on_both_sides() =>
        Gen.Select(Examples, Shares, Gen.Int[1, 8]).Sample(static (examples, share, count) =>
        {
            var groups = examples.Select((_, i) => i * 7 % count).ToList();
            var trained = new HashSet<int> { 0, 2 };
            var split = DatasetSplit.Create(examples, groups, trained, share);
            var grouped = examples.Zip(groups).ToLookup(static pair => pair.Second, static pair => pair.First);
            foreach (var group in grouped)
            {
                var heldOut = group.Count(example => split.HeldOut.Any(other => ReferenceEquals(other, example)));
                Assert.True(heldOut == 0 || (heldOut == group.Count() && !trained.Contains(group.Key)));
            }
        });

    private static readonly IComparer<LabelledText> ByText = Comparer<LabelledText>.Create(
        static (a, b) => string.CompareOrdinal($"{a}", $"{b}"));

    private static IReadOnlyList<LabelledText> Texts(int count) =>
        [.. Enumerable.Range(0, count).Select(static n => new LabelledText($"text number {n}", "sentiment", "neutral"))];

    private static IEnumerable<string> Keys(IEnumerable<LabelledText> examples) =>
        examples.Select(static e => TextNormalizer.Normalize(e.Text));
}
