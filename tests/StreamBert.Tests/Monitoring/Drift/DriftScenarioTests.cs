using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Backtesting;
using StreamBert.Monitoring.Scenarios;

namespace StreamBert.Tests.Monitoring.Drift;

/// <summary>Plays short scenarios through the whole monitor: three days of calm, and twelve hours in which the texts differ.</summary>
public sealed class DriftScenarioTests
{
    [Fact]
    public void A_drift_of_the_label_mix_names_the_labels_that_changed_and_shows_texts_of_the_one_that_grew()
    {
        var alert = Assert.Single(Run("label-mix-drift"), static alert => alert.Kind == AlertKinds.LabelDrift);

        Assert.Equal("topic", alert.Series.Head);
        var drift = alert.Drift!;
        Assert.Equal(("jensen-shannon", "last-good-week"), (drift.Measure, drift.Against));
        Assert.True(drift.Distance >= drift.Floor);
        Assert.True(drift.Observed["Energy"] > drift.Reference["Energy"] + 0.05);
        Assert.True(drift.Observed["Markets"] < drift.Reference["Markets"] - 0.05);
        Assert.Equal(1, drift.Observed.Values.Sum(), 5);
        Assert.True(drift.Psi > 0);
        Assert.True(drift.WindowCount >= 100);
        Assert.NotEmpty(alert.Examples);
        Assert.All(alert.Examples, static example => Assert.Equal("Energy", example.Label));
    }

    [Fact]
    public void A_drift_of_vocabulary_names_new_words_and_shows_texts_that_differ()
    {
        var alerts = Run("vocabulary-drift");

        var tokens = Assert.Single(alerts, static alert => alert.Kind == AlertKinds.TokenDrift);
        Assert.NotEmpty(tokens.Terms);
        var embeddings = Assert.Single(alerts, static alert => alert.Kind == AlertKinds.EmbeddingDrift);
        Assert.Equal("auc", embeddings.Drift!.Measure);
        Assert.NotEmpty(embeddings.Examples);
        Assert.NotEmpty(embeddings.Terms);
    }

    private static IReadOnlyList<AlertRaised> Run(string name)
    {
        var definition = ScenarioCatalog.Find(name)! with { Learn = TimeSpan.FromDays(3), Judged = TimeSpan.FromDays(1) };
        definition = definition with { Incident = definition.Incident! with { Length = TimeSpan.FromHours(12) } };
        var run = new ScenarioRun(definition, 1);
        var result = Backtest.Run(definition.Pipeline, new AnalysisOptions(), run.Predictions(), new() { To = run.Period.Whole.End });
        Assert.All(result.Raised, alert => Assert.True(alert.RaisedAt > run.Period.Incident!.Start));
        return result.Raised;
    }
}
