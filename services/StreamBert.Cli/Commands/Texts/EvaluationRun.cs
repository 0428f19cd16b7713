using StreamBert.Cli.Errors;
using StreamBert.Cli.Evaluation.Outcomes;
using StreamBert.Cli.Evaluation.Timing;
using StreamBert.Cli.Files;
using StreamBert.Model;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
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
    private List<LabelledRow>? _rows;
    private IReadOnlyList<TaggedSentence>? _sentences;

    /// <param name="directory">The directory of the model.</param>
    /// <param name="measureLatency">Whether the time that single texts take is measured.</param>
    /// <exception cref="CliException">The model has no such head, or the file cannot be used.</exception>
    public HeadEvaluation Evaluate(string directory, bool measureLatency = false)
    {
        using var model = TextClassifier.Load(directory, compute);
        var info = FindHead(model);
        var evaluation = Evaluate(model, info);
        return measureLatency ? evaluation with { Latency = MeasureLatency(model) } : evaluation;
    }

    private HeadEvaluation Evaluate(TextClassifier model, HeadInfo info)
    {
        var evaluator = new HeadEvaluator(model, info, Path.GetFileName(data));
        if (info.Task == HeadTask.TokenClassification)
        {
            RequireNoColumns();
            return evaluator.Evaluate(_sentences ??= ConllFile.Read(data, SourceFile.Open(data, dialect.Encoding).ReadLines()));
        }
        _rows ??= new LabelledFile(RowFile.Open(data, allowPlainText: false, dialect), info).Read(columns);
        return evaluator.Evaluate(_rows);
    }

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
    }
}
