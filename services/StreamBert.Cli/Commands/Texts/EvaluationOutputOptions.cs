using System.CommandLine;
using StreamBert.Cli.Evaluation.Layouts;
using StreamBert.Cli.Evaluation.Responsibility;

namespace StreamBert.Cli.Commands.Texts;

/// <summary>Groups the options of <c>evaluate</c> that determine what it computes and prints.</summary>
internal sealed class EvaluationOutputOptions
{
    private const int MaxDigits = 10;

    private readonly Option<string?> _layout = new Option<string?>("--layout")
    {
        Description = "Print only the report, as scikit-learn (sklearn) or seqeval prints it, or by tag as the CoNLL examples of "
            + "sklearn-crfsuite do (conll). Default: the report that fits the head, with intervals and the confusion matrix.",
    }.AcceptOnlyFromAmong(ReportLayout.Sklearn, ReportLayout.Seqeval, ReportLayout.Conll);

    private readonly Option<int> _digits = new("--digits")
    {
        Description = "Digits behind the decimal point of the report.",
        DefaultValueFactory = static _ => ReportLayout.DefaultDigits,
    };

    private readonly Option<string?> _predictions = new("--predictions")
    {
        Description = "File to write the answers to, .csv or .jsonl: row, text, label, predicted label, confidence and scores; for a "
            + "token-classification head word, true and predicted tag, as conlleval reads them.",
    };

    private readonly Option<string[]> _slice = new("--slice")
    {
        Description = "Column by whose values to report accuracy and macro-F1 with intervals; repeatable.",
    };

    private readonly Option<string[]> _group = new("--group")
    {
        Description = "Column that names groups, such as a language or a segment: as --slice, with the fairness gap δ; repeatable.",
    };

    private readonly Option<bool> _calibration = new("--calibration")
    {
        Description = "Also print the reliability diagram, and the coverage and accuracy of routes by their threshold.",
    };

    private readonly Option<bool> _latency = new("--latency")
    {
        Description = "Also measure the time that single texts take: up to 300 texts one by one.",
    };

    private readonly Option<bool> _opacity = new("--opacity")
    {
        Description = "Also measure the opacity ε: how little the words that explanations name determine the answer, on up to 100 texts.",
    };

    private readonly Option<string?> _members = new("--members")
    {
        Description = "Labelled file that the model was trained on, with the columns of --data: also measure the leak risk θ, the "
            + "advantage of a membership-inference attack.",
    };

    private readonly Option<string> _weights = new("--weights")
    {
        Description = "Weights α,β,γ of F(M) = α·δ + β·ε + γ·θ, which is printed with one --group, --opacity and --members.",
        DefaultValueFactory = static _ => ResponsibilityWeightsParser.Default,
    };

    private readonly Option<bool> _save = new("--save")
    {
        Description = "Add the evaluation to the model card in the directory of the model (card.json, card.html).",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print everything as one JSON line." };

    public EvaluationOutputOptions() => _digits.Validators.Add(static result =>
    {
        if (result.GetValueOrDefault<int>() is < 1 or > MaxDigits)
            result.AddError($"--digits must be between 1 and {MaxDigits}.");
    });

    public void AddTo(Command command)
    {
        Option[] options =
            [_layout, _digits, _predictions, _slice, _group, _calibration, _latency, _opacity, _members, _weights, _save, _json];
        foreach (var option in options)
            command.Add(option);
    }

    public EvaluationOutput Read(ParseResult parsed) => new()
    {
        Layout = parsed.GetValue(_layout),
        Digits = parsed.GetValue(_digits),
        Predictions = parsed.GetValue(_predictions),
        Slices = parsed.GetValue(_slice) ?? [],
        Groups = parsed.GetValue(_group) ?? [],
        ShowsCalibration = parsed.GetValue(_calibration),
        MeasuresOpacity = parsed.GetValue(_opacity),
        Members = parsed.GetValue(_members),
        Weights = ResponsibilityWeightsParser.Parse(parsed.GetValue(_weights)!),
        MeasuresLatency = parsed.GetValue(_latency),
        IsSaved = parsed.GetValue(_save),
        IsJson = parsed.GetValue(_json),
    };
}
