using StreamBert.Contracts;

namespace StreamBert.Streaming.State.Queries;

/// <summary>Compares two versions of a model by what is known of them.</summary>
public sealed record ModelVersionComparison
{
    /// <summary>The name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The version to compare.</summary>
    public required string From { get; init; }

    /// <summary>The version to compare it with.</summary>
    public required string To { get; init; }

    /// <summary>
    /// Whether both versions answered the same texts: one was trained from the other. Otherwise the evaluations are on texts of other runs.
    /// </summary>
    public required bool OnSameTexts { get; init; }

    /// <summary>The evaluations by head and data set that both versions have.</summary>
    public required IReadOnlyList<ReportComparison> Reports { get; init; }

    /// <summary>What <see cref="To"/> would change on the newest texts, if it was trained from <see cref="From"/>.</summary>
    public AnswerChanges? Changes { get; init; }

    /// <summary>Compares two versions. If one was trained from the other, the evaluations are those of that run.</summary>
    public static ModelVersionComparison Of(ModelVersionView from, ModelVersionView to)
    {
        var (isForward, isBackward) = (IsTrainedFrom(to, from), IsTrainedFrom(from, to));
        var before = isForward ? to.Trained!.Champion : isBackward ? from.Trained!.Candidate : from.Reports;
        var after = isForward ? to.Trained!.Candidate : isBackward ? from.Trained!.Champion : to.Reports;
        return new()
        {
            Model = to.Model,
            From = from.Version,
            To = to.Version,
            OnSameTexts = isForward || isBackward,
            Reports =
            [
                .. from report in after
                   let other = before.FirstOrDefault(other => (other.Head, other.Data) == (report.Head, report.Data))
                   where other is not null
                   select new ReportComparison(other, report)
                   {
                       Evaluation = isForward ? FindEvaluation(to.Trained!, report) : null,
                   },
            ],
            Changes = isForward ? to.Trained!.Changes : null,
        };
    }

    private static bool IsTrainedFrom(ModelVersionView version, ModelVersionView parent) =>
        version.Trained is { TrainingSeconds: > 0 } trained && trained.Parent == parent.Version;

    private static PairedEvaluation? FindEvaluation(ModelTrained trained, ClassificationReport report) =>
        trained.Evaluations.FirstOrDefault(evaluation => (evaluation.Head, evaluation.Data) == (report.Head, report.Data));
}

/// <summary>Holds the evaluations of two versions by one head on one data set.</summary>
/// <param name="From">The evaluation of the version to compare.</param>
/// <param name="To">The evaluation of the version that it is compared with.</param>
public sealed record ReportComparison(ClassificationReport From, ClassificationReport To)
{
    /// <summary>The confusion matrices and slices; null unless the second version was trained from the first.</summary>
    public PairedEvaluation? Evaluation { get; init; }
}
