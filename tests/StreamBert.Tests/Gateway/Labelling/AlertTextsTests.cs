using StreamBert.Contracts;
using StreamBert.Gateway.Labelling;
using static StreamBert.Tests.Gateway.Labelling.LabellingPredictions;

namespace StreamBert.Tests.Gateway.Labelling;

/// <summary>Tests which texts are behind an alert.</summary>
public sealed class AlertTextsTests
{
    [Fact]
    public void Examples_come_first_then_the_label_of_the_alert_then_the_rest_of_the_window()
    {
        TextClassified[] predictions =
        [
            Create("good", 0.9), Create("bad", 0.1), Create("example", 0.9) with { OccurredAt = Noon.AddDays(-1) },
            Create("before", 0.1) with { OccurredAt = Noon.AddMinutes(-1) }, Create("after", 0.1) with { OccurredAt = Noon.AddMinutes(10) },
        ];

        var found = AlertTexts.Find(Alert(SeriesKey.All), predictions).ToList();

        Assert.Equal(["example", "bad", "good"], found.Select(static candidate => candidate.Prediction.Id));
        Assert.Equal("an example of the alert 'More bad texts', answered good", found[0].Reason);
    }

    [Theory]
    [InlineData("quality=bad", "bad")]
    [InlineData("region=north", "north")]
    [InlineData("source=mail", "mail")]
    [InlineData("entity=ORG:acme", "acme")]
    [InlineData("region=(other)", null)]
    public void Only_texts_of_the_segment_are_behind_it(string segment, string? expected)
    {
        TextClassified[] predictions =
        [
            Create("bad", 0.1), Create("north", 0.9) with { Attributes = new Dictionary<string, string> { ["region"] = "north" } },
            Create("mail", 0.9) with { Source = "mail" },
            Create("acme", 0.9) with
            {
                Entities = [new("ORG", 0, 4, 0.9, "entities") { Text = "Acme" }, new("ORG", 5, 9, 0.9, "entities")],
            },
        ];

        var found = AlertTexts.Find(Alert(segment) with { Examples = [] }, predictions).Select(static candidate => candidate.Prediction.Id);

        Assert.Equal(expected is null ? [] : [expected], found);
    }

    [Fact]
    public void The_texts_of_an_alert_about_all_heads_are_those_of_its_window_with_their_least_certain_head()
    {
        var alert = Alert(SeriesKey.All) with { Series = new("p", SeriesKey.AllHeads, SeriesKey.All), Label = null, Examples = [] };
        var prediction = Create("good", 0.9);
        var uncertain = prediction.Heads["quality"] with { Confidence = 0.4 };

        var found = AlertTexts.Find(alert, [prediction with
        {
            Heads = new Dictionary<string, HeadPrediction>(prediction.Heads) { ["tone"] = uncertain },
        }]);

        Assert.Equal("tone", Assert.Single(found).Head);
    }

    [Theory]
    [InlineData(AlertKinds.LabelSurge, 40, true)]
    [InlineData(AlertKinds.EmbeddingDrift, 40, true)]
    [InlineData(AlertKinds.VolumeSilence, 0, false)]
    [InlineData(AlertKinds.ModelRefused, 1, false)]
    [InlineData(AlertKinds.RolloutRolledBack, 200, false)]
    [InlineData(AlertKinds.CardinalityLimit, 1_000, false)]
    public void Alerts_about_versions_limits_and_silence_have_no_texts(string kind, int count, bool mayExist) =>
        Assert.Equal(mayExist, AlertTexts.MayExist(Alert(SeriesKey.All) with { Kind = kind, Count = count }));

    private static AlertRaised Alert(string segment) => new()
    {
        Id = "a",
        Fingerprint = "a",
        Kind = AlertKinds.LabelSurge,
        Series = new("p", "quality", segment),
        Label = "bad",
        Severity = "warning",
        Title = "More bad texts",
        Message = "…",
        Window = new(Noon, Noon.AddMinutes(10)),
        RaisedAt = Noon.AddMinutes(10),
        Value = 0.5,
        Baseline = 0.2,
        Unit = "share",
        Count = 40,
        Evidence = 0.001,
        EvidenceKind = "p-value",
        Examples = [new("example", "text", "good", 0.9)],
    };
}
