using System.CommandLine;
using System.Globalization;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Files;
using StreamBert.Contracts;
using StreamBert.Model;
using StreamBert.Model.Evaluation;
using StreamBert.Model.Packages;
using StreamBert.Model.Training;

namespace StreamBert.Cli.Commands;

/// <summary><c>evaluate</c>: a classification report of one head on a labelled file.</summary>
internal static class EvaluateCommand
{
    private static readonly Option<string> Model = new("--model", "-m")
    {
        Description = "Directory of the model package; default: the model that ships.",
        DefaultValueFactory = static _ => DefaultModel.Directory,
    };

    private static readonly Option<string> Data = new("--data", "-d")
    {
        Description = "A labelled CSV, TSV or JSON file (also .gz); for a head that names entities, a CoNLL file.",
        Required = true
    };
    private static readonly Option<string> Head = new("--head") { Description = "The head to judge, such as sentiment.", Required = true };
    private static readonly Option<string?> TextColumn = new("--text")
    {
        Description = "The column that holds the text; default: guessed by its name."
    };
    private static readonly Option<string?> LabelColumn = new("--label")
    {
        Description = "The column that holds the right label; default: guessed by its name."
    };
    private static readonly Option<string?> Labels = new("--labels")
    {
        Description = "What the numbers of a file with numeric labels mean: names for 0, 1, 2 and so on, parted by commas; default: the head's order.",
    };

    private static readonly DialectInput Dialect = new();
    private static readonly ComputeInput Compute = new();
    private static readonly Option<bool> Json = new("--json") { Description = "Print the report as one JSON line." };

    public static Command Create()
    {
        var command = new Command(
            "evaluate",
            "Judge a head on a labelled file: precision, recall, F1 and support per class, averages, calibration.")
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
        var (data, dialect) = (parsed.GetValue(Data)!, Dialect.Read(parsed));
        using var model = TextClassifier.Load(DefaultModel.Checked(parsed.GetValue(Model)!), Compute.Read(parsed));
        var head = model.Heads.FirstOrDefault(head => head.Name == parsed.GetValue(Head)) ?? throw new CliException(
            $"The model has no head '{parsed.GetValue(Head)}' (--head); it has: {string.Join(", ", model.Heads.Select(static head => head.Name))}.");
        var report = head.Task == HeadTask.Tokens
            ? EntityEvaluator.Evaluate(
                model,
                ConllFile.Read(data, SourceFile.Open(data, dialect.Encoding).Lines()),
                head.Name,
                Path.GetFileName(data))
            : Evaluator.Evaluate(
                model,
                Texts(parsed, RowFile.Open(data, plainToo: false, dialect), head),
                head.Name,
                Path.GetFileName(data));
        Print(report, model.Version, parsed.GetValue(Json));
        return 0;
    }

    private static List<LabelledText> Texts(ParseResult parsed, RowFile file, HeadInfo head)
    {
        TextInput.Announce(file);
        return Read(
            file,
            head,
            file.TextColumn(parsed.GetValue(TextColumn)),
            Label(file, parsed.GetValue(LabelColumn), head.Name),
            Names(parsed.GetValue(Labels), head));
    }

    private static string Label(
        RowFile file,
        string? named,
        string head) => file.Column(named, "--label") ?? Guess.Label(file.Columns, head)
        ?? throw new CliException(
            $"Which column of '{file.Path}' holds the label? Say --label COLUMN; it has: {RowFile.Named(file.Columns)}.");

    /// <summary>The names of 0, 1, 2 and so on as the user gave them; null: none given.</summary>
    /// <exception cref="CliException">One of them is no label of the head.</exception>
    private static string[]? Names(string? given, HeadInfo head)
    {
        var names = given?.Split(',', StringSplitOptions.TrimEntries);
        return names?.FirstOrDefault(name => !head.Labels.Contains(name)) is { } unknown
            ? throw new CliException(
                $"--labels names '{unknown}', which the head '{head.Name}' does not know. It knows: {string.Join(", ", head.Labels)}.")
            : names;
    }

    private static List<LabelledText> Read(RowFile file, HeadInfo head, string textColumn, string labelColumn, string[]? names)
    {
        var rows = Cells(file, textColumn, labelColumn);
        var texts = rows.Select(row => (row.Text, Label: Named(row.Label, head.Labels, names ?? head.Labels))).ToList();
        if (names is null && rows.Zip(texts).Any(static pair => pair.First.Label != pair.Second.Label))
        {
            Terminal.Error.WriteLine($"streambert: warning: '{file.Path}' has numbers for labels; they are taken in the head's order "
                + $"({string.Join(", ", head.Labels.Select(static (label, at) => $"{at} = {label}"))}). If the file means another, give it with --labels.");
        }

        var unknown = texts.Where(text => !head.Labels.Contains(text.Label)).Select(static text => text.Label).Distinct().Order().ToList();
        if (unknown.Count > 0)
        {
            throw new CliException($"'{file.Path}' has labels that the head '{head.Name}' does not know: {string.Join(", ", unknown.Take(20))}"
                + $"{(unknown.Count > 20 ? $" and {unknown.Count - 20} more" : "")}. It knows: {string.Join(", ", head.Labels)}.");
        }

        return texts.Count > 0
            ? [.. texts.Select(text => new LabelledText(text.Text, head.Name, text.Label))]
            : throw new CliException($"'{file.Path}' holds no rows.");
    }

    private static List<(string Text, string Label)> Cells(RowFile file, string textColumn, string labelColumn)
    {
        var (cells, faults) = (new List<(string, string)>(), new RowFaults());
        foreach (var row in file.Rows())
        {
            var (text, label) = (row.Require(textColumn), row.Require(labelColumn));
            if ((text.Fault ?? label.Fault) is { } fault)
                faults.Add(row, fault.Detail);
            else
                cells.Add((text.Value!, label.Value!));
        }
        return faults.Count == 0 ? cells : throw new CliException($"'{file.Path}' has {faults}. Correct or remove them.");
    }

    /// <summary>A whole number stands for the name at that place, unless it is itself a label.</summary>
    internal static string Named(string label, IReadOnlyList<string> labels, IReadOnlyList<string> names) =>
        !labels.Contains(label) && int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < names.Count
            ? names[index]
            : label;

    private static void Print(ClassificationReport report, string version, bool json)
    {
        if (json)
            Terminal.Out.WriteLine(Wire.ToJson(report));
        else
            ReportTable.Write(report, version);
    }
}
