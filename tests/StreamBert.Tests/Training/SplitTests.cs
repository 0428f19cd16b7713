using CsCheck;
using StreamBert.Model;
using StreamBert.Training.Datasets;

namespace StreamBert.Tests.Training;

public sealed class SplitTests
{
    private static readonly Gen<LabelledText[]> Examples =
        Gen.Select(
            Gen.String[Gen.Char["abc \t"], 0, 6],
            Gen.Int[0, 1].Select(static i => i == 0 ? "sentiment" : "topic"),
            Gen.Int[0, 1].Select(static i => i == 0 ? "x" : "y"))
            .Select(static (text, head, label) => new LabelledText(text, head, label)).Array[0, 60];

    private static readonly Gen<double> Shares = Gen.Double[0.05, 0.9];

    [Fact]
    public void Every_example_stands_on_exactly_one_side() => Gen.Select(Examples, Shares).Sample(static (examples, share) =>
    {
        var split = Split.Of(examples, share);
        Assert.Equal(examples.Order(ByText), split.Train.Concat(split.HeldOut).Order(ByText));
    });

    [Fact]
    public void No_text_stands_on_both_sides_however_it_is_written() => Gen.Select(Examples, Shares).Sample(static (examples, share) =>
    {
        var split = Split.Of(examples, share);
        Assert.Empty(Keys(split.Train).Intersect(Keys(split.HeldOut)));
    });

    [Fact]
    public void A_head_with_two_texts_has_some_on_both_sides() => Gen.Select(Examples, Shares).Sample(static (examples, share) =>
    {
        var one = examples.Where(static e => e.Head == "topic").ToList();
        if (Keys(one).Distinct().Count() < 2)
            return;
        var split = Split.Of(one, share);
        Assert.NotEmpty(split.Train);
        Assert.NotEmpty(split.HeldOut);
    });

    [Fact]
    public void A_text_keeps_its_side_when_others_come()
    {
        var early = Texts(200);
        var later = Texts(1000);

        var before = Split.Of(early, 0.3);
        var after = Split.Of(later, 0.3);

        Assert.Subset(Keys(after.HeldOut).ToHashSet(), Keys(before.HeldOut).ToHashSet());
        Assert.Subset(Keys(after.Train).ToHashSet(), Keys(before.Train).ToHashSet());
    }

    [Fact]
    public void About_the_wanted_share_is_held_out() =>
        Assert.InRange(Split.Of(Texts(5000), 0.3).HeldOut.Count, 1400, 1600);

    [Fact]
    public void The_draw_of_a_text_is_the_same_on_every_machine() =>
        Assert.Equal(0.8342008521323202, TextKey.Draw("oil prices rise"));

    [Fact]
    public void Case_and_white_space_do_not_make_another_text() =>
        Assert.Equal(TextKey.Of("Oil prices rise"), TextKey.Of("  oil\tPRICES \n rise "));

    private static readonly IComparer<LabelledText> ByText = Comparer<LabelledText>.Create(
        static (a, b) => string.CompareOrdinal($"{a}", $"{b}"));

    private static IReadOnlyList<LabelledText> Texts(int count) =>
        [.. Enumerable.Range(0, count).Select(static n => new LabelledText($"text number {n}", "sentiment", "neutral"))];

    private static IEnumerable<string> Keys(IEnumerable<LabelledText> examples) => examples.Select(static e => TextKey.Of(e.Text));
}
