using System.Text.RegularExpressions;
using System.Xml.Linq;
using StreamBert.Cli.Evaluation.Outcomes;
using StreamBert.Cli.Evaluation.Reports;
using StreamBert.Cli.ModelCards;
using StreamBert.Cli.ModelCards.Contents;
using StreamBert.Cli.ModelCards.Pages;
using StreamBert.Model.Classification;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Manifests;

namespace StreamBert.Tests.Cli.ModelCards.Pages;

public sealed partial class ModelCardPageTests
{
    private const int ManyLabels = 77;

    [Fact]
    public void The_page_loads_nothing_and_its_charts_are_well_formed()
    {
        var page = ModelCardPage.Create(Card(ManyLabels));

        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        var charts = Svg().Matches(page).Select(static match => XDocument.Parse(match.Value)).ToList();
        Assert.Equal(3, charts.Count); // confusion, reliability, coverage
        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
    }

    /// <summary>Every label names its row and its column, every cell says what it counts, and all are within the picture.</summary>
    [Fact]
    public void A_confusion_matrix_of_77_labels_is_readable()
    {
        var chart = XDocument.Parse(Svg().Match(ModelCardPage.Create(Card(ManyLabels))).Value).Root!;

        var texts = chart.Elements().Where(static one => one.Name.LocalName == "text").Select(static text => text.Value).ToList();
        Assert.All(Labels(ManyLabels), label => Assert.Equal(2, texts.Count(text => text == label)));
        var cells = chart.Elements().Where(static one => one.Name.LocalName == "rect").ToList();
        Assert.Equal((ManyLabels, ManyLabels), (Count("hit"), Count("miss")));
        Assert.All(cells, static cell => Assert.InRange((double)cell.Attribute("width")!, 8, 44));
        Assert.Contains(cells, static cell => cell.Value == "label 3 answered label 4: 1 of 3");
        var width = double.Parse(((string)chart.Attribute("viewBox")!).Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);
        Assert.All(cells, cell => Assert.InRange((double)cell.Attribute("x")! + (double)cell.Attribute("width")!, 0, width));

        int Count(string style) => cells.Count(cell => (string)cell.Attribute("class")! == style);
    }

    [Fact]
    public void What_was_not_measured_is_stated_with_the_command_that_measures_it()
    {
        var page = ModelCardPage.Create(Card(3));

        Assert.Contains("not measured", page, StringComparison.Ordinal);
        Assert.Contains("--opacity --members TRAINING-FILE --save", page, StringComparison.Ordinal);
        Assert.Contains("not been measured whether the model treats groups of people alike", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_are_encoded()
    {
        var card = Card(3) with { Version = "<b>&\u202e", License = "<script>" };

        var page = ModelCardPage.Create(card);

        Assert.Contains("Model card of &lt;b&gt;&amp;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', page);
    }

    [Fact]
    public void Facts_of_an_imported_card_are_encoded()
    {
        var card = Card(3);
        var evaluation = card.Evaluations[0];
        card = card with
        {
            Evaluations =
            [
                evaluation with
                {
                    Report = evaluation.Report with { Data = "<img src=1>" },
                    Details = evaluation.Details! with { DataSha256 = "<img src=2>" },
                },
            ],
        };

        Assert.DoesNotContain("<img", ModelCardPage.Create(card), StringComparison.Ordinal);
    }

    /// <summary>Two of three texts of each label are answered right, the third with the next label.</summary>
    private static ModelCard Card(int labels)
    {
        var names = Labels(labels);
        EvaluatedText[] texts = [.. names.SelectMany((name, i) => Enumerable.Range(0, 3).Select(k =>
            new EvaluatedText(name, k < 2 ? name : names[(i + 1) % labels], k < 2 ? 0.9 : 0.4)))];
        var head = new HeadManifest { Name = "topic", Labels = names };
        var classes = names.Index().ToDictionary(static name => name.Item, static name => name.Index);
        var evaluation = new HeadEvaluation(
            "v1", new HeadInfo("topic", names, HeadTask.SingleLabel), ReportBuilder.Build("topic", "test.csv", names, texts))
        {
            Outcomes = texts,
            Units = [.. texts.Select(text => EvaluationUnit.FromText(text, classes))],
            Classes = labels,
        };
        return ModelCardStore.Complete(new()
        {
            Version = "v1",
            Architecture = "BertModel 2×8",
            Parameters = 1000,
            SizeBytes = 4000,
            Sha256 = "abc",
            MaxTokens = 64,
            Heads = [head],
            Evaluations = [EvaluationRecord.Of(new(evaluation))],
        });
    }

    private static string[] Labels(int count) => [.. Enumerable.Range(0, count).Select(static i => $"label {i}")];

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Svg();
}
