using StreamBert.Training.Annotators;

namespace StreamBert.Tests.Training.Annotators;

public sealed class AnnotatorAssessorTests
{
    private const string Liar = "annotator 1";

    [Theory]
    [InlineData(0.3, 5)]
    [InlineData(0.6, 8)]
    [InlineData(1.0, 8)]
    public void One_of_three_who_flips_labels_of_his_own_texts_is_named(double flipped, int atLeast) =>
        AssertNamed(atLeast, simulation => simulation.LabelOwnTexts(60, 0.05, flipped, 0.08));

    [Theory]
    [InlineData(0.3, 5)]
    [InlineData(0.6, 8)]
    [InlineData(1.0, 8)]
    public void One_of_three_who_flips_labels_of_the_same_texts_is_named(double flipped, int atLeast) =>
        AssertNamed(atLeast, simulation => simulation.LabelSameTexts(60, 0.05, flipped, 0.08));

    [Fact]
    public void Three_honest_annotators_are_hardly_ever_named()
    {
        var named = Enumerable.Range(0, 8).Count(static seed => IsAnyNamed(seed, static s => s.LabelOwnTexts(60, 0.05, 0.075, 0.1))
            || IsAnyNamed(seed, static s => s.LabelSameTexts(60, 0.05, 0.075, 0.1)));

        Assert.True(named <= 1, $"{named} of 16 assessments name an honest annotator; AnnotatorMeasurements expects 2 %");
    }

    [Fact]
    public void A_lone_annotator_is_not_named_but_his_contradictions_are_counted()
    {
        var simulation = new AnnotatorSimulation(1);

        var assessment = AnnotatorSimulation.Assess(simulation.LabelOwnTexts(60, 1.0));

        Assert.Empty(assessment.Unreliable);
        var report = Assert.Single(assessment.Annotators);
        Assert.True(report.Contradictions > 0.9 * report.ConfidentAnswers, $"{report}");
        Assert.NotEmpty(assessment.Slices);
    }

    [Fact]
    public void A_slice_of_contradictions_names_the_source_or_attribute_that_its_texts_have_more_often_than_others()
    {
        var labels = new AnnotatorSimulation(1).LabelOwnTexts(200, 1.0).Select(static label => label with
        {
            Slices = ["language=en", $"source={(label.Answer.Label == "positive" || label.Group % 9 == 0 ? "Wire" : "Blog")}"],
        });

        var slices = AnnotatorSimulation.Assess([.. labels]).Slices;

        Assert.All(slices, static slice => Assert.Equal(slice.Answer == "positive" ? "source=Wire" : "source=Blog", slice.Shared?.Slice));
        Assert.All(slices, static slice => Assert.InRange(slice.Shared!.Value.Count, slice.Count / 2, slice.Count));
    }

    [Fact]
    public void An_annotator_of_few_labels_is_not_judged()
    {
        var simulation = new AnnotatorSimulation(1);
        var labels = simulation.LabelOwnTexts(60, 0.05, 1.0).Where(static label => label.Annotator != Liar || label.Group < 75);

        Assert.Empty(AnnotatorSimulation.Assess([.. labels]).Unreliable);
    }

    [Fact]
    public void A_report_has_the_agreement_with_the_others()
    {
        var simulation = new AnnotatorSimulation(1);

        var assessment = AnnotatorSimulation.Assess(simulation.LabelSameTexts(60, 0, 1, 0));

        Assert.Equal([0.5, 0.0, 0.5], assessment.Annotators.Select(static annotator => annotator.Agreement!.Value));
        Assert.Equal([false, true, false], assessment.Annotators.Select(static annotator => annotator.Unreliable));
    }

    private static void AssertNamed(int atLeast, Func<AnnotatorSimulation, IReadOnlyList<JudgedLabel>> label)
    {
        var named = Enumerable.Range(0, 8).Select(seed => NamedBy(seed, label)).ToList();

        Assert.True(named.Count(static names => names.Contains(Liar)) >= atLeast, string.Join(' ', named.Select(static n => n.Count)));
        Assert.All(named, static names => Assert.DoesNotContain(names, static name => name != Liar));
    }

    private static bool IsAnyNamed(int seed, Func<AnnotatorSimulation, IReadOnlyList<JudgedLabel>> label) => NamedBy(seed, label).Count > 0;

    private static HashSet<string> NamedBy(int seed, Func<AnnotatorSimulation, IReadOnlyList<JudgedLabel>> label)
    {
        var simulation = new AnnotatorSimulation(seed);
        return [.. AnnotatorSimulation.Assess(label(simulation)).Unreliable.Select(static test => test.Annotator)];
    }
}
