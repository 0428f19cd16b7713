using StreamBert.Model.Training.FineTuning;
using StreamBert.Tests.Model.Datasets.Duplicates;

namespace StreamBert.Tests.Model.Training.FineTuning;

public sealed class HeldOutSplitTests
{
    private const int Letters = 15;

    [Fact]
    public void A_text_is_held_out_together_with_its_twins_and_near_duplicates()
    {
        var (encoder, random) = (LetterEncoder.Create(), new Random(1));
        List<string> texts = [.. Enumerable.Range(0, 100).SelectMany(_ => Spellings(CreateText(random)))];

        var split = HeldOutSplit.Create(texts.Select(encoder.Encode), texts.ConvertAll(static _ => ""), 0.1);

        var (training, heldOut) = (split.GetTraining(texts), split.GetHeldOut(texts));
        Assert.Equal(texts.Order(), training.Concat(heldOut).Order());
        Assert.Equal(30, heldOut.Count);
        Assert.Empty(heldOut.Select(GetStem).Intersect(training.Select(GetStem)));
    }

    [Fact]
    public void Texts_for_validation_are_held_out_with_their_duplicates_in_any_case()
    {
        var (encoder, random) = (LetterEncoder.Create(), new Random(1));
        List<string> texts = [.. Enumerable.Range(0, 100).SelectMany(_ => Spellings(CreateText(random)))];
        List<bool> isHeldOut = [.. texts.Select(static (_, i) => i is 1 or 100)];

        var split = HeldOutSplit.Create(texts.Select(encoder.Encode), texts.ConvertAll(static _ => ""), 0.1, isHeldOut);

        var heldOut = split.GetHeldOut(texts);
        Assert.Empty(texts[..3].Concat(texts[99..102]).Except(heldOut));
        Assert.InRange(heldOut.Count, 30, 36);
    }

    [Fact]
    public void A_label_is_held_out_only_if_it_is_trained_too()
    {
        var (encoder, random) = (LetterEncoder.Create(), new Random(2));
        List<string> texts = [.. Enumerable.Range(0, 200).Select(_ => CreateText(random))];
        var labels = texts.Select(static (_, i) => i < 100 ? "frequent" : $"rare {i / 2}").ToList(); // 50 labels of two texts each

        var split = HeldOutSplit.Create(texts.Select(encoder.Encode), labels, 0.5);

        Assert.Equal(labels.Distinct().Order(), split.GetTraining(labels).Distinct().Order());
        Assert.InRange(split.GetHeldOut(labels).Count, 60, 100);
    }

    /// <summary>A text, a twin and a near-duplicate.</summary>
    private static string[] Spellings(string text) => [text, text.ToUpperInvariant(), $"{text} z"];

    private static string CreateText(Random random) =>
        string.Join(' ', Enumerable.Range(0, Letters).Select(_ => (char)('a' + random.Next(26))));

    private static string GetStem(string text) => text[..(2 * Letters - 1)].ToUpperInvariant();
}
