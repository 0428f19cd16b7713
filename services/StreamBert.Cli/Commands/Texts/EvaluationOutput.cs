using StreamBert.Cli.Errors;
using StreamBert.Cli.Evaluation.Comparisons;
using StreamBert.Cli.Evaluation.Layouts;
using StreamBert.Cli.Evaluation.Outcomes;
using StreamBert.Cli.Evaluation.Reports;
using StreamBert.Cli.Evaluation.Slices;
using StreamBert.Cli.ModelCards;
using StreamBert.Cli.Output;
using StreamBert.Model.Evaluation.Responsibility;

namespace StreamBert.Cli.Commands.Texts;

/// <summary>Writes an evaluation as the options of the command state.</summary>
internal sealed record EvaluationOutput
{
    /// <summary>The only layout to print; null: the report that fits the head, and what is computed besides.</summary>
    public string? Layout { get; init; }

    public int Digits { get; init; } = ReportLayout.DefaultDigits;

    /// <summary>The file to write the answers to.</summary>
    public string? Predictions { get; init; }

    /// <summary>The columns to slice by.</summary>
    public IReadOnlyList<string> Slices { get; init; } = [];

    /// <summary>The columns that name groups.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Whether the reliability diagram and the coverage curve are printed.</summary>
    public bool ShowsCalibration { get; init; }

    /// <summary>Whether the time that single texts take is measured.</summary>
    public bool MeasuresLatency { get; init; }

    /// <summary>Whether the opacity ε is measured.</summary>
    public bool MeasuresOpacity { get; init; }

    /// <summary>The file of texts that the model was trained on, for the leak risk θ.</summary>
    public string? Members { get; init; }

    public ResponsibilityWeights Weights { get; init; } = ResponsibilityWeights.Equal;

    /// <summary>Whether the evaluation is added to the model card.</summary>
    public bool IsSaved { get; init; }

    public bool IsJson { get; init; }

    /// <exception cref="CliException">An option applies to the evaluation of one model only.</exception>
    public void RequireComparable()
    {
        var isPlain = !IsSaved && Layout is null && Predictions is null && Members is null && Slices.Count + Groups.Count == 0;
        if (isPlain && !ShowsCalibration && !MeasuresLatency && !MeasuresOpacity)
            return;
        throw new CliException("--layout, --predictions, --slice, --group, --calibration, --latency, --opacity, --members and --save "
            + "evaluate one model; they cannot be used with --compare.");
    }

    /// <param name="directory">The directory of the model.</param>
    /// <exception cref="CliException">The options do not fit the head.</exception>
    public void Write(HeadEvaluation evaluation, string directory)
    {
        RequireFitting(evaluation);
        if (Predictions is not null)
            AnswerFile.Write(Predictions, evaluation);
        var result = CreateResult(evaluation);
        if (IsSaved)
            ModelCardStore.Update(directory, card => card.With(EvaluationRecord.Of(result)));
        if (IsJson)
            Terminal.Out.WriteLine(EvaluationJson.Create(result));
        else if (Layout is not null)
            EvaluationView.WriteReport(result, Layout, Digits);
        else
            EvaluationView.Write(result, Digits, ShowsCalibration);
    }

    public void Write(ModelComparison comparison)
    {
        if (IsJson)
            Terminal.Out.WriteLine(EvaluationJson.Create(comparison));
        else
            ComparisonView.Write(comparison);
    }

    private EvaluationResult CreateResult(HeadEvaluation evaluation)
    {
        List<ColumnSlices> groups = [.. Groups.Select(column => ColumnSlices.Of(evaluation, column).WithGap())];
        var gap = groups is [var only] ? only.Gap : null;
        return new(evaluation)
        {
            Slices = [.. Slices.Select(column => ColumnSlices.Of(evaluation, column))],
            Groups = groups,
            Responsibility = evaluation.Opacity is null && evaluation.LeakRisk is null ? null : new(
                gap is null ? null : new(gap.Difference, gap.Interval), evaluation.Opacity, evaluation.LeakRisk, Weights),
        };
    }

    private void RequireFitting(HeadEvaluation evaluation)
    {
        if (Layout is ReportLayout.Seqeval or ReportLayout.Conll && !evaluation.HasEntities)
            throw new CliException($"--layout {Layout} requires a token-classification head, which '{evaluation.Head.Name}' is not.");
        if (Predictions is not null)
            AnswerFile.RequireSupported(Predictions, evaluation.HasEntities);
    }
}
