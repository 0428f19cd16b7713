using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Files;
using StreamBert.Cli.Output;
using StreamBert.Contracts;
using StreamBert.Model.Classification;
using StreamBert.Model.Datasets;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Manifests;

namespace StreamBert.Cli.Commands.Texts;

/// <summary>Defines <c>evaluate</c>, which computes the classification report of one head on a labelled file.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> Model = ModelOption.Create();

    private static readonly Option<string> Data = new("--data", "-d")
    {
        Description = "Labelled CSV, TSV or JSON file (also .gz); for a token-classification head, a CoNLL file.",
        Required = true,
    };

    private static readonly Option<string> Head = new("--head") { Description = "Head to evaluate, such as sentiment.", Required = true };
    private static readonly Option<string?> TextColumn = new("--text")
    {
        Description = "Column of the text. Default: detected by its name.",
    };
    private static readonly Option<string?> LabelColumn = new("--label")
    {
        Description = "Column of the label. Default: detected by its name.",
    };

    private static readonly Option<string?> Labels = new("--labels")
    {
        Description = "Names of the numeric labels 0, 1, 2 and so on, separated by commas. Default: the labels of the head in order.",
    };

    private static readonly FileDialectOptionGroup Dialect = new();
    private static readonly ComputeOptionGroup Compute = new();
    private static readonly Option<bool> Json = new("--json") { Description = "Print the report as one JSON line." };

    public static Command Create()
    {
        var command = new Command(
            "evaluate", "Evaluate a head on a labelled file: precision, recall, F1 and support per class, averages, calibration.")
        {
            Model, Data, Head, TextColumn, LabelColumn, Labels, Json,
        };
        Dialect.AddTo(command);
        Compute.AddTo(command);
        command.SetAction(static (parsed, cancellation) => Task.FromResult(Run(parsed)));
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var dialect = Dialect.Read(parsed);
        using var model = TextClassifier.Load(ModelOption.ReadDirectory(parsed, Model), Compute.Read(parsed));
        var head = model.Heads.FirstOrDefault(head => head.Name == parsed.GetValue(Head)) ?? throw new CliException(
            $"The model has no head '{parsed.GetValue(Head)}' (--head); its heads are: "
            + $"{string.Join(", ", model.Heads.Select(static head => head.Name))}.");
        var report = Evaluate(parsed, model, head, dialect);
        if (parsed.GetValue(Json))
            Terminal.Out.WriteLine(Wire.ToJson(report));
        else
            ClassificationReportTable.Write(report, model.Version);
        return 0;
    }

    private static ClassificationReport Evaluate(ParseResult parsed, TextClassifier model, HeadInfo head, FileDialect dialect)
    {
        var data = parsed.GetValue(Data)!;
        var name = Path.GetFileName(data);
        if (head.Task == HeadTask.TokenClassification)
        {
            var sentences = ConllFile.Read(data, SourceFile.Open(data, dialect.Encoding).ReadLines());
            return EntityEvaluator.Evaluate(model, sentences, head.Name, name);
        }
        var file = new LabelledFile(RowFile.Open(data, allowPlainText: false, dialect), head);
        var texts = file.Read(parsed.GetValue(TextColumn), parsed.GetValue(LabelColumn), parsed.GetValue(Labels));
        return Evaluator.Evaluate(model, texts, head.Name, name);
    }
}
