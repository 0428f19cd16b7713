using StreamBert.Contracts;
using StreamBert.Monitoring.Analysis;
using StreamBert.Monitoring.Assessments;
using StreamBert.Monitoring.Backtesting;
using StreamBert.Monitoring.Inputs;
using StreamBert.Monitoring.Scenarios;
using StreamBert.Monitoring.Scenarios.Streams;
using StreamBert.Monitoring.Scenarios.Suites;

namespace StreamBert.Tests.Monitoring.Scenarios.Suites;

public sealed class RealisedAccuracyTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 11, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0.70, 0.80, 1)] // three of four predictions of the hour are correct
    [InlineData(0.76, 0.90, 0)]
    public void An_interval_is_compared_with_the_share_of_correct_predictions_of_its_hour(double low, double high, long covered)
    {
        var realised = new RealisedAccuracy(Start);
        var texts = Enumerable.Range(0, 8).Select(static number => Text(number / 4, isCorrect: number is not (2 or 5 or 6)));
        Assert.Equal(8, realised.Observe(texts).Count());

        realised.Compare(Report(hour: 0, SeriesKey.All, low, high));
        realised.Compare(Report(hour: 1, "topic=Energy", low, high));

        Assert.Equal(new(1, covered), realised.Coverage);
    }

    [Fact]
    public void Hours_of_the_learning_period_do_not_count()
    {
        var realised = new RealisedAccuracy(Start.AddHours(1));
        Assert.Single(realised.Observe([Text(0, isCorrect: true)]));

        realised.Compare(Report(hour: 0, SeriesKey.All, 0.5, 1));

        Assert.Equal(default, realised.Coverage);
    }

    [Fact]
    public void The_random_sample_is_labelled_with_the_true_labels_right_after_its_prediction()
    {
        var scenario = ScenarioCatalog.Find("independent")!;
        var run = new ScenarioRun(scenario, 3, TimeSpan.FromHours(1));
        var texts = run.Generate().Take(3000).ToDictionary(static text => text.Prediction.Id);

        var inputs = new LabelledInputs(scenario.Pipeline).Of(texts.Values, new() { To = run.Period.Whole.End }).ToList();

        var labels = inputs.OfType<MonitorInput.Feedback>().Select(static input => input.Value).ToList();
        Assert.Equal(2 * texts.Keys.Count(static id => RandomSample.Contains(id, 500)), labels.Count);
        Assert.All(labels, label => Assert.Equal(texts[label.Id].TruthOf(label.Head), label.Label));
        Assert.All(inputs.Index().Where(static input => input.Item is MonitorInput.Feedback), input => Assert.True(
            inputs[input.Index - 1] is MonitorInput.Prediction or MonitorInput.Feedback, "the prediction comes first"));
    }

    private static ScenarioText Text(int hour, bool isCorrect)
    {
        var text = Predictions.Text(Start.AddHours(hour), sentiment: "neutral");
        var heads = new Dictionary<string, HeadPrediction> { ["sentiment"] = text.Heads["sentiment"] };
        return new(text with { Heads = heads }, isCorrect ? "neutral" : "negative", "Macro");
    }

    private static MonitorOutput.Report Report(int hour, string segment, double low, double high) => new(new MonitorReport.Accuracy(new()
    {
        Series = new("news", "sentiment", segment),
        Window = new(Start.AddHours(hour), Start.AddHours(hour + 1)),
        Hour = new(4, 0.75, new(low, high)),
        Day = new(4, 0.75, null),
    }));
}
