using System.CommandLine;
using StreamBert.Cli.CommandLine;
using StreamBert.Cli.Datasets;
using StreamBert.Cli.Errors;
using StreamBert.Cli.Output;
using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Model.Packages;

namespace StreamBert.Cli.Commands.Datasets;

/// <summary>
/// Defines <c>datasets check</c>, which finds what makes an evaluation untrue: texts that are in several parts, contradicting labels, texts
/// that the model cannot read.
/// </summary>
internal static class DatasetsCheckCommand
{
    private const double MinSimilarity = 0.3;

    private static readonly Argument<string[]> Files = new("files")
    {
        Description = "Files of the data set: CSV, TSV or JSON (also .gz). They are taken as train, validation and test in this order, or "
            + "as named: train=FILE, validation=FILE, test=FILE.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Model = ModelOption.Create();
    private static readonly Option<string?> TextColumn = new("--text")
    {
        Description = "Column of the text. Default: detected by its name.",
    };
    private static readonly Option<string?> LabelColumn = new("--label")
    {
        Description = "Column of the label. Default: detected by its name; without one, labels are not checked.",
    };

    private static readonly Option<double> Similarity = new("--similarity")
    {
        Description = "Share of common sequences of three tokens (Jaccard) from which two texts are near-duplicates, from 0.3 to 1.",
        DefaultValueFactory = static _ => InputIndex.DefaultSimilarity,
    };

    private static readonly Option<bool> Strict = new("--strict")
    {
        Description = "Exit with 1 if a text is in two parts, such as train and test.",
    };

    private static readonly FileDialectOptionGroup Dialect = new();
    private static readonly Option<bool> Json = new("--json") { Description = "Print the report, with all rows, as one JSON line." };

    public static Command Create()
    {
        var command = new Command(
            "check",
            "Find texts that the model reads identically or nearly so within and across files, contradicting labels, empty and too long "
                + "texts, and how often each label occurs.")
        {
            Files, Model, TextColumn, LabelColumn, Similarity, Strict, Json,
        };
        Dialect.AddTo(command);
        command.SetAction(static (parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var report = Check(parsed, cancellation);
        if (parsed.GetValue(Json))
            Terminal.WriteJson(report);
        else
            DatasetTables.Write(report);
        foreach (var warning in DatasetWarnings.List(report))
            Terminal.Error.WriteLine($"streambert: warning: {warning}");
        return parsed.GetValue(Strict) && report.TwinsAcrossParts > 0 ? 1 : 0;
    }

    private static DatasetReport Check(ParseResult parsed, CancellationToken cancellation)
    {
        var similarity = parsed.GetValue(Similarity);
        if (!(similarity is >= MinSimilarity and <= 1))
            throw new CliException($"--similarity {Format.Number(similarity, "0.###")} is out of range; give a number from 0.3 to 1.");
        var directory = ModelOption.ReadDirectory(parsed, Model);
        var encoder = InputEncoder.Load(directory);
        var dataset = new DatasetReader(encoder, parsed.GetValue(TextColumn), parsed.GetValue(LabelColumn));
        var dialect = Dialect.Read(parsed);
        foreach (var file in DatasetFile.Parse(parsed.GetValue(Files)!))
        {
            cancellation.ThrowIfCancellationRequested();
            dataset.Read(file, dialect);
        }
        return DatasetCheck.Run(dataset, ModelPackage.ReadManifest(directory).Version, encoder.MaxTokens, similarity);
    }
}
