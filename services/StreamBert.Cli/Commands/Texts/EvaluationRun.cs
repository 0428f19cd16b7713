using StreamBert.Cli.Errors;
using StreamBert.Cli.Evaluation.Outcomes;
using StreamBert.Cli.Evaluation.Timing;
using StreamBert.Cli.Files;
using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation.Responsibility;
using StreamBert.Model.Manifests;

namespace StreamBert.Cli.Commands.Texts;

/// <summary>Evaluates one or two models on a labelled file, which is read once.</summary>
/// <param name="head">The name of the head.</param>
/// <param name="data">The path of the file.</param>
/// <param name="columns">The columns of the file.</param>
/// <param name="dialect">How the file is written.</param>
/// <param name="compute">The device and precision.</param>
internal sealed class EvaluationRun(string head, string data, LabelledColumns columns, FileDialect dialect, ComputeOptions compute)
{
    /// <summary>The number of texts that are explained for the opacity at most.</summary>
    private const int MaxExplained = 100;

    /// <summary>The least number of texts on either side of a membership-inference attack.</summary>
    private const int MinAttacked = 60;

    /// <summary>The files whose twins are not evaluated; of two models, the twins as the first one reads them.</summary>
    public IReadOnlyList<string> TrainingFiles { get; init; } = [];

    private List<LabelledRow>? _rows;
    private IReadOnlyList<TaggedSentence>? _sentences;

    /// <param name="directory">The directory of the model.</param>
    /// <param name="output">What else is measured.</param>
    /// <param name="cancellation">Cancels the explanations.</param>
    /// <exception cref="CliException">The model has no such head, or the file cannot be used.</exception>
    public HeadEvaluation Evaluate(string directory, EvaluationOutput output, CancellationToken cancellation)
    {
        using var model = TextClassifier.Load(directory, compute);
        var info = FindHead(model);
        if (output.MeasuresOpacity || output.Members is not null)
            RequireSingleLabel(info);
        var evaluation = Evaluate(model, info, directory);
        return evaluation with
        {
            DataSha256 = FileChecksum.Compute(data),
            Latency = output.MeasuresLatency ? MeasureLatency(model) : null,
            Opacity = output.MeasuresOpacity ? MeasureOpacity(model, evaluation, cancellation) : null,
            LeakRisk = output.Members is { } members ? MeasureLeakRisk(model, evaluation, members) : null,
        };
    }

    private HeadEvaluation Evaluate(TextClassifier model, HeadInfo info, string directory)
    {
        var evaluator = new HeadEvaluator(model, info, DescribeData());
        if (info.Task == HeadTask.TokenClassification)
        {
            RequireNoColumns();
            return evaluator.Evaluate(_sentences ??= ConllFile.Read(data, SourceFile.Open(data, dialect.Encoding).ReadLines()));
        }
        _rows ??= ReadRows(info, directory);
        return evaluator.Evaluate(_rows);
    }

    private List<LabelledRow> ReadRows(HeadInfo info, string directory)
    {
        var training = TrainingFiles.Select(path => RowFile.Open(path, allowPlainText: false, dialect)).ToList();
        var rows = new LabelledFile(RowFile.Open(data, allowPlainText: false, dialect), info).Read(columns);
        return training.Count == 0 ? rows : new TwinExclusion(directory, columns.Text).Exclude(rows, data, training);
    }

    private string DescribeData() => Path.GetFileName(data)
        + (TrainingFiles.Count > 0 ? $" without twins of {string.Join(", ", TrainingFiles.Select(Path.GetFileName))}" : "");

    /// <exception cref="CliException">The heads of the models differ.</exception>
    public static void RequireSameHead(HeadEvaluation first, HeadEvaluation second)
    {
        if (first.Head.Task == second.Head.Task && first.Head.Labels.ToHashSet().SetEquals(second.Head.Labels))
            return;
        throw new CliException($"The heads '{first.Head.Name}' of {first.Version} and {second.Version} cannot be compared: they have "
            + $"different tasks or labels ({string.Join(", ", first.Head.Labels)}; {string.Join(", ", second.Head.Labels)}).");
    }

    private LatencyReport MeasureLatency(TextClassifier model)
    {
        var texts = _rows?.Select(static row => row.Text) ?? _sentences!.Select(static sentence => sentence.Text);
        return LatencyReport.Measure([.. texts], text => model.Classify([model.Encode(text)]), TimeProvider.System);
    }

    private static Opacity MeasureOpacity(TextClassifier model, HeadEvaluation evaluation, CancellationToken cancellation) =>
        OpacityMeter.Measure(
            model, evaluation.Head.Name, [.. evaluation.Rows.Select(static row => row.Text)], evaluation.Answers, MaxExplained,
            cancellation);

    private Estimate MeasureLeakRisk(TextClassifier model, HeadEvaluation evaluation, string path)
    {
        var file = RowFile.Open(path, allowPlainText: false, dialect);
        var members = new LabelledFile(file, evaluation.Head).Read(columns with { Values = [] });
        if (Math.Min(members.Count, evaluation.Rows.Count) < MinAttacked)
            throw new CliException($"--members needs at least {MinAttacked} texts in '{path}' and in '{data}'.");
        var trained = new HeadEvaluator(model, evaluation.Head, Path.GetFileName(path)).Evaluate(members);
        return MembershipAttack.Run([.. trained.Losses], [.. evaluation.Losses]);
    }

    private static void RequireSingleLabel(HeadInfo info)
    {
        if (info.Task is not (HeadTask.SingleLabel or HeadTask.ZeroShot))
            throw new CliException($"--opacity and --members require a head that predicts one label per text; '{info.Name}' does not.");
    }

    private HeadInfo FindHead(TextClassifier model)
    {
        var info = model.Heads.FirstOrDefault(info => info.Name == head) ?? throw new CliException(
            $"The model {model.Version} has no head '{head}' (--head); its heads are: "
            + $"{string.Join(", ", model.Heads.Select(static info => info.Name))}.");
        return info.Task != HeadTask.Regression ? info : throw new CliException(
            $"The head '{head}' predicts numbers (regression); evaluate scores heads that predict labels.");
    }

    private void RequireNoColumns()
    {
        if (columns.Values.Count > 0)
            throw new CliException("--slice and --group require a head that classifies whole texts; a CoNLL file has no further columns.");
        if (TrainingFiles.Count > 0)
            throw new CliException($"--exclude-twins-of requires a head that classifies whole texts; '{head}' finds entities.");
    }
}
