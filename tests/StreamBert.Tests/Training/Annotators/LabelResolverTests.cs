using StreamBert.Training.Annotators;

namespace StreamBert.Tests.Training.Annotators;

public sealed class LabelResolverTests
{
    [Fact]
    public void Labels_that_nobody_contradicts_stay_as_they_are() =>
        Assert.Equal(
            ["a", "b"],
            LabelResolver.Resolve([new(0, "anna", "a"), new(0, "ben", "a"), new(1, "ben", "b")]).OrderBy(static item => item.Key)
                .Select(static item => item.Value));

    [Fact]
    public void Two_annotators_of_equal_reliability_who_disagree_decide_nothing() =>
        Assert.Null(LabelResolver.Resolve([new(0, "anna", "a"), new(0, "ben", "b")])[0]);

    [Fact]
    public void Two_of_three_decide() =>
        Assert.Equal("a", LabelResolver.Resolve([new(0, "anna", "a"), new(0, "ben", "b"), new(0, "carl", "a")])[0]);

    [Fact]
    public void The_annotator_who_agrees_with_the_others_more_often_decides_against_one_who_does_not()
    {
        // Carl agrees with Anna on ten texts and with Ben on none of ten, so Anna weighs more than Ben.
        List<Annotation> annotations =
        [
            .. Enumerable.Range(0, 10).SelectMany(static i => new Annotation[] { new(i, "anna", "a"), new(i, "carl", "a") }),
            .. Enumerable.Range(10, 10).SelectMany(static i => new Annotation[] { new(i, "ben", "b"), new(i, "carl", "a") }),
            new(20, "anna", "a"), new(20, "ben", "b"),
        ];

        Assert.Equal("a", LabelResolver.Resolve(annotations)[20]);
    }

    [Fact]
    public void Where_many_texts_have_three_labels_four_who_label_at_random_do_not_outvote_two_good_annotators()
    {
        var random = new Random(5);
        var truth = Enumerable.Range(0, 300).Select(_ => $"{random.Next(3)}").ToArray();
        List<Annotation> annotations =
        [
            .. truth.Index().SelectMany(item => new Annotation[]
            {
                new(item.Index, "good", random.NextDouble() < 0.95 ? item.Item : "0"),
                new(item.Index, "fair", random.NextDouble() < 0.8 ? item.Item : $"{random.Next(3)}"),
                new(item.Index, "random", $"{random.Next(3)}"), new(item.Index, "guessing", $"{random.Next(3)}"),
                new(item.Index, "tired", $"{random.Next(3)}"), new(item.Index, "bored", $"{random.Next(3)}"),
            }),
        ];

        var resolved = LabelResolver.Resolve(annotations);

        var majority = truth.Index().Count(item => annotations.Where(annotation => annotation.Item == item.Index)
            .CountBy(static annotation => annotation.Label).MaxBy(static label => label.Value).Key == item.Item);
        var right = truth.Index().Count(item => resolved[item.Index] == item.Item);
        Assert.True(right > 270 && right > majority + 10, $"{right} of 300 are right, by a simple majority {majority}");
    }
}
