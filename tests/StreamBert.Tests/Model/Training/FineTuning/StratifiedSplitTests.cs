using StreamBert.Model.Training.FineTuning;

namespace StreamBert.Tests.Model.Training.FineTuning;

public sealed class StratifiedSplitTests
{
    [Fact]
    public void Each_label_has_its_share_and_texts_that_read_identically_stay_together()
    {
        // 200 texts of label 0 in pairs of twins, 100 of label 1, 10 of label 2, a single one of label 3.
        List<(int[] Ids, int Label)> examples =
        [
            .. Enumerable.Range(0, 200).Select(static i => (new[] { 1, i / 2 }, 0)),
            .. Enumerable.Range(0, 100).Select(static i => (new[] { 2, i }, 1)),
            .. Enumerable.Range(0, 10).Select(static i => (new[] { 3, i }, 2)), (new[] { 4 }, 3),
        ];

        var (training, validation) = Split(examples, seed: 1);

        Assert.Equal([20, 10, 1], validation.CountBy(static text => text.Label).Select(static count => count.Value));
        Assert.Equal(examples.Count, training.Count + validation.Count);
        Assert.Empty(training.Select(Key).Intersect(validation.Select(Key)));
        Assert.Equal(validation, Split(examples, seed: 1).Validation);
        Assert.NotEqual(validation, Split(examples, seed: 2).Validation);
    }

    private static string Key((int[] Ids, int Label) example) => string.Join(' ', example.Ids);

    private static (List<(int[] Ids, int Label)> Training, List<(int[] Ids, int Label)> Validation) Split(
        List<(int[] Ids, int Label)> examples, int seed) =>
        StratifiedSplit.Split(examples, static text => text.Ids, static text => text.Label, share: 0.1, seed);
}
