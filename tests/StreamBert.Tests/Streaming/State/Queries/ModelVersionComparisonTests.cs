using StreamBert.Contracts;
using StreamBert.Streaming.State.Queries;

namespace StreamBert.Tests.Streaming.State.Queries;

public sealed class ModelVersionComparisonTests
{
    private static readonly ModelVersionView Parent = View("default-v1", [Report("held-out feedback", 0.5), Report("anchor", 0.6)]);

    private static readonly ModelVersionView Candidate = View("default-v2", [Report("held-out feedback", 0.9)]) with
    {
        Trained = new()
        {
            Model = "default",
            Version = "default-v2",
            Parent = "default-v1",
            TrainedAt = DateTimeOffset.UnixEpoch,
            TrainingSeconds = 9,
            FeedbackCount = 0,
            ReplayCount = 0,
            Candidate = [Report("held-out feedback", 0.9)],
            Champion = [Report("held-out feedback", 0.7)],
            Evaluations = [new() { Head = "sentiment", Data = "held-out feedback", Champion = [], Candidate = [] }],
            Changes = new() { Texts = 3, Changed = 1, OldestAt = DateTimeOffset.UnixEpoch, NewestAt = DateTimeOffset.UnixEpoch },
            Accepted = true,
            Gates = [],
        },
    };

    [Fact]
    public void A_candidate_is_compared_with_its_parent_on_the_texts_of_its_run()
    {
        var comparison = ModelVersionComparison.Of(Parent, Candidate);

        var report = Assert.Single(comparison.Reports);
        Assert.True(comparison.OnSameTexts);
        Assert.Equal((0.7, 0.9), (report.From.Accuracy, report.To.Accuracy));
        Assert.NotNull(report.Evaluation);
        Assert.Equal(1, comparison.Changes?.Changed);
    }

    [Fact]
    public void The_opposite_order_compares_the_same_texts_without_the_changes()
    {
        var comparison = ModelVersionComparison.Of(Candidate, Parent);

        var report = Assert.Single(comparison.Reports);
        Assert.True(comparison.OnSameTexts);
        Assert.Equal((0.9, 0.7), (report.From.Accuracy, report.To.Accuracy));
        Assert.Null(report.Evaluation);
        Assert.Null(comparison.Changes);
    }

    [Fact]
    public void Versions_of_different_runs_are_said_to_have_answered_different_texts()
    {
        var comparison = ModelVersionComparison.Of(Parent, View("default-v9", [Report("held-out feedback", 0.8), Report("test", 1)]));

        Assert.False(comparison.OnSameTexts);
        Assert.Equal([("held-out feedback", 0.5, 0.8)], comparison.Reports.Select(
            static report => (report.To.Data, report.From.Accuracy, report.To.Accuracy)));
    }

    private static ModelVersionView View(string version, IReadOnlyList<ClassificationReport> reports) =>
        new() { Model = "default", Version = version, State = ModelStates.Retired, Predictions = 0, Reports = reports };

    private static ClassificationReport Report(string data, double accuracy) => new()
    {
        Head = "sentiment",
        Data = data,
        Count = 10,
        Accuracy = accuracy,
        Classes = [],
        Micro = new(0, 0, 0),
        Macro = new(0, 0, 0),
        Weighted = new(0, 0, 0),
    };
}
