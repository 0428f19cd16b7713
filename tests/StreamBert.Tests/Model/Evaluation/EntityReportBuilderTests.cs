using StreamBert.Contracts;
using StreamBert.Model.Evaluation;

namespace StreamBert.Tests.Model.Evaluation;

public sealed class EntityReportBuilderTests
{
    /// <summary>The example of seqeval's documentation.</summary>
    [Fact]
    public void An_entity_with_a_wrong_start_is_a_false_positive_and_a_false_negative()
    {
        var report = Report(
            ("O O O B-MISC I-MISC I-MISC O", "O O B-MISC I-MISC I-MISC I-MISC O"),
            ("B-PER I-PER O", "B-PER I-PER O"));

        Assert.Equal([new("MISC", 0, 0, 0, 1), new("PER", 1, 1, 1, 1)], report.Classes);
        Assert.Equal(new AverageMetrics(0.5, 0.5, 0.5), report.Micro);
        Assert.Equal(new AverageMetrics(0.5, 0.5, 0.5), report.Macro);
        Assert.Equal(new AverageMetrics(0.5, 0.5, 0.5), report.Weighted);
        Assert.Equal(0.8, report.Accuracy);
        Assert.Equal(2, report.Count);
    }

    /// <summary>
    /// By hand: 1 of 2 predicted entities is correct, 1 of 4 true ones is found; PER is correct although it begins with I.
    /// </summary>
    [Fact]
    public void Averages_are_weighted_by_entities_types_or_supports()
    {
        var report = Report(("B-PER I-PER O B-LOC B-LOC", "I-PER I-PER O I-ORG O"), ("B-ORG", "O"));

        Assert.Equal([new("LOC", 0, 0, 0, 2), new("ORG", 0, 0, 0, 1), new("PER", 1, 1, 1, 1)], report.Classes);
        Assert.Equal((1 / 2.0, 1 / 4.0, 1 / 3.0), (report.Micro.Precision, report.Micro.Recall, report.Micro.F1));
        Assert.Equal((1 / 3.0, 1 / 4.0), (report.Macro.F1, report.Weighted.F1));
    }

    [Fact]
    public void The_word_table_counts_every_tag_separately()
    {
        var words = Report(("B-PER I-PER O B-LOC B-LOC", "I-PER I-PER O I-ORG O"), ("B-ORG", "O")).Words!;

        Assert.Equal((6, 2 / 6.0), (words.Count, words.Accuracy));
        Assert.Equal(new ClassMetrics("I-PER", 0.5, 1, 2 / 3.0, 1), words.Classes.Single(static tag => tag.Label == "I-PER"));
        Assert.Equal(new ClassMetrics("O", 1 / 3.0, 1, 0.5, 1), words.Classes.Single(static tag => tag.Label == "O"));
        Assert.Equal(new ClassMetrics("B-LOC", 0, 0, 0, 2), words.Classes.Single(static tag => tag.Label == "B-LOC"));
    }

    [Fact]
    public void Without_any_entity_all_figures_are_zero() => Assert.Equal(new AverageMetrics(0, 0, 0), Report(("O", "O")).Micro);

    private static ClassificationReport Report(params (string Actual, string Predicted)[] sentences) => EntityReportBuilder.Build(
        "entities", "data", ["O", "B-LOC", "I-LOC", "B-MISC", "I-MISC", "B-ORG", "I-ORG", "B-PER", "I-PER"],
        [.. sentences.Select(static sentence => new EvaluatedSentence(
            sentence.Actual.Split(' '),
            [.. sentence.Predicted.Split(' ').Select(static tag => new PredictedTag(tag, 0.9, 0.8))]))]);
}
